//! What moves access at the provider whose port is asked: grants that end, keys that change, what an operator has set up,
//! and codes as Google's own code client makes them.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Json;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refused, resident};
use crate::google::{manners, scopes};
use crate::oauth::grants::{Code, Grant, Reason};
use crate::oauth::rules::Settings;
use crate::state::{Provider, Sandbox};

/// Why a person's grants end.
#[derive(Debug, Deserialize)]
pub struct Revocation {
    reason: Reason,
}

/// `POST /_sandbox/people/{address}/revoke`.
pub async fn revoke(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    Path(address): Path<String>,
    Json(revocation): Json<Revocation>,
) -> Result<StatusCode, Refused> {
    let person = &resident(&sandbox, &address)?.person;
    if sandbox.side(provider).ledger.end(&person.address, revocation.reason) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Refused::Bad("this provider knows no such reason".to_owned()))
}

/// `DELETE /_sandbox/people/{address}/revoke`: lifts what an administrator or a policy forbids.
pub async fn allow_again(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    Path(address): Path<String>,
) -> Result<StatusCode, Refused> {
    let person = &resident(&sandbox, &address)?.person;
    sandbox.side(provider).ledger.allow_again(&person.address);
    Ok(StatusCode::NO_CONTENT)
}

/// Which scopes a person takes back.
#[derive(Debug, Deserialize)]
pub struct Narrowing {
    /// As the provider spells them, with spaces between them.
    scope: String,
}

/// `POST /_sandbox/people/{address}/narrow`: the grants there are lose these scopes; the next refresh says so.
pub async fn narrow(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    Path(address): Path<String>,
    Json(narrowing): Json<Narrowing>,
) -> Result<StatusCode, Refused> {
    let person = &resident(&sandbox, &address)?.person;
    let scopes: Vec<String> = narrowing.scope.split(' ').map(str::to_owned).collect();
    if sandbox.side(provider).ledger.narrow(&person.address, &scopes) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Refused::Bad("no grant of this person has such a scope".to_owned()))
}

/// Whether the key before is forgotten at once.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Rotation {
    forget: bool,
}

/// `POST /_sandbox/keys/rotate`: new ID tokens are signed with a new key. The old key stays published, unless the body
/// says `{"forget": true}`.
pub async fn rotate_keys(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    rotation: Option<Json<Rotation>>,
) -> Json<Value> {
    let forget = rotation.is_some_and(|Json(rotation)| rotation.forget);
    let signers = match provider {
        Provider::Google => vec![&sandbox.google_signer],
        Provider::Microsoft => vec![&sandbox.work_signer, &sandbox.personal_signer],
    };
    for signer in &signers {
        signer.rotate(forget);
    }
    Json(json!({"signing": signers.iter().map(|signer| signer.key_id()).collect::<Vec<_>>()}))
}

/// `PUT /_sandbox/rules`: replaces all of them; what is not named is as usual.
pub async fn set_rules(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    Json(settings): Json<Settings>,
) -> StatusCode {
    sandbox.side(provider).rules.set(settings);
    StatusCode::NO_CONTENT
}

/// `DELETE /_sandbox/rules`: all is as usual again.
pub async fn clear_rules(State(sandbox): State<Arc<Sandbox>>, Extension(provider): Extension<Provider>) -> StatusCode {
    sandbox.side(provider).rules.set(Settings::default());
    StatusCode::NO_CONTENT
}

/// `GET /_sandbox/rules`.
pub async fn rules(State(sandbox): State<Arc<Sandbox>>, Extension(provider): Extension<Provider>) -> Json<Settings> {
    Json(sandbox.side(provider).rules.get())
}

/// What Google's code client was asked for.
#[derive(Debug, Deserialize)]
pub struct CodeOrder {
    client_id: String,
    scope: String,
    /// The origin of the page, or `postmessage`: what the code must be redeemed with (provider facts 1.10).
    redirect_uri: String,
}

/// `POST /_sandbox/people/{address}/code`: the code a page gets from Google's own code client after the person allowed
/// everything. No PKCE, no nonce, always offline.
pub async fn code(
    State(sandbox): State<Arc<Sandbox>>,
    Path(address): Path<String>,
    Json(order): Json<CodeOrder>,
) -> Result<Json<Value>, Refused> {
    let person = &resident(&sandbox, &address)?.person;
    if !sandbox.config.clients.iter().any(|client| client.id == order.client_id) {
        return Err(Refused::Unknown("client"));
    }
    let scopes = scopes::canonical(&order.scope);
    if let Some(unknown) = scopes.iter().find(|scope| scopes::sentence(scope).is_none()) {
        return Err(Refused::Bad(format!("there is no scope {unknown}")));
    }
    let scope = scopes.join(" ");
    let code = Code {
        grant: Grant { client: order.client_id, person: person.address.clone(), scopes },
        redirect_uri: order.redirect_uri,
        challenge: None,
        nonce: None,
        offline: true,
    };
    Ok(Json(json!({"code": manners::issue_code(&sandbox, code, true), "scope": scope})))
}
