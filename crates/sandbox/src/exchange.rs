//! One request and its answer, free of the HTTP server, so that the parts of a batch are handled like any request.

use axum::body::Body;
use axum::response::Response;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its method.
    pub method: Method,
    /// The path, still percent-encoded, without the query.
    pub path: String,
    /// The query, still encoded, without the question mark.
    pub query: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Call {
    /// The path with its query, as on the request line.
    pub fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// The decoded parameters of the query.
    pub fn params(&self) -> Params {
        Params::parse(self.query.as_bytes())
    }

    /// The decoded fields of a form body.
    pub fn form(&self) -> Params {
        Params::parse(&self.body)
    }

    /// A header's value as text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The bearer token, from the header or (as Google still accepts) the `access_token` parameter.
    pub fn bearer(&self) -> Option<String> {
        let from_header = self
            .header(&AUTHORIZATION)
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim().to_owned());
        from_header.or_else(|| self.params().get("access_token").map(str::to_owned))
    }
}

/// Decoded `name=value` pairs in their order.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a query or a form body.
    pub fn parse(bytes: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The first value under this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values under this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that is true only when it says so.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

/// What goes back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: Vec<(HeaderName, String)>,
    /// Its body.
    pub body: Vec<u8>,
    /// Whose token asked, for the log.
    pub person: Option<String>,
    /// Quota units it cost, for the log.
    pub units: u32,
}

impl Answer {
    /// A body of this media type.
    pub fn new(status: StatusCode, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![(CONTENT_TYPE, media_type.to_owned())], body: body.into(), person: None, units: 0 }
    }

    /// A JSON body, in the compact form.
    pub fn json(status: StatusCode, value: &Value) -> Self {
        Self::new(status, "application/json; charset=UTF-8", value.to_string())
    }

    /// A page.
    pub fn html(status: StatusCode, page: String) -> Self {
        Self::new(status, "text/html; charset=utf-8", page)
    }

    /// A redirect by 302, as Google does it.
    pub fn redirect(to: &str) -> Self {
        Self::empty(StatusCode::FOUND).with(LOCATION, to)
    }

    /// No body at all.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), person: None, units: 0 }
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer as the HTTP server sends it.
    pub fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
