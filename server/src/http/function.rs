//! Server functions answer every refusal with 500; here each gets the status that says what it is, so that a wrong
//! password is no fault of the server in anybody's log.

use super::page;
use app::error::AppError;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Where server functions live.
const PREFIX: &str = "/api/fn/";
/// Longer than any refusal; what is longer is not ours.
const LONGEST_REFUSAL: usize = 64 * 1024;

/// Gives the refusals of server functions their status.
pub async fn tell_status(request: Request, next: Next) -> Response {
    let ours = request.uri().path().starts_with(PREFIX);
    let response = next.run(request).await;
    if !ours || response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_REFUSAL).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(error) = serde_json::from_slice::<AppError>(&body) {
        parts.status = page::status(&error);
        if let AppError::SlowDown { seconds } = error {
            parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
    Response::from_parts(parts, Body::from(body))
}
