//! The token pair for programs: made by a person, exchanged by the program, ended by either or by a thief's mistake.

mod ending;
mod making;
mod refreshing;

use crate::harness::{
    App, Wishes,
    browser::{Browser, Page, client},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const OUR_PAGE: [(&str, &str); 2] = [("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")];

fn standing() -> Wishes {
    Wishes { standing_clock: true, ..Wishes::default() }
}

/// A pair as `POST /auth/token` answers it.
struct Pair {
    access: String,
    refresh: String,
}

impl Pair {
    fn read(body: &str) -> Self {
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(900)));
        let left = body["refresh_expires_in"].as_u64().unwrap();
        assert!((7 * 24 * 3600 - 20..=7 * 24 * 3600).contains(&left), "{left}");
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }
}

async fn ask(browser: &Browser, path: &str) -> Page {
    browser.send(Method::POST, browser.site.join(path).unwrap(), &OUR_PAGE, None).await
}

async fn made(browser: &Browser) -> Pair {
    let page = ask(browser, "/auth/token").await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"), "{}", page.body);
    Pair::read(&page.body)
}

/// A program's request: no cookie, no word of a browser.
async fn post(app: &App, path: &str, body: &Value) -> (StatusCode, String) {
    let response = client().post(format!("{}{path}", app.url)).json(body).send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

async fn refresh(app: &App, token: &str) -> (StatusCode, String) {
    post(app, "/auth/refresh-token", &json!({ "refresh_token": token })).await
}

async fn refreshed(app: &App, token: &str) -> Pair {
    let (status, body) = refresh(app, token).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    Pair::read(&body)
}

async fn me(app: &App, token: &str) -> (StatusCode, Value) {
    let response = client().get(format!("{}/api/v1/me", app.url)).bearer_auth(token).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}
