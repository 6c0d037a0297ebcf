//! `GET /pictures/{message}/…`: the pictures of one mail, for its frame. The frame is a stranger to the site and sends no
//! cookie, so the address itself is the permission: it is signed, for one picture, and good for minutes.

use super::site::Site;
use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::reading::{Permit, Picture, ReadError};
use futures::TryStreamExt;
use serde::Deserialize;
use uuid::Uuid;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The signature, and for pictures elsewhere where they are.
#[derive(Debug, Deserialize)]
pub struct Signed {
    until: i64,
    proof: String,
    from: Option<String>,
}

impl Signed {
    fn permit(&self) -> Permit {
        Permit { until: self.until, proof: self.proof.clone() }
    }
}

/// A picture that came with the mail.
pub async fn inline(
    State(site): State<Site>,
    Path((message, file)): Path<(Uuid, Uuid)>,
    Query(signed): Query<Signed>,
) -> Response {
    answer(&site, site.domain.reading().inline_picture(message, file, &signed.permit()).await)
}

/// A picture on another server.
pub async fn remote(State(site): State<Site>, Path(message): Path<Uuid>, Query(signed): Query<Signed>) -> Response {
    let from = signed.from.as_deref().unwrap_or_default();
    answer(&site, site.domain.reading().remote_picture(message, from, &signed.permit()).await)
}

fn answer(site: &Site, picture: Result<Picture, ReadError>) -> Response {
    let Picture { kind, pieces } = match picture {
        Ok(picture) => picture,
        Err(error) => return refused(site, error),
    };
    let mut response = Body::from_stream(pieces.map_err(ReadError::from)).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, kind.mime_type()),
        (header::CONTENT_DISPOSITION, "inline; filename=\"picture\""),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "private, max-age=600"),
        (header::REFERRER_POLICY, "no-referrer"),
        // The frame's origin is nobody's.
        (RESOURCE_POLICY, "cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Nobody reads it: the mail shows the words that stand for the picture.
fn refused(site: &Site, error: ReadError) -> Response {
    let status = match error {
        ReadError::NotFound => StatusCode::NOT_FOUND,
        ReadError::Gone => StatusCode::GONE,
        ReadError::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
        ReadError::NoPicture => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ReadError::NotAllowed | ReadError::NeedsReconnect => StatusCode::FORBIDDEN,
        ReadError::Unavailable => StatusCode::BAD_GATEWAY,
        ReadError::Database(_) => {
            site.reports.unexpected(&error);
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    (status, [(header::CACHE_CONTROL, "no-store")], "no picture").into_response()
}
