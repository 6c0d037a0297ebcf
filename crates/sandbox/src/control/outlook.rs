//! The truth about Outlook mailboxes, and the levers that move them and the pretend Graph.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Json;
use serde::Deserialize;
use serde_json::{Value, json};

use super::levers::Filing;
use super::{Refused, resident};
use crate::microsoft::graph::message::html;
use crate::microsoft::graph::settings::Settings;
use crate::state::Sandbox;
use crate::world::labels::Marks;
use crate::world::mime::parse::Part;
use crate::world::outlook::Item;
use crate::world::outlook::folders::{Expiry, INBOX, ROOT};
use crate::world::{Outlook, Resident};

/// Every mail, newest first. `id` is the immutable one; the first label is the folder: its well-known name, or its names
/// from the root down.
pub fn truth(outlook: &Outlook) -> Value {
    let mails = outlook.order(None).iter().map(|key| {
        let sequence = outlook.of_key(*key);
        let home = outlook.item(sequence).map_or(ROOT, Item::home);
        let marks = outlook.marks(sequence);
        let mut labels = vec![folder_name(outlook, home)];
        for (mark, name) in [(Marks::UNREAD, "UNREAD"), (Marks::STARRED, "FLAGGED"), (Marks::DRAFT, "DRAFT")] {
            labels.extend(marks.has(mark).then(|| name.to_owned()));
        }
        json!({
            "id": outlook.id(sequence, true),
            "mutable_id": outlook.id(sequence, false),
            "thread_id": outlook.conversation(sequence),
            "folder_id": outlook.folder_id(home),
            "labels": labels,
            "categories": outlook.categories(sequence),
        })
    });
    mails.collect()
}

/// The body of every mail, newest first.
pub fn bodies(outlook: &Outlook) -> Value {
    let mails = outlook.order(None).iter().filter_map(|key| {
        let sequence = outlook.of_key(*key);
        let part = outlook.text(sequence)?;
        Some(json!({"id": outlook.id(sequence, true), "plain": [], "html": [html(&part)]}))
    });
    mails.collect()
}

/// The mails in the inbox, with their headers.
pub fn inbox(outlook: &Outlook) -> Vec<Option<Part>> {
    outlook.order(Some(INBOX)).iter().map(|key| outlook.head(outlook.of_key(*key))).collect()
}

fn folder_name(outlook: &Outlook, at: usize) -> String {
    outlook.folders[at].well_known.map_or_else(|| outlook.path(at), str::to_owned)
}

/// `GET /_sandbox/mailboxes/{address}/folders`: all folders, hidden ones included.
pub async fn folders(State(sandbox): State<Arc<Sandbox>>, Path(address): Path<String>) -> Result<Json<Value>, Refused> {
    let outlook = resident(&sandbox, &address)?.outlook();
    let alive = (1..outlook.folders.len()).filter(|at| outlook.folders[*at].alive);
    let told = alive.map(|at| {
        let folder = &outlook.folders[at];
        json!({"id": outlook.folder_id(at), "name": folder_name(&outlook, at), "hidden": folder.hidden,
            "messages": folder.order.len(), "unread": folder.unread})
    });
    Ok(Json(told.collect()))
}

/// A mail arrives at Microsoft.
pub fn deliver(sandbox: &Sandbox, resident: &Resident, filing: &Filing, raw: Vec<u8>) -> Result<Json<Value>, Refused> {
    let mut outlook = resident.outlook_mut();
    let (mut folder, mut marks) = (None, Marks::default());
    for label in filing.labels.as_deref().unwrap_or("inbox,UNREAD").split(',').filter(|label| !label.is_empty()) {
        match label {
            "UNREAD" => marks = marks.with(Marks::UNREAD),
            "FLAGGED" => marks = marks.with(Marks::STARRED),
            "DRAFT" => marks = marks.with(Marks::DRAFT),
            name => folder = Some(outlook.find_named(name).ok_or(Refused::Unknown("folder"))?),
        }
    }
    let folder = folder.ok_or_else(|| Refused::Bad("the labels must name a folder".to_owned()))?;
    let sequence = outlook.put(raw, marks, folder, sandbox.clock.now());
    Ok(Json(json!({"id": outlook.id(sequence, true), "mutable_id": outlook.id(sequence, false)})))
}

/// A mail is gone for good at Microsoft.
pub fn remove(sandbox: &Sandbox, resident: &Resident, id: &str) -> Result<StatusCode, Refused> {
    let mut outlook = resident.outlook_mut();
    let sequence = outlook.find(id).ok_or(Refused::Unknown("message"))?;
    outlook.remove(sequence, sandbox.clock.now());
    Ok(StatusCode::NO_CONTENT)
}

/// What the person does to a mail in another program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deed {
    /// Moves it there.
    folder: Option<String>,
    /// Marks it as read, or as unread.
    read: Option<bool>,
    /// Flags it, or takes the flag away.
    flagged: Option<bool>,
    /// Gives it these categories instead of its own.
    categories: Option<Vec<String>>,
    /// Writes it anew, in RFC 5322 form: a draft.
    raw: Option<String>,
}

/// `PATCH /_sandbox/mailboxes/{address}/messages/{id}`, at Microsoft whatever the port.
pub async fn change(
    State(sandbox): State<Arc<Sandbox>>,
    Path((address, id)): Path<(String, String)>,
    Json(deed): Json<Deed>,
) -> Result<Json<Value>, Refused> {
    let now = sandbox.clock.now();
    let mut outlook = resident(&sandbox, &address)?.outlook_mut();
    let sequence = outlook.find(&id).ok_or(Refused::Unknown("message"))?;
    if deed.read.is_some() || deed.flagged.is_some() || deed.categories.is_some() || deed.raw.is_some() {
        let (mut add, mut take) = (Marks::default(), Marks::default());
        for (mark, on) in [(Marks::UNREAD, deed.read.map(|read| !read)), (Marks::STARRED, deed.flagged)] {
            match on {
                Some(true) => add = add.with(mark),
                Some(false) => take = take.with(mark),
                None => {}
            }
        }
        outlook.change(sequence, add, take, now, |notes| {
            if deed.flagged.is_some() {
                notes.flag = None;
            }
            notes.categories = deed.categories.or_else(|| notes.categories.take());
            notes.raw = deed.raw.map(|raw| raw.into_bytes().into()).or_else(|| notes.raw.take());
        });
    }
    if let Some(name) = &deed.folder {
        let folder = outlook.find_named(name).ok_or(Refused::Unknown("folder"))?;
        outlook.move_to(sequence, folder, now);
    }
    Ok(Json(json!({"id": outlook.id(sequence, true), "mutable_id": outlook.id(sequence, false)})))
}

/// `DELETE /_sandbox/mailboxes/{address}/folders/{id}`: a folder and all that is in it, gone for good.
pub async fn remove_folder(
    State(sandbox): State<Arc<Sandbox>>,
    Path((address, id)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    let mut outlook = resident(&sandbox, &address)?.outlook_mut();
    let folder = outlook.find_named(&id).ok_or(Refused::Unknown("folder"))?;
    outlook.remove_folder(folder, sandbox.clock.now());
    Ok(StatusCode::NO_CONTENT)
}

/// Which tokens expire, and how they are refused then.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expired {
    /// Those of one folder; of all without it.
    folder: Option<String>,
    /// `gone`, `syncStateNotFound`, `syncStateInvalid` or `resyncRequired`.
    how: Expiry,
}

/// `POST /_sandbox/mailboxes/{address}/expire`.
pub async fn expire(
    State(sandbox): State<Arc<Sandbox>>,
    Path(address): Path<String>,
    Json(expired): Json<Expired>,
) -> Result<StatusCode, Refused> {
    let mut outlook = resident(&sandbox, &address)?.outlook_mut();
    let folder = expired.folder.map(|name| outlook.find_named(&name).ok_or(Refused::Unknown("folder"))).transpose()?;
    outlook.expire(folder, expired.how);
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /_sandbox/graph`.
pub async fn dials(State(sandbox): State<Arc<Sandbox>>) -> Json<Settings> {
    Json(sandbox.graph.dials.get())
}

/// `PUT /_sandbox/graph`.
pub async fn set_dials(State(sandbox): State<Arc<Sandbox>>, Json(settings): Json<Settings>) -> StatusCode {
    sandbox.graph.dials.set(settings);
    StatusCode::NO_CONTENT
}

/// `DELETE /_sandbox/graph`: as at the start.
pub async fn reset_dials(State(sandbox): State<Arc<Sandbox>>) -> StatusCode {
    sandbox.graph.dials.set(Settings::default());
    StatusCode::NO_CONTENT
}
