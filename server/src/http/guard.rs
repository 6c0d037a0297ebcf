//! Headers that every answer leaves with, the content security policies, and what happens when a handler panics.

use super::{page, site::Site};
use crate::bridge::Reports;
use app::{error::AppError, language::Language};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::any::Any;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// For answers that are no document of ours: nothing may load, nobody may frame them.
const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// For small pages without scripts of the app: our own files only.
const OWN_FILES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Two years, as browsers' preload lists ask for.
const HSTS: &str = "max-age=63072000";

/// The policy of a page of the app. Its one inline script carries `nonce`. `form_targets` are the
/// providers' origins: browsers hold redirects after a form against the policy, and connecting without scripts is a form.
pub fn page_policy(nonce: &str, form_targets: &[String], reload: bool) -> String {
    let form_target = form_targets.iter().fold(String::new(), |sum, origin| format!("{sum} {origin}"));
    // Only cargo-leptos's watcher, on the developer's machine, speaks over a socket of its own.
    let reload = if reload { " ws://localhost:* ws://127.0.0.1:*" } else { "" };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{reload}; frame-src 'self'; manifest-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'self'{form_target}; frame-ancestors 'none'"
    )
}

/// Whether a page must keep its opener: the provider's pages, and ours after them, are in a window that another page
/// opened, and a policy of ours would cut the two apart.
fn keeps_opener(path: &str) -> bool {
    path == "/auth/done" || (path.starts_with("/auth/") && (path.ends_with("/start") || path.ends_with("/callback")))
}

/// Adds what is missing to every answer.
pub async fn harden(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let keeps_opener = keeps_opener(&path);
    let is_document =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    let ends_session = headers.get_all(header::SET_COOKIE).iter().any(|cookie| *cookie == site.cookies.end_session());
    let mut add = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    add(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Our own forms without scripts find back by the referrer; other sites learn nothing.
    add(header::REFERRER_POLICY, if keeps_opener { "no-referrer" } else { "same-origin" });
    add(header::CONTENT_SECURITY_POLICY, if is_document { OWN_FILES } else { NOTHING });
    if is_document {
        // A page says who is signed in: asked for again each time, kept by nobody in between.
        add(header::CACHE_CONTROL, "private, no-cache");
    }
    if is_document && !keeps_opener {
        add(COOP, "same-origin-allow-popups");
    }
    if ends_session {
        // The next person at this browser finds nothing of the last one's pages (ASVS 5.0, 14.3.1).
        add(CLEAR_SITE_DATA, "\"cache\"");
    }
    if site.settings.is_https() {
        add(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

/// Answers a panic with a page and a report id; the panic's own words go to the log only.
pub fn recover(reports: &Reports, panic: Box<dyn Any + Send>) -> Response<Body> {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    let report = reports.panicked(words);
    // The request, and the language it asked for, went with the panic.
    page::failure(Language::default(), &AppError::Unexpected { report })
}

#[cfg(test)]
mod tests {
    use super::{keeps_opener, page_policy, recover};
    use crate::bridge::Reports;
    use axum::http::StatusCode;
    use domain::clock::Randomness;

    #[test]
    fn only_the_pages_around_consent_keep_their_opener() {
        for path in ["/auth/google/start", "/auth/microsoft/callback", "/auth/done"] {
            assert!(keeps_opener(path), "{path}");
        }
        for path in ["/", "/inbox", "/auth/attempts/1", "/start"] {
            assert!(!keeps_opener(path), "{path}");
        }
    }

    #[test]
    fn a_panic_is_answered_by_a_page_that_tells_an_id_and_no_more() {
        let reports = Reports::new(Randomness::seeded(1));
        let response = recover(&reports, Box::new("token ya29.secret was wrong".to_owned()));
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = futures::executor::block_on(axum::body::to_bytes(response.into_body(), 65_536)).unwrap();
        let page = String::from_utf8(body.to_vec()).unwrap();
        assert!(page.contains("Something went wrong") && !page.contains("ya29"), "{page}");
    }

    #[test]
    fn the_page_policy_has_no_unsafe_inline() {
        let policy = page_policy("abc", &["https://accounts.google.com".to_owned()], false);
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert!(policy.contains("form-action 'self' https://accounts.google.com;"));
    }
}
