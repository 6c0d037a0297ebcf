//! Opened mail: its files, its pictures, who sent it, and what a person wants of it. With both providers.

mod files;
mod hostile;
mod judged;
mod pictures;
mod wishes;

use crate::{
    acting::mailbox::{At, Managed, on_all_with, standing},
    harness::{Wishes, browser::client},
};
use app::features::mail::{Conversation, InboxPage, MessageView};
use base64::{Engine, engine::general_purpose::STANDARD};

/// A PNG of one pixel.
pub const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

/// A standing clock and a small mailbox of each provider.
async fn on_all(check: impl AsyncFn(Managed<'_>)) {
    on_all_with(Wishes { messages: Some(20), ..standing() }, check).await;
}

/// The head of a mail, up to its own type.
pub fn head(subject: &str) -> String {
    format!(
        "From: Shop <post@shop.example>\r\nTo: me@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Message-ID: <{}@shop.example>\r\n",
        subject.replace(' ', "-")
    )
}

/// A mail of HTML.
pub fn html(subject: &str, html: &str) -> String {
    format!("{}Content-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n", head(subject))
}

/// A mail with a file.
pub fn with_file(subject: &str, mime_type: &str, name: &str, content: &str) -> String {
    format!(
        "{}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>See the file.</p>\r\n--b\r\n\
         Content-Type: {mime_type}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        head(subject),
        wrapped(content.as_bytes())
    )
}

/// A mail of HTML with a picture that it calls `logo@x`.
pub fn with_picture(subject: &str, html: &str, mime_type: &str, picture: &[u8]) -> String {
    format!(
        "{}Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b\r\n\
         Content-Type: {mime_type}; name=\"logo.png\"\r\nContent-Disposition: inline; filename=\"logo.png\"\r\n\
         Content-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        head(subject),
        wrapped(picture)
    )
}

fn wrapped(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect::<Vec<_>>().join("\r\n")
}

impl Managed<'_> {
    /// A mail arrives, and is here. The provider's name for it.
    pub async fn receive(&self, raw: impl Into<reqwest::Body>) -> String {
        let id = self.arrive(raw).await;
        self.hear().await;
        id
    }

    /// A mail arrives at the provider.
    pub async fn arrive(&self, raw: impl Into<reqwest::Body>) -> String {
        let port = match self.at {
            At::Gmail => &self.app.sandbox.google_url,
            At::Outlook => &self.app.sandbox.microsoft_url,
        };
        let url = format!("{port}/_sandbox/mailboxes/{}/deliver", self.address);
        let answer = client().post(url).body(raw).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        let told: serde_json::Value = answer.json().await.unwrap();
        told["id"].as_str().unwrap().to_owned()
    }

    /// The mail with this subject, opened.
    pub async fn opened(&self, subject: &str) -> MessageView {
        let page: InboxPage = self.browser.call("mail/list_inbox", &[("folder", "all")]).await.unwrap();
        let row =
            page.rows.iter().find(|row| row.subject == subject).unwrap_or_else(|| panic!("{subject} is not here"));
        let id = row.id.to_string();
        let opened: Conversation = self.browser.call("mail/open_conversation", &[("message", &id)]).await.unwrap();
        opened.messages.into_iter().find(|one| one.id == row.id).unwrap()
    }
}
