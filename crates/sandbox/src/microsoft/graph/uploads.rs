//! Upload sessions: a file that is too large for one request comes in pieces, to an address that is a permission of its own
//! (large attachments, `attachment: createUploadSession`).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::Duration;
use http::header::{AUTHORIZATION, CONTENT_RANGE, LOCATION};
use http::{Method, StatusCode};
use serde_json::json;

use super::attachments::{self, draft_at};
use super::failure::Failure;
use super::list::mail_id;
use super::visit::{Outcome, Visit, json_answer};
use crate::chance::random;
use crate::exchange::{Answer, Call};
use crate::state::Sandbox;
use crate::world::mime::write::Node;

/// The path below which pieces are taken.
pub const PATH: &str = "/api/v2.0/uploads/";
/// Largest file, in bytes.
const LARGEST: usize = 150 * 1024 * 1024;
/// Largest piece, in bytes.
const PIECE: usize = 4 * 1024 * 1024;
/// A session nobody goes on with lasts so many days.
const LASTS_DAYS: i64 = 1;

/// A file on its way.
#[derive(Debug)]
struct Session {
    person: String,
    sequence: u32,
    name: String,
    media_type: String,
    size: usize,
    bytes: Vec<u8>,
}

/// All files on their way, by the secret in their address.
#[derive(Debug, Default)]
pub struct Uploads(Mutex<HashMap<String, Session>>);

/// `POST /me/messages/{id}/attachments/createUploadSession`.
pub fn open(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let body = visit.body()?;
    let item = body.get("AttachmentItem").or_else(|| body.get("attachmentItem")).unwrap_or(&body);
    let sequence = draft_at(&visit.resident.outlook(), mail_id(ids))?;
    let size = item["size"].as_u64().and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
    let name = item["name"].as_str().unwrap_or_default();
    if item["attachmentType"].as_str() != Some("file") || size == 0 || name.is_empty() {
        let text = "AttachmentItem needs attachmentType, name and size.";
        return Err(Failure::new(StatusCode::BAD_REQUEST, "ErrorInvalidParameter", text));
    }
    if size > LARGEST {
        let text = "The attachment size exceeds the maximum allowed size.";
        return Err(Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "ErrorAttachmentSizeLimitExceeded", text));
    }
    let session = Session {
        person: visit.resident.person.address.clone(),
        sequence,
        name: name.to_owned(),
        media_type: item["contentType"].as_str().unwrap_or("application/octet-stream").to_owned(),
        size,
        bytes: Vec::new(),
    };
    let secret = random(43);
    let url = format!("{}{PATH}{secret}", visit.sandbox.microsoft.url);
    visit.sandbox.graph.uploads.0.lock().unwrap_or_else(PoisonError::into_inner).insert(secret, session);
    let until = visit.now + Duration::days(LASTS_DAYS);
    let told = json!({"uploadUrl": url, "expirationDateTime": until.to_rfc3339(), "nextExpectedRanges": ["0-"]});
    Ok(json_answer(StatusCode::CREATED, &told))
}

/// A piece, at the address of its session.
pub fn piece(sandbox: &Sandbox, call: &Call, secret: &str) -> Answer {
    take(sandbox, call, secret).unwrap_or_else(|failure| failure.answer(sandbox, "", ""))
}

fn take(sandbox: &Sandbox, call: &Call, secret: &str) -> Outcome {
    let bad = |text: &str| Failure::new(StatusCode::BAD_REQUEST, "ErrorInvalidRequest", text);
    // The address is the permission; a token beside it is refused, as it would be by Exchange's own host.
    if call.headers.contains_key(AUTHORIZATION) {
        return Err(Failure::unauthenticated("The upload URL takes no access token."));
    }
    let mut sessions = sandbox.graph.uploads.0.lock().unwrap_or_else(PoisonError::into_inner);
    let session = sessions.get_mut(secret).ok_or_else(Failure::not_found)?;
    if call.method == Method::DELETE {
        sessions.remove(secret);
        return Ok(Answer::empty(StatusCode::NO_CONTENT));
    }
    let (from, to, whole) = range(call).ok_or_else(|| bad("Content-Range is missing or makes no sense."))?;
    let fits = from == session.bytes.len() && whole == session.size && to < whole && to + 1 - from == call.body.len();
    if call.method != Method::PUT || !fits || call.body.len() > PIECE {
        return Err(bad("The uploaded fragment is not the one expected."));
    }
    session.bytes.extend_from_slice(&call.body);
    if session.bytes.len() < session.size {
        let next = json!({"nextExpectedRanges": [format!("{}-", session.bytes.len())]});
        return Ok(json_answer(StatusCode::OK, &next));
    }
    let Session { person, sequence, name, media_type, bytes, .. } =
        sessions.remove(secret).ok_or_else(Failure::not_found)?;
    let resident = sandbox.world.find(&person).ok_or_else(Failure::not_found)?;
    let file = Node::File { media_type, name, cid: None, bytes };
    attachments::enclose(&mut resident.outlook_mut(), sequence, &file, sandbox.clock.now())?;
    Ok(Answer::empty(StatusCode::CREATED).with(LOCATION, format!("{}{PATH}done", sandbox.microsoft.url)))
}

/// `bytes FROM-TO/WHOLE`.
fn range(call: &Call) -> Option<(usize, usize, usize)> {
    let (range, whole) = call.header(&CONTENT_RANGE)?.strip_prefix("bytes ")?.split_once('/')?;
    let (from, to) = range.split_once('-')?;
    Some((from.parse().ok()?, to.parse().ok()?, whole.parse().ok()?))
}
