//! Cloud Pub/Sub, as far as Gmail's news need it: one topic, one subscription that is pulled.

pub mod desk;

use http::StatusCode;
use serde_json::{Value, json};

use self::desk::SUBSCRIPTION;
use super::errors::Failure;
use crate::exchange::{Answer, Call};
use crate::state::Sandbox;

/// Either of these scopes will do.
const SCOPES: [&str; 2] = ["https://www.googleapis.com/auth/pubsub", "https://www.googleapis.com/auth/cloud-platform"];
/// Most messages of one answer.
const MOST: usize = 1_000;

/// Answers a request to `/v1/projects/`.
pub fn answer(sandbox: &Sandbox, call: &Call) -> Answer {
    run(sandbox, call).map_or_else(Failure::into_answer, |value| Answer::json(StatusCode::OK, &value))
}

fn run(sandbox: &Sandbox, call: &Call) -> Result<Value, Failure> {
    let now = sandbox.clock.now();
    let alive = call.bearer().and_then(|token| sandbox.google.ledger.access(&token, now));
    let (grant, _) = alive.ok_or_else(Failure::unauthenticated)?;
    let path = call.path.trim_start_matches("/v1/");
    let (name, method) = path.split_once(':').ok_or_else(Failure::not_found)?;
    if !grant.scopes.iter().any(|scope| SCOPES.contains(&scope.as_str())) {
        return Err(Failure::scope_missing("google.pubsub.v1.Subscriber"));
    }
    if name != SUBSCRIPTION {
        return Err(Failure::not_found());
    }
    let body: Value =
        serde_json::from_slice(&call.body).map_err(|_| Failure::invalid("Invalid JSON payload received."))?;
    match method {
        "pull" => {
            let most = body["maxMessages"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(0);
            if most == 0 {
                return Err(Failure::invalid(
                    "You have passed an invalid argument to the service (argument=max_messages).",
                ));
            }
            let messages = sandbox.pubsub.pull(most.min(MOST), now);
            Ok(if messages.is_empty() { json!({}) } else { json!({"receivedMessages": messages}) })
        }
        "acknowledge" => {
            let ids: Vec<&str> = body["ackIds"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if ids.is_empty() {
                return Err(Failure::invalid("No ack ids specified."));
            }
            sandbox.pubsub.acknowledge(&ids, now);
            Ok(json!({}))
        }
        _ => Err(Failure::not_found()),
    }
}
