//! A pair is made by a signed-in person on a page of ours, and its access token is worth what it says, where the operator
//! lets programs ask.

use super::{ask, made, me, standing};
use crate::harness::{Wishes, browser::client, on_both, on_both_with};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

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
