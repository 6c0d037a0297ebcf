//! A browser without a screen: keeps cookies per host, follows redirects when told to, says where requests come from.

use app::{
    error::AppError,
    features::users::{Known, Viewer},
};
use reqwest::{Method, StatusCode, header};
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use url::Url;
use uuid::Uuid;

pub const PASSWORD: &str = "correct horse battery staple 1";

/// A client that follows nothing by itself.
pub fn client() -> reqwest::Client {
    // A server in this process does so by itself; a test without one needs it all the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// One browser.
pub struct Browser {
    client: reqwest::Client,
    /// Where Gatepost is.
    pub site: Url,
    /// Where the provider is.
    pub provider: Url,
    jar: Mutex<BTreeMap<(String, String), String>>,
    /// Every answer of Gatepost: status line, headers but cookies, body.
    pub seen: Mutex<Vec<String>>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    pub url: Url,
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub body: String,
}

impl Page {
    /// A header's text; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it sends the browser.
    pub fn location(&self) -> Url {
        self.url.join(self.header("location")).unwrap()
    }
}

impl Browser {
    pub fn new(site: &str, provider: &str) -> Self {
        Self {
            client: client(),
            site: Url::parse(site).unwrap(),
            provider: Url::parse(provider).unwrap(),
            jar: Mutex::default(),
            seen: Mutex::default(),
        }
    }

    /// Another browser with the same cookies: a second window of the same person, or a thief.
    pub fn copy(&self) -> Self {
        let copy = Self::new(self.site.as_str(), self.provider.as_str());
        *copy.jar() = self.jar().clone();
        copy
    }

    fn jar(&self) -> std::sync::MutexGuard<'_, BTreeMap<(String, String), String>> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value of a cookie of Gatepost.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar().get(&(self.site.host_str().unwrap().to_owned(), name.to_owned())).cloned()
    }

    /// Takes over a cookie of Gatepost that did not come with an answer.
    pub fn keep_cookie(&self, name: &str, value: &str) {
        self.jar().insert((self.site.host_str().unwrap().to_owned(), name.to_owned()), value.to_owned());
    }

    /// Forgets the cookies of Gatepost whose name begins so.
    pub fn forget_cookies(&self, prefix: &str) {
        self.jar().retain(|(_, name), _| !name.starts_with(prefix));
    }

    /// One request as the browser would send it; `fetch` are the `Sec-Fetch-*` and other headers of its own.
    pub async fn send(&self, method: Method, url: Url, fetch: &[(&str, &str)], form: Option<String>) -> Page {
        let form = form.map(|form| ("application/x-www-form-urlencoded".to_owned(), form.into_bytes()));
        self.send_body(method, url, fetch, form).await
    }

    /// The same with a body of any kind, which is named with it.
    pub async fn send_body(
        &self,
        method: Method,
        url: Url,
        fetch: &[(&str, &str)],
        body: Option<(String, Vec<u8>)>,
    ) -> Page {
        let host = url.host_str().unwrap().to_owned();
        let mut request = self.client.request(method, url.clone());
        for (name, value) in fetch {
            request = request.header(*name, *value);
        }
        let cookies: Vec<_> = self
            .jar()
            .iter()
            .filter(|((cookie_host, _), _)| *cookie_host == host)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some((kind, body)) = body {
            request = request.header(header::CONTENT_TYPE, kind).body(body);
        }
        let response = request.send().await.unwrap();
        self.keep_cookies(&host, response.headers());
        let page = Page {
            url,
            status: response.status(),
            headers: response.headers().clone(),
            body: response.text().await.unwrap_or_default(),
        };
        if host == self.site.host_str().unwrap() {
            self.remember(&page);
        }
        page
    }

    fn keep_cookies(&self, host: &str, headers: &header::HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let mut parts = cookie.to_str().unwrap().split(';').map(str::trim);
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let key = (host.to_owned(), name.to_owned());
            if parts.any(|part| part == "Max-Age=0") {
                self.jar().remove(&key);
            } else {
                self.jar().insert(key, value.to_owned());
            }
        }
    }

    fn remember(&self, page: &Page) {
        let headers: Vec<_> = page
            .headers
            .iter()
            // The redirect to the provider carries the state, as it must; cookies carry what only this browser may have.
            .filter(|(name, _)| **name != header::SET_COOKIE)
            .filter(|(name, value)| **name != header::LOCATION || !value.to_str().unwrap().starts_with("http"))
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        let text = format!("{} {}\n{}\n{}", page.status, page.url.path(), headers.join("\n"), page.body);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }

    /// An address of ours.
    pub fn ours(&self, path: &str) -> Url {
        self.site.join(path).unwrap()
    }

    /// Opens a page the way a link of ours does.
    pub async fn open(&self, path: &str) -> Page {
        let fetch = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")];
        self.send(Method::GET, self.ours(path), &fetch, None).await
    }

    /// Opens an address the way a link of another site does.
    pub async fn arrive(&self, url: Url) -> Page {
        let fetch = [("accept", "text/html"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
        self.send(Method::GET, url, &fetch, None).await
    }

    /// Follows redirects from a page until one stays.
    pub async fn follow(&self, mut page: Page) -> Page {
        for _ in 0..10 {
            if !page.status.is_redirection() {
                return page;
            }
            page = self.arrive(page.location()).await;
        }
        panic!("too many redirects, the last to {}", page.url);
    }

    /// Calls a server function the way our scripts do.
    pub async fn call<T: DeserializeOwned>(&self, function: &str, arguments: &[(&str, &str)]) -> Result<T, AppError> {
        let fetch = [("accept", "application/json"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")];
        let page = self.post(function, arguments, &fetch).await;
        if page.status.is_success() {
            return Ok(serde_json::from_str(&page.body).unwrap_or_else(|error| panic!("{error}: {}", page.body)));
        }
        Err(serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("{}: {}", page.status, page.body)))
    }

    /// Sends a server function's form with these headers.
    pub async fn post(&self, function: &str, arguments: &[(&str, &str)], fetch: &[(&str, &str)]) -> Page {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(arguments).finish();
        self.send(Method::POST, self.function(function), fetch, Some(form)).await
    }

    /// The address of a server function, named `users/sign_in`.
    pub fn function(&self, function: &str) -> Url {
        let (feature, name) = function.split_once('/').unwrap();
        self.ours(&format!("/api/fn/app/features/{feature}/server/{name}"))
    }

    /// Makes an account `name@example.org` and is signed in.
    pub async fn sign_up(&self, name: &str) -> Result<(), AppError> {
        let email = format!("{name}@example.org");
        let fields = [("first_name", name), ("last_name", "Person"), ("email", email.as_str()), ("password", PASSWORD)];
        self.call("users/sign_up", &fields).await
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Result<(), AppError> {
        self.call("users/sign_in", &[("email", email), ("password", password)]).await
    }

    pub async fn sign_out(&self) -> Result<(), AppError> {
        self.call("users/sign_out", &[]).await
    }

    /// What comes with every page for the scripts that take it over.
    pub async fn known(&self) -> Known {
        let page = self.open("/forgot-password").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let start = page.body.find(r#""{\"viewer\":"#).unwrap_or_else(|| panic!("nothing comes with {}", page.body));
        let text = serde_json::Deserializer::from_str(&page.body[start..]).into_iter::<String>().next();
        serde_json::from_str(&text.unwrap().unwrap()).unwrap()
    }

    /// Who the server takes this browser for.
    pub async fn viewer(&self) -> Option<Viewer> {
        self.known().await.viewer
    }

    /// Presses `Cancel` on the waiting line of an attempt.
    pub async fn cancel(&self, attempt: &str) -> Page {
        let fetch = [("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")];
        self.send(Method::DELETE, self.ours(&format!("/auth/attempts/{attempt}")), &fetch, None).await
    }

    /// What `/auth/attempts/{id}` says; `None` when it says nothing.
    pub async fn outcome(&self, attempt: Uuid) -> Option<app::features::connections::AttemptOutcome> {
        let page = self.open(&format!("/auth/attempts/{attempt}")).await;
        page.status.is_success().then(|| serde_json::from_str(&page.body).unwrap())
    }
}
