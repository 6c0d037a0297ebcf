//! `POST /auth/google`: a code that Google's own code client brought to a page of ours. Connects, and nothing else.
//!
//! There is no state to check on this way: the header that only a script of ours can send, and the origin, stand in its
//! place.

use crate::{
    bridge::connections::problem_for_screen,
    http::{session::Asking, site::Site, tokens::Refusal},
};
use app::{
    features::connections::{AttemptProblem, Provider},
    language::Language,
};
use axum::{
    Extension, Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::users::SignInError;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Brought {
    code: SecretString,
}

/// Connects what the code stands for; answers with the connection's id.
pub async fn connect(
    State(site): State<Site>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(viewer) = asking.viewer else {
        return Refusal::new(StatusCode::UNAUTHORIZED, "signed_out", "Sign in first.").into_response();
    };
    let origin = site.settings.public_url.origin().ascii_serialization();
    if !comes_from_our_script(&headers, &origin) {
        let message = "Send the code from a page of this server, with the header X-Requested-With.";
        return Refusal::new(StatusCode::FORBIDDEN, "foreign", message).into_response();
    }
    let Ok(Brought { code }) = serde_json::from_slice(&body) else {
        let message = "Send {\"code\": …} as JSON.";
        return Refusal::new(StatusCode::BAD_REQUEST, "bad_request", message).into_response();
    };
    let visitor = crate::bridge::users::from_where(&asking.visitor);
    let allowed = site.domain.users().allow_start(Some(viewer.session_id), &visitor).await;
    if let Err(SignInError::SlowDown { seconds }) = allowed {
        let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "slow_down", "Too many tries.");
        return Refusal { retry_after: Some(seconds), ..refusal }.into_response();
    }
    match site.domain.connections().connect_with_code(viewer.user_id, code, &origin, &visitor.address).await {
        Ok(connection) => {
            ([(header::CACHE_CONTROL, "no-store")], Json(json!({ "connection_id": connection }))).into_response()
        }
        Err(problem) => refuse(problem_for_screen(problem)),
    }
}

fn refuse(problem: AttemptProblem) -> Response {
    let status = match problem {
        AttemptProblem::NotSetUp => StatusCode::SERVICE_UNAVAILABLE,
        AttemptProblem::ProviderDown => StatusCode::BAD_GATEWAY,
        AttemptProblem::Unexpected => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Refusal::new(status, super::problem_word(problem), &problem.sentence(Language::en, Provider::Google))
        .into_response()
}

/// Pages of other sites can send neither this origin nor, without being asked about it first, this header.
fn comes_from_our_script(headers: &HeaderMap, origin: &str) -> bool {
    let same_origin = headers.get(header::ORIGIN).is_some_and(|sent| sent.as_bytes() == origin.as_bytes());
    same_origin && headers.contains_key("x-requested-with")
}
