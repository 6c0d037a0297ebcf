//! A provider's message as it is stored: the MIME tree walked, every part in its place.

use super::{
    bounds,
    charset::{self, LONGEST_BODY},
    headers, html,
    labels::Flags,
};
use crate::providers::google::gmail::{GmailMessage, Part};
use chrono::{DateTime, Utc};

/// Longest list of recipients kept, in characters.
pub(super) const LONGEST_RECIPIENTS: usize = 2_000;
/// Longest subject or snippet kept, in characters (RFC 5322 allows lines of 998).
pub(super) const LONGEST_LINE: usize = 998;

/// A message ready to be stored.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    pub remote_id: String,
    pub thread_remote_id: String,
    pub history_id: Option<i64>,
    pub rfc_message_id: Option<String>,
    pub sender_name: String,
    pub sender_address: String,
    pub recipients: String,
    pub subject: String,
    pub snippet: String,
    pub received_at: DateTime<Utc>,
    pub size: i64,
    pub label_ids: Vec<String>,
    pub text: Option<String>,
    pub html: Option<String>,
    /// JSON array of `[name, value]`.
    pub headers: String,
    pub files: Vec<ParsedFile>,
}

/// A part that is no text of the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParsedFile {
    pub part_id: String,
    pub filename: String,
    pub mime_type: String,
    pub size: i64,
    pub content_id: Option<String>,
    pub inline: bool,
}

impl Parsed {
    pub fn flags(&self) -> Flags {
        Flags::of(self.label_ids.iter().map(String::as_str))
    }

    /// Pictures that belong to the text are no attachments to a person.
    pub fn has_attachments(&self) -> bool {
        self.files.iter().any(|file| !file.inline)
    }
}

/// Reads a message.
pub(crate) fn read(message: GmailMessage) -> Parsed {
    let payload = &message.payload;
    let header = |name| payload.header(name).unwrap_or_default();
    let sender = headers::people(header("From")).into_iter().next().unwrap_or_default();
    let recipients: Vec<String> =
        ["To", "Cc"].iter().flat_map(|name| headers::people(header(name))).map(|one| headers::written(&one)).collect();
    let mut body = Body::default();
    body.walk(payload, Around::default());
    let rfc_message_id = payload
        .header("Message-ID")
        .map(|id| headers::plain(bounds::first(id, LONGEST_LINE)))
        .filter(|id| !id.is_empty());
    Parsed {
        thread_remote_id: if message.thread_id.is_empty() { message.id.clone() } else { message.thread_id },
        remote_id: message.id,
        history_id: message.history_id,
        rfc_message_id,
        sender_name: cut(&sender.name, LONGEST_LINE),
        sender_address: cut(&sender.address.to_lowercase(), LONGEST_LINE),
        recipients: cut(&recipients.join(", "), LONGEST_RECIPIENTS),
        subject: cut(&headers::text(header("Subject")), LONGEST_LINE),
        snippet: cut(
            &headers::plain(&html::unescape(bounds::first(&message.snippet, bounds::LONGEST_HEADER))),
            LONGEST_LINE,
        ),
        received_at: message.received_at,
        size: message.size,
        label_ids: message.label_ids,
        text: body.text,
        html: body.html,
        headers: headers::stored(&payload.headers),
        files: body.files,
    }
}

/// The texts of a message that did not come with it, by attachment id.
pub(crate) fn detached_texts(part: &Part) -> Vec<String> {
    if is_mail(part) {
        return Vec::new();
    }
    let mut ids: Vec<String> = part.parts.iter().flat_map(detached_texts).collect();
    ids.truncate(bounds::MOST_DETACHED - 1);
    if let Some(id) = part.attachment_id.as_ref().filter(|_| part.data.is_none() && is_text(part)) {
        ids.push(id.clone());
    }
    ids
}

/// Puts a text where it belongs.
pub(crate) fn attach_text(part: &mut Part, id: &str, data: &[u8]) {
    if part.attachment_id.as_deref() == Some(id) {
        part.data = Some(data.to_vec());
    }
    for inner in &mut part.parts {
        attach_text(inner, id, data);
    }
}

fn is_text(part: &Part) -> bool {
    part.filename.is_empty() && matches!(part.mime_type.as_str(), "text/plain" | "text/html")
}

/// A mail inside the mail: a file, whose text is not this mail's.
fn is_mail(part: &Part) -> bool {
    part.mime_type.starts_with("message/")
}

#[derive(Default)]
struct Body {
    text: Option<String>,
    html: Option<String>,
    files: Vec<ParsedFile>,
}

#[derive(Clone, Copy, Default)]
struct Around {
    /// Inside a `multipart/related`: what has a Content-ID belongs to the text.
    related: bool,
}

impl Body {
    fn walk(&mut self, part: &Part, around: Around) {
        if !part.parts.is_empty() && !is_mail(part) {
            let around = Around { related: around.related || part.mime_type == "multipart/related" };
            for inner in &part.parts {
                self.walk(inner, around);
            }
            return;
        }
        if is_text(part) && !is_attachment(part) {
            let content = || charset::text_of(part.data.as_deref().unwrap_or_default(), part.header("Content-Type"));
            // The first of each kind is the mail; later ones are signatures of lists and the like: appended.
            let slot = if part.mime_type == "text/html" { &mut self.html } else { &mut self.text };
            match slot {
                None => *slot = Some(content()),
                Some(before) if before.len() < LONGEST_BODY => {
                    before.push('\n');
                    before.push_str(&content());
                }
                Some(_) => {}
            }
            return;
        }
        if part.mime_type.starts_with("multipart/") {
            return;
        }
        if self.files.len() >= bounds::MOST_FILES {
            return;
        }
        let plain = |text: &str| headers::plain(bounds::first(text, LONGEST_LINE));
        let content_id = part.header("Content-ID").map(|id| plain(id.trim_matches(['<', '>', ' '])));
        // Some programs name every file and call every mail with files related: only pictures can be part of a text.
        let picture = part.mime_type.starts_with("image/");
        let inline = picture && content_id.is_some() && (around.related || !is_attachment(part));
        self.files.push(ParsedFile {
            part_id: part.part_id.clone(),
            filename: cut(&headers::text(&part.filename), LONGEST_LINE),
            mime_type: plain(&part.mime_type),
            size: part.size,
            content_id,
            inline,
        });
    }
}

fn is_attachment(part: &Part) -> bool {
    part.header("Content-Disposition")
        .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("attachment"))
}

pub(super) fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(mime_type: &str, headers: &[(&str, &str)], data: &[u8], parts: Vec<Part>) -> Part {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let data = (!data.is_empty()).then(|| data.to_vec());
        Part { mime_type: mime_type.into(), headers, data, parts, ..Part::default() }
    }

    fn message(payload: Part) -> GmailMessage {
        GmailMessage { id: "18c1".into(), snippet: "Tom &amp; Ana\u{200c}".into(), payload, ..GmailMessage::default() }
    }

    #[test]
    fn text_html_pictures_and_files_find_their_places() {
        let mut pdf = part("application/pdf", &[("Content-Disposition", "attachment; filename=a.pdf")], b"", vec![]);
        pdf.filename = "=?utf-8?q?Recibo_n=C2=BA1.pdf?=".into();
        let mut logo = part("image/png", &[("Content-ID", "<logo@x>")], b"", vec![]);
        logo.filename = "logo.png".into();
        let tree = part(
            "multipart/mixed",
            &[("From", "=?utf-8?q?Jos=C3=A9?= <jose@example.com>"), ("to", "ana@example.com"), ("Subject", "Hola")],
            b"",
            vec![
                part(
                    "multipart/alternative",
                    &[],
                    b"",
                    vec![
                        part(
                            "text/plain",
                            &[("Content-Type", "text/plain; charset=\"iso-8859-1\"")],
                            b"se\xf1or",
                            vec![],
                        ),
                        part(
                            "multipart/related",
                            &[],
                            b"",
                            vec![part("text/html", &[], "<p>señor</p>".as_bytes(), vec![]), logo],
                        ),
                    ],
                ),
                pdf,
            ],
        );
        let parsed = read(message(tree));
        assert_eq!((parsed.sender_name.as_str(), parsed.sender_address.as_str()), ("José", "jose@example.com"));
        assert_eq!((parsed.recipients.as_str(), parsed.subject.as_str()), ("ana@example.com", "Hola"));
        assert_eq!(parsed.text.as_deref(), Some("señor"));
        assert_eq!(parsed.html.as_deref(), Some("<p>señor</p>"));
        assert!(parsed.snippet.starts_with("Tom & Ana"));
        let files: Vec<(&str, bool)> = parsed.files.iter().map(|file| (file.filename.as_str(), file.inline)).collect();
        assert_eq!(files, [("logo.png", true), ("Recibo nº1.pdf", false)]);
        assert!(parsed.has_attachments());
    }

    #[test]
    fn a_text_too_large_to_come_along_is_named_and_put_back() {
        let mut large = part("text/html", &[], b"", vec![]);
        large.attachment_id = Some("ANG".into());
        let mut tree = part("multipart/mixed", &[], b"", vec![large]);
        assert_eq!(detached_texts(&tree), ["ANG"]);
        attach_text(&mut tree, "ANG", b"<p>long</p>");
        assert!(detached_texts(&tree).is_empty());
        assert_eq!(read(message(tree)).html.as_deref(), Some("<p>long</p>"));
    }

    #[test]
    fn a_mail_inside_a_mail_is_a_file_and_so_is_a_named_document_among_pictures() {
        let mut forwarded = part("message/rfc822", &[], b"", vec![part("text/plain", &[], b"inner", vec![])]);
        forwarded.filename = "forwarded.eml".into();
        forwarded.parts[0].attachment_id = Some("ANG".into());
        forwarded.parts[0].data = None;
        let mut pdf = part("application/pdf", &[("Content-ID", "<a@x>")], b"", vec![]);
        pdf.filename = "bill.pdf".into();
        let related = part("multipart/related", &[], b"", vec![part("text/plain", &[], b"outer", vec![]), pdf]);
        let tree = part("multipart/mixed", &[("From", "Ada@Example.COM")], b"", vec![related, forwarded]);
        assert!(detached_texts(&tree).is_empty());
        let parsed = read(message(tree));
        assert_eq!((parsed.text.as_deref(), parsed.sender_address.as_str()), (Some("outer"), "ada@example.com"));
        let files: Vec<(&str, bool)> = parsed.files.iter().map(|file| (file.filename.as_str(), file.inline)).collect();
        assert_eq!(files, [("bill.pdf", false), ("forwarded.eml", false)]);
    }

    #[test]
    fn a_mail_with_nothing_in_it_is_a_mail() {
        let parsed = read(message(Part::default()));
        assert_eq!((parsed.subject.as_str(), parsed.sender_address.as_str(), parsed.text), ("", "", None));
        assert_eq!(parsed.thread_remote_id, "18c1");
    }
}
