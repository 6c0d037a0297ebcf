//! The files of a mail.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Value, json};

use super::failure::Failure;
use super::list::mail_id;
use super::visit::{Outcome, Visit, json_answer, mail_at, names, ok, page};
use super::{message, write};
use crate::dice::Dice;
use crate::exchange::Answer;
use crate::world::Outlook;
use crate::world::labels::Marks;
use crate::world::mime::parse::Part;
use crate::world::mime::write::{Node, with_part};
use crate::world::outlook::ids::Form;

/// All files of a mail, those that its text shows included.
pub fn all(outlook: &Outlook, sequence: u32) -> Vec<Value> {
    let raw = outlook.raw(sequence).unwrap_or_default();
    let mail = Part::read(&raw);
    let parts = mail.walk();
    let files = parts.iter().enumerate().filter(|(_, part)| is_file(part));
    files.map(|(at, part)| show(outlook, sequence, at, part)).collect()
}

/// Whether a part is a file: it has a name, or it is no text.
fn is_file(part: &Part) -> bool {
    let other = !part.media_type.starts_with("multipart/") && !part.media_type.starts_with("text/");
    !part.file_name.is_empty() || other
}

fn show(outlook: &Outlook, sequence: u32, at: usize, part: &Part) -> Value {
    let item = outlook.item(sequence);
    let number = u64::from(sequence) << 16 | at as u64;
    let mut file = json!({
        "@odata.type": "#microsoft.graph.fileAttachment",
        "@odata.mediaContentType": part.media_type,
        "id": outlook.ids().text(Form::Attachment, number),
        "lastModifiedDateTime": message::moment(item.map_or(0, |item| item.seconds)),
        "name": if part.file_name.is_empty() { "untitled" } else { &part.file_name },
        "contentType": part.media_type,
        "size": part.body.len(),
        "isInline": part.header("Content-Disposition").is_some_and(|line| line.to_lowercase().starts_with("inline")),
        "contentId": part.header("Content-ID").map(|id| id.trim_matches(['<', '>'])),
        "contentLocation": null,
        "contentBytes": STANDARD.encode(&part.body),
    });
    if part.media_type == "message/rfc822" {
        file["@odata.type"] = json!("#microsoft.graph.itemAttachment");
        if let Some(file) = file.as_object_mut() {
            file.retain(|name, _| !["contentBytes", "contentId", "contentLocation"].contains(&name.as_str()));
        }
    }
    file
}

/// What every attachment has.
const OF_ALL: [&str; 6] = ["id", "name", "contentType", "size", "isInline", "lastModifiedDateTime"];
/// What only files have: asked for by the name of their type, as Graph refuses it otherwise.
const OF_FILES: [&str; 3] = ["contentId", "contentLocation", "contentBytes"];

/// The properties that a `$select` names, without the type in front.
pub fn selected(select: &str) -> Result<Vec<String>, Failure> {
    let one = |name: String| {
        let of_file = name.strip_prefix("microsoft.graph.fileAttachment/").filter(|name| OF_FILES.contains(name));
        match of_file {
            Some(bare) => Ok(bare.to_owned()),
            None if OF_ALL.contains(&name.as_str()) => Ok(name),
            None => Err(Failure::unknown_property(&name, "attachment")),
        }
    };
    names(select).into_iter().map(one).collect()
}

fn chosen(visit: &Visit<'_>, mut file: Value) -> Result<Value, Failure> {
    let select = selected(visit.option("select").unwrap_or_default())?;
    if let Some(file) = file.as_object_mut().filter(|_| !select.is_empty()) {
        file.retain(|name, _| name == "id" || name.starts_with('@') || select.contains(name));
    }
    Ok(file)
}

/// `GET /me/messages/{id}/attachments`.
pub fn list(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let outlook = visit.resident.outlook();
    let sequence = mail_at(&outlook, mail_id(ids))?;
    let files: Result<_, _> = all(&outlook, sequence).into_iter().map(|file| chosen(visit, file)).collect();
    Ok(ok(&page(visit.own_context(&format!("messages('{}')/attachments", mail_id(ids))), files?, None)))
}

fn find(visit: &Visit<'_>, ids: &[&str]) -> Result<(Value, Vec<u8>), Failure> {
    let outlook = visit.resident.outlook();
    let sequence = mail_at(&outlook, mail_id(ids))?;
    let at = ids.iter().position(|piece| piece.eq_ignore_ascii_case("attachments")).unwrap_or(0);
    let id = ids.get(at + 1).copied().unwrap_or_default();
    let number = outlook.ids().number(Form::Attachment, id).ok_or_else(Failure::malformed)?;
    let own = number >> 16 == u64::from(sequence);
    let mail = Part::read(&outlook.raw(sequence).unwrap_or_default());
    let at = usize::try_from(number & 0xFFFF).unwrap_or(0);
    let parts = mail.walk();
    let part = parts.get(at).filter(|part| own && is_file(part)).ok_or_else(Failure::not_found)?;
    Ok((show(&outlook, sequence, at, part), part.body.clone()))
}

/// `GET /me/messages/{id}/attachments/{id}`.
pub fn get(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let (file, _) = find(visit, ids)?;
    let mut file = chosen(visit, file)?;
    let context = format!("messages('{}')/attachments/$entity", mail_id(ids));
    file["@odata.context"] = json!(visit.own_context(&context));
    Ok(ok(&file))
}

/// `GET /me/messages/{id}/attachments/{id}/$value`: the bytes.
pub fn bytes(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let (file, bytes) = find(visit, ids)?;
    Ok(Answer::new(StatusCode::OK, file["contentType"].as_str().unwrap_or("application/octet-stream"), bytes))
}

/// A mail that files can be added to.
pub fn draft_at(outlook: &Outlook, id: &str) -> Result<u32, Failure> {
    let sequence = mail_at(outlook, id)?;
    if outlook.marks(sequence).has(Marks::DRAFT) {
        return Ok(sequence);
    }
    let text = "Files can only be added to drafts.";
    Err(Failure::new(StatusCode::BAD_REQUEST, "ErrorInvalidRequest", text))
}

/// `POST /me/messages/{id}/attachments`: another file for a draft.
pub fn add(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let file = write::file(&visit.body()?)?;
    let mut outlook = visit.resident.outlook_mut();
    let sequence = draft_at(&outlook, mail_id(ids))?;
    enclose(&mut outlook, sequence, &file, visit.now)?;
    let file = all(&outlook, sequence).pop().ok_or_else(Failure::not_found)?;
    Ok(json_answer(StatusCode::CREATED, &file))
}

/// Puts a file into a draft; its headers and what is in it stay as they are.
pub fn enclose(outlook: &mut Outlook, sequence: u32, file: &Node, now: DateTime<Utc>) -> Result<(), Failure> {
    let raw = outlook.raw(sequence).ok_or_else(Failure::not_found)?;
    let mut dice = Dice::of(&[u64::from(now.timestamp_subsec_nanos()), raw.len() as u64]);
    let raw = with_part(&raw, file, &mut dice);
    outlook.change(sequence, Marks::default(), Marks::default(), now, |notes| notes.raw = Some(raw.into()));
    Ok(())
}
