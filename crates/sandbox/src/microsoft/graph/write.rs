//! Writes the mail that a message resource describes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::Value;

use super::failure::Failure;
use crate::chance::random;
use crate::dice::Dice;
use crate::world::Person;
use crate::world::compose::Name;
use crate::world::mime::words;
use crate::world::mime::write::Node;

/// The mail in RFC 5322 form. What the resource leaves out (sender, date, message id) is added.
pub fn mail(person: &Person, message: &Value, now: DateTime<Utc>) -> Result<Vec<u8>, Failure> {
    let mut head = String::new();
    let mut line = |name: &str, value: &str| {
        head.push_str(name);
        head.push_str(": ");
        head.push_str(value.replace(['\r', '\n'], " ").trim());
        head.push_str("\r\n");
    };
    let own = message["internetMessageId"].as_str().filter(|id| !id.is_empty()).map(str::to_owned);
    line("Message-ID", &own.unwrap_or_else(|| format!("<{}@outlook.example>", random(24))));
    let from = recipients(&message["from"]).pop().unwrap_or_else(|| encoded(&person.name(), &person.address));
    line("From", &from);
    for (name, key) in
        [("To", "toRecipients"), ("Cc", "ccRecipients"), ("Bcc", "bccRecipients"), ("Reply-To", "replyTo")]
    {
        let list = recipients(&message[key]);
        if !list.is_empty() {
            line(name, &list.join(", "));
        }
    }
    line("Subject", &words::encode(message["subject"].as_str().unwrap_or_default(), "utf-8"));
    line("Date", &now.to_rfc2822());
    if let Some(importance) = message["importance"].as_str().filter(|importance| *importance != "normal") {
        line("Importance", importance);
    }
    for extra in message["internetMessageHeaders"].as_array().into_iter().flatten() {
        let (name, value) = (extra["name"].as_str().unwrap_or_default(), extra["value"].as_str().unwrap_or_default());
        if !name.to_lowercase().starts_with("x-") {
            let text = "The internet message header name must start with 'x-' or 'X-'.";
            return Err(Failure::new(StatusCode::BAD_REQUEST, "InvalidInternetMessageHeader", text));
        }
        line(name, value);
    }
    line("MIME-Version", "1.0");
    let mut raw = head.into_bytes();
    let mut dice = Dice::of(&[u64::from(now.timestamp_subsec_nanos()), raw.len() as u64]);
    body(message)?.write(&mut raw, &mut dice);
    Ok(raw)
}

fn body(message: &Value) -> Result<Node, Failure> {
    let content = message["body"]["content"].as_str().unwrap_or_default().replace("\r\n", "\n");
    let html = message["body"]["contentType"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("html"));
    let text = Node::text(if html { "html" } else { "plain" }, content);
    let mut parts = vec![text.clone()];
    for file_resource in message["attachments"].as_array().into_iter().flatten() {
        parts.push(file(file_resource)?);
    }
    Ok(if parts.len() == 1 { text } else { Node::Multi("mixed", parts) })
}

/// The file that an attachment resource describes.
pub fn file(file: &Value) -> Result<Node, Failure> {
    let bad = || Failure::new(StatusCode::BAD_REQUEST, "ErrorInvalidRequest", "contentBytes is not base64.");
    let bytes = STANDARD.decode(file["contentBytes"].as_str().unwrap_or_default()).map_err(|_| bad())?;
    Ok(Node::File {
        media_type: file["contentType"].as_str().unwrap_or("application/octet-stream").to_owned(),
        name: file["name"].as_str().unwrap_or("untitled").to_owned(),
        cid: file["contentId"].as_str().map(str::to_owned).filter(|_| file["isInline"] == Value::Bool(true)),
        bytes,
    })
}

/// The people in a recipient, or in a list of them, as a header line names them.
fn recipients(value: &Value) -> Vec<String> {
    let one = |value: &Value| {
        let address = value["emailAddress"]["address"].as_str()?;
        let name = value["emailAddress"]["name"].as_str().filter(|name| *name != address).unwrap_or_default();
        Some(encoded(name, address))
    };
    match value {
        Value::Array(list) => list.iter().filter_map(one).collect(),
        other => one(other).into_iter().collect(),
    }
}

fn encoded(name: &str, address: &str) -> String {
    if name.is_ascii() {
        Name::new(name, address).plain()
    } else {
        format!("{} <{address}>", words::encode(name, "utf-8"))
    }
}
