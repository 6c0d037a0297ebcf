//! The two forms of the login pages. They carry the original request along, so nothing is kept between them.

use super::authorize::{Request, chosen};
use super::errors::Aadsts;
use super::scopes;
use super::tenants::Place;
use crate::exchange::{Answer, Params};
use crate::state::Sandbox;
use crate::world::Person;

/// `POST /{tenant}/login`: a person was chosen.
pub fn choose(sandbox: &Sandbox, place: Place, form: &Params) -> Answer {
    with_request(sandbox, place, form, |request, person| chosen(sandbox, request, person))
}

/// `POST /{tenant}/Consent/Set`: `Allow` with the ticked scopes, `Deny`, or back without an administrator's approval.
pub fn decide(sandbox: &Sandbox, place: Place, form: &Params) -> Answer {
    with_request(sandbox, place, form, |request, person| {
        if request.needs_approval(sandbox, person) {
            return request.reply.refuse(sandbox, &Aadsts::needs_approval());
        }
        let ticked: Vec<&str> = form.all("scope").collect();
        let kept = |scope: &&String| scopes::is_sign_in(scope) || ticked.contains(&scope.as_str());
        let scopes: Vec<String> = request.scopes.iter().filter(kept).cloned().collect();
        if form.get("decision") == Some("allow") && !scopes.is_empty() {
            return request.grant(sandbox, person, &scopes);
        }
        let text = "User declined to consent to access the app.";
        request.reply.refuse(sandbox, &Aadsts::new("access_denied", 65_004, text))
    })
}

fn with_request(
    sandbox: &Sandbox,
    place: Place,
    form: &Params,
    next: impl FnOnce(&Request, &Person) -> Answer,
) -> Answer {
    let carried = Params::parse(form.get("request").unwrap_or_default().as_bytes());
    let request = match Request::read(sandbox, place, &carried) {
        Ok(request) => request,
        Err(answer) => return answer,
    };
    match form.get("account").and_then(|address| sandbox.world.find(address)) {
        Some(resident) => next(&request, &resident.person),
        None => Answer::redirect(&format!("/{}/oauth2/v2.0/authorize?{}", request.place.segment, request.query)),
    }
}
