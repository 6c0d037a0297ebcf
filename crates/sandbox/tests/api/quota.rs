//! The per-person limit over HTTP.

use chrono::{DateTime, Utc};
use http::StatusCode;
use reqwest::Method;
use sandbox::Quota;
use serde_json::{Value, json};

use crate::google::{Google, READONLY, reason};

#[tokio::test]
async fn a_call_over_the_limit_is_refused_as_google_refuses_it() {
    let google = Google::start(|config| config.quota = Quota::New).await;
    let token = google.token(READONLY).await;
    let id = google.truth(0).await[0]["id"].as_str().unwrap().to_owned();
    // 6,000 units: 300 reads of 20 units each.
    for _ in 0..300 {
        assert_eq!(google.get(&format!("messages/{id}?format=minimal"), &token).await.status, StatusCode::OK);
    }
    let refused = google.get(&format!("messages/{id}?format=minimal"), &token).await;
    assert_eq!((refused.status, reason(&refused).as_str()), (StatusCode::FORBIDDEN, "userRateLimitExceeded"));
    assert_eq!(refused.header("retry-after"), "", "the time is only in the text");
    let error = &refused.json()["error"];
    assert_eq!(error["errors"][0]["domain"], "usageLimits");
    let until = error["message"].as_str().unwrap().split("Retry after ").nth(1).unwrap().to_owned();
    let until: DateTime<Utc> = until.parse().unwrap();
    let clock = google.control(Method::GET, "clock", None).await.json();
    let now: DateTime<Utc> = clock["now"].as_str().unwrap().parse().unwrap();
    assert!(until > now && (until - now).num_seconds() <= 60);
    let other = google.grant(1, READONLY).await["access_token"].as_str().unwrap().to_owned();
    assert_eq!(google.get("profile", &other).await.status, StatusCode::OK, "others are not concerned");
    google.control(Method::POST, "clock", Some(&json!({"advance_s": 61}))).await;
    assert_eq!(google.get("profile", &token).await.status, StatusCode::OK);
    let log = google.control(Method::GET, "requests", None).await.json();
    let units: u64 = log.as_array().unwrap().iter().map(|line: &Value| line["units"].as_u64().unwrap()).sum();
    assert_eq!(units, 6_000 + 1 + 1);
}
