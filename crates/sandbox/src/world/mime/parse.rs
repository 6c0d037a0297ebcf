//! Reads a mail into the tree of parts that Gmail's API shows. Anything can be read; what is malformed becomes text.

use super::encode::{from_base64_any, from_quoted_printable};
use super::{continued, from_charset, words};

/// A mail or a part of one.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Header lines, unfolded and decoded, in their order.
    pub headers: Vec<(String, String)>,
    /// Media type in lower case, `text/plain` when none is given.
    pub media_type: String,
    /// Declared charset, `utf-8` when none is given.
    pub charset: String,
    /// File name, empty when it has none.
    pub file_name: String,
    /// Its bytes without the transfer encoding; empty for multiparts.
    pub body: Vec<u8>,
    /// Parts inside it.
    pub parts: Vec<Part>,
}

/// How deep parts may nest; deeper ones are left as text.
const DEPTH: usize = 12;

impl Part {
    /// Reads a whole mail.
    pub fn read(raw: &[u8]) -> Self {
        Self::read_at(raw, 0)
    }

    fn read_at(raw: &[u8], depth: usize) -> Self {
        let (headers, body) = split_head(raw);
        let mut part = Self { headers, ..Self::default() };
        let (media_type, params) = part.parameters("Content-Type");
        part.media_type = if media_type.contains('/') { media_type } else { "text/plain".to_owned() };
        find(&params, "charset").unwrap_or("utf-8").clone_into(&mut part.charset);
        let disposition = part.parameters("Content-Disposition").1;
        let name = find(&disposition, "filename").or_else(|| find(&params, "name"));
        part.file_name = name.map(words::decode).unwrap_or_default();
        let boundary = find(&params, "boundary").filter(|_| part.media_type.starts_with("multipart/"));
        if let Some(boundary) = boundary.filter(|_| depth < DEPTH) {
            part.parts = sections(body, boundary).into_iter().map(|piece| Self::read_at(piece, depth + 1)).collect();
            return part;
        }
        part.body = match part.header("Content-Transfer-Encoding").map(|name| name.trim().to_lowercase()).as_deref() {
            Some("base64") => from_base64_any(&String::from_utf8_lossy(body)).unwrap_or_else(|| body.to_vec()),
            Some("quoted-printable") => from_quoted_printable(body),
            _ => body.to_vec(),
        };
        if part.media_type == "message/rfc822" && depth < DEPTH {
            part.parts = vec![Self::read_at(&part.body, depth + 1)];
        }
        part
    }

    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Value and parameters of a header such as `Content-Type`, the value and the names in lower case.
    fn parameters(&self, name: &str) -> (String, Vec<(String, String)>) {
        let line = self.header(name).unwrap_or_default();
        let mut pieces = split_outside_quotes(line, ';').into_iter();
        let value = pieces.next().unwrap_or_default().trim().to_lowercase();
        let params: Vec<(String, String)> = pieces
            .filter_map(|piece| {
                let (key, value) = piece.split_once('=')?;
                Some((key.trim().to_lowercase(), value.trim().trim_matches('"').to_owned()))
            })
            .collect();
        (value, continued::join(params))
    }

    /// This part and all parts inside it, outside first.
    pub fn walk(&self) -> Vec<&Part> {
        let mut all = vec![self];
        for part in &self.parts {
            all.extend(part.walk());
        }
        all
    }

    /// The text of a text part, in its charset.
    pub fn text(&self) -> String {
        from_charset(&self.body, &self.charset)
    }
}

fn find<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// The pieces between separators that do not stand in quotes.
pub fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut quoted = false;
    let mut start = 0;
    for (at, letter) in text.char_indices() {
        quoted ^= letter == '"';
        if letter == separator && !quoted {
            pieces.push(&text[start..at]);
            start = at + letter.len_utf8();
        }
    }
    pieces.push(&text[start..]);
    pieces
}

/// Headers (unfolded, decoded) and the rest of a mail.
pub fn split_head(raw: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut rest = raw;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let (line, tail) = rest.split_at(end);
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        rest = tail;
        if line.is_empty() {
            break;
        }
        let text = header_text(line);
        if text.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(text.trim());
            }
        } else if let Some((name, value)) = text.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    for (_, value) in &mut headers {
        if value.contains("=?") {
            *value = words::decode(value);
        }
    }
    (headers, rest)
}

/// A header line as text: UTF-8 where it is, otherwise read as Windows-1252 (bytes nobody declared).
fn header_text(line: &[u8]) -> String {
    std::str::from_utf8(line).map_or_else(|_| from_charset(line, "windows-1252"), str::to_owned)
}

/// The bodies between the boundaries of a multipart.
pub fn sections<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let delimiter = format!("--{boundary}");
    let mut pieces = Vec::new();
    let mut start = None;
    let mut at = 0;
    while at <= body.len() {
        let end = body[at..].iter().position(|byte| *byte == b'\n').map_or(body.len(), |found| at + found + 1);
        let line = body[at..end].trim_ascii_end();
        if let Some(tail) = line.strip_prefix(delimiter.as_bytes()).filter(|tail| tail.is_empty() || *tail == b"--") {
            if let Some(from) = start {
                pieces.push(without_last_break(&body[from..at]));
            }
            start = (tail != b"--").then_some(end);
            if tail == b"--" {
                return pieces;
            }
        }
        if end == at {
            break;
        }
        at = end;
    }
    if let Some(from) = start {
        pieces.push(&body[from..]);
    }
    pieces
}

fn without_last_break(piece: &[u8]) -> &[u8] {
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    piece.strip_suffix(b"\r").unwrap_or(piece)
}

#[cfg(test)]
mod tests {
    use super::super::write::Node;
    use super::Part;
    use crate::dice::Dice;

    #[test]
    fn a_written_tree_is_read_back_as_it_was() {
        let file = Node::File {
            media_type: "application/pdf".into(),
            name: "año 2026.pdf".into(),
            cid: None,
            bytes: vec![0, 255, 10, 13],
        };
        let tree = Node::Multi("mixed", vec![Node::alternative("Hé\n".into(), "<p>Hé</p>".into()), file]);
        let mut raw = b"Subject: =?utf-8?q?=C3=A9?=\r\n folded\r\nX-Two: a\r\nX-Two: b\r\n".to_vec();
        tree.write(&mut raw, &mut Dice::of(&[1]));
        let mail = Part::read(&raw);
        assert_eq!(mail.header("subject"), Some("é folded"));
        assert_eq!(mail.media_type, "multipart/mixed");
        let types: Vec<&str> = mail.walk().iter().map(|part| part.media_type.as_str()).collect();
        assert_eq!(types, ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]);
        assert_eq!(mail.parts[0].parts[0].text(), "Hé\r\n");
        assert_eq!(mail.parts[1].file_name, "año 2026.pdf");
        assert_eq!(mail.parts[1].body, [0, 255, 10, 13]);
    }

    #[test]
    fn broken_mails_are_read_without_complaint() {
        for raw in [&b""[..], b"\n", b"no header at all", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x--"] {
            Part::read(raw);
        }
        let unclosed = Part::read(b"Content-Type: multipart/mixed; boundary=\"x\"\n\n--x\n\nhello");
        assert_eq!(unclosed.parts[0].text(), "hello");
    }
}
