//! The token endpoint and revocation.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::StatusCode;
use http::header::{AUTHORIZATION, CACHE_CONTROL};
use ring::digest::{SHA256, digest};
use serde_json::json;

use super::errors::oauth;
use super::grants::{Code, Grant, Refusal};
use super::scopes;
use super::tokens::ACCESS_S;
use super::userinfo;
use crate::exchange::{Answer, Call, Params};
use crate::state::Sandbox;

const BAD: StatusCode = StatusCode::BAD_REQUEST;

/// `POST /token`.
pub fn exchange(sandbox: &Sandbox, call: &Call) -> Answer {
    let form = call.form();
    let answer = authenticate(sandbox, call, &form).and_then(|client| match form.get("grant_type") {
        Some("authorization_code") => redeem(sandbox, &form, &client),
        Some("refresh_token") => refresh(sandbox, &form, &client),
        None => Err(oauth(BAD, "invalid_request", "Required parameter is missing: grant_type")),
        Some(other) => Err(oauth(BAD, "unsupported_grant_type", &format!("Invalid grant_type: {other}"))),
    });
    answer.unwrap_or_else(|refused| refused).with(CACHE_CONTROL, "no-store")
}

/// The client, by its secret in the form or in a Basic header.
fn authenticate(sandbox: &Sandbox, call: &Call, form: &Params) -> Result<String, Answer> {
    let (id, secret) = if let Some(pair) = basic(call) {
        pair
    } else {
        let id = form.get("client_id").filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| oauth(BAD, "invalid_request", "Could not determine client ID from request."))?;
        let secret = form.get("client_secret").filter(|secret| !secret.is_empty());
        let secret = secret.ok_or_else(|| oauth(BAD, "invalid_request", "client_secret is missing."))?;
        (id.to_owned(), secret.to_owned())
    };
    let mut known = sandbox.config.clients.iter().filter(|client| client.id == id).peekable();
    if known.peek().is_none() {
        return Err(oauth(StatusCode::UNAUTHORIZED, "invalid_client", "The OAuth client was not found."));
    }
    if !known.any(|client| client.secret == secret) {
        return Err(oauth(StatusCode::UNAUTHORIZED, "invalid_client", "The provided client secret is invalid."));
    }
    Ok(id)
}

fn basic(call: &Call) -> Option<(String, String)> {
    let (scheme, value) = call.header(&AUTHORIZATION)?.split_once(' ')?;
    let text = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    // RFC 6749 section 2.3.1: both halves are form-encoded first.
    let plain = |half: &str| {
        url::form_urlencoded::parse(half.as_bytes()).next().map(|(text, _)| text.into_owned()).unwrap_or_default()
    };
    Some((plain(id), plain(secret)))
}

fn redeem(sandbox: &Sandbox, form: &Params, client: &str) -> Result<Answer, Answer> {
    let now = sandbox.clock.now();
    let text = form.get("code").ok_or_else(|| oauth(BAD, "invalid_request", "Missing required parameter: code"))?;
    let refused = |description: &str| oauth(BAD, "invalid_grant", description);
    let code = sandbox.tokens.code(text, now).ok_or_else(|| refused("Malformed auth code."))?;
    if code.client != client || form.get("redirect_uri") != Some(&code.redirect_uri) {
        return Err(refused("Bad Request"));
    }
    if !verified(&code, form.get("code_verifier")) {
        return Err(refused("Invalid code verifier."));
    }
    let code = sandbox.tokens.redeem(text).ok_or_else(|| refused("Malformed auth code."))?;
    let grant = Grant { client: code.client, person: code.person, scopes: code.scopes };
    let mut body = issue(sandbox, &grant, code.nonce.as_deref())?;
    if code.offline {
        body["refresh_token"] = json!(sandbox.tokens.issue_refresh(grant, now));
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

fn verified(code: &Code, verifier: Option<&str>) -> bool {
    match (&code.challenge, verifier) {
        (None, None) => true,
        (Some((challenge, false)), Some(verifier)) => challenge == verifier,
        (Some((challenge, true)), Some(verifier)) => {
            *challenge == URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
        }
        _ => false,
    }
}

fn refresh(sandbox: &Sandbox, form: &Params, client: &str) -> Result<Answer, Answer> {
    let token = form.get("refresh_token");
    let token = token.ok_or_else(|| oauth(BAD, "invalid_request", "Missing required parameter: refresh_token"))?;
    let mut grant = sandbox.tokens.refresh(token, client, sandbox.clock.now()).map_err(|refusal| match refusal {
        Refusal::Unknown => oauth(BAD, "invalid_grant", "Bad Request"),
        Refusal::Dead => oauth(BAD, "invalid_grant", "Token has been expired or revoked."),
        Refusal::Policy => Answer::json(
            BAD,
            &json!({"error": "invalid_grant", "error_subtype": "admin_policy_enforced",
            "error_description": "Access was restricted by an administrator."}),
        ),
    })?;
    if let Some(wanted) = form.get("scope").map(scopes::canonical) {
        if wanted.iter().any(|scope| !grant.scopes.contains(scope)) {
            return Err(oauth(BAD, "invalid_scope", "Some requested scopes were not granted."));
        }
        grant.scopes = wanted;
    }
    Ok(Answer::json(StatusCode::OK, &issue(sandbox, &grant, None)?))
}

/// A new access token (and an ID token where it was asked for) as a response body.
fn issue(sandbox: &Sandbox, grant: &Grant, nonce: Option<&str>) -> Result<serde_json::Value, Answer> {
    let access = sandbox.tokens.issue_access(grant.clone(), sandbox.clock.now());
    let mut body = json!({
        "access_token": access,
        "expires_in": ACCESS_S,
        "scope": grant.scopes.join(" "),
        "token_type": "Bearer",
    });
    if grant.scopes.iter().any(|scope| scope == scopes::OPENID) {
        let token = userinfo::id_token(sandbox, grant, &access, nonce);
        let token = token.ok_or_else(|| oauth(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "Signing failed."))?;
        body["id_token"] = json!(token);
    }
    Ok(body)
}

/// `POST /revoke` with the token in the form or the query.
pub fn revoke(sandbox: &Sandbox, call: &Call) -> Answer {
    let (form, query) = (call.form(), call.params());
    match form.get("token").or_else(|| query.get("token")) {
        None => oauth(BAD, "invalid_request", "Missing required parameter: token"),
        Some(token) if sandbox.tokens.revoke(token, sandbox.clock.now()) => Answer::json(StatusCode::OK, &json!({})),
        Some(_) => oauth(BAD, "invalid_token", "Token expired or revoked"),
    }
}
