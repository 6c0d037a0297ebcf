//! A sandbox as an app meets Microsoft, with the few trips every test makes.

use http::StatusCode;
use reqwest::Method;
use reqwest::redirect::Policy;
use sandbox::{Client, Config, Running, start};
use serde_json::{Value, json};

use crate::reply::Reply;

/// Where the pretend app waits for its codes.
pub const REDIRECT: &str = "http://localhost:3000/auth/microsoft/callback";
/// What connecting asks for.
pub const CONNECT: &str = "openid profile email offline_access User.Read Mail.Read";
/// The position of the first person of an organisation; the first person of all has a personal account.
pub const WORK: usize = 2;
/// The tenant of personal accounts.
pub const PERSONAL_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// A running sandbox and a browser that follows no redirects.
pub struct Microsoft {
    pub running: Running,
    pub http: reqwest::Client,
}

impl Microsoft {
    /// A small world with the demo client and another one.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same, with something else about it.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        // Fails when another test of this process was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (id, secret) = ("other".to_owned(), "other-secret".to_owned());
        let clients = [Client::demos(), vec![Client { id, secret, redirect_uri: REDIRECT.to_owned() }]].concat();
        let mut config = Config { google_port: 0, microsoft_port: 0, messages: 20, clients, ..Config::default() };
        change(&mut config);
        let running = start(config).await.unwrap();
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { running, http }
    }

    pub fn address(&self, number: usize) -> &str {
        &self.running.addresses[number]
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.microsoft_url)
    }

    pub async fn open(&self, path: &str) -> Reply {
        Reply::of(self.http.get(self.url(path)).send().await.unwrap()).await
    }

    pub async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        Reply::of(self.http.post(self.url(path)).form(form).send().await.unwrap()).await
    }

    /// A call of Graph.
    pub async fn graph(&self, path: &str, token: &str) -> Reply {
        Reply::of(self.http.get(self.url(&format!("/v1.0/{path}"))).bearer_auth(token).send().await.unwrap()).await
    }

    /// A request of the sandbox's own routes on Microsoft's port.
    pub async fn control(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let request = self.http.request(method, self.url(&format!("/_sandbox/{path}")));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        Reply::of(request.send().await.unwrap()).await
    }

    pub async fn revoke(&self, person: usize, reason: &str) {
        let path = format!("people/{}/revoke", self.address(person));
        let done = self.control(Method::POST, &path, Some(&json!({"reason": reason}))).await;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{reason}");
    }

    pub async fn rules(&self, rules: &Value) {
        assert_eq!(self.control(Method::PUT, "rules", Some(rules)).await.status, StatusCode::NO_CONTENT);
    }

    pub async fn advance(&self, seconds: i64) {
        self.control(Method::POST, "clock", Some(&json!({"advance_s": seconds}))).await;
    }

    /// The authorization request of the demo client at a tenant with these parameters added, or put in place.
    pub fn request(tenant: &str, scope: &str, more: &[(&str, &str)]) -> String {
        let usual = [
            ("client_id", "gatepost-demo"),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("response_mode", "query"),
            ("scope", scope),
            ("state", "the-state"),
        ];
        let kept = usual.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept.chain(more).filter(|(_, value)| !value.is_empty()));
        format!("/{tenant}/oauth2/v2.0/authorize?{}", query.finish())
    }

    /// Chooses a person on the page; the next page or redirect.
    pub async fn choose(&self, page: &Reply, person: usize) -> Reply {
        let form = [("request", page.field("request")), ("account", self.address(person).to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post_form(&page.action(), &form).await
    }

    /// Presses a button of the consent page with every box ticked, or with those of `ticked`.
    pub async fn decide(&self, page: &Reply, decision: &str, ticked: Option<&[&str]>) -> Reply {
        let (request, account) = (page.field("request"), page.field("account"));
        let all = page.fields("scope");
        let mut form = vec![("request", request.as_str()), ("account", &account), ("decision", decision)];
        let scopes: Vec<&str> = ticked.map_or_else(|| all.iter().map(String::as_str).collect(), <[&str]>::to_vec);
        form.extend(scopes.into_iter().map(|scope| ("scope", scope)));
        self.post_form(&page.action(), &form).await
    }

    /// The code of a person who allows everything.
    pub async fn code(&self, tenant: &str, person: usize, scope: &str, more: &[(&str, &str)]) -> String {
        let hint = [("login_hint", self.address(person)), ("prompt", "consent")];
        let page = self.open(&Self::request(tenant, scope, &[&hint, more].concat())).await;
        self.decide(&page, "allow", None).await.redirected().remove("code").unwrap()
    }

    /// A call of the token endpoint of `common` by the demo client, with fields added or put in place.
    pub async fn token(&self, more: &[(&str, &str)]) -> Reply {
        let usual =
            [("client_id", "gatepost-demo"), ("client_secret", "gatepost-demo-secret"), ("redirect_uri", REDIRECT)];
        let kept = usual.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        let form: Vec<(&str, &str)> = kept.chain(more).copied().collect();
        self.post_form("/common/oauth2/v2.0/token", &form).await
    }

    pub async fn redeem(&self, code: &str, more: &[(&str, &str)]) -> Reply {
        self.token(&[&[("grant_type", "authorization_code"), ("code", code)], more].concat()).await
    }

    pub async fn refresh(&self, token: &str) -> Reply {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// The whole trip of a person who allows everything; the token response.
    pub async fn grant(&self, person: usize, scope: &str) -> Value {
        let code = self.code("common", person, scope, &[]).await;
        self.redeem(&code, &[]).await.json()
    }
}

/// A field of a token response as text.
pub fn text(grant: &Value, name: &str) -> String {
    grant[name].as_str().unwrap_or_else(|| panic!("no {name} in {grant}")).to_owned()
}

/// Word and number of an error body, whose parts must agree.
pub fn refusal(reply: &Reply) -> (String, u64) {
    let body = reply.json();
    let code = body["error_codes"][0].as_u64().unwrap();
    assert!(text(&body, "error_description").starts_with(&format!("AADSTS{code}: ")), "{body}");
    for name in ["timestamp", "trace_id", "correlation_id"] {
        assert!(text(&body, "error_description").contains(&text(&body, name)), "{name} in {body}");
    }
    (text(&body, "error"), code)
}
