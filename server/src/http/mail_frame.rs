//! `GET /inbox/{id}/frame`: the cleaned HTML of one mail, for the sandboxed frame of the conversation.
//!
//! Mail is hostile until proven otherwise, and cleaning can have holes: the policy of this answer lets no script run, no
//! form be sent, and nothing be loaded but this mail's own pictures, through us.

use super::{page, session::Asking, site::Site};
use crate::bridge::reading::refusal;
use app::{error::AppError, language::say};
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderName, HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use domain::{mail::FoldWords, reading::Frame};
use serde::Deserialize;
use uuid::Uuid;

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
        Ok(frame) => answer(&site, frame),
        Err(error) => page::failure(asking.language(), &error),
    }
}

fn answer(site: &Site, frame: Frame) -> Response {
    let pictures = format!("{}{}", site.settings.public_url.origin().ascii_serialization(), frame.pictures);
    let mut response = Html(frame.document).into_response();
    let headers = response.headers_mut();
    // An origin and the path of an id are all it holds.
    if let Ok(policy) = HeaderValue::from_str(&policy(&pictures)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn policy(pictures: &str) -> String {
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data: {pictures}; \
         sandbox allow-popups allow-popups-to-escape-sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
}

async fn cleaned(site: &Site, asking: &Asking, message: &str, images: bool) -> Result<Frame, AppError> {
    let viewer = asking.viewer.as_ref().ok_or(AppError::SignInRequired)?;
    let message: Uuid = message.parse().map_err(|_| AppError::NotFound)?;
    let language = asking.language();
    let words = FoldWords { show: say!(language, mail.show_quoted), hide: say!(language, mail.hide_quoted) };
    let frame = site.domain.reading().frame(viewer.user_id, message, images, words).await;
    frame.map_err(|error| refusal(&site.reports, error))
}
