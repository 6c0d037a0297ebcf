//! The way of every request to a provider: latency, faults, the work itself, the log.

use std::sync::Arc;

use axum::Extension;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use chrono::SecondsFormat;
use http::StatusCode;
use http::header::HeaderName;
use serde_json::Value;

use crate::exchange::{Answer, Call};
use crate::faults::{Strike, When};
use crate::google::errors::Failure;
use crate::google::{self, batch};
use crate::microsoft;
use crate::microsoft::graph::{self, throttle};
use crate::quota::CONCURRENT_PARTS;
use crate::requests::Line;
use crate::state::{Provider, Sandbox};
use crate::wire::Cut;

/// Largest body that is read, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// What becomes of a request.
pub enum Outcome {
    /// It is answered.
    Answer(Answer),
    /// The connection closes instead.
    Cut,
}

/// Everything that is asked of a pretend provider.
pub async fn enter(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return Failure::too_large().into_answer().into_response();
    };
    let call = Call {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: body.to_vec(),
    };
    match arrive(&sandbox, provider, call).await {
        Outcome::Answer(answer) => answer.into_response(),
        Outcome::Cut => {
            cut.cut();
            StatusCode::NO_CONTENT.into_response()
        }
    }
}

/// After every request, providers tell of what it changed.
pub async fn tell(State(sandbox): State<Arc<Sandbox>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    sandbox.pubsub.sweep(&sandbox.world, sandbox.clock.now());
    graph::subscriptions::delivery::post_due(&sandbox);
    response
}

/// One request as it comes in. At Microsoft it holds one of its mailbox's few places for as long as it takes.
async fn arrive(sandbox: &Arc<Sandbox>, provider: Provider, call: Call) -> Outcome {
    let batch = provider == Provider::Microsoft && graph::batch::is_batch(&call);
    let place = if provider == Provider::Microsoft && !batch { throttle::enter(sandbox, &call) } else { Ok(None) };
    // A batch of Graph takes the time of its parts instead.
    let latency_ms = if batch { 0 } else { sandbox.config.latency_ms };
    match place {
        Err(failure) => {
            let refused = throttle::refused(sandbox, &call, failure);
            pass(sandbox, provider, call, Some(refused), latency_ms).await
        }
        Ok(_slot) => pass(sandbox, provider, call, None, latency_ms).await,
    }
}

/// One request, or one part of a batch; `refused` answers it instead of the work. It takes `latency_ms`, of which making the
/// answer is a part, so that a machine that makes it slowly measures its clients and not itself; a fault's delay is on top.
pub async fn pass(
    sandbox: &Arc<Sandbox>,
    provider: Provider,
    call: Call,
    refused: Option<Answer>,
    latency_ms: u64,
) -> Outcome {
    let line = Line {
        at: sandbox.clock.now().to_rfc3339_opts(SecondsFormat::Millis, true),
        provider,
        method: call.method.to_string(),
        path: call.path.clone(),
        // Google still takes tokens in the query; the log must not.
        query: if tells_secrets(&call.query) { String::new() } else { call.query.clone() },
        grant: call.path.ends_with("/token").then(|| call.form().get("grant_type").map(str::to_owned)).flatten(),
        person: None,
        units: 0,
        status: 0,
    };
    let cleared = sandbox.faults.cleared();
    let strike = sandbox.faults.strike(&call.path, &call.target());
    if let Some(strike) = strike.as_ref().filter(|strike| strike.cut != Some(When::Late)) {
        tokio::select! {
            () = sandbox.clock.sleep(strike.delay_ms) => {}
            () = cleared => {}
        }
    }
    let began = sandbox.clock.now();
    let outcome = match strike {
        None => work(sandbox, provider, call, refused).await,
        Some(strike) => struck(sandbox, provider, call, refused, strike).await,
    };
    let took = (sandbox.clock.now() - began).num_milliseconds();
    sandbox.clock.sleep(latency_ms.saturating_sub(took.try_into().unwrap_or_default())).await;
    sandbox.requests.note(match &outcome {
        Outcome::Cut => line,
        Outcome::Answer(answer) => {
            Line { person: answer.person.clone(), units: answer.units, status: answer.status.as_u16(), ..line }
        }
    });
    outcome
}

/// Whether a query carries a token, other than those of Graph's links, which open nothing.
fn tells_secrets(query: &str) -> bool {
    query.replace("skiptoken=", "").replace("deltatoken=", "").contains("token=")
}

async fn struck(
    sandbox: &Arc<Sandbox>,
    provider: Provider,
    call: Call,
    refused: Option<Answer>,
    strike: Strike,
) -> Outcome {
    match (strike.cut, strike.answer) {
        (Some(When::Before), _) => Outcome::Cut,
        (Some(When::After), _) => {
            work(sandbox, provider, call, refused).await;
            Outcome::Cut
        }
        (Some(When::Late), _) => {
            let sandbox = Arc::clone(sandbox);
            tokio::spawn(async move {
                sandbox.clock.sleep(strike.delay_ms).await;
                if refused.is_none() {
                    work_alone(&sandbox, provider, call).await;
                }
            });
            Outcome::Cut
        }
        (None, Some((status, body))) => {
            let mut answer = replacement(status, body);
            for (name, value) in strike.headers {
                if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                    answer.headers.push((name, value));
                }
            }
            Outcome::Answer(answer)
        }
        (None, None) => work(sandbox, provider, call, refused).await,
    }
}

/// The answer a fault gives instead of the real one.
fn replacement(status: u16, body: Option<Value>) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match body {
        None => Answer::empty(status),
        Some(Value::String(text)) if text.trim_start().starts_with('{') => {
            Answer::new(status, "application/json; charset=UTF-8", text)
        }
        Some(Value::String(text)) => Answer::new(status, "text/html; charset=utf-8", text),
        Some(value) => Answer::json(status, &value),
    }
}

async fn work(sandbox: &Arc<Sandbox>, provider: Provider, call: Call, refused: Option<Answer>) -> Outcome {
    if let Some(refused) = refused {
        return Outcome::Answer(refused);
    }
    match provider {
        Provider::Google if batch::is_batch(&call.path) && call.method == http::Method::POST => {
            return Box::pin(work_batch(sandbox, call)).await;
        }
        Provider::Microsoft if graph::batch::is_batch(&call) => {
            return graph::batch::answer(sandbox, &call).await;
        }
        _ => {}
    }
    Outcome::Answer(work_alone(sandbox, provider, call).await)
}

/// What is no batch.
async fn work_alone(sandbox: &Arc<Sandbox>, provider: Provider, call: Call) -> Answer {
    let shared = Arc::clone(sandbox);
    // Writing and searching mails is real work, which must not hold up other connections.
    let answer = tokio::task::spawn_blocking(move || match provider {
        Provider::Google => google::answer(&shared, &call),
        Provider::Microsoft => microsoft::answer(&shared, &call),
    })
    .await;
    answer.unwrap_or_else(|error| {
        tracing::error!(%error, "a request broke the sandbox");
        Answer::empty(StatusCode::INTERNAL_SERVER_ERROR)
    })
}

async fn work_batch(sandbox: &Arc<Sandbox>, call: Call) -> Outcome {
    let parts = match batch::open(&call) {
        Ok(parts) => parts,
        Err(refused) => return Outcome::Answer(refused),
    };
    let mut answers = Vec::with_capacity(parts.len());
    for (at, mut inner) in parts.into_iter().enumerate() {
        let answer = if at >= CONCURRENT_PARTS && sandbox.quota.enforced() {
            Failure::concurrent().into_answer()
        } else if let Some(refused) = batch::refusal(&inner) {
            refused
        } else if let Some(call) = inner.call.take() {
            match Box::pin(pass(sandbox, Provider::Google, call, None, 0)).await {
                Outcome::Answer(answer) => answer,
                Outcome::Cut => return Outcome::Cut,
            }
        } else {
            Failure::not_found().into_answer()
        };
        answers.push((inner, answer));
    }
    let person = answers.iter().find_map(|(_, answer)| answer.person.clone());
    Outcome::Answer(Answer { person, ..batch::close(answers) })
}
