//! What is really there, for tests to compare with.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Json;
use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::{Refused, outlook, resident};
use crate::requests::Line;
use crate::state::{Provider, Sandbox};
use crate::world::labels::Marks;
use crate::world::mime::parse::Part;

/// `GET /_sandbox/people`.
pub async fn people(State(sandbox): State<Arc<Sandbox>>, Extension(provider): Extension<Provider>) -> Json<Value> {
    let people = sandbox.world.residents().iter().map(|resident| {
        let messages = match provider {
            Provider::Google => resident.mailbox().newest_first(None).count(),
            Provider::Microsoft => resident.outlook_count(),
        };
        json!({
            "address": resident.person.address,
            "name": resident.person.name(),
            "messages": messages,
            "events": sandbox.config.events,
            "sheets": 0,
        })
    });
    Json(people.collect())
}

/// `GET /_sandbox/mailboxes/{address}/ids`: every mail, spam and bin included, newest first.
pub async fn ids(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    Path(address): Path<String>,
) -> Result<Json<Value>, Refused> {
    let resident = resident(&sandbox, &address)?;
    if provider == Provider::Microsoft {
        return Ok(Json(outlook::truth(&resident.outlook())));
    }
    let mailbox = resident.mailbox();
    let mails = mailbox.newest_first(None).map(|(sequence, entry)| {
        json!({
            "id": mailbox.id(sequence),
            "thread_id": mailbox.id(entry.thread),
            "labels": mailbox.labels.ids(entry.marks),
        })
    });
    Ok(Json(mails.collect()))
}

/// `GET /_sandbox/mailboxes/{address}/bodies`: the texts of every mail, as the provider's API gives them: at Google those
/// that are no files and not in a mail inside the mail, at Microsoft the HTML.
pub async fn bodies(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    Path(address): Path<String>,
) -> Result<Json<Value>, Refused> {
    let resident = resident(&sandbox, &address)?;
    if provider == Provider::Microsoft {
        return Ok(Json(outlook::bodies(&resident.outlook())));
    }
    let mailbox = resident.mailbox();
    let mails = mailbox.newest_first(None).filter_map(|(sequence, _)| {
        let (part, mut texts) = (mailbox.part(sequence)?, [Vec::new(), Vec::new()]);
        collect(&part, &mut texts);
        let [plain, html] = texts;
        Some(json!({"id": mailbox.id(sequence), "plain": plain, "html": html}))
    });
    Ok(Json(mails.collect()))
}

fn collect(part: &Part, texts: &mut [Vec<String>; 2]) {
    let is_file = part.header("Content-Disposition").is_some_and(|value| value.to_lowercase().contains("attachment"));
    if !is_file && part.file_name.is_empty() {
        match part.media_type.as_str() {
            "text/plain" => texts[0].push(part.text()),
            "text/html" => texts[1].push(part.text()),
            _ => {}
        }
    }
    if part.media_type.starts_with("multipart/") {
        part.parts.iter().for_each(|inner| collect(inner, texts));
    }
}

/// `GET /_sandbox/mailboxes/{address}/copies`: how many mails in the inbox have each `Message-ID`.
pub async fn copies(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    Path(address): Path<String>,
) -> Result<Json<BTreeMap<String, u32>>, Refused> {
    let resident = resident(&sandbox, &address)?;
    let found: Vec<Option<Part>> = match provider {
        Provider::Microsoft => outlook::inbox(&resident.outlook()),
        Provider::Google => {
            let mailbox = resident.mailbox();
            let inbox = mailbox.newest_first(None).filter(|(_, entry)| entry.marks.has(Marks::INBOX));
            inbox.map(|(sequence, _)| mailbox.part(sequence)).collect()
        }
    };
    let mut copies = BTreeMap::new();
    for part in found.into_iter().flatten() {
        let id = part.header("Message-ID").unwrap_or_default().trim().to_owned();
        *copies.entry(id).or_default() += 1;
    }
    Ok(Json(copies))
}

/// `GET /_sandbox/sheets/{address}`: nobody has any yet.
pub async fn sheets(State(sandbox): State<Arc<Sandbox>>, Path(address): Path<String>) -> Result<Json<Value>, Refused> {
    resident(&sandbox, &address)?;
    Ok(Json(json!([])))
}

/// `GET /_sandbox/requests`.
pub async fn requests(State(sandbox): State<Arc<Sandbox>>) -> Json<Vec<Line>> {
    Json(sandbox.requests.list())
}

/// `GET /_sandbox/faults`: those in force.
pub async fn faults(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    let faults = sandbox.faults.list().into_iter().map(|order| {
        json!({"path": order.path, "status": order.status, "body": order.body, "headers": order.headers,
            "times": order.times, "delay_ms": order.delay_ms, "cut": order.cut.map(|when| format!("{when:?}").to_lowercase())})
    });
    Json(faults.collect())
}

/// `GET /_sandbox/clock`.
pub async fn clock(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    Json(json!({"now": sandbox.clock.now().to_rfc3339_opts(SecondsFormat::Millis, true)}))
}
