//! How Graph refuses (provider facts 6.7).

use http::StatusCode;
use http::header::{HeaderName, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;

use crate::exchange::Answer;
use crate::state::Sandbox;

/// A refused call.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The HTTP status.
    pub status: StatusCode,
    code: &'static str,
    message: String,
    header: Option<(HeaderName, String)>,
}

impl Failure {
    /// A refusal with this code and sentence.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), header: None }
    }

    /// 400: something about the request is wrong.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// 400: a property that does not exist.
    pub fn unknown_property(name: &str, resource: &str) -> Self {
        let text = format!("Could not find a property named '{name}' on type 'microsoft.graph.{resource}'.");
        Self::new(StatusCode::BAD_REQUEST, "RequestBroker--ParseUri", text)
    }

    /// 400: a filter or an order that cannot be had.
    pub fn query(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ErrorInvalidUrlQuery", message)
    }

    /// 400: filter and order do not go together.
    pub fn inefficient() -> Self {
        let text = "The restriction or sort order is too complex for this operation.";
        Self::new(StatusCode::BAD_REQUEST, "InefficientFilter", text)
    }

    /// 401.
    pub fn unauthenticated(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message)
    }

    /// 403: the token lacks the scope.
    pub fn denied() -> Self {
        let text = "Access is denied. Check credentials and try again.";
        Self::new(StatusCode::FORBIDDEN, "ErrorAccessDenied", text)
    }

    /// 413: more than one request may bring.
    pub fn too_large() -> Self {
        let text = "The request body is larger than 4 MB.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", text)
    }

    /// 404: no such mail or folder, or not under this id any more.
    pub fn not_found() -> Self {
        let text =
            "The specified object was not found in the store., The process failed to get the correct properties.";
        Self::new(StatusCode::NOT_FOUND, "ErrorItemNotFound", text)
    }

    /// 400: not an id at all.
    pub fn malformed() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ErrorInvalidIdMalformed", "Id is malformed.")
    }

    /// 429 with the seconds to wait.
    pub fn throttled(limit: &str, seconds: i64) -> Self {
        let text = format!("Application is over its {limit} limit.");
        let failure = Self::new(StatusCode::TOO_MANY_REQUESTS, "ApplicationThrottled", text);
        failure.with(RETRY_AFTER, seconds.to_string())
    }

    /// 504, which says nothing.
    pub fn timeout() -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "UnknownError", "")
    }

    /// The same with a `Location`.
    pub fn at(self, location: String) -> Self {
        self.with(LOCATION, location)
    }

    fn with(self, name: HeaderName, value: String) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    /// The answer to the request of this id; `client` is the id the app gave it.
    pub fn answer(self, sandbox: &Sandbox, request: &str, client: &str) -> Answer {
        let date = sandbox.clock.now().format("%Y-%m-%dT%H:%M:%S").to_string();
        let inner = json!({"date": date, "request-id": request, "client-request-id": client});
        let body = json!({"error": {"code": self.code, "message": self.message, "innerError": inner}});
        let mut answer = Answer::json(self.status, &body);
        answer.headers.extend(self.header);
        if self.status == StatusCode::UNAUTHORIZED {
            let url = &sandbox.microsoft.url;
            let challenge = format!("Bearer realm=\"\", authorization_uri=\"{url}/common/oauth2/authorize\"");
            return answer.with(WWW_AUTHENTICATE, challenge);
        }
        answer
    }
}
