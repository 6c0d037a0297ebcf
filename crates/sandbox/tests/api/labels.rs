//! Labels: made, changed, counted, removed; and a watch.

use http::StatusCode;
use reqwest::Method;
use serde_json::json;

use crate::google::{Google, MAIL};

#[tokio::test]
async fn a_label_lives_from_its_making_to_its_end() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let made =
        google.post("labels", &token, &json!({"name": "Taxes", "labelListVisibility": "labelHide"})).await.json();
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!((made["type"].as_str(), made["labelListVisibility"].as_str()), (Some("user"), Some("labelHide")));
    assert_eq!(google.post("labels", &token, &json!({"name": "taxes"})).await.status, StatusCode::CONFLICT);
    assert_eq!(google.post("labels", &token, &json!({"name": " "})).await.status, StatusCode::BAD_REQUEST);
    let path = format!("/gmail/v1/users/me/labels/{id}");
    let renamed = google.call(Method::PATCH, &path, &token, Some(&json!({"name": "Taxes/2026"}))).await.json();
    assert_eq!(
        (renamed["name"].as_str(), renamed["labelListVisibility"].as_str()),
        (Some("Taxes/2026"), Some("labelHide"))
    );
    let mail = google.truth(0).await[0]["id"].as_str().unwrap().to_owned();
    google.post(&format!("messages/{mail}/modify"), &token, &json!({"addLabelIds": [id]})).await;
    assert_eq!(google.get(&format!("labels/{id}"), &token).await.json()["messagesTotal"], 1);
    assert_eq!(google.call(Method::DELETE, &path, &token, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(google.get(&format!("labels/{id}"), &token).await.status, StatusCode::NOT_FOUND);
    assert!(!google.truth(0).await[0]["labels"].as_array().unwrap().contains(&json!(id)));
    let system = google.call(Method::DELETE, "/gmail/v1/users/me/labels/INBOX", &token, None).await;
    assert_eq!(system.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn counts_are_only_in_a_single_label_and_right() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let listed = google.get("labels", &token).await.json();
    let labels = listed["labels"].as_array().unwrap();
    assert!(labels.iter().all(|label| label.get("messagesTotal").is_none()));
    assert!(labels.iter().any(|label| label["id"] == "INBOX") && labels.iter().any(|label| label["type"] == "user"));
    let inbox = google.get("labels/INBOX", &token).await.json();
    let truth = google.truth(0).await;
    let with =
        |label: &str| truth.iter().filter(|mail| mail["labels"].as_array().unwrap().contains(&json!(label))).count();
    assert_eq!(inbox["messagesTotal"], with("INBOX"));
}

#[tokio::test]
async fn a_watch_is_accepted_for_a_week() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let watch = google
        .post("watch", &token, &json!({"topicName": "projects/gatepost/topics/mail", "labelIds": ["INBOX"]}))
        .await
        .json();
    assert!(watch["historyId"].is_string() && watch["expiration"].is_string());
    assert_eq!(google.post("watch", &token, &json!({"topicName": "t"})).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(google.post("stop", &token, &json!({})).await.status, StatusCode::NO_CONTENT);
}
