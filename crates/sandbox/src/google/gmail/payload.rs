//! A mail as the API shows it, in the four formats.

use serde_json::{Value, json};

use super::attachments;
use crate::google::errors::Failure;
use crate::world::Mailbox;
use crate::world::compose::plain_text;
use crate::world::mime::encode::base64_url;
use crate::world::mime::parse::Part;

/// Text parts larger than this arrive as attachments, like files.
const LARGEST_INLINE: usize = 200_000;
/// Characters of a snippet.
const SNIPPET: usize = 200;

/// How much of a mail is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Ids, labels, snippet.
    Minimal,
    /// And the headers.
    Metadata,
    /// And the tree of parts.
    Full,
    /// The mail as it came.
    Raw,
}

impl Format {
    /// Reads the parameter; `full` when there is none.
    pub fn read(text: Option<&str>) -> Result<Self, Failure> {
        match text.unwrap_or("full").to_ascii_lowercase().as_str() {
            "minimal" => Ok(Self::Minimal),
            "metadata" => Ok(Self::Metadata),
            "full" => Ok(Self::Full),
            "raw" => Ok(Self::Raw),
            other => Err(Failure::invalid(format!("Invalid value at 'format', \"{other}\""))),
        }
    }

    /// Its name in error messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Minimal => "MINIMAL",
            Self::Metadata => "METADATA",
            Self::Full => "FULL",
            Self::Raw => "RAW",
        }
    }
}

/// A mail in a format; `wanted` limits the headers of `metadata` when it names any.
pub fn message(mailbox: &Mailbox, sequence: u32, format: Format, wanted: &[&str]) -> Option<Value> {
    let entry = mailbox.entry(sequence).filter(|entry| entry.alive)?;
    let raw = mailbox.raw(sequence)?;
    let part = Part::read(&raw);
    let mut message = json!({
        "id": mailbox.id(sequence),
        "threadId": mailbox.id(entry.thread),
        "historyId": entry.history.to_string(),
        "internalDate": (i64::from(entry.seconds) * 1_000).to_string(),
        "sizeEstimate": entry.size,
        "snippet": snippet(&part),
    });
    let labels = mailbox.labels.ids(entry.marks);
    if !labels.is_empty() {
        message["labelIds"] = json!(labels);
    }
    match format {
        Format::Minimal => {}
        Format::Raw => message["raw"] = json!(base64_url(&raw)),
        Format::Metadata => {
            let named = |name: &str| wanted.is_empty() || wanted.iter().any(|want| want.eq_ignore_ascii_case(name));
            message["payload"] = json!({"partId": "", "mimeType": part.media_type, "filename": part.file_name,
                "headers": headers(&part, named)});
        }
        Format::Full => {
            let mut number = 0;
            message["payload"] = tree(&part, "", &mut number, |at| attachments::id(sequence, at, entry.history));
        }
    }
    Some(message)
}

fn headers(part: &Part, named: impl Fn(&str) -> bool) -> Value {
    let lines = part.headers.iter().filter(|(name, _)| named(name));
    lines.map(|(name, value)| json!({"name": name, "value": value})).collect()
}

/// A part and those inside it; `number` counts the parts in the order of [`Part::walk`].
fn tree(part: &Part, id: &str, number: &mut usize, attachment: impl Fn(usize) -> String + Copy) -> Value {
    let own = *number;
    *number += 1;
    let parts: Vec<Value> = part
        .parts
        .iter()
        .enumerate()
        .map(|(at, inner)| {
            let inner_id = if id.is_empty() { at.to_string() } else { format!("{id}.{at}") };
            tree(inner, &inner_id, number, attachment)
        })
        .collect();
    let mut body = json!({"size": part.body.len()});
    if part.media_type.starts_with("multipart/") {
        body["size"] = json!(0);
    } else if stored_apart(part) {
        body["attachmentId"] = json!(attachment(own));
    } else if !part.body.is_empty() {
        body["data"] = json!(base64_url(&part.body));
    }
    let mut shown = json!({"partId": id, "mimeType": part.media_type, "filename": part.file_name, "body": body,
        "headers": headers(part, |_| true)});
    if !parts.is_empty() {
        shown["parts"] = Value::Array(parts);
    }
    shown
}

/// Whether a part's bytes are fetched by an id of their own.
fn stored_apart(part: &Part) -> bool {
    !part.file_name.is_empty() || !part.media_type.starts_with("text/") || part.body.len() > LARGEST_INLINE
}

/// The first words of a mail, escaped as Gmail does.
pub fn snippet(part: &Part) -> String {
    let text = plain_text(part, SNIPPET * 3);
    let mut words = String::new();
    for word in text.split_whitespace() {
        if words.chars().count() + word.chars().count() > SNIPPET {
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
