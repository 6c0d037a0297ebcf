//! Who is asking, and the ports: the only reader of Leptos context on the server.

use crate::{
    error::AppError,
    features::{
        activity::server::ActivityPort,
        connections::{ConnectionBrief, server::ConnectionsPort},
        mail::server::{MailPort, ReadingPort},
        tokens::server::TokensPort,
        users::{
            Viewer,
            server::{SessionCookie, UsersPort},
        },
        writing::server::WritingPort,
    },
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use leptos::prelude::*;
use std::{collections::BTreeMap, sync::Arc};
use texts::Language;

/// Everything the screens may ask of the server: one port per feature.
#[derive(Clone)]
pub struct Ports {
    pub users: Arc<dyn UsersPort>,
    pub connections: Arc<dyn ConnectionsPort>,
    pub mail: Arc<dyn MailPort>,
    pub reading: Arc<dyn ReadingPort>,
    pub activity: Arc<dyn ActivityPort>,
    pub tokens: Arc<dyn TokensPort>,
    pub writing: Arc<dyn WritingPort>,
}

/// Where a request comes from, as far as rate limits and the list of sessions care.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The peer's address, or what a trusted proxy says it is.
    pub address: String,
    pub user_agent: String,
    /// What the browser asks for.
    pub language: Language,
    /// The browser's proof that a provider's account waits for it.
    pub waiting: Option<Waiting>,
}

/// The secret of a provider's account that waits for more proof. Debug output hides it.
#[derive(Clone)]
pub struct Waiting(pub String);

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waiting")
    }
}

/// Fields whose text comes back to the page when a form is refused. What is secret is never among them.
pub const TYPED: [&str; 6] = ["first_name", "last_name", "email", "theme", "language", "zone"];

/// What the person had typed into the form whose refusal the page shows: names and texts, provided as context then.
#[derive(Clone)]
pub struct Typed(pub Vec<(String, String)>);

/// The client that browsers get.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// Says which one it is: another build has another name.
    pub name: String,
    /// The address of what fetches parts.
    pub loader: String,
    /// The addresses of every part's files.
    pub parts: BTreeMap<String, Vec<String>>,
}

/// One request: provided as context by the server before rendering or running a server function.
#[derive(Clone)]
pub struct Cx {
    pub viewer: Option<Viewer>,
    pub visitor: Visitor,
    /// The viewer's connections, for requests of whole pages.
    pub connections: Vec<ConnectionBrief>,
    pub ports: Ports,
    pub client: Arc<Client>,
}

impl Cx {
    /// The request being answered.
    pub fn take() -> Result<Self, AppError> {
        use_context::<Self>().ok_or_else(|| AppError::Unexpected { report: "no request context".into() })
    }

    /// The language of the answer: the person's own, else the one their browser asks for.
    pub fn language(&self) -> Language {
        self.viewer.as_ref().map_or(self.visitor.language, Viewer::speaks)
    }

    /// The signed-in person, required.
    pub fn viewer(&self) -> Result<&Viewer, AppError> {
        self.viewer.as_ref().ok_or(AppError::SignInRequired)
    }

    /// Sends a cookie with the answer.
    pub fn set_cookie(&self, cookie: &SessionCookie) {
        if let (Some(response), Ok(value)) =
            (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(&cookie.0))
        {
            response.append_header(header::SET_COOKIE, value);
        }
    }

    /// Goes on to another page, with scripts and without.
    pub fn redirect(&self, path: &str) {
        leptos_axum::redirect(path);
    }

    /// Goes on to a page only when a plain form was posted; with scripts the page updates itself.
    pub fn redirect_form(&self, path: &str) {
        let with_scripts = use_context::<http::request::Parts>().is_some_and(|parts| accepts_json(&parts.headers));
        if !with_scripts {
            leptos_axum::redirect(path);
        }
    }
}

fn accepts_json(headers: &HeaderMap) -> bool {
    const ACCEPT: HeaderName = header::ACCEPT;
    headers.get(ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|value| !value.contains("text/html"))
}

/// A path of our own to go back to: starts with one slash, names no host, holds no control characters.
///
/// Browsers read `//host` and `/\host` as another site.
pub fn own_path(path: Option<&str>) -> Option<&str> {
    path.filter(|path| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains('\\')
            && !path.chars().any(char::is_control)
            // What is not ASCII cannot stand in a Location header.
            && path.is_ascii()
            && path.len() <= 512
    })
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for path in ["/inbox", "/inbox/1?x=1#y", "/"] {
            assert_eq!(own_path(Some(path)), Some(path));
        }
        for path in
            ["", "inbox", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie: x", "/ñ"]
        {
            assert_eq!(own_path(Some(path)), None, "{path:?}");
        }
        assert_eq!(own_path(None), None);
    }
}
