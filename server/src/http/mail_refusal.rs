//! Pages that say why something of a mail could not be had.

use super::{
    page::{self, Notice},
    site::Site,
};
use crate::bridge::reading::refusal;
use app::time::duration_words;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use domain::reading::ReadError;
use uuid::Uuid;

/// Why `what` ("This file") could not be fetched, with the way back to its mail.
pub fn page(site: &Site, what: &str, message: Uuid, error: ReadError) -> Response {
    let mail = format!("/inbox/{message}");
    let back = Some((mail.as_str(), "Back to the mail"));
    let notice = |title, sentence: &str, link, status| Notice { title, sentence, link, extra: "" }.answer(status);
    match error {
        ReadError::Gone => notice(
            "Gone",
            &format!(
                "{what} is not there any more: the provider deleted or changed the mail. The rest of the mail is kept here; \
                 the next sync brings it up to date."
            ),
            back,
            StatusCode::GONE,
        ),
        ReadError::NeedsReconnect => notice(
            "Connect again",
            &format!(
                "{what} is at the provider, which ended this connection. The mail itself is kept here; connect the mailbox \
                 again under Connections and try again."
            ),
            Some(("/settings/connections", "Go to Connections")),
            StatusCode::CONFLICT,
        ),
        ReadError::NotAllowed => notice(
            "Not allowed",
            &format!(
                "The provider does not let {} be fetched. The mail itself is kept here; open it at the provider to see the rest.",
                what.to_lowercase()
            ),
            back,
            StatusCode::FORBIDDEN,
        ),
        ReadError::Throttled { until } => {
            let seconds = (until - site.domain.clock().now()).num_seconds().unsigned_abs().max(1);
            let sentence = format!(
                "The provider asks to wait {} before it gives out more. Nothing was lost; try again then.",
                duration_words(seconds)
            );
            let mut response = notice("In a moment", &sentence, back, StatusCode::TOO_MANY_REQUESTS);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        ReadError::Unavailable => notice(
            "Not just now",
            &format!(
                "The provider did not give out {} just now. Nothing was lost; try again in a moment.",
                what.to_lowercase()
            ),
            back,
            StatusCode::BAD_GATEWAY,
        ),
        ReadError::NotFound | ReadError::NoPicture | ReadError::Database(_) => {
            page::failure(&refusal(&site.reports, error))
        }
    }
}
