//! Mails over real SMTP, to a small server of the test's own.

use crate::harness::{Wishes, database::Backend, outbox::Letter, spawn_app};
use app::features::users::SignUpMode;
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A server that takes mails (RFC 5321), after it has sent one away for later.
struct Post {
    port: u16,
    taken: Arc<Mutex<Vec<(String, String)>>>,
}

impl Post {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&taken);
        tokio::spawn(async move {
            let mut busy = true;
            while let Ok((stream, _)) = listener.accept().await {
                if let Some(mail) = Self::serve(stream, busy).await {
                    kept.lock().unwrap().push(mail);
                }
                busy = false;
            }
        });
        Self { port, taken }
    }

    /// One conversation: to whom the mail is, and the mail.
    async fn serve(stream: TcpStream, busy: bool) -> Option<(String, String)> {
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        let (mut to, mut mail, mut in_mail) = (String::new(), String::new(), false);
        writer.write_all(b"220 post.test\r\n").await.ok()?;
        while let Ok(Some(line)) = lines.next_line().await {
            let answer: &[u8] = match line.split(' ').next().unwrap_or_default() {
                "." if in_mail => {
                    in_mail = false;
                    b"250 taken\r\n"
                }
                _ if in_mail => {
                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.push_str("\r\n");
                    continue;
                }
                "EHLO" => b"250-post.test\r\n250 8BITMIME\r\n",
                "RCPT" if busy => b"450 come back later\r\n",
                "RCPT" => {
                    line.clone_into(&mut to);
                    b"250 yes\r\n"
                }
                "DATA" => {
                    in_mail = true;
                    b"354 go on\r\n"
                }
                "QUIT" => {
                    let _ = writer.write_all(b"221 bye\r\n").await;
                    break;
                }
                _ => b"250 yes\r\n",
            };
            writer.write_all(answer).await.ok()?;
        }
        (!mail.is_empty()).then_some((to, mail))
    }
}

#[tokio::test]
async fn a_mail_goes_to_the_smtp_server_and_is_tried_again_when_it_is_busy() {
    let post = Post::open().await;
    let wishes = Wishes {
        settings: vec![
            ("SMTP_URL", format!("smtp://127.0.0.1:{}", post.port)),
            ("MAIL_FROM", "The Post Office <post@mail.example.org>".to_owned()),
        ],
        standing_clock: true,
        ..Wishes::default()
    };
    let app = spawn_app(Backend::Sqlite, wishes).await;
    let mode = app.browser().known().await.sign_up;
    assert_eq!(mode, SignUpMode::Verify, "with a mail server strangers prove their address");
    app.browser().sign_up("ada").await.unwrap();
    app.work_off_queue().await;
    app.advance(60).await;
    app.work_off_queue().await;
    assert_eq!(app.database.count("job_runs WHERE kind = 'send_mail' AND outcome = 'retry'").await, 1);
    let taken = post.taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 1);
    let (to, mail) = &taken[0];
    assert_eq!(to, "RCPT TO:<ada@example.org>");
    let letter = Letter::read(mail);
    assert!(letter.headers.contains("From: \"The Post Office\" <post@mail.example.org>"), "{}", letter.headers);
    assert_eq!(letter.subject, "Finish creating your account");
    let browser = app.browser();
    let fields = [("token", letter.token()), ("password", crate::harness::browser::PASSWORD)];
    browser.call::<()>("users/confirm", &fields).await.unwrap();
    assert!(browser.viewer().await.is_some());
    assert!(!app.data.path().join("outbox").exists(), "nothing is written beside it");
    app.finish().await;
}
