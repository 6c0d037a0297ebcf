//! Batches: many requests in one `multipart/mixed` body, answered part by part.

use std::fmt::Write as _;

use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::errors::Failure;
use crate::chance::random;
use crate::exchange::{Answer, Call};
use crate::world::mime::split_multipart;

/// Most parts in a batch.
const MOST_PARTS: usize = 100;

/// Whether a path takes batches.
pub fn is_batch(path: &str) -> bool {
    path == "/batch" || path == "/batch/gmail/v1" || path == "/batch/calendar/v3"
}

/// One request of a batch.
#[derive(Debug)]
pub struct Inner {
    /// Its `Content-ID`, with the angle brackets.
    id: Option<String>,
    /// The request; `None` when it cannot be read.
    pub call: Option<Call>,
}

/// Takes a batch apart, or says why it cannot.
pub fn open(call: &Call) -> Result<Vec<Inner>, Answer> {
    let media_type = call.header(&CONTENT_TYPE).unwrap_or_default();
    let parts = split_multipart(&call.body, media_type);
    let parts = parts
        .ok_or_else(|| Failure::invalid("Failed to parse batch request, error: missing boundary.").into_answer())?;
    if parts.len() > MOST_PARTS {
        let message = format!(
            "The batch request could not be processed. Inner request count exceeds the limit. Limit: {MOST_PARTS}"
        );
        return Err(Failure::invalid(message).into_answer());
    }
    if parts.is_empty() {
        return Err(
            Failure::invalid("The batch request could not be processed. It has no inner requests.").into_answer()
        );
    }
    let outer = call.headers.get(AUTHORIZATION);
    let read = parts.into_iter().map(|(headers, body)| {
        let id =
            headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-id")).map(|(_, value)| value.clone());
        Inner { id, call: request(&body, outer) }
    });
    Ok(read.collect())
}

/// Reads a request in its text form.
fn request(bytes: &[u8], authorization: Option<&HeaderValue>) -> Option<Call> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let bytes = &bytes[start..];
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut words = line.split_whitespace();
    let method = Method::from_bytes(words.next()?.as_bytes()).ok()?;
    let target = words.next().filter(|target| target.starts_with('/'))?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let rest = bytes.get(end + 1..).unwrap_or_default();
    let (lines, body) = crate::world::mime::parse::split_head(rest);
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
            headers.append(name, value);
        }
    }
    if let Some(value) = authorization.filter(|_| !headers.contains_key(AUTHORIZATION)) {
        headers.insert(AUTHORIZATION, value.clone());
    }
    Some(Call { method, path: path.to_owned(), query: query.to_owned(), headers, body: body.to_vec() })
}

/// Whether a part may be answered at all: it must be a request, and no batch or upload itself.
pub fn refusal(inner: &Inner) -> Option<Answer> {
    match &inner.call {
        None => Some(Failure::invalid("Failed to parse inner request.").into_answer()),
        Some(call) if is_batch(&call.path) || call.path.starts_with("/upload/") => {
            Some(Failure::invalid("This kind of request is not allowed in a batch.").into_answer())
        }
        Some(_) => None,
    }
}

/// Puts the answers into one body, in the order of the requests.
pub fn close(answers: Vec<(Inner, Answer)>) -> Answer {
    let boundary = format!("batch_{}", random(24));
    let mut body = Vec::new();
    for (inner, answer) in answers {
        let id = inner.id.map(|id| {
            let bare = id.trim().trim_start_matches('<').trim_end_matches('>').to_owned();
            format!("Content-ID: <response-{bare}>\r\n")
        });
        let status = answer.status;
        let mut head = format!(
            "--{boundary}\r\nContent-Type: application/http\r\n{}\r\nHTTP/1.1 {} {}\r\n",
            id.unwrap_or_default(),
            status.as_u16(),
            status.canonical_reason().unwrap_or("Unknown")
        );
        for (name, value) in &answer.headers {
            _ = write!(head, "{}: {value}\r\n", title_case(name.as_str()));
        }
        _ = write!(head, "Content-Length: {}\r\n\r\n", answer.body.len());
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&answer.body);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Answer::new(StatusCode::OK, &format!("multipart/mixed; boundary={boundary}"), body)
}

/// A header's name as HTTP/1.1 messages usually write it.
fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::request;

    #[test]
    fn an_inner_request_is_read_with_headers_and_body() {
        let call =
            request(b"\r\nPOST /a/b?c=d HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{}\r\n", None).unwrap();
        assert_eq!((call.method.as_str(), call.path.as_str(), call.query.as_str()), ("POST", "/a/b", "c=d"));
        assert_eq!(call.body, b"{}\r\n");
        assert!(request(b"GET https://elsewhere.example/ HTTP/1.1", None).is_none());
        assert!(request(b"", None).is_none());
    }
}
