//! `GET /inbox/{id}/frame`: the cleaned HTML of one mail, for the sandboxed frame of the conversation.
//!
//! Mail is hostile until proven otherwise, and cleaning can have holes: the policy of this answer lets no script run, no
//! form be sent and, unless asked for, nothing be loaded from elsewhere.

use super::{page, session::Asking, site::Site};
use crate::bridge;
use app::error::AppError;
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderName, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use uuid::Uuid;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    sandbox allow-popups allow-popups-to-escape-sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
const POLICY_WITH_IMAGES: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:; \
    sandbox allow-popups allow-popups-to-escape-sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What the frame was asked for with.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    /// `1`: images from other servers too; their servers then learn that the mail was opened.
    images: Option<String>,
}

/// Serves one mail to the person it belongs to.
pub async fn frame(
    State(site): State<Site>,
    Extension(asking): Extension<Asking>,
    Path(message): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let images = wanted.images.as_deref() == Some("1");
    match cleaned(&site, &asking, &message, images).await {
        Ok(document) => {
            let headers = [
                (header::CONTENT_SECURITY_POLICY, if images { POLICY_WITH_IMAGES } else { POLICY }),
                (header::CACHE_CONTROL, "no-store"),
                (header::REFERRER_POLICY, "no-referrer"),
                (RESOURCE_POLICY, "same-origin"),
            ];
            (headers, Html(document)).into_response()
        }
        Err(error) => page::failure(&error),
    }
}

async fn cleaned(site: &Site, asking: &Asking, message: &str, images: bool) -> Result<String, AppError> {
    let viewer = asking.viewer.as_ref().ok_or(AppError::SignInRequired)?;
    let message: Uuid = message.parse().map_err(|_| AppError::NotFound)?;
    let cleaned = site.domain.mail().cleaned_html(viewer.user_id, message, images).await;
    cleaned.map_err(|error| bridge::mail::refusal(&site.reports, error))
}
