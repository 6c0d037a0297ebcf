//! Microsoft's pages.

use http::header::CACHE_CONTROL;

use super::authorize::Request;
use super::errors::Aadsts;
use super::scopes;
use crate::exchange::Answer;
use crate::oauth::pages::{Brand, Chooser, Consent, escape, hidden};
use crate::state::Sandbox;

const STYLE: &str = "
:root{--ink:#1b1b1b;--dim:#616161;--line:#d1d1d1;--desk:#f2f2f2;--accent:#0067b8}
@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--dim:#a6a6a6;--line:#424242;--paper:#141414;--desk:#1f1f1f;--accent:#62abf5;--on:#00223d}}
main{border-radius:2px;box-shadow:0 2px 6px #0003}h1{font-weight:600;font-size:1.5rem}button,button.row{border-radius:0}";

/// What Microsoft's pages look like.
pub const BRAND: Brand = Brand { mark: "Microsoft sandbox", style: STYLE };

/// The account chooser; `domain_hint` leaves out the accounts of other kinds.
pub fn chooser(sandbox: &Sandbox, request: &Request) -> Answer {
    let chooser = Chooser {
        heading: "Pick an account",
        client: &request.client,
        action: &format!("/{}/login", request.place.segment),
        request: &request.query,
    };
    let people = sandbox.world.residents().iter().map(|resident| &resident.person);
    let people = people.filter(|person| request.hints_at(person));
    page("Sign in to your account", &chooser.body(people))
}

/// The consent page. At the real one nothing can be unticked; here an unticked scope is one the answer does not list.
pub fn consent(request: &Request, address: &str) -> Answer {
    let (sign_in, other): (Vec<&String>, Vec<&String>) =
        request.scopes.iter().partition(|scope| scopes::is_sign_in(scope));
    let consent = Consent {
        heading: "Permissions requested",
        address,
        action: &format!("/{}/Consent/Set", request.place.segment),
        request: &request.query,
        told: &format!("{} would like to:", request.client),
        asked: "and, as long as it is ticked, to:",
        sentences: sign_in.iter().map(|scope| scopes::sentence(scope)).collect(),
        boxes: other.iter().map(|scope| (scope.as_str(), scopes::sentence(scope))).collect(),
    };
    page("Permissions requested", &consent.body())
}

/// The page for people whose organisation wants an administrator's approval (AADSTS90094).
pub fn approval(request: &Request, address: &str) -> Answer {
    let body = format!(
        "<h1>Need admin approval</h1>\n<p>{}</p>\n<p>{} needs permission to access resources in your organization that \
         only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>\n\
         <form method=\"post\" action=\"/{}/Consent/Set\">\n{}{}<div class=\"buttons\">\
         <button name=\"decision\" value=\"unapproved\">Return to the application without granting consent</button></div></form>",
        escape(address),
        escape(&request.client),
        request.place.segment,
        hidden("request", &request.query),
        hidden("account", address)
    );
    page("Need admin approval", &body)
}

/// The page an administrator approves an app on, for everybody in the organisation.
pub fn admin(segment: &str, client: &str, query: &str) -> Answer {
    let body = format!(
        "<h1>Permissions requested</h1>\n<p>Review for your organization: {} would like everything it is registered \
         for.</p>\n<form method=\"post\" action=\"/{segment}/adminconsent/Set\">\n{}<div class=\"buttons\">\
         <button name=\"decision\" value=\"deny\">Cancel</button>\n\
         <button class=\"go\" name=\"decision\" value=\"allow\">Accept</button></div></form>",
        escape(client),
        hidden("request", query)
    );
    page("Permissions requested", &body)
}

/// The page of an error that never reaches the app.
pub fn stop(sandbox: &Sandbox, error: &Aadsts) -> Answer {
    let body = format!(
        "<h1>Sign in</h1>\n<p>Sorry, but we’re having trouble signing you in.</p>\n<p class=\"dim\"><code>{}</code></p>",
        escape(&error.description(sandbox.clock.now()))
    );
    let page = BRAND.page("Sign in to your account", &body);
    Answer::html(error.status, page).with(CACHE_CONTROL, "no-store, no-cache")
}

/// The page that carries an answer to the app by itself, or by its button where there are no scripts.
pub fn form_post(to: &str, params: &[(&str, &str)]) -> String {
    let fields: String = params.iter().map(|(name, value)| hidden(name, value)).collect();
    let body = format!(
        "<form method=\"post\" action=\"{}\">\n{fields}<button class=\"go\">Continue</button></form>\n\
         <script>document.forms[0].submit()</script>",
        escape(to)
    );
    BRAND.page("Working...", &body)
}

/// Microsoft's 404.
pub fn not_found() -> String {
    BRAND.page("Not found", "<h1>404 – Not found</h1>")
}

fn page(title: &str, body: &str) -> Answer {
    Answer::html(http::StatusCode::OK, BRAND.page(title, body)).with(CACHE_CONTROL, "no-store, no-cache")
}
