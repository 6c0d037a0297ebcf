//! The token pair for programs: made by a person, exchanged by the program, ended by either or by a thief's mistake.

use crate::harness::{
    App, Wishes,
    browser::{Browser, PASSWORD, Page, client},
    on_both, on_both_with,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
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

#[tokio::test]
async fn a_signed_in_person_makes_a_pair_that_speaks_for_them() {
    on_both(async |app| {
        assert_eq!(ask(&app.browser(), "/auth/token").await.status, 401, "nobody is signed in");
        let pair = made(&app.signed_up("ada").await).await;
        let (status, body) = me(app, &pair.access).await;
        assert_eq!((status, &body["email"]), (StatusCode::OK, &json!("ada@example.org")));
        assert_eq!(me(app, &pair.refresh).await.0, 401, "a refresh token opens nothing");
        assert_eq!(me(app, "").await.0, 401);
    })
    .await;
}

#[tokio::test]
async fn another_site_makes_no_pair() {
    on_both(async |app| {
        let ada = app.signed_up("ada").await;
        for headers in [&[("sec-fetch-site", "cross-site")][..], &[("origin", "https://evil.example")], &[]] {
            let page = ada.send(Method::POST, ada.site.join("/auth/token").unwrap(), headers, None).await;
            assert_eq!(page.status, 403, "{headers:?}");
        }
        assert_eq!(app.database.count("token_families").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_access_token_names_its_kind_key_and_audience_and_ends_after_a_quarter_of_an_hour() {
    on_both_with(standing(), async |app| {
        let pair = made(&app.signed_up("ada").await).await;
        let parts: Vec<&str> = pair.access.split('.').collect();
        let json = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(json(parts[0]), json!({ "alg": "HS256", "typ": "at+jwt", "kid": "test" }));
        let claims = json(parts[1]);
        assert_eq!((&claims["aud"], &claims["iss"]), (&json!("gatepost-api"), &json!(app.url)));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
        assert!(claims["jti"].is_string());
        app.advance(899).await;
        assert_eq!(me(app, &pair.access).await.0, 200);
        app.advance(1).await;
        assert_eq!(me(app, &pair.access).await.0, 401);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_was_changed_or_signed_otherwise_opens_nothing() {
    on_both(async |app| {
        let pair = made(&app.signed_up("ada").await).await;
        let parts: Vec<&str> = pair.access.split('.').collect();
        let header = |header: Value| URL_SAFE_NO_PAD.encode(header.to_string());
        let none = header(json!({ "alg": "none", "typ": "at+jwt", "kid": "test" }));
        let plain = header(json!({ "alg": "HS256", "typ": "JWT", "kid": "test" }));
        let unknown = header(json!({ "alg": "HS256", "typ": "at+jwt", "kid": "other" }));
        for forged in [
            format!("{none}.{}.", parts[1]),
            format!("{plain}.{}.{}", parts[1], parts[2]),
            format!("{unknown}.{}.{}", parts[1], parts[2]),
            format!("{}.{}.{}", parts[0], parts[1], parts[2].chars().rev().collect::<String>()),
        ] {
            assert_eq!(me(app, &forged).await.0, 401, "{forged}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_once_and_gives_the_same_successor_for_twenty_seconds() {
    on_both_with(standing(), async |app| {
        let first = made(&app.signed_up("ada").await).await;
        let second = refreshed(app, &first.refresh).await;
        assert_ne!(first.refresh, second.refresh);
        app.advance(19).await;
        assert_eq!(refreshed(app, &first.refresh).await.refresh, second.refresh, "the answer was lost: the same again");
        assert_eq!(app.database.count("refresh_tokens").await, 2, "no branch was made");
        assert_eq!(me(app, &second.access).await.0, 200);
        app.advance(1).await;
        app.work_off_queue().await;
        assert_eq!(app.database.count("refresh_tokens WHERE sealed_successor IS NOT NULL").await, 0, "hashes only");
        let (status, body) = refresh(app, &first.refresh).await;
        assert_eq!(status, 401, "{body}");
        assert!(body.contains("reused"), "{body}");
        assert_eq!(refresh(app, &second.refresh).await.0, 401, "the whole family has ended");
        assert_eq!(me(app, &second.access).await.0, 401, "at once, not after a quarter of an hour");
        assert_eq!(app.database.count("audit_events WHERE action = 'token.reused'").await, 1);
        let told = app.letters().await;
        let told = told.iter().find(|letter| letter.subject == "A program's access was ended");
        assert_eq!(told.unwrap().to, "ada@example.org", "the person is told");
    })
    .await;
}

#[tokio::test]
async fn a_token_that_was_followed_twice_ends_the_family_even_within_the_grace() {
    on_both_with(standing(), async |app| {
        let first = made(&app.signed_up("ada").await).await;
        let second = refreshed(app, &first.refresh).await;
        let third = refreshed(app, &second.refresh).await;
        assert_eq!(refresh(app, &first.refresh).await.0, 401);
        assert_eq!(refresh(app, &third.refresh).await.0, 401);
    })
    .await;
}

#[tokio::test]
async fn many_that_come_at_once_get_one_successor() {
    on_both(async |app| {
        let first = made(&app.signed_up("ada").await).await;
        let answers = futures::future::join_all((0..8).map(|_| refreshed(app, &first.refresh))).await;
        let successors: std::collections::BTreeSet<_> = answers.into_iter().map(|pair| pair.refresh).collect();
        assert_eq!(successors.len(), 1);
        assert_eq!(app.database.count("refresh_tokens").await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_eleventh_refresh_of_a_minute_waits_and_harms_nothing() {
    on_both_with(standing(), async |app| {
        let mut pair = made(&app.signed_up("ada").await).await;
        for _ in 0..10 {
            pair = refreshed(app, &pair.refresh).await;
        }
        let response = client()
            .post(format!("{}/auth/refresh-token", app.url))
            .json(&json!({ "refresh_token": pair.refresh }))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 429);
        let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
        app.advance(wait).await;
        refreshed(app, &pair.refresh).await;
    })
    .await;
}

#[tokio::test]
async fn an_unused_refresh_token_ends_after_seven_days() {
    on_both_with(standing(), async |app| {
        let pair = made(&app.signed_up("ada").await).await;
        app.advance(7 * 24 * 3600).await;
        let (status, body) = refresh(app, &pair.refresh).await;
        assert_eq!(status, 401);
        assert!(body.contains("invalid_grant"), "{body}");
    })
    .await;
}

#[tokio::test]
async fn a_program_signs_itself_out_by_either_token_and_a_browser_by_its_session() {
    on_both(async |app| {
        let ada = app.signed_up("ada").await;
        let (one, two) = (made(&ada).await, made(&ada).await);
        assert_eq!(post(app, "/auth/logout", &json!({ "refresh_token": one.refresh })).await.0, 204);
        assert_eq!(me(app, &one.access).await.0, 401);
        assert_eq!(me(app, &two.access).await.0, 200, "another program goes on");
        let bearer = client().post(format!("{}/auth/logout", app.url)).bearer_auth(&two.access).send().await.unwrap();
        assert_eq!(bearer.status(), 204);
        assert_eq!(refresh(app, &two.refresh).await.0, 401);
        assert_eq!(app.database.count("sessions").await, 1, "the browser stays signed in");
        let foreign = [("origin", "https://evil.example")];
        let page = ada.send(Method::POST, ada.site.join("/auth/logout").unwrap(), &foreign, None).await;
        assert_eq!(page.status, 403);
        assert_eq!(ask(&ada, "/auth/logout").await.status, 204);
        assert_eq!(app.database.count("sessions").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_token_request_is_answered_with_a_sentence() {
    on_both(async |app| {
        for (body, status) in
            [(json!({}), 400), (json!({ "refresh_token": 7 }), 400), (json!({ "refresh_token": "x" }), 401)]
        {
            let (answered, text) = post(app, "/auth/refresh-token", &body).await;
            assert_eq!(answered, status, "{body}");
            let refusal: Value = serde_json::from_str(&text).unwrap();
            assert!(refusal["message"].as_str().unwrap().ends_with('.'), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_of_other_origins_may_ask_only_what_the_operator_allowed() {
    let wishes =
        Wishes { settings: vec![("CORS_ORIGINS", "https://tools.example.org".to_owned())], ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let preflight = async |origin: &str, path: &str| {
            let request = client().request(Method::OPTIONS, format!("{}{path}", app.url));
            let request = request.header("origin", origin).header("access-control-request-method", "POST");
            let response = request.header("access-control-request-headers", "authorization").send().await.unwrap();
            let allowed = response.headers().get("access-control-allow-origin");
            assert!(response.headers().get("access-control-allow-credentials").is_none());
            allowed.map(|value| value.to_str().unwrap().to_owned())
        };
        let ours = Some("https://tools.example.org".to_owned());
        assert_eq!(preflight("https://tools.example.org", "/api/v1/me").await, ours);
        assert_eq!(preflight("https://tools.example.org", "/auth/refresh-token").await, ours);
        assert_eq!(preflight("https://evil.example", "/api/v1/me").await, None);
        assert_eq!(
            preflight("https://tools.example.org", "/auth/token").await,
            None,
            "a session's own routes stay closed"
        );
    })
    .await;
}

#[tokio::test]
async fn guessing_at_refresh_tokens_is_slowed_and_the_right_one_is_heard_after_the_wait() {
    on_both_with(standing(), async |app| {
        let pair = made(&app.signed_up("ada").await).await;
        let mut tried = 0;
        let answer = loop {
            let (status, body) = refresh(app, &format!("guess-{tried}")).await;
            if status != StatusCode::UNAUTHORIZED {
                break (status, body);
            }
            tried += 1;
            assert!(tried < 100, "nobody slows this address down");
        };
        assert_eq!(answer.0, StatusCode::TOO_MANY_REQUESTS, "{}", answer.1);
        assert_eq!(refresh(app, &pair.refresh).await.0, StatusCode::TOO_MANY_REQUESTS, "guesses are not told apart");
        app.advance(5).await;
        refreshed(app, &pair.refresh).await;
    })
    .await;
}

#[tokio::test]
async fn a_family_ends_after_a_year_however_often_it_is_used() {
    on_both_with(standing(), async |app| {
        let mut pair = made(&app.signed_up("ada").await).await;
        for _ in 0..60 {
            app.advance(6 * 24 * 3600).await;
            pair = refreshed_until(app, &pair.refresh).await.expect("used every six days");
        }
        app.advance(5 * 24 * 3600).await;
        assert!(refreshed_until(app, &pair.refresh).await.is_none(), "ASVS 5.0, 10.4.8");
    })
    .await;
}

async fn refreshed_until(app: &App, token: &str) -> Option<Pair> {
    let (status, body) = refresh(app, token).await;
    let body: Value = serde_json::from_str(&body).unwrap();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (status == StatusCode::OK).then(|| Pair { access: text("access_token"), refresh: text("refresh_token") })
}

#[tokio::test]
async fn many_exchanges_at_one_moment_count_one_by_one() {
    on_both_with(standing(), async |app| {
        let pair = made(&app.signed_up("ada").await).await;
        let asked = (0..40).map(|_| refresh(app, &pair.refresh));
        let answers = futures::future::join_all(asked).await;
        let given = answers.iter().filter(|(status, _)| *status == StatusCode::OK).count();
        assert_eq!(given, 10, "ten a minute");
        assert_eq!(app.database.count("refresh_tokens").await, 2, "and no branch");
    })
    .await;
}

#[tokio::test]
async fn who_replaces_the_password_ends_the_programs_too() {
    on_both(async |app| {
        let ada = app.signed_up("ada").await;
        let pair = made(&ada).await;
        let fields = [("current", PASSWORD), ("new", "nine otters under the old bridge"), ("end_others", "on")];
        ada.call::<()>("users/change_password", &fields).await.unwrap();
        assert_eq!(me(app, &pair.access).await.0, 401);
        let pair = made(&ada).await;
        let stranger = app.browser();
        stranger.call::<()>("users/ask_reset", &[("email", "ada@example.org")]).await.unwrap();
        let letters = app.letters().await;
        let link = letters.iter().find(|letter| letter.subject == "Choose a new password").unwrap();
        let fields = [("token", link.token()), ("password", "ten herons over the new bridge")];
        stranger.call::<()>("users/reset_password", &fields).await.unwrap();
        assert_eq!(me(app, &pair.access).await.0, 401);
        assert_eq!(refresh(app, &pair.refresh).await.0, 401);
    })
    .await;
}

#[tokio::test]
async fn another_site_signs_nobody_out() {
    on_both(async |app| {
        // A form of another site: the browser sends no Lax cookie with it.
        let form =
            [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("origin", "https://evil.example")];
        let browser = app.browser();
        let page = browser.send(Method::POST, browser.ours("/auth/logout"), &form, None).await;
        assert_eq!((page.header("set-cookie"), page.header("clear-site-data")), ("", ""));
    })
    .await;
}
