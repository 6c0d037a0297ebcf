//! Who the person is: `/v1.0/me`, and OpenID's userinfo.

use http::StatusCode;
use serde_json::{Value, json};

use super::caller;
use super::failure::Failure;
use super::visit::{Outcome, Visit};
use crate::chance::guid;
use crate::exchange::{Answer, Call};
use crate::microsoft::{identity, scopes};
use crate::state::Sandbox;

/// `GET /me`.
pub fn me(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let person = &visit.resident.person;
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
    let mut context = visit.context("users/$entity");
    let select = visit.select();
    if !select.is_empty() {
        let mut chosen = json!({});
        for name in &select {
            let value = user.get_mut(name).map(Value::take).ok_or_else(|| {
                Failure::bad(format!("Could not find a property named '{name}' on type 'microsoft.graph.user'."))
            })?;
            chosen[name] = value;
        }
        context = visit.context(&format!("users({})/$entity", select.join(",")));
        user = chosen;
    }
    user["@odata.context"] = json!(context);
    Ok(super::visit::json_answer(StatusCode::OK, &user))
}

/// `GET /oidc/userinfo`.
pub fn userinfo(sandbox: &Sandbox, call: &Call) -> Answer {
    let (resident, grant) = match caller(sandbox, call) {
        Ok(found) => found,
        Err(failure) => {
            let request = guid();
            return failure.answer(sandbox, &request, &request);
        }
    };
    let person = &resident.person;
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
