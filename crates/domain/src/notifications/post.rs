//! Hands mails to an SMTP server, or writes them to the outbox where there is none.

use super::letter::{Letter, Wording};
use chrono::{DateTime, Utc};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Body, Mailbox,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use secrecy::{ExposeSecret, SecretString};
use std::{
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::Duration,
};
use uuid::Uuid;

/// Longest wait for each answer of the SMTP server.
const PATIENCE: Duration = Duration::from_secs(20);

/// How mails leave.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// `smtp:` or `smtps:` with user and password; without it mails are written to the outbox.
    pub smtp_url: Option<SecretString>,
    /// Whom mails are from: `Name <address>` or an address.
    pub from: String,
    /// Folder for mails when there is no server.
    pub outbox: PathBuf,
    /// What they say.
    pub wording: Wording,
}

/// Why a mail did not leave.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The address cannot be written in a mail.
    #[error("the address cannot be written to")]
    Address,
    /// A setting cannot be used.
    #[error("{0} cannot be used")]
    Setting(&'static str),
    /// The mail could not be put together.
    #[error("the mail could not be written")]
    Writing(#[source] lettre::error::Error),
    /// The server did not take it.
    #[error("the SMTP server did not take the mail")]
    Smtp(#[source] lettre::transport::smtp::Error),
    /// The outbox did not take it.
    #[error("the mail could not be written to the outbox")]
    Outbox(#[source] std::io::Error),
}

/// Whether mails can be sent from this (`MAIL_FROM`).
pub fn check_sender(text: &str) -> Result<(), &'static str> {
    text.parse::<Mailbox>().map(drop).map_err(|_| "it is neither an address nor Name <address>")
}

/// Whether an SMTP server can be named like this (`SMTP_URL`). The reason never quotes it.
pub fn check_smtp_url(text: &str) -> Result<(), &'static str> {
    smtp(text).map(drop).ok_or("it is no address of an SMTP server")
}

fn smtp(url: &str) -> Option<AsyncSmtpTransport<Tokio1Executor>> {
    let with_host = url::Url::parse(url).ok()?.host().is_some();
    let builder = with_host.then(|| AsyncSmtpTransport::<Tokio1Executor>::from_url(url).ok())??;
    Some(builder.timeout(Some(PATIENCE)).build())
}

enum Way {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Outbox(PathBuf),
}

/// The way out.
pub(super) struct Post {
    from: Mailbox,
    way: Way,
}

impl Post {
    pub fn new(settings: MailSettings) -> Result<Self, PostError> {
        let from = settings.from.parse().map_err(|_| PostError::Setting("MAIL_FROM"))?;
        let way = match &settings.smtp_url {
            Some(url) => Way::Smtp(Box::new(smtp(url.expose_secret()).ok_or(PostError::Setting("SMTP_URL"))?)),
            None => Way::Outbox(settings.outbox),
        };
        Ok(Self { from, way })
    }

    /// Sends a letter. `id` and `made_at` name it: sent twice, it is the same mail to whoever looks, and one file.
    pub async fn send(&self, id: Uuid, to: &str, letter: &Letter, made_at: DateTime<Utc>) -> Result<(), PostError> {
        let to = to.parse().map_err(|_| PostError::Address)?;
        let mail = self.write(id, Mailbox::new(None, to), letter, made_at).map_err(PostError::Writing)?;
        match &self.way {
            Way::Smtp(server) => {
                server.send(mail).await.map_err(PostError::Smtp)?;
            }
            Way::Outbox(folder) => {
                let (folder, name) = (folder.clone(), format!("{}-{id}.eml", made_at.format("%Y%m%dT%H%M%SZ")));
                let bytes = mail.formatted();
                tokio::task::spawn_blocking(move || put(&folder, &name, &bytes))
                    .await
                    .map_err(|error| PostError::Outbox(std::io::Error::other(error)))?
                    .map_err(PostError::Outbox)?;
            }
        }
        Ok(())
    }

    fn write(
        &self,
        id: Uuid,
        to: Mailbox,
        letter: &Letter,
        made_at: DateTime<Utc>,
    ) -> Result<Message, lettre::error::Error> {
        let host = self.from.email.domain();
        let mut mail = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject.as_str())
            .date(made_at.into())
            .message_id(Some(format!("<{id}@{host}>")))
            .header(ContentType::TEXT_PLAIN)
            .body(body(&letter.text))?;
        // RFC 3834 section 5: nobody's holiday notice answers it.
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        mail.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
        Ok(mail)
    }
}

/// As it is where RFC 5322 section 2.1.1 lets it be: quoted-printable, which lettre prefers from 77 characters on, would
/// break a link in two for whoever reads the file itself.
fn body(text: &str) -> Body {
    if text.is_ascii() && text.lines().all(|line| line.len() <= 998) {
        let lines = text.lines().flat_map(|line| [line, "\r\n"]).collect::<String>();
        return Body::dangerous_pre_encoded(lines.into_bytes(), ContentTransferEncoding::SevenBit);
    }
    Body::new(text.to_owned())
}

/// Writes a file for the owner's eyes that is either whole or not there.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = folder.join(format!(".{name}.draft"));
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::{check_sender, check_smtp_url};

    #[test]
    fn senders_and_servers_are_checked_before_anything_is_sent() {
        for good in ["gatepost@localhost", "Gatepost <post@mail.example.org>"] {
            assert_eq!(check_sender(good), Ok(()), "{good}");
        }
        assert!(check_sender("nobody").is_err());
        for good in ["smtp://127.0.0.1:2525", "smtps://user:pass%40word@mail.example.org", "smtp://h:587?tls=required"]
        {
            assert_eq!(check_smtp_url(good), Ok(()), "{good}");
        }
        for bad in ["mail.example.org", "https://mail.example.org", "smtp:///x"] {
            assert!(check_smtp_url(bad).is_err(), "{bad}");
        }
    }
}
