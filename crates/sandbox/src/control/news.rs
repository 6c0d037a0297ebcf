//! The levers of what providers tell by themselves.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Json;
use serde::Deserialize;
use serde_json::Value;

use crate::google::service_account;
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
