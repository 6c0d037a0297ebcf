//! Sending: from JSON or as an upload. Mail to people of the sandbox arrives in their mailboxes.

use std::fmt::Write as _;

use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::{Outcome, Visit};
use crate::google::errors::Failure;
use crate::world::labels::Marks;
use crate::world::mime::encode::from_base64_any;
use crate::world::mime::parse::{Part, split_outside_quotes};
use crate::world::mime::split_multipart;

/// Largest mail an upload may bring, in bytes.
const LARGEST: usize = 36_700_160;

/// A mail in a request: its bytes and the JSON beside it.
pub struct Letter {
    /// RFC 5322 form.
    pub raw: Vec<u8>,
    /// The Message resource without `raw`.
    pub meta: Value,
}

/// Reads the mail of a request. `wrapped` means that the resource is a Draft, with the Message inside it.
pub fn read(visit: &Visit<'_>, wrapped: bool) -> Result<Letter, Failure> {
    let letter = if visit.upload { uploaded(visit)? } else { Letter { raw: Vec::new(), meta: visit.body()? } };
    let mut meta = letter.meta;
    if wrapped {
        meta = meta.get_mut("message").map(Value::take).unwrap_or_default();
    }
    let raw = match meta["raw"].as_str() {
        Some(text) => {
            from_base64_any(text).ok_or_else(|| Failure::invalid("Invalid value at 'message.raw' (TYPE_BYTES)"))?
        }
        None => letter.raw,
    };
    if raw.len() > LARGEST {
        return Err(Failure::too_large());
    }
    if raw.is_empty() {
        return Err(Failure::invalid(
            "'raw' RFC822 payload message string or uploading message via /upload/* URL required",
        ));
    }
    Ok(Letter { raw, meta })
}

/// A mail as the whole body (`uploadType=media`) or beside JSON in a `multipart/related` body.
fn uploaded(visit: &Visit<'_>) -> Result<Letter, Failure> {
    let media_type = visit.call.header(&CONTENT_TYPE).unwrap_or_default();
    if media_type.starts_with("message/") {
        return Ok(Letter { raw: visit.call.body.clone(), meta: json!({}) });
    }
    let bad =
        || Failure::invalid(format!("Media type '{media_type}' is not supported. Valid media types: [message/*]"));
    let parts = split_multipart(&visit.call.body, media_type).filter(|parts| parts.len() == 2).ok_or_else(bad)?;
    let meta = serde_json::from_slice(&parts[0].1).map_err(|_| bad())?;
    Ok(Letter { raw: parts[1].1.clone(), meta })
}

/// The thread a request names, which must exist.
pub fn thread(visit: &Visit<'_>, meta: &Value) -> Result<Option<u32>, Failure> {
    match meta["threadId"].as_str().filter(|id| !id.is_empty()) {
        None => Ok(None),
        Some(id) => visit.resident.mailbox().thread_by_id(id).map(Some).ok_or_else(Failure::not_found),
    }
}

/// `users.messages.send`.
pub fn send(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let letter = read(visit, false)?;
    let thread = thread(visit, &letter.meta)?;
    let sequence = dispatch(visit, letter.raw, thread)?;
    super::modify::brief(&visit.resident.mailbox(), sequence)
}

/// Sends a mail: into the sender's Sent, and into the inboxes of the recipients who live here.
pub fn dispatch(visit: &Visit<'_>, raw: Vec<u8>, thread: Option<u32>) -> Result<u32, Failure> {
    let part = Part::read(&raw);
    let recipients: Vec<String> =
        ["To", "Cc", "Bcc"].iter().filter_map(|name| part.header(name)).flat_map(addresses).collect();
    if recipients.is_empty() {
        return Err(Failure::invalid("Recipient address required"));
    }
    let sender = &visit.resident.person;
    let raw = completed(visit, raw, &part);
    let residents = visit.sandbox.world.residents().iter();
    for other in residents.filter(|other| other.person.address != sender.address) {
        if recipients.contains(&other.person.address) {
            let copy = arriving(visit, &raw, &other.person.address);
            other.mailbox_mut().put(copy, Marks::INBOX.with(Marks::UNREAD).with(Marks::PERSONAL), None, visit.now);
        }
    }
    let to_self = recipients.contains(&sender.address);
    let marks = if to_self { Marks::SENT.with(Marks::INBOX).with(Marks::UNREAD) } else { Marks::SENT };
    Ok(visit.resident.mailbox_mut().put(raw, marks, thread, visit.now))
}

/// The addresses in a header line, in lower case.
fn addresses(line: &str) -> Vec<String> {
    let bare = |piece: &str| {
        let inner = piece.rsplit_once('<').map_or(piece, |(_, tail)| tail.split('>').next().unwrap_or(tail));
        inner.trim().to_lowercase()
    };
    split_outside_quotes(line, ',').into_iter().map(bare).filter(|address| address.contains('@')).collect()
}

/// The mail with the headers Gmail adds where they are missing.
fn completed(visit: &Visit<'_>, raw: Vec<u8>, part: &Part) -> Vec<u8> {
    let person = &visit.resident.person;
    let mut head = String::new();
    if part.header("From").is_none() {
        _ = write!(head, "From: {}\r\n", person.address);
    }
    if part.header("Date").is_none() {
        _ = write!(head, "Date: {}\r\n", visit.now.to_rfc2822());
    }
    if part.header("Message-ID").is_none() {
        let id = crate::chance::random(24);
        _ = write!(head, "Message-ID: <CA{id}@mail.gmail.example>\r\n");
    }
    let mut whole = head.into_bytes();
    whole.extend(raw);
    whole
}

/// The copy a recipient gets: with the marks of its way, without the hidden recipients.
fn arriving(visit: &Visit<'_>, raw: &[u8], to: &str) -> Vec<u8> {
    let domain = visit.resident.person.address.rsplit('@').next().unwrap_or_default();
    let from = &visit.resident.person.address;
    let date = visit.now.to_rfc2822();
    let mut copy = format!(
        "Delivered-To: {to}\r\nReturn-Path: <{from}>\r\n\
         Received: from mail-sor-f41.{domain} by mx.google.com with SMTPS\r\n        for <{to}>; {date}\r\n\
         Authentication-Results: mx.google.com;\r\n       dkim=pass header.i=@{domain};\r\n       \
         spf=pass smtp.mailfrom={from};\r\n       dmarc=pass (p=NONE sp=QUARANTINE dis=NONE) header.from={domain}\r\n"
    )
    .into_bytes();
    copy.extend(without_header(raw, "bcc:"));
    copy
}

/// A mail without a header, its folded lines included.
pub fn without_header(raw: &[u8], name: &str) -> Vec<u8> {
    let mut kept = Vec::with_capacity(raw.len());
    let (mut in_head, mut dropping) = (true, false);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if in_head {
            let folded = line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
            let named = line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()));
            dropping = named || (dropping && folded);
            in_head = !line.trim_ascii().is_empty();
            if dropping {
                continue;
            }
        }
        kept.extend_from_slice(line);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{addresses, without_header};

    #[test]
    fn addresses_are_found_behind_names_with_commas() {
        let line = "\"Lindqvist, Ana\" <Ana@gmail.example>, bob@x.example, nobody";
        assert_eq!(addresses(line), ["ana@gmail.example", "bob@x.example"]);
    }

    #[test]
    fn hidden_recipients_are_taken_out_with_their_folded_lines() {
        let raw = b"To: a\r\nBcc: b,\r\n c\r\nSubject: x\r\n\r\nbcc: stays\r\n";
        assert_eq!(without_header(raw, "bcc:"), b"To: a\r\nSubject: x\r\n\r\nbcc: stays\r\n");
    }
}
