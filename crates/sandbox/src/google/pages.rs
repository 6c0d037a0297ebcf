//! Google's pages.

use super::authorize::{Request, Stop};
use super::scopes;
use crate::oauth::pages::{Brand, Chooser, Consent, escape};
use crate::state::Sandbox;

/// What Google's pages look like.
pub const BRAND: Brand = Brand { mark: "Google sandbox", style: "" };

/// The account chooser.
pub fn chooser(sandbox: &Sandbox, request: &Request) -> String {
    let chooser = Chooser {
        heading: "Choose an account",
        client: &request.client,
        action: "/o/oauth2/v2/auth/account",
        request: &request.query,
    };
    let people = sandbox.world.residents().iter().map(|resident| &resident.person);
    BRAND.page("Sign in – Google Accounts", &chooser.body(people))
}

/// The consent page: sign-in scopes as a sentence each, every other scope with a checkbox.
pub fn consent(request: &Request, address: &str) -> String {
    let (sign_in, other): (Vec<&String>, Vec<&String>) =
        request.scopes.iter().partition(|scope| scopes::is_sign_in(scope));
    let sentence = |scope: &'_ &String| scopes::sentence(scope).unwrap_or_default();
    let consent = Consent {
        heading: &format!("{} wants access to your Google Account", request.client),
        address,
        action: "/o/oauth2/v2/auth/decision",
        request: &request.query,
        told: &format!("{} will be able to:", request.client),
        asked: &format!("Select what {} can access", request.client),
        sentences: sign_in.iter().map(sentence).collect(),
        boxes: other.iter().map(|scope| (scope.as_str(), sentence(scope))).collect(),
    };
    BRAND.page("Allow access – Google Accounts", &consent.body())
}

/// The page of an error that never reaches the app.
pub fn stop(stop: &Stop) -> String {
    let Stop(status, name, text) = stop;
    let body = format!(
        "<h1>Access blocked: Authorization Error</h1>\n<p>{}</p>\n<p class=\"dim\">Error {}: <code>{name}</code></p>",
        escape(text),
        status.as_u16()
    );
    BRAND.page("Error – Google Accounts", &body)
}

/// Google's 404.
pub fn not_found(path: &str) -> String {
    let body = format!(
        "<h1>404. That’s an error.</h1>\n<p>The requested URL <code>{}</code> was not found.</p>",
        escape(path)
    );
    BRAND.page("Error 404 (Not Found)", &body)
}
