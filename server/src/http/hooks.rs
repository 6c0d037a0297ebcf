//! `POST /hooks/microsoft`: where Graph tells of changes in mailboxes. No browser comes here, and no cookie counts.

use super::{peer::peer_address, router::LARGEST_BODY, site::Site};
use axum::{
    body::to_bytes,
    extract::{Query, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::news::NotTaken;
use serde::Deserialize;

/// Its path.
pub const HOOK: &str = "/hooks/microsoft";
/// Longer than any question of Graph's.
const LONGEST_QUESTION: usize = 2_048;
/// Seconds after which whoever says too much may go on.
const LATER: &str = "60";

/// What Graph asks before it makes a subscription.
#[derive(Deserialize)]
pub struct Handshake {
    #[serde(rename = "validationToken")]
    validation_token: Option<String>,
}

/// Answers the handshake with what was asked, as plain text. Notices are written down and answered at once: Graph wants an
/// answer within three seconds, and what they ask for is a job's work.
pub async fn microsoft(
    State(site): State<Site>,
    Query(Handshake { validation_token }): Query<Handshake>,
    request: Request,
) -> Response {
    let visitor = peer_address(&request, &site.settings.trusted_proxies);
    let visitor = visitor.map(|address| address.to_string()).unwrap_or_default();
    if let Err(error) = site.domain.news().admit(&visitor).await {
        return refuse(&site, &error);
    }
    if let Some(question) = validation_token {
        return give_back(question);
    }
    let Ok(body) = to_bytes(request.into_body(), LARGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match site.domain.news().take_notices(&body).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => refuse(&site, &error),
    }
}

/// Whatever it is, it is no page: plain text, which nobody may read as anything else.
fn give_back(question: String) -> Response {
    if question.len() > LONGEST_QUESTION {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    let nosniff = HeaderValue::from_static("nosniff");
    let headers = [
        (header::CONTENT_TYPE, plain),
        (header::X_CONTENT_TYPE_OPTIONS, nosniff),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, question).into_response()
}

fn refuse(site: &Site, error: &NotTaken) -> Response {
    match error {
        NotTaken::Off => StatusCode::NOT_FOUND.into_response(),
        NotTaken::Unreadable => StatusCode::BAD_REQUEST.into_response(),
        NotTaken::TooMany => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, LATER)]).into_response(),
        // They come again for four hours.
        NotTaken::Database(error) => {
            site.reports.unexpected(error);
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
