//! The levers that take something out of what the pretend providers issue: scopes of a grant, and what makes an ID token
//! a proof.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::google::{Google, READONLY};

const SEND: &str = "https://www.googleapis.com/auth/gmail.send";

fn part(token: &str, position: usize) -> Value {
    let text = token.split('.').nth(position).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

#[tokio::test]
async fn an_id_token_is_wrong_in_the_one_way_that_was_asked_for() {
    let google = Google::start(|config| config.messages = 20).await;
    let scope = format!("openid email {READONLY}");
    let good = google.grant(0, &scope).await["id_token"].as_str().unwrap().to_owned();
    for (wrong, alg) in [
        ("alg_none", "none"),
        ("alg_hs256", "HS256"),
        ("tampered", "RS256"),
        ("nonce", "RS256"),
        ("audience", "RS256"),
        ("expired", "RS256"),
        ("issuer", "RS256"),
    ] {
        google.control(Method::PUT, "rules", Some(&json!({ "id_token": wrong }))).await;
        let token = google.grant(0, &scope).await["id_token"].as_str().unwrap().to_owned();
        assert_eq!(part(&token, 0)["alg"], alg, "{wrong}");
        let known = google.open(&format!("/tokeninfo?id_token={token}")).await.status == StatusCode::OK;
        assert_eq!(known, ["nonce", "audience", "issuer"].contains(&wrong), "{wrong}: signed by the provider itself");
        let changed = |claim: &str| part(&token, 1)[claim] != part(&good, 1)[claim];
        assert_eq!((changed("aud"), changed("iss")), (wrong == "audience", wrong == "issuer"), "{wrong}");
    }
    google.control(Method::PUT, "rules", Some(&json!({ "id_token": "missing" }))).await;
    assert!(google.grant(0, &scope).await.get("id_token").is_none());
}

#[tokio::test]
async fn a_grant_that_lost_a_scope_says_so_at_the_next_refresh() {
    let google = Google::start(|config| config.messages = 20).await;
    let grant = google.grant(0, &format!("{READONLY} {SEND}")).await;
    let refresh = grant["refresh_token"].as_str().unwrap();
    let path = format!("people/{}/narrow", google.address(0));
    assert_eq!(google.control(Method::POST, &path, Some(&json!({ "scope": SEND }))).await.status, 204);
    assert_eq!(google.refresh(refresh).await.json()["scope"], READONLY);
    assert_eq!(google.control(Method::POST, &path, Some(&json!({ "scope": SEND }))).await.status, 400, "there is none");
}
