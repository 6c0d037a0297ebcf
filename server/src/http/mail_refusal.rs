//! Pages that say why something of a mail could not be had.

use super::{
    page::{self, Notice},
    site::Site,
};
use crate::bridge::reading::refusal;
use app::{
    language::{Language, say},
    time::duration_words,
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use domain::reading::ReadError;
use uuid::Uuid;

/// What somebody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    File,
    Headers,
}

impl What {
    /// As a sentence begins with it.
    fn first(self, language: Language) -> &'static str {
        match self {
            Self::File => say!(language, post.this_file),
            Self::Headers => say!(language, post.headers),
        }
    }

    /// Inside a sentence.
    fn within(self, language: Language) -> &'static str {
        match self {
            Self::File => say!(language, post.this_file_small),
            Self::Headers => say!(language, post.headers_small),
        }
    }
}

/// Why `what` could not be fetched, with the way back to its mail.
pub fn page(site: &Site, language: Language, what: What, message: Uuid, error: ReadError) -> Response {
    let mail = format!("/inbox/{message}");
    let back = Some((mail.as_str(), say!(language, post.back_to_mail)));
    let notice =
        |title, sentence: &str, link, status| Notice { language, title, sentence, link, extra: "" }.answer(status);
    match error {
        ReadError::Gone => notice(
            say!(language, post.gone),
            &say!(language, post.gone_why, what = what.first(language)),
            back,
            StatusCode::GONE,
        ),
        ReadError::NeedsReconnect => notice(
            say!(language, post.connect_again),
            &say!(language, post.connect_again_why, what = what.first(language)),
            Some(("/settings/connections", say!(language, post.to_connections))),
            StatusCode::CONFLICT,
        ),
        ReadError::NotAllowed => notice(
            say!(language, post.not_allowed),
            &say!(language, post.not_allowed_why, what = what.within(language)),
            back,
            StatusCode::FORBIDDEN,
        ),
        ReadError::Throttled { until } => {
            let seconds = (until - site.domain.clock().now()).num_seconds().unsigned_abs().max(1);
            let sentence = say!(language, post.in_a_moment_why, time = duration_words(language, seconds));
            let mut response = notice(say!(language, post.in_a_moment), &sentence, back, StatusCode::TOO_MANY_REQUESTS);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        ReadError::Unavailable => notice(
            say!(language, post.not_just_now),
            &say!(language, post.unavailable_why, what = what.within(language)),
            back,
            StatusCode::BAD_GATEWAY,
        ),
        ReadError::NotFound | ReadError::NoPicture | ReadError::Database(_) => {
            page::failure(language, &refusal(&site.reports, error))
        }
    }
}
