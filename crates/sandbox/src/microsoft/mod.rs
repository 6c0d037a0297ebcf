//! The pretend Microsoft: Entra's login pages and tokens, and Graph, under one origin.

pub mod admin;
pub mod authorize;
pub mod consent;
pub mod discovery;
pub mod errors;
pub mod graph;
pub mod identity;
pub mod manners;
pub mod pages;
pub mod replies;
pub mod scopes;
pub mod tenants;
pub mod token;

use http::header::HeaderName;
use http::{Method, StatusCode};

use self::tenants::Place;
use crate::exchange::{Answer, Call};
use crate::state::Sandbox;

/// Answers one request.
pub fn answer(sandbox: &Sandbox, call: &Call) -> Answer {
    let get = call.method == Method::GET || call.method == Method::HEAD;
    if let Some(rest) = call.path.strip_prefix("/v1.0/") {
        return graph::answer(sandbox, call, rest);
    }
    if let Some(secret) = call.path.strip_prefix(graph::uploads::PATH) {
        return graph::uploads::piece(sandbox, call, secret);
    }
    match call.path.as_str() {
        "/oidc/userinfo" => return graph::userinfo(sandbox, call),
        "/" if get => return Answer::redirect("/_sandbox/"),
        _ => {}
    }
    dressed(login(sandbox, call, get))
}

/// The paths that begin with a tenant.
fn login(sandbox: &Sandbox, call: &Call, get: bool) -> Answer {
    let Some((segment, rest)) = call.path.trim_start_matches('/').split_once('/') else {
        return Answer::html(StatusCode::NOT_FOUND, pages::not_found());
    };
    let place = match Place::read(segment) {
        Ok(place) => place,
        Err(error) if rest == "oauth2/v2.0/token" || rest.contains("well-known") => return error.answer(sandbox, call),
        Err(error) => return pages::stop(sandbox, &error),
    };
    let post = call.method == Method::POST;
    match rest {
        "v2.0/.well-known/openid-configuration" if get => discovery::configuration(sandbox, &place),
        "discovery/v2.0/keys" if get => discovery::keys(sandbox),
        "oauth2/v2.0/authorize" if get => authorize::begin(sandbox, place, &call.params()),
        "oauth2/v2.0/authorize" if post => authorize::begin(sandbox, place, &call.form()),
        "login" if post => consent::choose(sandbox, place, &call.form()),
        "Consent/Set" if post => consent::decide(sandbox, place, &call.form()),
        "oauth2/v2.0/token" if post => token::exchange(sandbox, &place, call),
        "v2.0/adminconsent" | "adminconsent" if get => admin::show(sandbox, &place, &call.params()),
        "adminconsent/Set" if post => admin::decide(sandbox, &place, &call.form()),
        _ => Answer::html(StatusCode::NOT_FOUND, pages::not_found()),
    }
}

/// Login pages cut off their opener, always.
fn dressed(answer: Answer) -> Answer {
    answer.with(HeaderName::from_static("cross-origin-opener-policy"), "same-origin")
}
