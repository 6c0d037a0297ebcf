//! What the person does to a mail at Gmail in another program.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Json;
use serde::Deserialize;

use super::{Refused, resident};
use crate::state::Sandbox;
use crate::world::labels::{Labels, Marks};

/// Labels by their ids.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labelled {
    /// Puts these on.
    #[serde(default)]
    add: Vec<String>,
    /// Takes these off.
    #[serde(default)]
    take: Vec<String>,
}

/// `POST /_sandbox/mailboxes/{address}/messages/{id}/labels`, at Google whatever the port.
pub async fn change(
    State(sandbox): State<Arc<Sandbox>>,
    Path((address, id)): Path<(String, String)>,
    Json(deed): Json<Labelled>,
) -> Result<StatusCode, Refused> {
    let mut mailbox = resident(&sandbox, &address)?.mailbox_mut();
    let sequence = mailbox.find(&id).ok_or(Refused::Unknown("message"))?;
    let (add, take) = (marks(&mailbox.labels, &deed.add)?, marks(&mailbox.labels, &deed.take)?);
    mailbox.mark(sequence, add, take, sandbox.clock.now());
    Ok(StatusCode::NO_CONTENT)
}

fn marks(labels: &Labels, ids: &[String]) -> Result<Marks, Refused> {
    ids.iter().try_fold(Marks::default(), |marks, id| Ok(marks.with(labels.mark(id).ok_or(Refused::Unknown("label"))?)))
}
