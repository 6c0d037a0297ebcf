//! `POST /v1.0/$batch` (provider facts 6.4): up to twenty requests in one, four of them at a time.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::failure::Failure;
use super::throttle::{self, CONCURRENT};
use super::visit::json_answer;
use crate::chance::guid;
use crate::door::{Outcome, pass};
use crate::exchange::{Answer, Call};
use crate::state::{Provider, Sandbox};

/// Most parts in a batch.
const MOST_PARTS: usize = 20;

/// Whether a call is a batch.
pub fn is_batch(call: &Call) -> bool {
    call.method == Method::POST && (call.path == "/v1.0/$batch" || call.path.eq_ignore_ascii_case("/v1.0/%24batch"))
}

/// One request of a batch.
#[derive(Clone, Debug)]
struct Part {
    id: String,
    after: Vec<String>,
    call: Result<Call, Failure>,
}

/// Answers a batch: 200 with all answers in the order they came in, unless it makes no sense. (In a box, because each
/// part goes the way of any request, on which batches are answered.)
pub fn answer<'a>(sandbox: &'a Arc<Sandbox>, call: &'a Call) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
    Box::pin(run(sandbox, call))
}

async fn run(sandbox: &Arc<Sandbox>, call: &Call) -> Outcome {
    let request = guid();
    let parts = match read(call) {
        Ok(parts) => parts,
        Err(failure) => return Outcome::Answer(failure.answer(sandbox, &request, &request)),
    };
    let mut waiting = parts;
    let mut done: HashMap<String, StatusCode> = HashMap::new();
    let (mut running, mut told, mut person) = (JoinSet::new(), Vec::new(), None);
    while !waiting.is_empty() || !running.is_empty() {
        let ready = |part: &Part| part.after.iter().all(|id| done.contains_key(id));
        while running.len() < CONCURRENT {
            let Some(at) = waiting.iter().position(ready) else { break };
            let part = waiting.remove(at);
            let failed = part.after.iter().any(|id| done.get(id).is_none_or(|status| !status.is_success()));
            running.spawn(one(Arc::clone(sandbox), part, failed));
        }
        match running.join_next().await {
            Some(Ok((id, Outcome::Answer(answer)))) => {
                done.insert(id.clone(), answer.status);
                person = person.or_else(|| answer.person.clone());
                told.push(show(&id, answer));
            }
            Some(Ok((_, Outcome::Cut)) | Err(_)) => return Outcome::Cut,
            // Parts that wait for each other; reading has refused them.
            None => break,
        }
    }
    let body = json!({"responses": told});
    let answer = json_answer(StatusCode::OK, &body).with(HeaderName::from_static("request-id"), request);
    Outcome::Answer(Answer { person, ..answer })
}

/// Answers one part.
async fn one(sandbox: Arc<Sandbox>, part: Part, failed: bool) -> (String, Outcome) {
    let request = guid();
    let refused = |failure: Failure| Outcome::Answer(failure.answer(&sandbox, &request, &request));
    let call = match part.call {
        Ok(call) if !failed => call,
        Ok(_) => {
            let text = "The request was not run because a request it depends on failed.";
            return (part.id, refused(Failure::new(StatusCode::FAILED_DEPENDENCY, "FailedDependency", text)));
        }
        Err(failure) => return (part.id, refused(failure)),
    };
    let slot = throttle::enter(&sandbox, &call);
    let (slot, busy) = match slot {
        Ok(slot) => (slot, None),
        Err(failure) => (None, Some(throttle::refused(&sandbox, &call, failure))),
    };
    let outcome = pass(&sandbox, Provider::Microsoft, call, busy, sandbox.config.latency_ms).await;
    drop(slot);
    (part.id, outcome)
}

fn read(call: &Call) -> Result<Vec<Part>, Failure> {
    let body: Value = serde_json::from_slice(&call.body).map_err(|_| Failure::bad("Invalid batch payload format."))?;
    let requests = body["requests"].as_array().ok_or_else(|| Failure::bad("Invalid batch payload format."))?;
    if requests.is_empty() || requests.len() > MOST_PARTS {
        let text = format!("Number of batch request steps exceeds the maximum value of {MOST_PARTS}.");
        return Err(Failure::bad(if requests.is_empty() { "The batch has no requests.".to_owned() } else { text }));
    }
    let mut parts: Vec<Part> = Vec::new();
    for request in requests {
        let id = request["id"].as_str().ok_or_else(|| Failure::bad("Every request of a batch needs an id."))?;
        let after: Vec<String> = request["dependsOn"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        if parts.iter().any(|part| part.id == id) {
            return Err(Failure::bad(format!("Request Id '{id}' is used twice.")));
        }
        if after.iter().any(|other| !parts.iter().any(|part| part.id == *other)) {
            return Err(Failure::bad(format!("Request '{id}' depends on a request that does not come before it.")));
        }
        parts.push(Part { id: id.to_owned(), after, call: inner(request, call.headers.get(AUTHORIZATION)) });
    }
    Ok(parts)
}

/// A part as a request of its own. It has its own headers, and none of the batch's but the token.
fn inner(request: &Value, token: Option<&HeaderValue>) -> Result<Call, Failure> {
    let bad = |text: &str| Failure::bad(text.to_owned());
    let method = request["method"].as_str().and_then(|method| method.to_uppercase().parse().ok());
    let url = request["url"].as_str().ok_or_else(|| bad("The url of a request is missing."))?;
    if url.contains("://") || url.contains("$batch") {
        return Err(bad("The url of a request must be relative, and no batch."));
    }
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut headers = HeaderMap::new();
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        if let (Ok(name), Some(value)) = (HeaderName::from_bytes(name.as_bytes()), value) {
            headers.append(name, value);
        }
    }
    if let Some(token) = token.filter(|_| !headers.contains_key(AUTHORIZATION)) {
        headers.insert(AUTHORIZATION, token.clone());
    }
    let body = match &request["body"] {
        Value::Null => Vec::new(),
        _ if !headers.contains_key(CONTENT_TYPE) => {
            return Err(bad("Write request id must contain Content-Type header."));
        }
        Value::String(text) => text.clone().into_bytes(),
        value => value.to_string().into_bytes(),
    };
    Ok(Call {
        method: method.ok_or_else(|| bad("The method of a request is missing."))?,
        path: format!("/v1.0/{}", path.trim_start_matches('/')),
        query: query.replace(' ', "%20"),
        headers,
        body,
    })
}

/// An answer as part of a batch: JSON as it is, everything else in base64.
fn show(id: &str, answer: Answer) -> Value {
    let headers: HashMap<String, &str> =
        answer.headers.iter().map(|(name, value)| (title_case(name.as_str()), value.as_str())).collect();
    let mut shown = json!({"id": id, "status": answer.status.as_u16(), "headers": headers});
    if !answer.body.is_empty() {
        let read = serde_json::from_slice(&answer.body);
        shown["body"] = read.unwrap_or_else(|_| json!(STANDARD.encode(&answer.body)));
    }
    shown
}

/// A header's name as Graph writes it.
fn title_case(name: &str) -> String {
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    if name.ends_with("request-id") { name.to_owned() } else { name.split('-').map(word).collect::<Vec<_>>().join("-") }
}
