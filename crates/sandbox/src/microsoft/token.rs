//! The token endpoint (provider facts 2.3 to 2.5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde_json::{Value, json};

use super::errors::Aadsts;
use super::identity;
use super::manners;
use super::scopes;
use super::tenants::Place;
use crate::exchange::{Answer, Call, Params};
use crate::forgery::Forgery;
use crate::oauth::client::{self, Stranger};
use crate::oauth::grants::Grant;
use crate::state::Sandbox;
use crate::world::Person;

/// `POST /{tenant}/oauth2/v2.0/token`.
pub fn exchange(sandbox: &Sandbox, place: &Place, call: &Call) -> Answer {
    let form = call.form();
    let body = authenticate(sandbox, place, call, &form).and_then(|client| match form.get("grant_type") {
        Some("authorization_code") => redeem(sandbox, place, &form, &client),
        Some("refresh_token") => refresh(sandbox, place, &form, &client),
        None => Err(Aadsts::missing("grant_type")),
        Some(other) => {
            let text = format!("The app requested an unsupported grant type '{other}'.");
            Err(Aadsts::new("unsupported_grant_type", 70_003, text))
        }
    });
    let answer = match body {
        Ok(body) => Answer::json(StatusCode::OK, &body),
        Err(error) => error.answer(sandbox, call),
    };
    answer.with(CACHE_CONTROL, "no-store, no-cache")
}

fn authenticate(sandbox: &Sandbox, place: &Place, call: &Call, form: &Params) -> Result<String, Aadsts> {
    let rules = sandbox.microsoft.rules.get();
    let found = client::authenticate(&sandbox.config.clients, rules.secret, call, form);
    let client = found.map_err(|stranger| match stranger {
        Stranger::Nameless => Aadsts::missing("client_id"),
        Stranger::Unknown => Aadsts::unknown_client(form.get("client_id").unwrap_or_default()),
        Stranger::Silent => {
            let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
            Aadsts::new("invalid_client", 7_000_218, text)
        }
        Stranger::Wrong => {
            let text = "Invalid client secret provided. Ensure the secret being sent in the request is the client \
                        secret value, not the client secret ID.";
            Aadsts::new("invalid_client", 7_000_215, text)
        }
        Stranger::Expired => {
            let text = "The provided client secret keys for the app are expired. Create new keys for your app.";
            Aadsts::new("invalid_client", 7_000_222, text)
        }
    })?;
    place.fits(&rules.audience, &client)?;
    Ok(client)
}

fn redeem(sandbox: &Sandbox, place: &Place, form: &Params, client: &str) -> Result<Value, Aadsts> {
    let text = form.get("code").ok_or_else(|| Aadsts::missing("code"))?;
    let ledger = &sandbox.microsoft.ledger;
    let code = ledger.code(text, sandbox.clock.now()).map_err(Aadsts::of_code)?;
    if code.grant.client != client {
        return Err(Aadsts::new("invalid_grant", 700_005, "The code was issued to another application."));
    }
    if form.get("redirect_uri") != Some(&code.redirect_uri) {
        let text =
            "The reply address does not match the reply address provided when requesting the authorization code.";
        return Err(Aadsts::new("invalid_grant", 500_112, text));
    }
    if !code.verified(form.get("code_verifier")) {
        let text = "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
        return Err(Aadsts::new("invalid_grant", 501_481, text));
    }
    let person = owner(sandbox, place, &code.grant)?;
    let access = narrowed(sandbox, person, &code.grant, form)?;
    let code = ledger.redeem(text).map_err(Aadsts::of_code)?;
    let mut body = issue(sandbox, person, access, form, code.nonce.as_deref())?;
    if code.offline {
        let limit_s = sandbox.microsoft.rules.get().refresh_token_expires_in;
        let ends = limit_s.map(|seconds| sandbox.clock.now() + Duration::seconds(seconds));
        body["refresh_token"] = json!(manners::issue_refresh(sandbox, person, code.grant, ends));
        if let Some(seconds) = limit_s {
            body["refresh_token_expires_in"] = json!(seconds);
        }
    }
    Ok(body)
}

fn refresh(sandbox: &Sandbox, place: &Place, form: &Params, client: &str) -> Result<Value, Aadsts> {
    let token = form.get("refresh_token").ok_or_else(|| Aadsts::missing("refresh_token"))?;
    let ledger = &sandbox.microsoft.ledger;
    let now = sandbox.clock.now();
    let used = ledger.refresh(token, client, now);
    let (grant, ends) = used.map_err(|refusal| Aadsts::of_refresh(&refusal, client, token.starts_with("M.")))?;
    let person = owner(sandbox, place, &grant)?;
    let access = narrowed(sandbox, person, &grant, form)?;
    let mut body = issue(sandbox, person, access, form, None)?;
    body["refresh_token"] = json!(manners::issue_refresh(sandbox, person, grant, ends));
    if let Some(ends) = ends {
        body["refresh_token_expires_in"] = json!((ends - now).num_seconds());
    }
    Ok(body)
}

/// Whose grant it is, if that person belongs here.
fn owner<'a>(sandbox: &'a Sandbox, place: &Place, grant: &Grant) -> Result<&'a Person, Aadsts> {
    let person = sandbox.world.find(&grant.person).map(|resident| &resident.person);
    let person = person.ok_or_else(|| Aadsts::stranger("unknown"))?;
    let admitted = place.admits(person, &sandbox.microsoft.rules.get().audience);
    admitted.map_err(|error| error.called("invalid_grant"))?;
    Ok(person)
}

/// What the access token will allow: one resource. Without a `scope` it is the first of the grant; with one, everything
/// named must have been consented to, then or at any time. Work accounts get whatever else was consented to there.
fn narrowed(sandbox: &Sandbox, person: &Person, grant: &Grant, form: &Params) -> Result<Grant, Aadsts> {
    let had = manners::consents(sandbox, person, &grant.client);
    let asked = match form.get("scope").filter(|scope| !scope.is_empty()) {
        None => grant.scopes.clone(),
        Some(list) => {
            let asked = scopes::read(list).map_err(|unknown| {
                let text = format!("The provided request must include a valid 'scope': '{unknown}' does not exist.");
                Aadsts::new("invalid_scope", 70_011, text)
            })?;
            let mut resources = asked.iter().filter_map(|scope| scopes::resource(scope));
            if let Some(first) = resources.next()
                && resources.any(|other| other != first)
            {
                let text = "Provided value for the input parameter scope is not valid because it contains more than \
                            one resource.";
                return Err(Aadsts::new("invalid_request", 28_000, text));
            }
            if asked.iter().any(|scope| !scopes::is_oidc(scope) && !had.contains(scope)) {
                return Err(Aadsts::not_consented(&grant.client));
            }
            asked
        }
    };
    let resource = asked.iter().find_map(|scope| scopes::resource(scope));
    let here = |scope: &String| scopes::is_oidc(scope) || scopes::resource(scope) == resource;
    let mut scopes: Vec<String> = asked.into_iter().filter(here).collect();
    if person.domain().is_some() {
        let more = had.into_iter().filter(|scope| !scopes::is_oidc(scope) && here(scope));
        let more: Vec<String> = more.filter(|scope| !scopes.contains(scope)).collect();
        scopes.extend(more);
    }
    Ok(Grant { scopes, ..grant.clone() })
}

/// A new access token (and an ID token where it was asked for) as a response body.
fn issue(
    sandbox: &Sandbox,
    person: &Person,
    grant: Grant,
    form: &Params,
    nonce: Option<&str>,
) -> Result<Value, Aadsts> {
    let (token, lives_s) = manners::issue_access(sandbox, person, grant.clone());
    let mut body = json!({
        "token_type": "Bearer",
        "scope": scopes::told(&grant.scopes, person.domain().is_none()),
        "expires_in": lives_s,
        "ext_expires_in": lives_s,
        "access_token": token,
    });
    let kept_back = sandbox.microsoft.rules.get().id_token == Some(Forgery::Missing);
    if !kept_back && grant.scopes.iter().any(|scope| scope == scopes::OPENID) {
        let signed = identity::id_token(sandbox, person, &grant, nonce);
        let failed = || Aadsts::new("server_error", 90_033, "A transient error has occurred. Please try again.");
        body["id_token"] = json!(signed.ok_or_else(failed)?);
    }
    if form.get("client_info") == Some("1") {
        let info = json!({"uid": person.object, "utid": person.tenant()});
        body["client_info"] = json!(URL_SAFE_NO_PAD.encode(info.to_string()));
    }
    Ok(body)
}
