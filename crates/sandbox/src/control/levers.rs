//! What moves the world: mail that arrives or goes, faults, and time.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Json;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refused, outlook, resident};
use crate::faults::Order;
use crate::state::{Provider, Sandbox};
use crate::world::labels::Marks;

/// How a delivered mail is filed.
#[derive(Debug, Deserialize)]
pub struct Filing {
    /// Label ids with commas between them; `INBOX,UNREAD` without it. At Microsoft, a folder and `UNREAD`.
    pub labels: Option<String>,
}

/// `POST /_sandbox/mailboxes/{address}/deliver`: the body is the mail; it is kept byte for byte.
pub async fn deliver(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    Path(address): Path<String>,
    Query(filing): Query<Filing>,
    body: Bytes,
) -> Result<Json<Value>, Refused> {
    if body.is_empty() {
        return Err(Refused::Bad("the body must be a mail in RFC 5322 form".to_owned()));
    }
    let resident = resident(&sandbox, &address)?;
    if provider == Provider::Microsoft {
        return outlook::deliver(&sandbox, resident, &filing, body.to_vec());
    }
    let mut mailbox = resident.mailbox_mut();
    let mut marks = Marks::default();
    for id in filing.labels.as_deref().unwrap_or("INBOX,UNREAD").split(',').filter(|id| !id.is_empty()) {
        marks = marks.with(mailbox.labels.mark(id).ok_or(Refused::Unknown("label"))?);
    }
    let sequence = mailbox.put(body.to_vec(), marks, None, sandbox.clock.now());
    Ok(Json(json!({"id": mailbox.id(sequence)})))
}

/// `DELETE /_sandbox/mailboxes/{address}/messages/{id}`: gone for good.
pub async fn remove(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    Path((address, id)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    let resident = resident(&sandbox, &address)?;
    if provider == Provider::Microsoft {
        return outlook::remove(&sandbox, resident, &id);
    }
    let mut mailbox = resident.mailbox_mut();
    let sequence = mailbox.find(&id).ok_or(Refused::Unknown("message"))?;
    mailbox.remove(sequence, sandbox.clock.now());
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /_sandbox/faults`.
pub async fn add_fault(State(sandbox): State<Arc<Sandbox>>, Json(order): Json<Order>) -> Result<StatusCode, Refused> {
    let added = sandbox.faults.add(order);
    added.map(|()| StatusCode::NO_CONTENT).map_err(|error| Refused::Bad(error.to_string()))
}

/// `DELETE /_sandbox/faults`.
pub async fn clear_faults(State(sandbox): State<Arc<Sandbox>>) -> StatusCode {
    sandbox.faults.clear();
    StatusCode::NO_CONTENT
}

/// `DELETE /_sandbox/requests`.
pub async fn forget_requests(State(sandbox): State<Arc<Sandbox>>) -> StatusCode {
    sandbox.requests.clear();
    StatusCode::NO_CONTENT
}

/// How far to move the clock.
#[derive(Debug, Deserialize)]
pub struct Advance {
    advance_s: i64,
}

/// `POST /_sandbox/clock`.
pub async fn advance(
    State(sandbox): State<Arc<Sandbox>>,
    Json(advance): Json<Advance>,
) -> Result<Json<Value>, Refused> {
    if advance.advance_s < 0 {
        return Err(Refused::Bad("the clock does not run backwards".to_owned()));
    }
    sandbox.clock.advance(advance.advance_s);
    Ok(super::truth::clock(State(sandbox)).await)
}
