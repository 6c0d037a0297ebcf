//! A pair ends: by itself, by its program, by its owner, and by nobody else.

use super::{Pair, ask, made, me, post, refresh, standing};
use crate::harness::{
    App,
    browser::{PASSWORD, client},
    on_both, on_both_with,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn refreshed_until(app: &App, token: &str) -> Option<Pair> {
    let (status, body) = refresh(app, token).await;
    let body: Value = serde_json::from_str(&body).unwrap();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (status == StatusCode::OK).then(|| Pair { access: text("access_token"), refresh: text("refresh_token") })
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
