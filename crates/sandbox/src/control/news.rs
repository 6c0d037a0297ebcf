//! The levers of what providers tell by themselves.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Json;
use serde::Deserialize;
use serde_json::Value;

use super::{Refused, resident};
use crate::google::service_account;
use crate::microsoft::graph::subscriptions::Event;
use crate::state::Sandbox;

/// `GET /_sandbox/service-account`: the key file of the pretend project's service account.
pub async fn key_file(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    Json(service_account::key_file(&sandbox))
}

/// `GET /_sandbox/pubsub`: watches, and what waits in the subscription.
pub async fn pubsub(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    Json(sandbox.pubsub.show())
}

/// Whether Gmail may publish.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    open: bool,
}

/// `PUT /_sandbox/pubsub`.
pub async fn set_open(State(sandbox): State<Arc<Sandbox>>, Json(opening): Json<Opening>) -> StatusCode {
    sandbox.pubsub.set_open(opening.open);
    StatusCode::NO_CONTENT
}

/// `POST /_sandbox/pubsub`: the body is published, by whomever.
pub async fn publish(State(sandbox): State<Arc<Sandbox>>, text: String) -> StatusCode {
    sandbox.pubsub.publish(&text, sandbox.clock.now());
    StatusCode::NO_CONTENT
}

/// `DELETE /_sandbox/pubsub`: what waits is lost.
pub async fn lose(State(sandbox): State<Arc<Sandbox>>) -> StatusCode {
    sandbox.pubsub.lose();
    StatusCode::NO_CONTENT
}

/// `GET /_sandbox/subscriptions`: Graph's, with their secrets, and how much is not delivered yet.
pub async fn subscriptions(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    Json(sandbox.graph.shelf.show())
}

/// Whether Graph keeps what happens to itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    silent: bool,
}

/// `PUT /_sandbox/subscriptions`.
pub async fn set_silent(State(sandbox): State<Arc<Sandbox>>, Json(silence): Json<Silence>) -> StatusCode {
    sandbox.graph.shelf.set_silent(silence.silent);
    StatusCode::NO_CONTENT
}

/// What becomes of a person's subscriptions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Happening {
    event: Event,
}

/// `POST /_sandbox/people/{address}/lifecycle`.
pub async fn happen(
    State(sandbox): State<Arc<Sandbox>>,
    Path(address): Path<String>,
    Json(happening): Json<Happening>,
) -> Result<StatusCode, Refused> {
    let person = &resident(&sandbox, &address)?.person;
    sandbox.graph.shelf.happen(&person.address, happening.event, sandbox.clock.now());
    Ok(StatusCode::NO_CONTENT)
}
