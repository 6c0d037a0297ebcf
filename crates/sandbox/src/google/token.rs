//! The token endpoint and revocation.

use chrono::{DateTime, Utc};
use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde_json::{Value, json};

use super::errors::oauth;
use super::manners::{self, ACCESS_S};
use super::userinfo;
use super::{scopes, service_account};
use crate::exchange::{Answer, Call, Params};
use crate::forgery::Forgery;
use crate::oauth::client::{self, Stranger};
use crate::oauth::grants::{Grant, Reason, Refusal};
use crate::state::Sandbox;

const BAD: StatusCode = StatusCode::BAD_REQUEST;

/// `POST /token`.
pub fn exchange(sandbox: &Sandbox, call: &Call) -> Answer {
    let form = call.form();
    if form.get("grant_type") == Some(service_account::GRANT) {
        let answer = service_account::exchange(sandbox, &form).unwrap_or_else(|refused| refused);
        return answer.with(CACHE_CONTROL, "no-store");
    }
    let answer = authenticate(sandbox, call, &form).and_then(|client| match form.get("grant_type") {
        Some("authorization_code") => redeem(sandbox, &form, &client),
        Some("refresh_token") => refresh(sandbox, &form, &client),
        None => Err(oauth(BAD, "invalid_request", "Required parameter is missing: grant_type")),
        Some(other) => Err(oauth(BAD, "unsupported_grant_type", &format!("Invalid grant_type: {other}"))),
    });
    answer.unwrap_or_else(|refused| refused).with(CACHE_CONTROL, "no-store")
}

fn authenticate(sandbox: &Sandbox, call: &Call, form: &Params) -> Result<String, Answer> {
    let rule = sandbox.google.rules.get().secret;
    client::authenticate(&sandbox.config.clients, rule, call, form).map_err(|stranger| match stranger {
        Stranger::Nameless => oauth(BAD, "invalid_request", "Could not determine client ID from request."),
        Stranger::Silent => oauth(BAD, "invalid_request", "client_secret is missing."),
        Stranger::Unknown => oauth(StatusCode::UNAUTHORIZED, "invalid_client", "The OAuth client was not found."),
        Stranger::Wrong | Stranger::Expired => {
            oauth(StatusCode::UNAUTHORIZED, "invalid_client", "The provided client secret is invalid.")
        }
    })
}

fn redeem(sandbox: &Sandbox, form: &Params, client: &str) -> Result<Answer, Answer> {
    let text = form.get("code").ok_or_else(|| oauth(BAD, "invalid_request", "Missing required parameter: code"))?;
    let refused = |description: &str| oauth(BAD, "invalid_grant", description);
    let ledger = &sandbox.google.ledger;
    let code = ledger.code(text, sandbox.clock.now()).map_err(|_| refused("Malformed auth code."))?;
    if code.grant.client != client || form.get("redirect_uri") != Some(&code.redirect_uri) {
        return Err(refused("Bad Request"));
    }
    if !code.verified(form.get("code_verifier")) {
        return Err(refused("Invalid code verifier."));
    }
    let code = ledger.redeem(text).map_err(|_| refused("Malformed auth code."))?;
    let mut body = issue(sandbox, &code.grant, code.nonce.as_deref())?;
    if code.offline {
        let (token, ends) = manners::issue_refresh(sandbox, code.grant);
        body["refresh_token"] = json!(token);
        tell_end(sandbox, &mut body, ends);
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

/// Says when access that was given for a time ends.
fn tell_end(sandbox: &Sandbox, body: &mut Value, ends: Option<DateTime<Utc>>) {
    if let Some(ends) = ends {
        body["refresh_token_expires_in"] = json!((ends - sandbox.clock.now()).num_seconds());
    }
}

fn refresh(sandbox: &Sandbox, form: &Params, client: &str) -> Result<Answer, Answer> {
    let token = form.get("refresh_token");
    let token = token.ok_or_else(|| oauth(BAD, "invalid_request", "Missing required parameter: refresh_token"))?;
    let used = sandbox.google.ledger.refresh(token, client, sandbox.clock.now());
    let (mut grant, ends) = used.map_err(|refusal| refuse(&refusal))?;
    if let Some(wanted) = form.get("scope").map(scopes::canonical) {
        if wanted.iter().any(|scope| !grant.scopes.contains(scope)) {
            return Err(oauth(BAD, "invalid_scope", "Some requested scopes were not granted."));
        }
        grant.scopes = wanted;
    }
    let mut body = issue(sandbox, &grant, None)?;
    tell_end(sandbox, &mut body, ends);
    Ok(Answer::json(StatusCode::OK, &body))
}

/// Whatever ended it, Google says `invalid_grant`; an `error_subtype` where it has one.
fn refuse(refusal: &Refusal) -> Answer {
    let (subtype, description) = match refusal {
        Refusal::Unknown => (None, "Bad Request"),
        Refusal::Ended(Reason::AdminPolicy, _) => {
            (Some("admin_policy_enforced"), "Access was restricted by an administrator.")
        }
        Refusal::Ended(Reason::SessionsRevoked, _) => (Some("invalid_rapt"), "reauth related error (invalid_rapt)"),
        Refusal::Ended(Reason::AccountDisabled, _) => (None, "Account has been deleted"),
        Refusal::Ended(..) => (None, "Token has been expired or revoked."),
    };
    let mut body = json!({"error": "invalid_grant", "error_description": description});
    if let Some(subtype) = subtype {
        body["error_subtype"] = json!(subtype);
    }
    Answer::json(BAD, &body)
}

/// A new access token (and an ID token where it was asked for) as a response body.
fn issue(sandbox: &Sandbox, grant: &Grant, nonce: Option<&str>) -> Result<Value, Answer> {
    let access = manners::issue_access(sandbox, grant.clone());
    let mut body = json!({
        "access_token": access,
        "expires_in": ACCESS_S,
        "scope": grant.scopes.join(" "),
        "token_type": "Bearer",
    });
    let kept_back = sandbox.google.rules.get().id_token == Some(Forgery::Missing);
    if !kept_back && grant.scopes.iter().any(|scope| scope == scopes::OPENID) {
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
        Some(token) if sandbox.google.ledger.revoke(token, sandbox.clock.now()) => {
            Answer::json(StatusCode::OK, &json!({}))
        }
        Some(_) => oauth(BAD, "invalid_token", "Token expired or revoked"),
    }
}
