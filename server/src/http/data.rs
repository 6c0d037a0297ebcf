//! `GET /settings/account/data`: everything kept about the person who asks, as a file, in pieces as they are read.

use super::{page, session::Asking, site::Site};
use app::error::AppError;
use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::TryStreamExt;

/// One JSON object a line; a mailbox of any size goes through little memory.
pub async fn download(State(site): State<Site>, Extension(asking): Extension<Asking>) -> Response {
    let language = asking.language();
    let Some(viewer) = asking.viewer else {
        return page::failure(language, &AppError::SignInRequired).into_response();
    };
    let reports = site.reports.clone();
    let lines = site.domain.users().data(viewer.user_id).inspect_err(move |error| {
        // The answer has begun: it is cut off, so that nobody takes it for the whole.
        reports.unexpected(error);
    });
    let mut response = Body::from_stream(lines).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    let name = HeaderValue::from_static("attachment; filename=\"gatepost-data.ndjson\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
