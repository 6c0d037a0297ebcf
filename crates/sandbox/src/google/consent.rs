//! The two forms of the consent pages. They carry the original request along, so nothing is kept between them.

use super::authorize::{Request, chosen, dressed, stopped};
use super::scopes;
use crate::exchange::{Answer, Params};
use crate::state::Sandbox;

/// `POST /o/oauth2/v2/auth/account`: a person was chosen.
pub fn choose(sandbox: &Sandbox, form: &Params) -> Answer {
    with_request(sandbox, form, |request, address| chosen(sandbox, request, address))
}

/// `POST /o/oauth2/v2/auth/decision`: `Allow` with the ticked scopes, or `Deny`.
pub fn decide(sandbox: &Sandbox, form: &Params) -> Answer {
    with_request(sandbox, form, |request, address| {
        let denied = || dressed(sandbox, request.redirect(&[("error", "access_denied")]));
        if form.get("decision") != Some("allow") {
            return denied();
        }
        let ticked: Vec<&str> = form.all("scope").collect();
        let kept = |scope: &&String| scopes::is_sign_in(scope) || ticked.contains(&scope.as_str());
        let scopes: Vec<String> = request.scopes.iter().filter(kept).cloned().collect();
        if scopes.is_empty() {
            return denied();
        }
        dressed(sandbox, request.grant(sandbox, address, &scopes))
    })
}

fn with_request(sandbox: &Sandbox, form: &Params, next: impl FnOnce(&Request, &str) -> Answer) -> Answer {
    let carried = Params::parse(form.get("request").unwrap_or_default().as_bytes());
    let request = match Request::read(sandbox, &carried) {
        Ok(request) => request,
        Err(stop) => return stopped(sandbox, &stop),
    };
    match form.get("account").and_then(|address| sandbox.world.find(address)) {
        Some(resident) => next(&request, &resident.person.address),
        None => dressed(sandbox, Answer::redirect(&format!("/o/oauth2/v2/auth?{}", request.query))),
    }
}
