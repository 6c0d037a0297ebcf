//! Writes a body: text, files and multiparts to the lines of RFC 5322.

use std::fmt::Write as _;

use super::encode::{base64_lines, quoted_printable};
use super::{to_charset, words};
use crate::dice::Dice;

/// How the bytes of a text travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// As they are; the text must be ASCII.
    Seven,
    /// As they are, whatever they are.
    Eight,
    /// Quoted-printable.
    Quoted,
    /// Base64.
    Base64,
}

/// A body or a part of one.
#[derive(Clone, Debug)]
pub enum Node {
    /// Text.
    Text {
        /// `plain`, `html`, `calendar; method=REQUEST` and so on.
        subtype: &'static str,
        /// Its charset.
        charset: &'static str,
        /// How it travels.
        transfer: Transfer,
        /// The text, with `\n` line ends.
        text: String,
    },
    /// A file, attached or shown in the text.
    File {
        /// Media type.
        media_type: String,
        /// File name.
        name: String,
        /// Content id when the text shows it.
        cid: Option<String>,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// A whole mail inside this one.
    Mail(Vec<u8>),
    /// Several parts: `mixed`, `alternative` or `related`.
    Multi(&'static str, Vec<Node>),
}

impl Node {
    /// Text in UTF-8, quoted-printable where that is needed.
    pub fn text(subtype: &'static str, text: String) -> Self {
        let long = text.lines().any(|line| line.len() > 900);
        let transfer = if text.is_ascii() && !long { Transfer::Seven } else { Transfer::Quoted };
        Self::Text { subtype, charset: "UTF-8", transfer, text }
    }

    /// The same thing as plain text and as HTML.
    pub fn alternative(plain: String, html: String) -> Self {
        Self::Multi("alternative", vec![Self::text("plain", plain), Self::text("html", html)])
    }

    /// The first text of this subtype, looking into multiparts but not into mails inside the mail.
    pub fn first_text(&self, wanted: &str) -> Option<&str> {
        match self {
            Self::Text { subtype, text, .. } => (*subtype == wanted).then_some(text),
            Self::Multi(_, parts) => parts.iter().find_map(|part| part.first_text(wanted)),
            Self::File { .. } | Self::Mail(_) => None,
        }
    }

    /// Appends the part's headers, an empty line and its content.
    pub fn write(&self, out: &mut Vec<u8>, dice: &mut Dice) {
        match self {
            Self::Text { subtype, charset, transfer, text } => write_text(out, subtype, charset, *transfer, text),
            Self::File { media_type, name, cid, bytes } => {
                write_file_head(out, media_type, name, cid.as_deref());
                out.extend_from_slice(base64_lines(bytes).as_bytes());
            }
            Self::Mail(mail) => {
                out.extend_from_slice(b"Content-Type: message/rfc822\r\nContent-Disposition: attachment;");
                out.extend_from_slice(b" filename=\"forwarded.eml\"\r\n\r\n");
                out.extend_from_slice(mail);
            }
            Self::Multi(kind, parts) => {
                let boundary = format!("000000000000{}", dice.hex(16));
                let head = format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n");
                out.extend_from_slice(head.as_bytes());
                for part in parts {
                    out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
                    part.write(out, dice);
                    out.extend_from_slice(b"\r\n");
                }
                out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
            }
        }
    }
}

/// A mail with one more part in it: every other header, and what was in it, stays as it is.
pub fn with_part(raw: &[u8], part: &Node, dice: &mut Dice) -> Vec<u8> {
    let (mut head, mut content, mut in_head, mut of_content) = (Vec::new(), Vec::new(), true, false);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if in_head && line.trim_ascii().is_empty() {
            in_head = false;
            content.extend_from_slice(line);
            continue;
        }
        if in_head && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            of_content = line.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
        }
        if in_head && !of_content { head.extend_from_slice(line) } else { content.extend_from_slice(line) }
    }
    let boundary = format!("000000000000{}", dice.hex(16));
    let kind = format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n");
    head.extend_from_slice(kind.as_bytes());
    head.extend_from_slice(&content);
    head.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
    part.write(&mut head, dice);
    head.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    head
}

fn write_text(out: &mut Vec<u8>, subtype: &str, charset: &str, transfer: Transfer, text: &str) {
    let name = match transfer {
        Transfer::Seven => "7bit",
        Transfer::Eight => "8bit",
        Transfer::Quoted => "quoted-printable",
        Transfer::Base64 => "base64",
    };
    let head = format!("Content-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: {name}\r\n\r\n");
    out.extend_from_slice(head.as_bytes());
    let bytes = to_charset(text, charset);
    match transfer {
        Transfer::Seven | Transfer::Eight => {
            for byte in bytes {
                if byte == b'\n' {
                    out.push(b'\r');
                }
                out.push(byte);
            }
        }
        Transfer::Quoted => out.extend_from_slice(quoted_printable(&bytes).as_bytes()),
        Transfer::Base64 => out.extend_from_slice(base64_lines(&bytes).as_bytes()),
    }
}

fn write_file_head(out: &mut Vec<u8>, media_type: &str, name: &str, cid: Option<&str>) {
    let name = words::encode(name, "utf-8");
    let mut head = format!("Content-Type: {media_type}; name=\"{name}\"\r\n");
    match cid {
        Some(cid) => {
            let id = format!("Content-ID: <{cid}>\r\nX-Attachment-Id: {cid}\r\n");
            _ = write!(head, "Content-Disposition: inline; filename=\"{name}\"\r\n{id}");
        }
        None => _ = write!(head, "Content-Disposition: attachment; filename=\"{name}\"\r\n"),
    }
    head.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
    out.extend_from_slice(head.as_bytes());
}
