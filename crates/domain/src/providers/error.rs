//! What a provider's answer means for us: each variant is a decision, the cause hangs on `source`. No variant shows an
//! address, a token or a body.

use crate::trouble::Trouble;
use chrono::{DateTime, Duration, SubsecRound, Utc};
use regex::Regex;
use reqwest::{StatusCode, header::HeaderMap};
use serde::Deserialize;
use std::{error::Error, sync::LazyLock};

/// The longest wait we believe a provider for a rate limit.
const LONGEST_WAIT: Duration = Duration::minutes(15);
/// The wait when the provider says to slow down, but not for how long.
const USUAL_WAIT: Duration = Duration::seconds(5);
/// The wait when the operator's own daily cap is reached.
const DAILY_WAIT: Duration = Duration::hours(6);

/// Why a provider did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// Too much, too fast: ask again at `until`.
    #[error("the provider asks to wait until {until}")]
    Throttled {
        /// When to ask again.
        until: DateTime<Utc>,
        /// Whose quota it was.
        whose: Quota,
    },
    /// The access token is not accepted: get a fresh one, once.
    #[error("the access token is not accepted")]
    Expired,
    /// The provider will not, however often it is asked.
    #[error("the provider refuses: {reason}")]
    Refused {
        /// Why.
        reason: Refusal,
    },
    /// Changes since the cursor are not known any more: list everything again.
    #[error("the cursor is too old")]
    CursorLost,
    /// The answer would be more than the provider gets together in time: ask for less at once.
    #[error("the provider cannot answer so much at once")]
    TooLarge,
    /// The thing asked for is not there any more.
    #[error("the provider does not have it any more")]
    Gone,
    /// The provider cannot be reached or has a fault of its own: try again.
    #[error("the provider is unavailable")]
    Unavailable {
        /// What went wrong on the way, if it was on the way.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The answer makes no sense, or says that our question made none: trying again cannot help.
    #[error("the provider's answer cannot be used: {what}")]
    Broken {
        /// Which answer, and how.
        what: String,
        /// The parser's complaint.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

/// Whose quota is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// The mailbox's.
    Person,
    /// Everybody's of this server.
    Project,
}

/// Why a provider refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The grant does not cover this call.
    #[error("a permission is missing")]
    ScopeMissing,
    /// The account's administrator does not allow this app.
    #[error("the administrator does not allow it")]
    DomainPolicy,
    /// The account has no mailbox.
    #[error("the account has no mailbox")]
    NoMailbox,
    /// Something else.
    #[error("it is not allowed")]
    Other,
}

impl ProviderError {
    /// What it is to a person.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Throttled { .. } => Trouble::Throttled,
            Self::Expired => Trouble::TokenRefused,
            Self::Refused { reason } => match reason {
                Refusal::ScopeMissing => Trouble::ScopeMissing,
                Refusal::DomainPolicy => Trouble::DomainPolicy,
                Refusal::NoMailbox => Trouble::NoMailbox,
                Refusal::Other => Trouble::NotAllowed,
            },
            Self::Gone => Trouble::Gone,
            Self::TooLarge => Trouble::TooMuch,
            Self::Unavailable { .. } => Trouble::NoAnswer,
            Self::Broken { .. } | Self::CursorLost => Trouble::Unusable,
        }
    }

    /// The way to the provider failed.
    pub fn on_the_way(error: reqwest::Error) -> Self {
        Self::Unavailable { source: Some(Box::new(error.without_url())) }
    }

    /// An answer that cannot be read.
    pub fn unreadable(what: &str, error: impl Error + Send + Sync + 'static) -> Self {
        Self::Broken { what: what.to_owned(), source: Some(Box::new(error)) }
    }

    /// An answer that can be read and makes no sense.
    pub fn nonsense(what: &str) -> Self {
        Self::Broken { what: what.to_owned(), source: None }
    }
}

/// Google's error body: `{"error":{"code","message","errors":[{"domain","reason"}],"status"}}`.
#[derive(Deserialize)]
struct Envelope {
    error: Body,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    message: String,
    errors: Vec<Reason>,
    status: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reason {
    reason: String,
}

/// Decides what an unsuccessful answer of a Google API means. `now` turns waits into instants.
pub fn classify(status: StatusCode, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> ProviderError {
    let error = serde_json::from_slice::<Envelope>(body).map(|envelope| envelope.error).unwrap_or_default();
    let reason = error.errors.first().map(|first| first.reason.as_str()).unwrap_or_default();
    let waits = |whose| ProviderError::Throttled { until: wait_until(headers, &error.message, now), whose };
    let throttled = || waits(Quota::Person);
    match status.as_u16() {
        401 => ProviderError::Expired,
        404 => ProviderError::Gone,
        429 => throttled(),
        403 => match reason {
            // The project's minute, unless the text says otherwise.
            "rateLimitExceeded" if !error.message.contains("per user") => waits(Quota::Project),
            "rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded" => throttled(),
            "dailyLimitExceeded" => ProviderError::Throttled { until: now + DAILY_WAIT, whose: Quota::Project },
            "domainPolicy" => ProviderError::Refused { reason: Refusal::DomainPolicy },
            "insufficientPermissions" => ProviderError::Refused { reason: Refusal::ScopeMissing },
            _ if error.status == "RESOURCE_EXHAUSTED" => throttled(),
            _ if error.status == "PERMISSION_DENIED" => ProviderError::Refused { reason: Refusal::ScopeMissing },
            _ => ProviderError::Refused { reason: Refusal::Other },
        },
        400 if reason == "failedPrecondition" || error.status == "FAILED_PRECONDITION" => {
            ProviderError::Refused { reason: Refusal::NoMailbox }
        }
        408 | 500..=599 => ProviderError::Unavailable { source: None },
        code => ProviderError::nonsense(&format!("status {code}")),
    }
}

static RETRY_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"Retry after (\S+)").ok());

/// The instant to wait for: from `Retry-After`, else from the message's text, else [`USUAL_WAIT`]; between one second
/// and [`LONGEST_WAIT`] away.
pub fn wait_until(headers: &HeaderMap, message: &str, now: DateTime<Utc>) -> DateTime<Utc> {
    let header = headers.get(reqwest::header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let from_header = header.and_then(|text| match text.parse::<i64>() {
        Ok(seconds) => Duration::try_seconds(seconds).map(|wait| now + wait.clamp(Duration::zero(), LONGEST_WAIT)),
        Err(_) => DateTime::parse_from_rfc2822(text).ok().map(|instant| instant.to_utc()),
    });
    let from_text = || {
        let found = RETRY_AFTER.as_ref()?.captures(message)?;
        DateTime::parse_from_rfc3339(found.get(1)?.as_str().trim_end_matches(['.', ')'])).ok().map(|at| at.to_utc())
    };
    let until = from_header.or_else(from_text).unwrap_or(now + USUAL_WAIT);
    until.clamp(now + Duration::seconds(1), now + LONGEST_WAIT).trunc_subsecs(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn read(status: u16, reason: &str, state: &str, message: &str) -> ProviderError {
        let body = serde_json::json!({"error": {"code": status, "message": message, "status": state,
            "errors": [{"domain": "global", "reason": reason, "message": message}]}});
        classify(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.to_string().as_bytes(), noon())
    }

    #[test]
    fn a_403_for_speed_is_waited_out_and_a_403_for_permission_is_not() {
        assert!(matches!(read(403, "rateLimitExceeded", "", ""), ProviderError::Throttled { .. }));
        assert!(matches!(read(403, "userRateLimitExceeded", "", ""), ProviderError::Throttled { .. }));
        for (reason, state, expected) in [
            ("insufficientPermissions", "PERMISSION_DENIED", Refusal::ScopeMissing),
            ("domainPolicy", "", Refusal::DomainPolicy),
            ("forbidden", "", Refusal::Other),
        ] {
            let ProviderError::Refused { reason } = read(403, reason, state, "") else { panic!("not refused") };
            assert_eq!(reason, expected);
        }
    }

    #[test]
    fn whose_quota_it_was_is_told_by_the_reason_and_the_text() {
        let whose = |reason: &str, text: &str| match read(403, reason, "", text) {
            ProviderError::Throttled { whose, .. } => whose,
            other => panic!("{other}"),
        };
        assert_eq!(whose("userRateLimitExceeded", ""), Quota::Person);
        assert_eq!(whose("rateLimitExceeded", "Rate Limit Exceeded"), Quota::Project);
        let text = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'";
        assert_eq!(whose("rateLimitExceeded", text), Quota::Person);
        assert_eq!(whose("dailyLimitExceeded", ""), Quota::Project);
    }

    #[test]
    fn the_wait_is_read_from_the_text_and_clamped() {
        let until = |text: &str| match read(403, "userRateLimitExceeded", "", text) {
            ProviderError::Throttled { until, .. } => (until - noon()).num_seconds(),
            other => panic!("{other}"),
        };
        let soon = noon() + Duration::seconds(42);
        assert_eq!(until(&format!("User-rate limit exceeded.  Retry after {}", soon.to_rfc3339())), 42);
        assert_eq!(until("User-rate limit exceeded.  Retry after 2099-01-01T00:00:00Z"), 900);
        assert_eq!(until("User-rate limit exceeded.  Retry after 1999-01-01T00:00:00Z"), 1);
        assert_eq!(until("Quota exceeded"), 5);
    }

    #[test]
    fn retry_after_counts_before_the_text() {
        let headers = HeaderMap::from_iter([(reqwest::header::RETRY_AFTER, "7".parse().unwrap())]);
        let ProviderError::Throttled { until, .. } = classify(StatusCode::TOO_MANY_REQUESTS, &headers, b"", noon())
        else {
            panic!("not throttled")
        };
        assert_eq!((until - noon()).num_seconds(), 7);
    }

    #[test]
    fn a_wait_may_be_a_date_and_absurd_ones_are_brought_to_reason() {
        let wait = |said: &str| {
            let headers = HeaderMap::from_iter([(reqwest::header::RETRY_AFTER, said.parse().unwrap())]);
            (wait_until(&headers, "", noon()) - noon()).num_seconds()
        };
        assert_eq!(wait(&(noon() + Duration::seconds(30)).to_rfc2822()), 30);
        for (said, expected) in
            [("9223372036854775807", 5), ("9223372036854775", 900), ("-9223372036854775", 1), ("soon", 5)]
        {
            assert_eq!(wait(said), expected, "{said}");
        }
    }

    #[test]
    fn the_other_statuses_have_one_meaning_each() {
        assert!(matches!(read(401, "authError", "", ""), ProviderError::Expired));
        assert!(matches!(read(404, "notFound", "", ""), ProviderError::Gone));
        assert!(matches!(read(503, "backendError", "", ""), ProviderError::Unavailable { .. }));
        assert!(matches!(read(400, "badRequest", "", ""), ProviderError::Broken { .. }));
        assert!(matches!(read(400, "failedPrecondition", "", ""), ProviderError::Refused { .. }));
        let not_json = classify(StatusCode::BAD_GATEWAY, &HeaderMap::new(), b"<html>", noon());
        assert!(matches!(not_json, ProviderError::Unavailable { .. }));
    }
}
