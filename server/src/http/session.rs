//! Cookies, and who is asking. The session cookie holds an opaque token; the server keeps only its hash.

use super::{page, peer::peer_address, site::Site};
use crate::bridge::connections::briefs;
use app::{
    error::AppError,
    features::{connections::ConnectionBrief, users::Viewer},
    language::Language,
    server::Visitor,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::sessions::SignedIn;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// Seconds an attempt's cookie lives. Longer than the attempt's ten minutes: who comes back too late is told so, and is
/// not taken for another browser.
const ATTEMPT_SECONDS: i64 = 900;

/// Seconds that what somebody typed waits for the page it was typed into.
const TYPED_SECONDS: i64 = 60;

/// Names and attributes of our cookies.
///
/// `__Host-` needs `Secure`, which plain http on localhost cannot give everywhere, so the names differ there.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    secure: bool,
}

impl Cookies {
    /// For a site reached by https, or by http on this machine.
    pub fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// Name of the session's cookie.
    pub fn session_name(self) -> &'static str {
        if self.secure { "__Host-gatepost" } else { "gatepost_session" }
    }

    fn attempt_prefix(self) -> &'static str {
        if self.secure { "__Host-gatepost-attempt-" } else { "gatepost_attempt_" }
    }

    /// `Set-Cookie` of a session for as many seconds as it may last.
    pub fn start_session(self, token: &SecretString, seconds: i64) -> String {
        self.written(self.session_name(), token.expose_secret(), seconds)
    }

    /// `Set-Cookie` that takes the session away from the browser.
    pub fn end_session(self) -> String {
        self.written(self.session_name(), "", 0)
    }

    /// `Set-Cookie` that ties an attempt to this browser.
    pub fn start_attempt(self, attempt: Uuid, secret: &SecretString) -> String {
        let name = format!("{}{attempt}", self.attempt_prefix());
        self.written(&name, secret.expose_secret(), ATTEMPT_SECONDS)
    }

    /// `Set-Cookie` that forgets an attempt.
    pub fn end_attempt(self, attempt: Uuid) -> String {
        self.written(&format!("{}{attempt}", self.attempt_prefix()), "", 0)
    }

    fn waiting_name(self) -> &'static str {
        if self.secure { "__Host-gatepost-waiting" } else { "gatepost_waiting" }
    }

    /// `Set-Cookie` of a provider's account that waits `seconds` for more proof ([`domain::users::PendingEntry`]).
    pub fn start_waiting(self, secret: &SecretString, seconds: i64) -> String {
        self.written(self.waiting_name(), secret.expose_secret(), seconds)
    }

    /// `Set-Cookie` that forgets a waiting provider's account.
    pub fn end_waiting(self) -> String {
        self.written(self.waiting_name(), "", 0)
    }

    /// The secret of a waiting provider's account, for [`domain::users::Users::finish_link`].
    pub fn waiting(self, headers: &HeaderMap) -> Option<SecretString> {
        value_of(headers, self.waiting_name())
    }

    fn typed_name(self) -> &'static str {
        if self.secure { "__Host-gatepost-typed" } else { "gatepost_typed" }
    }

    /// `Set-Cookie` of what was typed into a form that was refused.
    pub fn keep_typed(self, fields: &str) -> String {
        self.written(self.typed_name(), fields, TYPED_SECONDS)
    }

    /// `Set-Cookie` that forgets it.
    pub fn forget_typed(self) -> String {
        self.written(self.typed_name(), "", 0)
    }

    /// What was typed, as the browser sent it back.
    pub fn typed(self, headers: &HeaderMap) -> Option<SecretString> {
        value_of(headers, self.typed_name())
    }

    fn written(self, name: &str, value: &str, seconds: i64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
    }

    /// The session's token as the browser sent it.
    pub fn session_token(self, headers: &HeaderMap) -> Option<SecretString> {
        value_of(headers, self.session_name())
    }

    /// Every attempt this browser has a cookie of, with its value.
    pub fn attempts(self, headers: &HeaderMap) -> Vec<(Uuid, SecretString)> {
        pairs(headers)
            .filter_map(|(key, value)| {
                Some((key.strip_prefix(self.attempt_prefix())?.parse().ok()?, value.to_owned().into()))
            })
            .collect()
    }
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

fn value_of(headers: &HeaderMap, name: &str) -> Option<SecretString> {
    pairs(headers).find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value.to_owned().into())
}

/// A `Set-Cookie` value that debug output hides.
pub fn cookie_header(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Who a request comes from; put into its extensions by [`resolve`].
#[derive(Clone, Debug, Default)]
pub struct Asking {
    pub viewer: Option<Viewer>,
    pub visitor: Visitor,
    /// The viewer's connections, for requests of whole pages.
    pub connections: Vec<ConnectionBrief>,
}

impl Asking {
    /// The language of the answer: the person's own, else the one their browser asks for.
    pub fn language(&self) -> Language {
        self.viewer.as_ref().map_or(self.visitor.language, Viewer::speaks)
    }
}

/// The language a browser asks for.
pub fn asked_language(headers: &HeaderMap) -> Language {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    header.map(Language::accepted).unwrap_or_default()
}

async fn find_viewer(site: &Site, token: &SecretString) -> Result<Option<Viewer>, AppError> {
    let signed_in = site.domain.sessions().resolve(token).await.map_err(|error| site.reports.unexpected(&error))?;
    Ok(signed_in.map(|SignedIn { session, user, fresh, mailbox }| Viewer {
        user_id: user.id,
        session_id: session,
        email: user.email,
        first_name: user.first_name,
        last_name: user.last_name,
        theme: user.theme,
        language: user.language,
        zone: user.zone,
        fresh,
        mailbox,
    }))
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

/// Looks the session up once per request.
pub async fn resolve(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let viewer = match site.cookies.session_token(request.headers()) {
        None => None,
        Some(token) => match find_viewer(&site, &token).await {
            Ok(viewer) => viewer,
            Err(error) => return page::failure(asked_language(request.headers()), &error).into_response(),
        },
    };
    let signed_in = viewer.is_some();
    let visitor = Visitor {
        address: peer_address(&request, &site.settings.trusted_proxies).map(|ip| ip.to_string()).unwrap_or_default(),
        user_agent: request
            .headers()
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(|text| text.chars().take(200).collect())
            .unwrap_or_default(),
        language: asked_language(request.headers()),
        waiting: site
            .cookies
            .waiting(request.headers())
            .map(|secret| app::server::Waiting(secret.expose_secret().to_owned())),
    };
    let connections = match &viewer {
        Some(viewer) if wants_page(request.headers()) => briefs(&site, viewer.user_id).await,
        _ => Vec::new(),
    };
    request.extensions_mut().insert(Asking { viewer, visitor, connections });
    let mut response = next.run(request).await;
    if signed_in {
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::Cookies;
    use axum::http::{HeaderMap, HeaderValue, header};
    use secrecy::ExposeSecret;
    use uuid::Uuid;

    #[test]
    fn behind_https_cookies_are_bound_to_the_host() {
        let cookies = Cookies::new(true);
        let written = cookies.start_session(&"token".into(), 60);
        assert_eq!(written, "__Host-gatepost=token; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
        let local = Cookies::new(false).end_session();
        assert_eq!(local, "gatepost_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn each_attempt_has_a_cookie_of_its_own() {
        let cookies = Cookies::new(false);
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut headers = HeaderMap::new();
        let text = format!(
            "a=b; gatepost_attempt_{one}=x; gatepost_session=s; gatepost_attempt_{two}=y=z; gatepost_attempt_no=n"
        );
        headers.insert(header::COOKIE, HeaderValue::from_str(&text).unwrap());
        let attempts: Vec<_> = cookies.attempts(&headers);
        let seen: Vec<_> = attempts.iter().map(|(id, secret)| (*id, secret.expose_secret())).collect();
        assert_eq!(seen, [(one, "x"), (two, "y=z")]);
        assert_eq!(cookies.session_token(&headers).unwrap().expose_secret(), "s");
    }
}
