//! The form of a draft, as a browser without scripts sends it.

use crate::{
    acting::mailbox::{At, Managed, standing},
    harness::{
        App,
        browser::{Browser, Page},
        on_both_with,
    },
};
use app::{
    error::AppError,
    features::writing::{Opened, Stage, Started, WrittenRow},
};
use reqwest::Method;

const BOUNDARY: &str = "----gatepost-form";

/// A mailbox that may send, and a draft in it.
struct Writer<'a> {
    mailbox: Managed<'a>,
    draft: String,
}

impl<'a> Writer<'a> {
    async fn new(app: &'a App) -> Self {
        let mailbox = Managed::connect(app, At::Gmail, "mail,send").await;
        let page = mailbox.browser.open("/write").await;
        assert_eq!(page.status, 302, "{}", page.body);
        let draft = page.header("location").strip_prefix("/write/").unwrap().to_owned();
        Self { mailbox, draft }
    }

    fn browser(&self) -> &Browser {
        &self.mailbox.browser
    }

    async fn opened(&self) -> Opened {
        self.browser().call("writing/open_draft", &[("draft", &self.draft)]).await.unwrap()
    }

    /// Presses a button of the form, with these lines changed and these files chosen.
    async fn press(&self, act: &str, lines: &[(&str, &str)], files: &[(&str, &[u8])]) -> Page {
        let version = self.opened().await.draft.version.to_string();
        self.press_at(&version, act, lines, files).await
    }

    async fn press_at(&self, version: &str, act: &str, lines: &[(&str, &str)], files: &[(&str, &[u8])]) -> Page {
        let connection = self.mailbox.connection.to_string();
        let mut body = Vec::new();
        let mut part = |head: &str, content: &[u8]| {
            body.extend_from_slice(
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        let usual = [("version", version), ("connection", &connection), ("act", act)];
        for name in ["to", "cc", "bcc", "subject", "body"] {
            let text = lines.iter().find(|(line, _)| *line == name).map_or("", |(_, text)| text);
            part(&format!("name=\"{name}\""), text.as_bytes());
        }
        for (name, text) in usual {
            part(&format!("name=\"{name}\""), text.as_bytes());
        }
        for (name, content) in files {
            part(&format!("name=\"files\"; filename=\"{name}\"\r\nContent-Type: text/plain"), content);
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let fetch = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")];
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let url = self.browser().ours(&format!("/write/{}", self.draft));
        self.browser().send_body(Method::POST, url, &fetch, Some((kind, body))).await
    }

    /// The page that the answer leads to.
    async fn after(&self, page: &Page) -> Page {
        assert_eq!(page.status, 303, "{}", page.body);
        self.browser().open(page.header("location")).await
    }
}

async fn on_both(check: impl AsyncFn(Writer<'_>)) {
    on_both_with(standing(), async |app| check(Writer::new(app).await).await).await;
}

#[tokio::test]
async fn a_mail_is_written_saved_and_sent_without_scripts() {
    on_both(async |writer| {
        let lines = [("to", "rosa@harbour.example"), ("subject", "The keys"), ("body", "Under the mat.\r\n\r\nAda")];
        let saved = writer.press("save", &lines, &[("list.txt", b"one\ntwo")]).await;
        let page = writer.after(&saved).await;
        for words in ["value=\"The keys\"", "Under the mat.", "list.txt", "Drafts and what is on its way", "Saved"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert_eq!(writer.opened().await.draft.typed.body, "Under the mat.\n\nAda");
        let sent = writer.press("send", &lines, &[]).await;
        let page = writer.after(&sent).await;
        assert!(page.body.contains("Sending in") && page.body.contains(">Undo<"), "{}", page.body);
        writer.mailbox.settle().await;
        assert!(matches!(writer.opened().await.stage, Stage::Sent { .. }), "{:?}", writer.opened().await.stage);
        let rows: Vec<WrittenRow> = writer.browser().call("writing/list_written", &[]).await.unwrap();
        assert_eq!(rows[0].id.to_string(), writer.draft);
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_is_taken_back_is_a_draft_again() {
    on_both(async |writer| {
        writer.press("send", &[("to", "rosa@harbour.example")], &[]).await;
        let back = writer.browser().post("writing/undo_send", &[("draft", &writer.draft)], &form_headers()).await;
        assert_eq!((back.status.as_u16(), back.header("location")), (302, format!("/write/{}", writer.draft).as_str()));
        assert_eq!(writer.opened().await.stage, Stage::Writing);
        writer.mailbox.settle().await;
        assert_eq!(writer.opened().await.stage, Stage::Writing, "nothing was sent");
        let late: Result<uuid::Uuid, _> = {
            writer.press("send", &[("to", "rosa@harbour.example")], &[]).await;
            writer.mailbox.settle().await;
            writer.browser().call("writing/undo_send", &[("draft", &writer.draft)]).await
        };
        assert_eq!(late, Err(AppError::HasLeft));
    })
    .await;
}

fn form_headers() -> [(&'static str, &'static str); 3] {
    [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")]
}

#[tokio::test]
async fn what_is_refused_says_why_at_its_line_and_keeps_all_that_was_typed() {
    on_both(async |writer| {
        for (lines, words) in [
            ([("to", ""), ("subject", "a")], "Nobody is named who gets this mail."),
            ([("to", "ada@, bob"), ("subject", "b")], "are no addresses."),
            ([("to", "a@b.example"), ("subject", "Two\r\nBcc: c@d.example")], "holds a line break"),
            ([("to", "a@b.example\r\nBcc: c@d.example"), ("subject", "c")], "\u{201c}To\u{201d} holds a line break"),
        ] {
            let typed = [lines[0], lines[1], ("body", "A long letter, typed with care.")];
            let page = writer.after(&writer.press("send", &typed, &[]).await).await;
            assert!(page.body.contains(words), "{words}: {}", page.body);
            assert!(page.body.contains("A long letter, typed with care."), "{}", page.body);
            assert_eq!(writer.opened().await.stage, Stage::Writing);
        }
        let long = "x".repeat(1_200_000);
        let page = writer.press("save", &[("to", "a@b.example"), ("body", &long)], &[]).await;
        assert_eq!(page.status, 422);
        assert!(page.body.contains("Shorten it") && page.body.contains(&long), "it could not even be saved");
    })
    .await;
}

#[tokio::test]
async fn what_was_changed_elsewhere_is_not_overwritten_unseen() {
    on_both(async |writer| {
        writer.press("save", &[("subject", "From the other window")], &[]).await;
        let page = writer.press_at("0", "save", &[("subject", "From this window")], &[]).await;
        assert_eq!(page.status, 409);
        assert!(
            page.body.contains("changed in another window") && page.body.contains("From this window"),
            "{}",
            page.body
        );
        assert_eq!(writer.opened().await.draft.typed.subject, "From the other window");
        // The page that says so is of the version it was told about.
        writer.press("save", &[("subject", "From this window")], &[]).await;
        assert_eq!(writer.opened().await.draft.typed.subject, "From this window");
    })
    .await;
}

#[tokio::test]
async fn files_beyond_what_a_mail_takes_are_refused_in_words() {
    on_both(async |writer| {
        let large = vec![b'x'; 27 * 1024 * 1024];
        let page = writer.after(&writer.press("attach", &[("subject", "Plans")], &[("plans.txt", &large)]).await).await;
        assert!(page.body.contains("fit into a mail"), "{}", page.body);
        assert!(page.body.contains("value=\"Plans\""), "what was typed is saved all the same");
        let huge = vec![b'x'; 45 * 1024 * 1024];
        let page = writer.after(&writer.press("attach", &[], &[("huge.txt", &huge), ("small.txt", b"1")]).await).await;
        assert!(page.body.contains("huge.txt\u{201d} was not attached"), "{}", page.body);
        assert_eq!(writer.opened().await.draft.files.len(), 1, "the other one was");
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_may_not_send_says_what_one_popup_would_allow() {
    on_both_with(standing(), async |app| {
        for at in [At::Gmail, At::Outlook] {
            let mailbox = Managed::connect(app, at, "mail").await;
            let page = mailbox.browser.open("/write?to=rosa@harbour.example").await;
            let name = if at == At::Gmail { "Google" } else { "Microsoft" };
            assert_eq!(page.status, 200);
            assert!(page.body.contains(&format!("Allow at {name}")), "{}", page.body);
            assert!(page.body.contains("return_to=/write%3Fto%3Drosa%2540harbour.example"), "{}", page.body);
            let grant = format!("purpose=grant&connection={}&features=send", mailbox.connection);
            let provider = if at == At::Gmail { "google" } else { "microsoft" };
            mailbox.browser.travel(provider, &grant, &mailbox.address, crate::harness::consent::Answer::Allow).await;
            let wanted = [("wanted[all]", "false"), ("wanted[to]", "rosa@harbour.example")];
            let Started::Draft(draft) = mailbox.browser.call("writing/start_writing", &wanted).await.unwrap() else {
                panic!("no draft")
            };
            let opened: Opened =
                mailbox.browser.call("writing/open_draft", &[("draft", &draft.to_string())]).await.unwrap();
            assert_eq!(opened.draft.typed.to, "rosa@harbour.example");
        }
    })
    .await;
}
