//! Drafts, and sending (provider facts 6.2). Mail to people of the sandbox arrives in their inboxes here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::change::{apply, told};
use super::failure::Failure;
use super::list::mail_id;
use super::message::addresses;
use super::visit::{Outcome, Visit, folder_at, mail_at};
use super::write;
use crate::exchange::Answer;
use crate::world::labels::Marks;
use crate::world::mime::parse::Part;
use crate::world::outlook::folders::{DRAFTS, INBOX, SENT};

/// `POST /me/messages`: a new draft.
pub fn create(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    draft(visit, DRAFTS)
}

/// `POST /me/mailFolders/{id}/messages`: a new draft there.
pub fn create_in(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let folder = folder_at(&visit.resident.outlook(), ids[1])?;
    draft(visit, folder)
}

fn draft(visit: &Visit<'_>, folder: usize) -> Outcome {
    let (raw, body) = if let Some(raw) = mime(visit)? {
        (raw, Value::Null)
    } else {
        let body = visit.body()?;
        (write::mail(&visit.resident.person, &body, visit.now)?, body)
    };
    let mut outlook = visit.resident.outlook_mut();
    let sequence = outlook.put(raw, Marks::DRAFT, folder, visit.now);
    if ["flag", "categories", "importance", "isRead"].iter().any(|name| body.get(name).is_some()) {
        apply(visit, &mut outlook, sequence, &body, None)?;
    }
    told(visit, &outlook, sequence, StatusCode::CREATED)
}

/// The mail of a `text/plain` body, which is base64 of its MIME form.
fn mime(visit: &Visit<'_>) -> Result<Option<Vec<u8>>, Failure> {
    if !visit.call.header(&CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/plain")) {
        return Ok(None);
    }
    let bad = || {
        Failure::new(
            StatusCode::BAD_REQUEST,
            "ErrorMimeContentInvalidBase64String",
            "Invalid base64 string for MIME content.",
        )
    };
    let text: Vec<u8> = visit.call.body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let raw = STANDARD.decode(text).map_err(|_| bad())?;
    if raw.is_empty() { Err(bad()) } else { Ok(Some(raw)) }
}

/// `POST /me/messages/{id}/send`: 202 without a body. The draft lies in Sent Items then; its immutable id stays.
pub fn send(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let raw = {
        let mut outlook = visit.resident.outlook_mut();
        let sequence = mail_at(&outlook, mail_id(ids))?;
        if !outlook.marks(sequence).has(Marks::DRAFT) {
            let text = "The operation can only be performed on a draft message.";
            return Err(Failure::new(StatusCode::BAD_REQUEST, "ErrorInvalidRequest", text));
        }
        let raw = outlook.raw(sequence).ok_or_else(Failure::not_found)?;
        recipients(&raw)?;
        outlook.sent(sequence, raw.clone(), SENT, visit.now);
        raw
    };
    deliver(visit, &raw)?;
    Ok(Answer::empty(StatusCode::ACCEPTED))
}

/// `POST /me/sendMail`: 202 without a body, and without an id.
pub fn send_mail(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let (raw, save) = if let Some(raw) = mime(visit)? {
        (raw, true)
    } else {
        let body = visit.body()?;
        let message = body.get("message").or_else(|| body.get("Message"));
        let empty = || Failure::new(StatusCode::BAD_REQUEST, "ErrorInvalidParameter", "message is required.");
        let message = message.ok_or_else(empty)?;
        let save = body.get("saveToSentItems").or_else(|| body.get("SaveToSentItems"));
        let save = save.is_none_or(|save| save.as_bool() != Some(false) && save.as_str() != Some("false"));
        (write::mail(&visit.resident.person, message, visit.now)?, save)
    };
    deliver(visit, &raw)?;
    if save {
        visit.resident.outlook_mut().put(raw, Marks::SENT, SENT, visit.now);
    }
    Ok(Answer::empty(StatusCode::ACCEPTED))
}

/// Who a mail is to; it must be to somebody.
fn recipients(raw: &[u8]) -> Result<Vec<String>, Failure> {
    let part = Part::read(raw);
    let lines = ["To", "Cc", "Bcc"].iter().filter_map(|name| part.header(name));
    let all: Vec<String> = lines.flat_map(addresses).map(|(_, address)| address.to_lowercase()).collect();
    if all.is_empty() {
        let text = "At least one recipient is not valid., Recipient address required.";
        return Err(Failure::new(StatusCode::BAD_REQUEST, "ErrorInvalidRecipients", text));
    }
    Ok(all)
}

/// Puts a copy into the inboxes of the recipients who live here, the sender's own included.
fn deliver(visit: &Visit<'_>, raw: &[u8]) -> Result<(), Failure> {
    let all = recipients(raw)?;
    for resident in visit.sandbox.world.residents() {
        if all.contains(&resident.person.address) {
            let copy = crate::google::gmail::without_header(raw, "bcc:");
            resident.outlook_mut().put(copy, Marks::INBOX.with(Marks::UNREAD), INBOX, visit.now);
        }
    }
    Ok(())
}
