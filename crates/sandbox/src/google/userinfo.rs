//! Who the person is: the ID token, the userinfo endpoint, and tokeninfo for debugging.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::errors::oauth;
use super::scopes;
use crate::exchange::{Answer, Call};
use crate::forgery;
use crate::oauth::grants::Grant;
use crate::state::Sandbox;

/// Seconds an ID token is valid.
const ID_TOKEN_S: i64 = 3_600;

/// The claims about a person that these scopes allow.
fn claims(sandbox: &Sandbox, grant: &Grant) -> Option<Value> {
    let person = &sandbox.world.find(&grant.person)?.person;
    let mut claims = json!({"sub": person.subject});
    if grant.scopes.iter().any(|scope| scope == scopes::EMAIL) {
        claims["email"] = json!(person.address);
        claims["email_verified"] = json!(true);
        if let Some(domain) = person.domain() {
            claims["hd"] = json!(domain);
        }
    }
    if grant.scopes.iter().any(|scope| scope == scopes::PROFILE) {
        claims["name"] = json!(person.name());
        claims["given_name"] = json!(person.given);
        claims["family_name"] = json!(person.family);
        claims["picture"] = json!(format!("{}/_sandbox/picture", sandbox.google.url));
    }
    Some(claims)
}

/// A signed ID token.
pub fn id_token(sandbox: &Sandbox, grant: &Grant, access: &str, nonce: Option<&str>) -> Option<String> {
    let mut claims = claims(sandbox, grant)?;
    let now = sandbox.clock.now().timestamp();
    claims["iss"] = json!(sandbox.google.url);
    claims["azp"] = json!(grant.client);
    claims["aud"] = json!(grant.client);
    claims["iat"] = json!(now);
    claims["exp"] = json!(now + ID_TOKEN_S);
    claims["at_hash"] = json!(URL_SAFE_NO_PAD.encode(&digest(&SHA256, access.as_bytes()).as_ref()[..16]));
    if let Some(nonce) = nonce {
        claims["nonce"] = json!(nonce);
    }
    let (wrong, secret) = (sandbox.google.rules.get().id_token, sandbox.config.secret_of(&grant.client));
    let signed = forgery::sign(&sandbox.google_signer, claims, wrong, secret);
    signed.inspect_err(|error| tracing::error!(%error, "an ID token was not signed")).ok()
}

/// `GET /v1/userinfo`.
pub fn userinfo(sandbox: &Sandbox, call: &Call) -> Answer {
    let token = call.bearer();
    let grant =
        token.and_then(|token| sandbox.google.ledger.access(&token, sandbox.clock.now())).map(|(grant, _)| grant);
    let Some(grant) = grant else {
        return oauth(StatusCode::UNAUTHORIZED, "invalid_request", "Invalid Credentials");
    };
    if !grant.scopes.iter().any(|scope| scopes::is_sign_in(scope)) {
        return oauth(StatusCode::FORBIDDEN, "insufficient_scope", "The token lacks openid.");
    }
    let mut answer = match claims(sandbox, &grant) {
        Some(claims) => Answer::json(StatusCode::OK, &claims),
        None => oauth(StatusCode::UNAUTHORIZED, "invalid_request", "Invalid Credentials"),
    };
    answer.person = Some(grant.person);
    answer
}

/// `GET /tokeninfo?access_token=` or `?id_token=`.
pub fn tokeninfo(sandbox: &Sandbox, call: &Call) -> Answer {
    let (query, form) = (call.params(), call.form());
    let param = |name: &str| query.get(name).or_else(|| form.get(name)).map(str::to_owned);
    let invalid = || oauth(StatusCode::BAD_REQUEST, "invalid_token", "Invalid Value");
    let now = sandbox.clock.now();
    if let Some(token) = param("id_token") {
        let claims = sandbox.google_signer.open(&token);
        return match claims.filter(|claims| claims["exp"].as_i64().is_some_and(|at| at > now.timestamp())) {
            Some(claims) => Answer::json(StatusCode::OK, &claims),
            None => invalid(),
        };
    }
    let Some((grant, left_s)) = param("access_token").and_then(|token| sandbox.google.ledger.access(&token, now))
    else {
        return invalid();
    };
    let mut info = claims(sandbox, &grant).unwrap_or_default();
    info["azp"] = json!(grant.client);
    info["aud"] = json!(grant.client);
    info["scope"] = json!(grant.scopes.join(" "));
    info["exp"] = json!((now.timestamp() + left_s).to_string());
    info["expires_in"] = json!(left_s.to_string());
    info["access_type"] = json!("offline");
    Answer::json(StatusCode::OK, &info)
}
