//! Google's error bodies.

use chrono::{DateTime, SecondsFormat, Utc};
use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use serde_json::{Value, json};

use crate::exchange::Answer;

/// A refused API call.
#[derive(Clone, Debug)]
pub struct Failure {
    status: StatusCode,
    domain: &'static str,
    reason: &'static str,
    /// gRPC status name.
    name: &'static str,
    message: String,
    details: Option<Box<Value>>,
    challenge: Option<&'static str>,
}

impl Failure {
    fn new(status: StatusCode, reason: &'static str, name: &'static str, message: impl Into<String>) -> Self {
        Self { status, domain: "global", reason, name, message: message.into(), details: None, challenge: None }
    }

    /// 400: something about the request is wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidArgument", "INVALID_ARGUMENT", message)
    }

    /// 401: no token, or one that is not valid (any more).
    pub fn unauthenticated() -> Self {
        let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or \
                       other valid authentication credential.";
        let mut failure = Self::new(StatusCode::UNAUTHORIZED, "authError", "UNAUTHENTICATED", message);
        failure.challenge = Some("Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"");
        failure
    }

    /// 403: the token lacks the scope.
    pub fn scope_missing(method: &str) -> Self {
        let message = "Request had insufficient authentication scopes.";
        let mut failure = Self::new(StatusCode::FORBIDDEN, "insufficientPermissions", "PERMISSION_DENIED", message);
        failure.details = Some(Box::new(json!([{
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
            "metadata": {"service": "gmail.googleapis.com", "method": method},
        }])));
        failure.challenge = Some("Bearer realm=\"https://accounts.google.com/\", error=\"insufficient_scope\"");
        failure
    }

    /// 403 for other reasons.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "PERMISSION_DENIED", message)
    }

    /// 404.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "notFound", "NOT_FOUND", "Requested entity was not found.")
    }

    /// 404 of something that the text names.
    pub fn absent(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "notFound", "NOT_FOUND", message)
    }

    /// 409.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "aborted", "ABORTED", message)
    }

    /// 403 of the per-person quota; the time stands in the text, as at Gmail.
    pub fn quota(until: DateTime<Utc>) -> Self {
        let until = until.to_rfc3339_opts(SecondsFormat::Millis, true);
        let message = format!("User-rate limit exceeded.  Retry after {until}");
        let failure = Self::new(StatusCode::FORBIDDEN, "userRateLimitExceeded", "PERMISSION_DENIED", message);
        Self { domain: "usageLimits", ..failure }
    }

    /// 429: too many requests of one person at once.
    pub fn concurrent() -> Self {
        let message = "Too many concurrent requests for user";
        let failure = Self::new(StatusCode::TOO_MANY_REQUESTS, "rateLimitExceeded", "RESOURCE_EXHAUSTED", message);
        Self { domain: "usageLimits", ..failure }
    }

    /// 413: too much to send.
    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "uploadTooLarge", "INVALID_ARGUMENT", "Request entity too large.")
    }

    /// The answer.
    pub fn into_answer(self) -> Answer {
        let mut error = json!({
            "code": self.status.as_u16(),
            "message": self.message,
            "errors": [{"message": self.message, "domain": self.domain, "reason": self.reason}],
            "status": self.name,
        });
        if let Some(details) = self.details {
            error["details"] = *details;
        }
        let answer = Answer::json(self.status, &json!({"error": error}));
        match self.challenge {
            Some(challenge) => answer.with(WWW_AUTHENTICATE, challenge),
            None => answer,
        }
    }
}

/// An error of the token, revocation and userinfo endpoints.
pub fn oauth(status: StatusCode, error: &str, description: &str) -> Answer {
    Answer::json(status, &json!({"error": error, "error_description": description}))
}
