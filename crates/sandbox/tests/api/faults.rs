//! Faults: wrong answers, late ones, none.

use std::time::{Duration, Instant};

use http::StatusCode;
use reqwest::Method;
use serde_json::json;

use crate::google::{Google, MAIL};

#[tokio::test]
async fn a_fault_answers_in_place_of_the_real_thing_until_it_is_cleared() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let body = json!({"error": {"code": 500, "message": "Backend Error"}});
    google
        .control(
            Method::PUT,
            "faults",
            Some(&json!({"path": "^/gmail/v1/users/me/profile$", "status": 500, "body": body})),
        )
        .await;
    for _ in 0..3 {
        let reply = google.get("profile", &token).await;
        assert_eq!((reply.status, reply.json()), (StatusCode::INTERNAL_SERVER_ERROR, body.clone()));
    }
    assert_eq!(google.get("labels", &token).await.status, StatusCode::OK);
    google.control(Method::DELETE, "faults", None).await;
    assert_eq!(google.get("profile", &token).await.status, StatusCode::OK);
    let bad = google.control(Method::PUT, "faults", Some(&json!({"path": "("}))).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_connection_is_cut_before_or_after_the_work() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    for (cut, made) in [("before", false), ("after", true)] {
        google.control(Method::PUT, "faults", Some(&json!({"path": "/labels$", "times": 1, "cut": cut}))).await;
        let request = google.http.post(google.url("/gmail/v1/users/me/labels")).bearer_auth(&token);
        let lost = request.json(&json!({"name": format!("Lost {cut}")})).send().await;
        assert!(lost.is_err(), "{cut}: no answer may arrive");
        let labels = google.get("labels", &token).await.text;
        assert_eq!(labels.contains(&format!("Lost {cut}")), made, "{cut}");
    }
}

#[tokio::test]
async fn a_fault_can_hold_back_and_so_can_the_whole_sandbox() {
    let google = Google::start(|config| config.latency_ms = 30).await;
    let token = google.token(MAIL).await;
    google.control(Method::PUT, "faults", Some(&json!({"path": "/profile$", "delay_ms": 80, "times": 1}))).await;
    for least_ms in [110, 30] {
        let start = Instant::now();
        assert_eq!(google.get("profile", &token).await.status, StatusCode::OK);
        assert!(start.elapsed() >= Duration::from_millis(least_ms));
    }
}

#[tokio::test]
async fn faults_reach_the_sign_in_but_never_the_levers() {
    let google = Google::start(|_| {}).await;
    google.control(Method::PUT, "faults", Some(&json!({"path": ".", "status": 503}))).await;
    assert_eq!(google.open("/.well-known/openid-configuration").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(google.open(&Google::request("openid", &[])).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(google.control(Method::GET, "people", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_nobody_waits_for_can_be_done_all_the_same_and_later() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let late = json!({"path": "/labels$", "times": 1, "cut": "late", "delay_ms": 50});
    google.control(Method::PUT, "faults", Some(&late)).await;
    let request = google.http.post(google.url("/gmail/v1/users/me/labels")).bearer_auth(&token);
    assert!(request.json(&json!({"name": "Late"})).send().await.is_err(), "no answer may arrive");
    while !google.get("labels", &token).await.text.contains("Late") {
        tokio::task::yield_now().await;
    }
}
