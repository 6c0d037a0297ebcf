//! A sandbox on free ports, with the few trips every test makes.

use reqwest::header::AUTHORIZATION;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use sandbox::{Config, Running, start};
use serde_json::Value;

use crate::reply::Reply;

/// Where the pretend app waits for its codes.
pub const REDIRECT: &str = "http://localhost:3000/auth/google/callback";
/// Everything, deleting for good included.
pub const MAIL: &str = "https://mail.google.com/";
/// Reading.
pub const READONLY: &str = "https://www.googleapis.com/auth/gmail.readonly";

/// A running sandbox and a browser that follows no redirects.
pub struct Google {
    pub running: Running,
    pub http: Client,
}

impl Google {
    /// A small world; the given function changes its configuration.
    pub async fn start(change: impl FnOnce(&mut Config)) -> Self {
        // Fails when another test of this process was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut config = Config { google_port: 0, microsoft_port: 0, messages: 300, ..Config::default() };
        change(&mut config);
        let running = start(config).await.unwrap();
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { running, http }
    }

    pub fn address(&self, number: usize) -> &str {
        &self.running.addresses[number]
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.google_url)
    }

    pub async fn open(&self, path: &str) -> Reply {
        Reply::of(self.http.get(self.url(path)).send().await.unwrap()).await
    }

    pub async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        Reply::of(self.http.post(self.url(path)).form(form).send().await.unwrap()).await
    }

    /// A call of the API with a token and, when there is one, a JSON body.
    pub async fn call(&self, method: Method, path: &str, token: &str, body: Option<&Value>) -> Reply {
        let request = self.http.request(method, self.url(path)).header(AUTHORIZATION, format!("Bearer {token}"));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        Reply::of(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str, token: &str) -> Reply {
        self.call(Method::GET, &format!("/gmail/v1/users/me/{path}"), token, None).await
    }

    pub async fn post(&self, path: &str, token: &str, body: &Value) -> Reply {
        self.call(Method::POST, &format!("/gmail/v1/users/me/{path}"), token, Some(body)).await
    }

    /// A request of the sandbox's own routes.
    pub async fn control(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let request = self.http.request(method, self.url(&format!("/_sandbox/{path}")));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        Reply::of(request.send().await.unwrap()).await
    }

    pub async fn deliver(&self, person: usize, raw: &str) -> String {
        let path = self.url(&format!("/_sandbox/mailboxes/{}/deliver", self.address(person)));
        let reply = Reply::of(self.http.post(path).body(raw.to_owned()).send().await.unwrap()).await;
        reply.json()["id"].as_str().unwrap().to_owned()
    }

    /// Every mail that is really there.
    pub async fn truth(&self, person: usize) -> Vec<Value> {
        let reply = self.control(Method::GET, &format!("mailboxes/{}/ids", self.address(person)), None).await;
        reply.json().as_array().unwrap().clone()
    }

    /// The authorization request of the demo client with these parameters added.
    pub fn request(scope: &str, more: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([
            ("client_id", "gatepost-demo"),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", scope),
            ("state", "the-state"),
        ]);
        query.extend_pairs(more);
        format!("/o/oauth2/v2/auth?{}", query.finish())
    }

    /// Chooses a person on the page; the next page or redirect.
    pub async fn choose(&self, page: &Reply, person: usize) -> Reply {
        let form = [("request", page.field("request")), ("account", self.address(person).to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post_form("/o/oauth2/v2/auth/account", &form).await
    }

    /// Presses `Allow` with every box ticked, or with those of `ticked`.
    pub async fn allow(&self, page: &Reply, ticked: Option<&[&str]>) -> Reply {
        let (request, account) = (page.field("request"), page.field("account"));
        let all = page.fields("scope");
        let mut form = vec![("request", request.as_str()), ("account", &account), ("decision", "allow")];
        let scopes: Vec<&str> = ticked.map_or_else(|| all.iter().map(String::as_str).collect(), <[&str]>::to_vec);
        form.extend(scopes.into_iter().map(|scope| ("scope", scope)));
        self.post_form("/o/oauth2/v2/auth/decision", &form).await
    }

    /// Exchanges a code with the right client and redirect URI.
    pub async fn redeem(&self, code: &str, more: &[(&str, &str)]) -> Reply {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", "gatepost-demo"),
            ("client_secret", "gatepost-demo-secret"),
            ("redirect_uri", REDIRECT),
        ];
        form.extend_from_slice(more);
        self.post_form("/token", &form).await
    }

    pub async fn refresh(&self, token: &str) -> Reply {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", "gatepost-demo"),
            ("client_secret", "gatepost-demo-secret"),
        ];
        self.post_form("/token", &form).await
    }

    /// The whole trip of a person who allows everything, offline; the token response.
    pub async fn grant(&self, person: usize, scope: &str) -> Value {
        let more = [("access_type", "offline"), ("prompt", "consent"), ("login_hint", self.address(person))];
        let page = self.open(&Self::request(scope, &more)).await;
        let code = self.allow(&page, None).await.redirected().remove("code").unwrap();
        self.redeem(&code, &[]).await.json()
    }

    /// An access token with these scopes for the first person.
    pub async fn token(&self, scope: &str) -> String {
        self.grant(0, scope).await["access_token"].as_str().unwrap().to_owned()
    }

    /// All ids a listing gives, page by page.
    pub async fn all(&self, path: &str, item: &str, token: &str) -> Vec<String> {
        let (mut ids, mut page) = (Vec::new(), String::new());
        loop {
            let reply = self.get(&format!("{path}&pageToken={page}"), token).await.json();
            let items = reply[item].as_array().cloned().unwrap_or_default();
            ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            match reply["nextPageToken"].as_str() {
                Some(next) => next.clone_into(&mut page),
                None => return ids,
            }
        }
    }
}

/// The reason in one of Google's error bodies.
pub fn reason(reply: &Reply) -> String {
    reply.json()["error"]["errors"][0]["reason"].as_str().unwrap_or_default().to_owned()
}
