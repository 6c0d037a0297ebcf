//! Changing a mail: read or not, flag, categories, another folder, gone.

use http::StatusCode;
use serde_json::{Value, json};

use super::failure::Failure;
use super::list::mail_id;
use super::properties::Chosen;
use super::visit::{Outcome, Visit, folder_at, json_answer, mail_at};
use super::{message, write};
use crate::exchange::Answer;
use crate::world::Outlook;
use crate::world::labels::Marks;

/// Properties that can be changed on any mail.
const ALWAYS: [&str; 5] = ["isRead", "flag", "categories", "importance", "inferenceClassification"];
/// Properties that can be changed on a draft only.
pub const DRAFTS: [&str; 10] = [
    "subject",
    "body",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "from",
    "sender",
    "replyTo",
    "isReadReceiptRequested",
    "internetMessageId",
];

/// A mail with the usual properties, as an answer.
pub fn told(visit: &Visit<'_>, outlook: &Outlook, sequence: u32, status: StatusCode) -> Outcome {
    let chosen = Chosen::parse(visit, "", "")?;
    let mut shown = message::show(outlook, sequence, &chosen, visit.prefer).ok_or_else(Failure::not_found)?;
    shown["@odata.context"] = json!(visit.own_context("messages/$entity"));
    Ok(json_answer(status, &shown))
}

/// `PATCH /me/messages/{id}`.
pub fn patch(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let body = visit.body()?;
    let mut outlook = visit.resident.outlook_mut();
    let sequence = mail_at(&outlook, mail_id(ids))?;
    guard(visit, &outlook, sequence)?;
    let draft = outlook.marks(sequence).has(Marks::DRAFT);
    for name in body.as_object().into_iter().flat_map(|body| body.keys()).filter(|name| !name.starts_with('@')) {
        let text = DRAFTS.contains(&name.as_str());
        if text && !draft {
            let text = format!("The property '{name}' can only be set on a draft.");
            return Err(Failure::new(StatusCode::BAD_REQUEST, "ErrorInvalidPropertySet", text));
        }
        if !text && !ALWAYS.contains(&name.as_str()) {
            return Err(Failure::unknown_property(name, "message"));
        }
    }
    let rewritten = if DRAFTS.iter().any(|name| body.get(name).is_some()) {
        let chosen = Chosen::parse(visit, "", "attachments")?;
        let mut whole = message::show(&outlook, sequence, &chosen, visit.prefer).ok_or_else(Failure::not_found)?;
        for (name, value) in body.as_object().into_iter().flatten() {
            whole[name] = value.clone();
        }
        Some(write::mail(&visit.resident.person, &whole, visit.now)?)
    } else {
        None
    };
    apply(visit, &mut outlook, sequence, &body, rewritten)?;
    told(visit, &outlook, sequence, StatusCode::OK)
}

/// Somebody else changed the mail since the app saw it.
fn guard(visit: &Visit<'_>, outlook: &Outlook, sequence: u32) -> Result<(), Failure> {
    let key = format!("W/\"{}\"", message::change_key(outlook, sequence));
    match visit.call.headers.get("if-match").and_then(|value| value.to_str().ok()) {
        Some(wanted) if wanted != "*" && wanted != key => {
            let text = "The change key passed in the request does not match the current change key for the item.";
            Err(Failure::new(StatusCode::PRECONDITION_FAILED, "ErrorIrresolvableConflict", text))
        }
        _ => Ok(()),
    }
}

/// Writes the properties every mail can have.
pub fn apply(
    visit: &Visit<'_>,
    outlook: &mut Outlook,
    sequence: u32,
    body: &Value,
    raw: Option<Vec<u8>>,
) -> Result<(), Failure> {
    let (mut add, mut take) = (Marks::default(), Marks::default());
    let mut turn = |mark: Marks, on: bool| if on { add = add.with(mark) } else { take = take.with(mark) };
    if let Some(read) = body["isRead"].as_bool() {
        turn(Marks::UNREAD, !read);
    }
    let status = body["flag"]["flagStatus"].as_str();
    if let Some(status) = status {
        if !["notFlagged", "complete", "flagged"].contains(&status) {
            return Err(Failure::bad("Invalid value for flagStatus."));
        }
        turn(Marks::STARRED, status == "flagged");
    }
    let categories =
        body["categories"].as_array().map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let (importance, inference) = (text("importance"), text("inferenceClassification"));
    outlook.change(sequence, add, take, visit.now, |notes| {
        if status.is_some() {
            notes.flag = Some(body["flag"].clone());
        }
        notes.categories = categories.or_else(|| notes.categories.take());
        notes.importance = importance.or_else(|| notes.importance.take());
        notes.inference = inference.or_else(|| notes.inference.take());
        notes.raw = raw.map(Into::into).or_else(|| notes.raw.take());
    });
    Ok(())
}

/// `DELETE /me/messages/{id}`: out of every folder an app can see (into Recoverable Items), not into the bin.
pub fn delete(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let mut outlook = visit.resident.outlook_mut();
    let sequence = mail_at(&outlook, mail_id(ids))?;
    guard(visit, &outlook, sequence)?;
    outlook.remove(sequence, visit.now);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// `POST /me/messages/{id}/move`: answers with the mail under its id there.
pub fn shift(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let body = visit.body()?;
    let mut outlook = visit.resident.outlook_mut();
    let sequence = mail_at(&outlook, mail_id(ids))?;
    let to = destination(&outlook, &body)?;
    outlook.move_to(sequence, to, visit.now);
    told(visit, &outlook, sequence, StatusCode::CREATED)
}

/// `POST /me/messages/{id}/copy`.
pub fn copy(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let body = visit.body()?;
    let mut outlook = visit.resident.outlook_mut();
    let sequence = mail_at(&outlook, mail_id(ids))?;
    let to = destination(&outlook, &body)?;
    let raw = outlook.raw(sequence).ok_or_else(Failure::not_found)?;
    let marks = outlook.marks(sequence);
    let copy = outlook.put(raw, marks, to, visit.now);
    told(visit, &outlook, copy, StatusCode::CREATED)
}

fn destination(outlook: &Outlook, body: &Value) -> Result<usize, Failure> {
    let id = body["destinationId"].as_str();
    let missing = || Failure::new(StatusCode::BAD_REQUEST, "ErrorInvalidParameter", "DestinationId is required.");
    folder_at(outlook, id.ok_or_else(missing)?)
}
