//! Many reads in one request: `multipart/mixed` with a small HTTP request in every part, answered likewise. Answers may
//! come in any order and are matched by `Content-ID`.

use crate::providers::error::ProviderError;
use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use std::{collections::HashMap, fmt::Write};
use url::form_urlencoded::byte_serialize;

const FIELDS: &str = "id,threadId,labelIds,snippet,historyId,internalDate,sizeEstimate,payload";

/// What a part of a batch asks for, by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// One message.
    Message(String),
    /// All messages of a conversation.
    Thread(String),
}

impl Ask {
    /// The provider's id of it.
    pub fn id(&self) -> &str {
        match self {
            Self::Message(id) | Self::Thread(id) => id,
        }
    }

    /// Whether it is a conversation.
    pub fn is_thread(&self) -> bool {
        matches!(self, Self::Thread(_))
    }

    /// Its name among the parts of a batch: a conversation's id is that of its first message.
    pub(super) fn part(&self) -> String {
        match self {
            Self::Message(id) => id.clone(),
            Self::Thread(id) => format!("thread-{id}"),
        }
    }
}

/// The answer to one part.
#[derive(Debug)]
pub(super) struct PartAnswer<'a> {
    /// Its own status.
    pub(super) status: StatusCode,
    /// Its own headers.
    pub(super) headers: HeaderMap,
    /// Its JSON.
    pub(super) body: &'a [u8],
}

/// The request body that gets everything asked for. `base` is the path before `gmail/v1`, with a slash at its end.
pub(super) fn build(asks: &[Ask], boundary: &str, base: &str) -> String {
    let mut body = String::new();
    for ask in asks {
        let part = ask.part();
        let id_in_path: String = byte_serialize(ask.id().as_bytes()).collect();
        let (kind, fields) = match ask {
            Ask::Message(_) => ("messages", FIELDS.to_owned()),
            Ask::Thread(_) => ("threads", format!("messages({FIELDS})")),
        };
        // Writing to a String cannot fail.
        let _ = write!(
            body,
            "--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\
             Content-ID: <{part}>\r\n\r\n\
             GET {base}gmail/v1/users/me/{kind}/{id_in_path}?format=full&prettyPrint=false&fields={fields} HTTP/1.1\r\n\
             Accept: application/json\r\n\r\n\r\n",
        );
    }
    let _ = write!(body, "--{boundary}--\r\n");
    body
}

/// The answers by the id that was asked for. A part that cannot be read is left out: the caller sees it unanswered.
pub(super) fn read<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<HashMap<String, PartAnswer<'a>>, ProviderError> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = boundary_of(content_type).ok_or_else(|| ProviderError::nonsense("a batch without a boundary"))?;
    let delimiter = format!("--{boundary}");
    let parts = split(body, delimiter.as_bytes());
    Ok(parts.into_iter().filter_map(read_part).collect())
}

fn boundary_of(content_type: &str) -> Option<&str> {
    let (_, rest) = content_type.split_once(';')?;
    let value = rest.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    })?;
    (!value.is_empty()).then_some(value)
}

/// What lies between delimiters that begin a line.
fn split<'a>(body: &'a [u8], delimiter: &[u8]) -> Vec<&'a [u8]> {
    let mut starts = Vec::new();
    let mut line = 0;
    while line < body.len() {
        let end = body[line..].iter().position(|byte| *byte == b'\n').map_or(body.len(), |length| line + length + 1);
        if body[line..end].starts_with(delimiter) {
            starts.push((line, end));
        }
        line = end;
    }
    starts.windows(2).map(|pair| &body[pair[0].1..pair[1].0]).collect()
}

fn read_part(part: &[u8]) -> Option<(String, PartAnswer<'_>)> {
    let (outer, inner) = cut_blank_line(part)?;
    let outer = read_headers(std::str::from_utf8(outer).ok()?);
    let id = outer.get("content-id")?.to_str().ok()?.trim().trim_start_matches('<').trim_end_matches('>');
    let id = id.strip_prefix("response-").unwrap_or(id).to_owned();
    // An answer without a body may end after its headers.
    let (head, body) = cut_blank_line(inner).unwrap_or((inner, &[]));
    let head = std::str::from_utf8(head).ok()?;
    let (status_line, headers) = head.split_once('\n').unwrap_or((head, ""));
    let status = status_line.split_ascii_whitespace().nth(1)?.parse::<u16>().ok()?;
    let status = StatusCode::from_u16(status).ok()?;
    Some((id, PartAnswer { status, headers: read_headers(headers), body: body.trim_ascii() }))
}

/// Looks no further than the first empty line: behind it may stand megabytes.
fn cut_blank_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let bytes = bytes.trim_ascii_start();
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
    for end in ends {
        let rest = &bytes[end + 1..];
        if let Some(body) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")) {
            return Some((bytes[..end].trim_ascii_end(), body));
        }
    }
    None
}

fn read_headers(text: &str) -> HeaderMap {
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().parse::<HeaderName>().ok()?, HeaderValue::from_str(value.trim()).ok()?))
    };
    text.lines().filter_map(header).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(content_type: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))])
    }

    #[test]
    fn a_request_has_a_part_for_every_id() {
        let body = build(&[Ask::Message("18c1".into()), Ask::Thread("18c2".into())], "B", "/");
        assert_eq!(body.matches("--B\r\n").count(), 2);
        assert!(body.contains("Content-ID: <thread-18c2>"));
        assert!(body.contains("Content-ID: <18c1>\r\n\r\nGET /gmail/v1/users/me/messages/18c1?format=full&"));
        assert!(body.contains("threads/18c2?format=full&prettyPrint=false&fields=messages(id,threadId,"));
        assert!(body.ends_with("--B--\r\n"));
    }

    #[test]
    fn answers_are_matched_by_content_id_in_any_order() {
        let body = b"--B_x\r\nContent-Type: application/http\r\nContent-ID: <response-2>\r\n\r\n\
            HTTP/1.1 403 Forbidden\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\n{}\r\n\
            --B_x\r\nContent-Type: application/http\r\nContent-ID: response-1\r\n\r\n\
            HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\r\n \"text\": \"--B\"\r\n\r\n}\r\n--B_x--\r\n";
        let parts = read(&headers("multipart/mixed; boundary=\"B_x\""), body).unwrap();
        assert_eq!(parts["1"].status, StatusCode::OK);
        assert_eq!(parts["1"].body, b"{\r\n \"text\": \"--B\"\r\n\r\n}");
        assert_eq!(parts["2"].status, StatusCode::FORBIDDEN);
        assert_eq!(parts["2"].headers["retry-after"], "3");
    }

    #[test]
    fn a_batch_cut_short_gives_the_parts_that_are_whole() {
        let body = b"--B\r\nContent-ID: <response-1>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n--B\r\nContent-ID: <resp";
        let parts = read(&headers("multipart/mixed; boundary=B"), body).unwrap();
        assert_eq!(parts.len(), 1);
        assert_eq!(parts["1"].status, StatusCode::NO_CONTENT);
        assert!(read(&headers("application/json"), body).is_err());
    }
}
