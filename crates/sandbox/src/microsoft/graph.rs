//! Microsoft Graph, so far who the person is: `/v1.0/me`.

use http::header::{HeaderName, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::identity;
use super::scopes;
use crate::chance::guid;
use crate::exchange::{Answer, Call};
use crate::oauth::grants::Grant;
use crate::state::Sandbox;
use crate::world::Person;

/// A refused call (provider facts 6.7).
struct Failure(StatusCode, &'static str, String);

/// Answers what is below `/v1.0/`.
pub fn answer(sandbox: &Sandbox, call: &Call, path: &str) -> Answer {
    let request = guid();
    let mut person = None;
    let result = caller(sandbox, call).and_then(|(who, grant)| {
        person = Some(who.address.clone());
        match path {
            "me" if call.method == Method::GET => me(sandbox, call, who, &grant),
            _ => {
                let text = format!("Resource not found for the segment '{path}'.");
                Err(Failure(StatusCode::BAD_REQUEST, "BadRequest", text))
            }
        }
    });
    let mut answer = match result {
        Ok(body) => Answer::json(StatusCode::OK, &body),
        Err(failure) => refused(sandbox, &failure, &request),
    };
    answer.person = person;
    answer.with(HeaderName::from_static("request-id"), request)
}

fn refused(sandbox: &Sandbox, Failure(status, code, message): &Failure, request: &str) -> Answer {
    let date = sandbox.clock.now().format("%Y-%m-%dT%H:%M:%S").to_string();
    let inner = json!({"date": date, "request-id": request, "client-request-id": request});
    let body = json!({"error": {"code": code, "message": message, "innerError": inner}});
    let answer = Answer::json(*status, &body);
    if *status == StatusCode::UNAUTHORIZED {
        let challenge =
            format!("Bearer realm=\"\", authorization_uri=\"{}/common/oauth2/authorize\"", sandbox.microsoft.url);
        return answer.with(WWW_AUTHENTICATE, challenge);
    }
    answer
}

fn caller<'a>(sandbox: &'a Sandbox, call: &Call) -> Result<(&'a Person, Grant), Failure> {
    let bad = |text: &str| Failure(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", text.to_owned());
    let token = call.bearer().ok_or_else(|| bad("Access token is empty."))?;
    let alive = sandbox.microsoft.ledger.access(&token, sandbox.clock.now());
    let (grant, _) = alive.ok_or_else(|| bad("Lifetime validation failed, the token is expired."))?;
    let person = sandbox.world.find(&grant.person).map(|resident| &resident.person);
    Ok((person.ok_or_else(|| bad("The identity of the calling user could not be established."))?, grant))
}

fn me(sandbox: &Sandbox, call: &Call, person: &Person, grant: &Grant) -> Result<Value, Failure> {
    if !grant.scopes.iter().any(|scope| scope == scopes::USER_READ) {
        let text = "Access is denied. Check credentials and try again.".to_owned();
        return Err(Failure(StatusCode::FORBIDDEN, "ErrorAccessDenied", text));
    }
    let mut user = json!({
        "businessPhones": [],
        "displayName": person.name(),
        "givenName": person.given,
        "jobTitle": null,
        "mail": person.address,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
        "surname": person.family,
        "userPrincipalName": person.address,
        "id": person.graph_id(),
    });
    let params = call.params();
    let mut context = format!("{}/v1.0/$metadata#users/$entity", sandbox.microsoft.url);
    if let Some(select) = params.get("$select").or_else(|| params.get("select")) {
        let mut chosen = json!({});
        for name in select.split(',').map(str::trim) {
            let value = user.get_mut(name).map(Value::take).ok_or_else(|| {
                let text = format!("Could not find a property named '{name}' on type 'microsoft.graph.user'.");
                Failure(StatusCode::BAD_REQUEST, "BadRequest", text)
            })?;
            chosen[name] = value;
        }
        context = format!("{}/v1.0/$metadata#users({select})/$entity", sandbox.microsoft.url);
        user = chosen;
    }
    user["@odata.context"] = json!(context);
    Ok(user)
}

/// `GET /oidc/userinfo`.
pub fn userinfo(sandbox: &Sandbox, call: &Call) -> Answer {
    let (person, grant) = match caller(sandbox, call) {
        Ok(found) => found,
        Err(failure) => return refused(sandbox, &failure, &guid()),
    };
    let mut claims = json!({"sub": identity::subject(person, &grant.client)});
    if grant.scopes.iter().any(|scope| scope == scopes::PROFILE) {
        claims["name"] = json!(person.name());
        claims["given_name"] = json!(person.given);
        claims["family_name"] = json!(person.family);
    }
    if grant.scopes.iter().any(|scope| scope == scopes::EMAIL) {
        claims["email"] = json!(person.address);
    }
    let mut answer = Answer::json(StatusCode::OK, &claims);
    answer.person = Some(person.address.clone());
    answer
}
