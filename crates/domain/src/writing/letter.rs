//! The mail in RFC 5322 form.

use super::checking::Recipients;
use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    message::{
        Attachment, Body, Mailbox, MessageBuilder, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

/// Most ids of earlier mails that a mail names.
const MOST_REFERENCES: usize = 20;
/// Longest `Message-ID` that is repeated.
const LONGEST_ID: usize = 250;

/// Everything that is in a mail.
pub(super) struct Letter<'a> {
    pub from: (&'a str, &'a str),
    pub recipients: Recipients,
    pub subject: &'a str,
    pub date: DateTime<Utc>,
    /// With angle brackets, as the two below.
    pub message_id: &'a str,
    pub in_reply_to: Option<&'a str>,
    pub references: &'a str,
    pub body: &'a str,
    pub files: Vec<Enclosure>,
}

/// A file in a mail.
pub(super) struct Enclosure {
    pub name: String,
    pub mime_type: String,
    pub bytes: Vec<u8>,
}

/// Why a mail could not be built.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unwritable {
    /// The account's own address is none.
    #[error("the sender's address is none")]
    Sender(#[source] lettre::address::AddressError),
    /// Something of it cannot stand in a mail.
    #[error("the mail cannot be built")]
    Mail(#[from] lettre::error::Error),
}

impl Letter<'_> {
    /// The whole mail, with the hidden recipients: the provider takes them out.
    pub fn write(self) -> Result<Vec<u8>, Unwritable> {
        let (name, address) = self.from;
        let address: Address = address.parse().map_err(Unwritable::Sender)?;
        let name = Some(crate::mail::plain(name)).filter(|name| !name.is_empty());
        let mut mail = Message::builder()
            .keep_bcc()
            .from(Mailbox::new(name, address))
            .date(self.date.into())
            .message_id(Some(self.message_id.to_owned()));
        let Recipients { to, cc, bcc } = self.recipients;
        mail = to.into_iter().fold(mail, MessageBuilder::to);
        mail = cc.into_iter().fold(mail, MessageBuilder::cc);
        mail = bcc.into_iter().fold(mail, MessageBuilder::bcc);
        mail = mail.subject(self.subject);
        if let Some(id) = self.in_reply_to {
            mail = mail.raw_header(ids("In-Reply-To", id));
        }
        if !self.references.is_empty() {
            mail = mail.raw_header(ids("References", self.references));
        }
        let text = SinglePart::plain(self.body.to_owned());
        let mail = if self.files.is_empty() {
            mail.singlepart(text)?
        } else {
            let parts = MultiPart::mixed().singlepart(text);
            mail.multipart(self.files.into_iter().fold(parts, |parts, file| parts.singlepart(file.part())))?
        };
        Ok(mail.formatted())
    }
}

impl Enclosure {
    fn part(self) -> SinglePart {
        // Was looked at when it was attached.
        let kind = ContentType::parse(&self.mime_type).unwrap_or(ContentType::TEXT_PLAIN);
        // Base64 takes any bytes, so that a text's line ends stay what they were.
        let body = Body::new_with_encoding(self.bytes, ContentTransferEncoding::Base64).unwrap_or_else(Body::new);
        Attachment::new(self.name).body(body, kind)
    }
}

/// A header of `Message-ID`s, one a line: they are never encoded, whatever their length.
fn ids(name: &'static str, ids: &str) -> HeaderValue {
    let folded = ids.split(' ').collect::<Vec<_>>().join("\r\n ");
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), ids.to_owned(), folded)
}

/// The `Message-ID`s in a header, with their angle brackets: what looks like none is left out.
pub(super) fn message_ids(value: &str) -> Vec<String> {
    let inside = value.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(id, _)| id.trim());
    let sound = |id: &&str| {
        !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic()) && id.contains('@')
    };
    inside.filter(sound).map(|id| format!("<{id}>")).collect()
}

/// The ids that an answer names (RFC 5322 section 3.6.4): those of the answered mail's `References`, or its `In-Reply-To`
/// when it has none, and its own. Of very long conversations the first and the newest stay.
pub(super) fn references(references: &str, in_reply_to: &str, message_id: &str) -> String {
    let mut all = message_ids(references);
    if all.is_empty() {
        all = message_ids(in_reply_to).into_iter().take(1).collect();
    }
    all.extend(message_ids(message_id));
    let mut seen = std::collections::HashSet::new();
    all.retain(|id| seen.insert(id.clone()));
    if all.len() > MOST_REFERENCES {
        all.drain(1..=all.len() - MOST_REFERENCES);
    }
    all.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::{MessageParser, MimeHeaders};

    fn letter<'a>() -> Letter<'a> {
        let mailbox = |address: &str| super::super::address::read(address).unwrap();
        Letter {
            from: ("Ada \"The Countess\" Lovelace", "ada@example.com"),
            recipients: Recipients {
                to: vec![mailbox("José Mora <jose@example.com>"), mailbox("\"Mora, Ana\" <ana@example.com>")],
                cc: vec![],
                bcc: vec![mailbox("eve@example.com")],
            },
            subject: "Grüße, und noch ein langer Betreff, der über die Zeile hinausgeht: weil er so lang ist 🎉",
            date: DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
            message_id: "<own@mail.example>",
            in_reply_to: Some("<two@mail.example>"),
            references: "<one@mail.example> <two@mail.example>",
            body: "Hallo Ana,\n\n.\nFrom here\ngrüß dich\n",
            files: vec![],
        }
    }

    #[test]
    fn it_is_read_back_as_it_was_written() {
        let file = |name: &str, mime_type: &str, bytes: &[u8]| Enclosure {
            name: name.to_owned(),
            mime_type: mime_type.to_owned(),
            bytes: bytes.to_owned(),
        };
        let files = vec![
            file("año \"2026\".pdf", "application/pdf", &[0, 255, 10, 13]),
            file("a.txt", "text/plain; charset=utf-8", b"one\ntwo\n"),
        ];
        let raw = Letter { files, ..letter() }.write().unwrap();
        assert!(raw.split(|byte| *byte == b'\n').all(|line| line.len() <= 999), "lines are short");
        let text = String::from_utf8(raw.clone()).expect("it is ASCII");
        assert!(text.is_ascii() && !text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
        let mail = MessageParser::new().parse(&raw).unwrap();
        assert_eq!(mail.subject(), Some(letter().subject));
        assert_eq!(mail.message_id(), Some("own@mail.example"));
        assert_eq!(mail.in_reply_to().as_text(), Some("two@mail.example"));
        assert_eq!(mail.references().as_text_list().unwrap(), ["one@mail.example", "two@mail.example"]);
        let to: Vec<_> = mail.to().unwrap().iter().map(|one| (one.name().unwrap(), one.address().unwrap())).collect();
        assert_eq!(to, [("José Mora", "jose@example.com"), ("Mora, Ana", "ana@example.com")]);
        assert_eq!(mail.from().unwrap().first().unwrap().name(), Some("Ada \"The Countess\" Lovelace"));
        assert_eq!(mail.bcc().unwrap().first().unwrap().address(), Some("eve@example.com"));
        assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n"), letter().body);
        let files: Vec<_> = mail.attachments().map(|one| (one.attachment_name().unwrap(), one.contents())).collect();
        assert_eq!(files, [("año \"2026\".pdf", &[0, 255, 10, 13][..]), ("a.txt", &b"one\ntwo\n"[..])]);
    }

    #[test]
    fn ids_are_repeated_as_they_are_and_nothing_else_is() {
        let long = format!("<{}@mail.example>", "x".repeat(150));
        let raw = Letter { references: &format!("<a@b> {long}"), ..letter() }.write().unwrap();
        assert!(String::from_utf8(raw).unwrap().contains(&format!("References: <a@b>\r\n {long}\r\n")));
        assert_eq!(message_ids("<a@b>\r\n\t<c@d> junk <e f@g> <\u{e4}@h> <no> <>"), ["<a@b>", "<c@d>"]);
        assert!(message_ids("<a\r\nBcc: x@y>").is_empty());
    }

    #[test]
    fn an_answer_names_the_conversation_so_far() {
        assert_eq!(references("<1@x> <2@x>", "<2@x>", "<3@x>"), "<1@x> <2@x> <3@x>");
        assert_eq!(references("", "<2@x> <9@x>", "<3@x>"), "<2@x> <3@x>");
        assert_eq!(references("", "", "<3@x>"), "<3@x>");
        assert_eq!(references("", "", ""), "");
        let many = (0..40).map(|number| format!("<{number}@x>")).collect::<Vec<_>>().concat();
        let kept = references(&many, "", "<own@x>");
        assert_eq!(kept.split(' ').count(), MOST_REFERENCES);
        assert!(kept.starts_with("<0@x> <22@x>") && kept.ends_with("<39@x> <own@x>"), "{kept}");
    }
}
