//! Admin consent: an administrator approves an app for everybody in the organisation (provider facts 2.7).

use url::Url;

use super::errors::Aadsts;
use super::pages;
use super::scopes;
use super::tenants::{Place, Tenant};
use crate::exchange::{Answer, Params};
use crate::oauth::grants::Grant;
use crate::state::Sandbox;
use crate::world::people::ORGANISATIONS;

/// `GET /{tenant}/v2.0/adminconsent`.
pub fn show(sandbox: &Sandbox, place: &Place, params: &Params) -> Answer {
    match client(sandbox, params) {
        Ok((client, _)) => {
            let carried = ["client_id", "redirect_uri", "state"];
            let carried = carried.iter().filter_map(|name| params.get(name).map(|value| (*name, value)));
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(carried).finish();
            pages::admin(&place.segment, &client, &query)
        }
        Err(error) => pages::stop(sandbox, &error),
    }
}

/// `POST /{tenant}/adminconsent/Set`: accepted or not, it goes back to the app. Under `common` the administrator is one
/// of the first organisation.
pub fn decide(sandbox: &Sandbox, place: &Place, form: &Params) -> Answer {
    let params = Params::parse(form.get("request").unwrap_or_default().as_bytes());
    let (client, mut url) = match client(sandbox, &params) {
        Ok(found) => found,
        Err(error) => return pages::stop(sandbox, &error),
    };
    let tenant = if let Tenant::One(id) = place.tenant { id } else { ORGANISATIONS[0].1 };
    let mut pairs = vec![("admin_consent", "True"), ("tenant", tenant)];
    if form.get("decision") == Some("allow") {
        let scopes = scopes::all();
        sandbox.microsoft.ledger.consent(&Grant { client, person: tenant.to_owned(), scopes });
    } else {
        let description = "AADSTS65004: User declined to consent to access the app.";
        pairs = vec![("error", "access_denied"), ("error_description", description)];
    }
    pairs.extend(params.get("state").map(|state| ("state", state)));
    url.query_pairs_mut().extend_pairs(pairs);
    Answer::redirect(url.as_str())
}

fn client(sandbox: &Sandbox, params: &Params) -> Result<(String, Url), Aadsts> {
    let id = params.get("client_id").unwrap_or_default();
    let to = params.get("redirect_uri").unwrap_or_default();
    let mut known = sandbox.config.clients.iter().filter(|known| known.id == id).peekable();
    if known.peek().is_none() {
        return Err(Aadsts::unknown_client(id));
    }
    let url = known.find(|known| known.redirect_uri == to).and_then(|known| Url::parse(&known.redirect_uri).ok());
    let mismatch = || Aadsts::new("invalid_request", 50_011, format!("The redirect URI '{to}' is not configured."));
    Ok((id.to_owned(), url.ok_or_else(mismatch)?))
}
