//! The token pair for programs: made by a signed-in browser, exchanged and ended by the program that holds it.
//!
//! Answers are JSON and kept by nobody. A refusal says what happened and what to do, and never what a token was.

use super::{session::Asking, session::cookie_header, site::Site};
use crate::bridge::users::from_where;
use app::language::Language;
use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    sessions::Visitor,
    tokens::{ACCESS_LIFE, Pair, Program, TokenError},
    users::SignInError,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Given<'a> {
    access_token: &'a str,
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    refresh_token: &'a str,
    /// Seconds.
    refresh_expires_in: i64,
}

#[derive(Default, Deserialize)]
struct Asked {
    /// What the person calls the program.
    #[serde(default)]
    name: String,
    refresh_token: Option<SecretString>,
}

/// Why a request of a program was not done.
pub(super) struct Refusal {
    pub status: StatusCode,
    /// A word for the program.
    pub error: &'static str,
    /// A sentence for whoever reads its log.
    pub message: String,
    /// Seconds after which it may be tried again.
    pub retry_after: Option<u64>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, error: &'static str, message: &str) -> Self {
        Self { status, error, message: message.to_owned(), retry_after: None }
    }

    /// There is no bearer token, or one that is worth nothing.
    pub(super) fn no_access() -> Self {
        let message = "Send a living access token as Authorization: Bearer. Get one by POST /auth/refresh-token.";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_token", message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "error": self.error, "message": self.message });
        let mut response = (self.status, [(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// `POST /auth/token`: a pair for a program of the signed-in person. The body may name the program: `{"name": "…"}`.
pub async fn make(
    State(site): State<Site>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(viewer) = &asking.viewer else {
        let message = "Sign in with a browser first: a program's tokens are made by the person it works for.";
        return Refusal::new(StatusCode::UNAUTHORIZED, "sign_in_required", message).into_response();
    };
    let asked = match read(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return refusal.into_response(),
    };
    let made = site.domain.tokens().make(viewer.user_id, &asked.name, &from_where(&asking.visitor)).await;
    answer(&site, made)
}

/// `POST /auth/refresh-token`: exchanges `{"refresh_token": "…"}` for the next pair of its family.
pub async fn refresh(
    State(site): State<Site>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let token = match read(&headers, &body).map(|asked| asked.refresh_token) {
        Ok(Some(token)) => token,
        Ok(None) => return no_token().into_response(),
        Err(refusal) => return refusal.into_response(),
    };
    let visitor = from_where(&asking.visitor);
    answer(&site, exchange(&site, &token, &visitor).await)
}

/// Guessing is slowed by network address; the limit of a family is the family's own.
async fn exchange(site: &Site, token: &SecretString, visitor: &Visitor) -> Result<Pair, TokenError> {
    let too_often = |refused| match refused {
        SignInError::SlowDown { seconds } => TokenError::TooOften { seconds },
        _ => TokenError::Invalid,
    };
    site.domain.users().allow_token(visitor).await.map_err(too_often)?;
    let exchanged = site.domain.tokens().refresh(token, visitor).await;
    if let Err(TokenError::Invalid) = exchanged {
        site.domain.users().wrong_token(visitor).await.map_err(too_often)?;
    }
    exchanged
}

/// `POST /auth/logout`: ends the family of a refresh token in the body or of a bearer token; without either, the session.
pub async fn logout(
    State(site): State<Site>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let visitor = from_where(&asking.visitor);
    let asked = match read(&headers, &body) {
        Ok(asked) => asked,
        Err(refusal) => return refusal.into_response(),
    };
    let ended = if let Some(token) = asked.refresh_token {
        site.domain.tokens().end_by_refresh_token(&token, &visitor).await
    } else if let Some(token) = bearer(&headers) {
        match site.domain.tokens().authenticate(&token).await {
            Ok(Program { user, family }) => {
                site.domain.tokens().revoke(user.id, family, &visitor).await.map_err(Into::into)
            }
            Err(error) => Err(error),
        }
    } else {
        return end_session(&site, &asking).await;
    };
    match ended {
        // As with RFC 7009 section 2.2: a token that is worth nothing is as good as ended.
        Ok(_) | Err(TokenError::Invalid) => no_content(),
        Err(error) => refusal(&site, error).into_response(),
    }
}

async fn end_session(site: &Site, asking: &Asking) -> Response {
    // Who brought no living session takes none away from the browser: another site may have sent the form.
    let Some(viewer) = &asking.viewer else { return no_content() };
    if let Err(error) = site.domain.sessions().end(viewer.session_id, viewer.user_id).await {
        return refusal(site, error.into()).into_response();
    }
    let mut response = no_content();
    if let Some(cookie) = cookie_header(&site.cookies.end_session()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn no_content() -> Response {
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

/// The token of `Authorization: Bearer …` (RFC 6750 section 2.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<SecretString> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned().into())
}

/// What the body asks for: JSON, a form, or nothing.
fn read(headers: &HeaderMap, body: &[u8]) -> Result<Asked, Refusal> {
    if body.is_empty() {
        return Ok(Asked::default());
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let read = match kind.split(';').next().unwrap_or_default().trim() {
        "application/json" => serde_json::from_slice(body).ok(),
        "application/x-www-form-urlencoded" => {
            let part =
                |name: &str| url::form_urlencoded::parse(body).find(|(key, _)| key == name).map(|(_, value)| value);
            Some(Asked {
                name: part("name").unwrap_or_default().into_owned(),
                refresh_token: part("refresh_token").map(|token| token.into_owned().into()),
            })
        }
        _ => None,
    };
    let message = "The body is neither JSON nor a form, or a field is not text. Nothing was changed.";
    read.ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, "invalid_request", message))
}

fn answer(site: &Site, pair: Result<Pair, TokenError>) -> Response {
    let pair = match pair {
        Ok(pair) => pair,
        Err(error) => return refusal(site, error).into_response(),
    };
    let given = Given {
        access_token: pair.access_token.expose_secret(),
        token_type: "Bearer",
        expires_in: ACCESS_LIFE.num_seconds(),
        refresh_token: pair.refresh_token.expose_secret(),
        refresh_expires_in: pair.refresh_expires_in.num_seconds(),
    };
    ([(header::CACHE_CONTROL, "no-store")], axum::Json(given)).into_response()
}

fn no_token() -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "invalid_request", "Send {\"refresh_token\": \"…\"}. Nothing was changed.")
}

/// The table for tokens.
fn refusal(site: &Site, error: TokenError) -> Refusal {
    match error {
        TokenError::Invalid => Refusal::new(
            StatusCode::UNAUTHORIZED,
            "invalid_grant",
            "This token is unknown, expired or ended. Make a new pair under Settings, Account.",
        ),
        TokenError::Reused => Refusal::new(
            StatusCode::UNAUTHORIZED,
            "reused",
            "This refresh token was used before, so somebody may have a copy: every token of this program has been ended. \
             Make a new pair under Settings, Account.",
        ),
        TokenError::TooOften { seconds } => Refusal {
            retry_after: Some(seconds),
            ..Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_often",
                &format!("Too many requests for tokens. Nothing was changed; try again in {seconds} seconds."),
            )
        },
        TokenError::TooMany => Refusal::new(
            StatusCode::CONFLICT,
            "too_many_programs",
            "There are as many programs as one account may have. End one under Settings, Account.",
        ),
        error @ TokenError::Unexpected(_) => {
            let sentence = site.reports.unexpected(&error).sentence(Language::en);
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "unexpected", &sentence)
        }
    }
}
