//! Requests that change something must come from our own pages, and pages are served under one address only.

use super::{hooks::HOOK, page::Notice, peer::came_by_https, session::asked_language, site::Site};
use app::language::say;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use url::Url;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Where a request started, as far as its headers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// One of our pages.
    OurPage,
    /// The person: typed, a bookmark, a reload.
    Person,
    /// Another site, or nobody says.
    Elsewhere,
}

/// Reads `Sec-Fetch-Site`; browsers without it are judged by `Origin`, then by `Referer`.
pub fn source(headers: &HeaderMap, public_url: &Url) -> Source {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(&FETCH_SITE) {
        return match site {
            "same-origin" => Source::OurPage,
            "none" if text(&FETCH_MODE) == Some("navigate") => Source::Person,
            _ => Source::Elsewhere,
        };
    }
    let claimed = text(&header::ORIGIN).or_else(|| text(&header::REFERER));
    match claimed.and_then(|claimed| Url::parse(claimed).ok()) {
        Some(url) if url.origin() == public_url.origin() => Source::OurPage,
        _ => Source::Elsewhere,
    }
}

/// Whether a program asks, by a secret it was given: nothing that a browser adds by itself takes part.
fn proves_itself(site: &Site, request: &Request) -> bool {
    let path = request.uri().path();
    if path == HOOK {
        return true;
    }
    let for_programs = matches!(path, "/auth/refresh-token" | "/auth/logout") || path.starts_with("/api/v1/");
    for_programs && site.cookies.session_token(request.headers()).is_none()
}

/// Refuses to change anything for another site.
pub async fn refuse_foreign_changes(State(site): State<Site>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads
        || proves_itself(&site, &request)
        || source(request.headers(), &site.settings.public_url) != Source::Elsewhere
    {
        return next.run(request).await;
    }
    tracing::warn!(path = request.uri().path(), "request.foreign: a change asked for by another site was refused");
    let language = asked_language(request.headers());
    let (title, link) = (say!(language, post.not_accepted), Some(("/", say!(language, post.to_start))));
    Notice { language, title, sentence: say!(language, post.foreign), link, extra: "" }.answer(StatusCode::FORBIDDEN)
}

/// Sends readers on to the public address when they came by plain http to a site of https, or by another name of this
/// machine: cookies and callbacks belong to one host. Never built from the `Host` header.
pub async fn settle_address(State(site): State<Site>, request: Request, next: Next) -> Response {
    let settings = &site.settings;
    let plain = settings.is_https() && !came_by_https(&request, &settings.trusted_proxies);
    let other_name = !settings.is_https() && other_host(request.headers(), &settings.public_url);
    let health = matches!(request.uri().path(), "/healthz" | "/readyz");
    if health || !(plain || other_name) {
        return next.run(request).await;
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    // Joined as text: as a relative address, a path of two slashes would name another host.
    let target = format!("{}{path}", settings.public_url.origin().ascii_serialization());
    match HeaderValue::from_str(&target) {
        Ok(target) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, target)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Whether the browser names this machine otherwise than the public address does. Requests without a readable name pass.
fn other_host(headers: &HeaderMap, public_url: &Url) -> bool {
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let named = named.and_then(|host| Url::parse(&format!("http://{host}")).ok());
    named.is_some_and(|url| {
        url.port_or_known_default() == public_url.port_or_known_default() && url.host() != public_url.host()
    })
}

#[cfg(test)]
mod tests {
    use super::{Source, other_host, source};
    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use url::Url;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    fn judged(pairs: &[(&'static str, &'static str)]) -> Source {
        source(&headers(pairs), &Url::parse("https://mail.example.org").unwrap())
    }

    #[test]
    fn the_browser_says_where_a_request_started() {
        assert_eq!(judged(&[("sec-fetch-site", "same-origin")]), Source::OurPage);
        assert_eq!(judged(&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")]), Source::Person);
        for site in ["cross-site", "same-site", "none", "nonsense"] {
            let ours = ("origin", "https://mail.example.org");
            assert_eq!(judged(&[("sec-fetch-site", site), ours]), Source::Elsewhere, "{site}");
        }
    }

    #[test]
    fn older_browsers_are_judged_by_origin_then_by_referer() {
        assert_eq!(judged(&[("origin", "https://mail.example.org")]), Source::OurPage);
        assert_eq!(judged(&[("referer", "https://mail.example.org/inbox")]), Source::OurPage);
        assert_eq!(
            judged(&[("origin", "https://evil.example"), ("referer", "https://mail.example.org/")]),
            Source::Elsewhere
        );
        for origin in [
            "null",
            "http://mail.example.org",
            "https://mail.example.org:8443",
            "https://mail.example.org.evil.example",
        ] {
            assert_eq!(judged(&[("origin", origin)]), Source::Elsewhere, "{origin}");
        }
        assert_eq!(judged(&[]), Source::Elsewhere);
    }

    #[test]
    fn another_name_of_this_machine_is_noticed() {
        let public = Url::parse("http://localhost:3000").unwrap();
        assert!(other_host(&headers(&[("host", "127.0.0.1:3000")]), &public));
        assert!(!other_host(&headers(&[("host", "localhost:3000")]), &public));
        assert!(!other_host(&headers(&[]), &public));
    }
}
