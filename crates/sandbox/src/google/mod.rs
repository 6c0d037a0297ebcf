//! The pretend Google: one function that sends a request to the part that answers it.

pub mod authorize;
pub mod batch;
pub mod consent;
pub mod discovery;
pub mod errors;
pub mod fields;
pub mod gmail;
pub mod manners;
pub mod pages;
pub mod pubsub;
pub mod scopes;
pub mod service_account;
pub mod token;
pub mod userinfo;

use http::{Method, StatusCode};

use crate::exchange::{Answer, Call};
use crate::state::Sandbox;

/// Answers one request, or one part of a batch. Batches themselves are taken apart before they come here.
pub fn answer(sandbox: &Sandbox, call: &Call) -> Answer {
    let get = call.method == Method::GET || call.method == Method::HEAD;
    let post = call.method == Method::POST;
    match call.path.as_str() {
        "/.well-known/openid-configuration" if get => discovery::configuration(sandbox),
        "/oauth2/v3/certs" if get => discovery::keys(sandbox),
        "/o/oauth2/v2/auth" if get => authorize::begin(sandbox, &call.params()),
        "/o/oauth2/v2/auth/account" if post => consent::choose(sandbox, &call.form()),
        "/o/oauth2/v2/auth/decision" if post => consent::decide(sandbox, &call.form()),
        "/token" | "/oauth2/v4/token" if post => token::exchange(sandbox, call),
        "/revoke" | "/o/oauth2/revoke" => token::revoke(sandbox, call),
        "/v1/userinfo" | "/oauth2/v3/userinfo" if get || post => userinfo::userinfo(sandbox, call),
        "/tokeninfo" | "/oauth2/v3/tokeninfo" if get || post => userinfo::tokeninfo(sandbox, call),
        path if path.starts_with("/v1/projects/") && post => pubsub::answer(sandbox, call),
        path if path.starts_with("/gmail/v1/") || path.starts_with("/upload/gmail/v1/") => gmail::answer(sandbox, call),
        "/" if get => Answer::redirect("/_sandbox/"),
        _ => Answer::html(StatusCode::NOT_FOUND, pages::not_found(&call.path)),
    }
}
