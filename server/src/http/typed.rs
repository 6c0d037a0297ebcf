//! What somebody typed into a form that was refused. Without scripts the page is loaded anew, and its inputs would be
//! empty, so the fields named in [`TYPED`] travel there and back in a cookie of that browser: for a minute, read once,
//! by the page of that form. It is not sealed: it holds what its owner sent a moment ago, and what anybody else puts
//! there is text in an input and no more.

use super::{router::LARGEST_BODY, session::cookie_header, site::Site};
use app::server::{TYPED, Typed};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use secrecy::ExposeSecret;
use url::form_urlencoded;

/// Bytes of the cookie's value; browsers keep 4,096 of name, value and attributes together.
const LONGEST: usize = 2048;
/// The query of the page that says why its form was refused: which server function, and the error.
const REFUSED: [&str; 2] = ["__path", "__err"];

/// Sends what was typed along when a plain form is refused.
pub async fn bring_back(State(site): State<Site>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !wants(request.headers(), header::ACCEPT, "text/html") {
        return next.run(request).await;
    }
    if !wants(request.headers(), header::CONTENT_TYPE, "application/x-www-form-urlencoded") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let typed = written(parts.uri.path(), &body);
    let mut response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if let (Some(typed), true) = (typed, is_refusal(&response))
        && let Some(cookie) = cookie_header(&site.cookies.keep_typed(&typed))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn wants(headers: &HeaderMap, name: header::HeaderName, kind: &str) -> bool {
    headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(kind))
}

/// Whether an answer leads back to a page that says what is wrong.
fn is_refusal(response: &Response) -> bool {
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    response.status().is_redirection()
        && location.and_then(|location| location.parse::<Uri>().ok()).is_some_and(|page| refused(&page).is_some())
}

/// Of which server function a page shows the refusal.
fn refused(page: &Uri) -> Option<String> {
    let mut query: Vec<_> = form_urlencoded::parse(page.query()?.as_bytes()).into_owned().collect();
    query.retain(|(name, _)| REFUSED.contains(&name.as_str()));
    match query.as_mut_slice() {
        [(path, function), (error, _)] if path == REFUSED[0] && error == REFUSED[1] => Some(std::mem::take(function)),
        _ => None,
    }
}

/// The cookie's value: the form's server function, then the fields that may come back.
fn written(function: &str, body: &[u8]) -> Option<String> {
    let fields = form_urlencoded::parse(body).filter(|(name, _)| TYPED.contains(&&**name));
    let mut value = form_urlencoded::Serializer::new(String::new());
    value.append_pair(REFUSED[0], function).extend_pairs(fields);
    Some(value.finish()).filter(|value| value.len() <= LONGEST)
}

/// What was typed into the form whose refusal this page shows.
pub fn of_page(site: &Site, page: &Parts) -> Option<Typed> {
    let function = refused(&page.uri)?;
    let value = site.cookies.typed(&page.headers)?;
    let mut pairs = form_urlencoded::parse(value.expose_secret().as_bytes()).into_owned();
    let ours = pairs.next().is_some_and(|(name, value)| name == REFUSED[0] && value == function);
    ours.then(|| Typed(pairs.filter(|(name, _)| TYPED.contains(&name.as_str())).collect()))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, refused, written};

    #[test]
    fn passwords_and_what_is_too_long_stay_where_they_were_typed() {
        let value = written("/api/fn/x", b"email=ada%40example.org&password=riddle&current=a&new=b&token=c").unwrap();
        assert_eq!(value, "__path=%2Fapi%2Ffn%2Fx&email=ada%40example.org");
        let long = format!("email={}", "a".repeat(LONGEST));
        assert_eq!(written("/api/fn/x", long.as_bytes()), None);
    }

    #[test]
    fn only_a_page_that_shows_a_refusal_is_given_anything() {
        let of = |page: &str| refused(&page.parse().unwrap());
        assert_eq!(of("/sign-in?return_to=%2Finbox&__path=%2Fapi%2Fx&__err=abc").as_deref(), Some("/api/x"));
        for page in ["/sign-in", "/sign-in?__path=/api/x", "/sign-in?__err=abc", "/sign-in?return_to=/?__err=abc"] {
            assert_eq!(of(page), None, "{page}");
        }
    }
}
