//! Drafts: written, changed, sent.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::google::{Google, MAIL};

fn mail(text: &str) -> Value {
    json!({"message": {"raw": URL_SAFE_NO_PAD.encode(format!("To: x@y.example\r\nSubject: {text}\r\n\r\n{text}"))}})
}

#[tokio::test]
async fn a_draft_keeps_its_id_while_its_mail_is_replaced_and_becomes_a_sent_mail() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let made = google.post("drafts", &token, &mail("first")).await.json();
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(made["message"]["labelIds"], json!(["DRAFT"]));
    let path = format!("/gmail/v1/users/me/drafts/{id}");
    let changed = google.call(Method::PUT, &path, &token, Some(&mail("second"))).await.json();
    assert_eq!(changed["id"], id.as_str());
    assert_ne!(changed["message"]["id"], made["message"]["id"]);
    let read = google.get(&format!("drafts/{id}"), &token).await.json();
    assert_eq!(read["message"]["snippet"], "second");
    let sent = google.post("drafts/send", &token, &json!({"id": id})).await.json();
    assert_eq!(sent["labelIds"], json!(["SENT"]));
    assert_eq!(sent["threadId"], changed["message"]["threadId"]);
    assert_eq!(google.get(&format!("drafts/{id}"), &token).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn drafts_are_listed_and_deleted_for_good() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let made = google.post("drafts", &token, &mail("soon gone")).await.json();
    let listed = google.all("drafts?maxResults=2", "drafts", &token).await;
    let truth = google.truth(0).await;
    let real = truth.iter().filter(|mail| mail["labels"].as_array().unwrap().contains(&json!("DRAFT"))).count();
    assert_eq!(listed.len(), real);
    assert_eq!(listed[0], made["id"].as_str().unwrap());
    let path = format!("/gmail/v1/users/me/drafts/{}", listed[0]);
    assert_eq!(google.call(Method::DELETE, &path, &token, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(google.truth(0).await.len(), truth.len() - 1);
    assert_eq!(google.post("drafts", &token, &json!({})).await.status, StatusCode::BAD_REQUEST);
}
