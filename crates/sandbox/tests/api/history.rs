//! What changed since.

use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::google::{Google, MAIL, reason};

async fn current(google: &Google, token: &str) -> String {
    google.get("profile", token).await.json()["historyId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_kind_of_change_is_told_in_its_order() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let start = current(&google, &token).await;
    let quiet = google.get(&format!("history?startHistoryId={start}"), &token).await.json();
    assert_eq!(quiet, json!({"historyId": start}));
    let id = google.deliver(0, "Subject: new\r\n\r\nx").await;
    let change = json!({"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]});
    google.post(&format!("messages/{id}/modify"), &token, &change).await;
    google.control(Method::DELETE, &format!("mailboxes/{}/messages/{id}", google.address(0)), None).await;
    let told = google.get(&format!("history?startHistoryId={start}"), &token).await.json();
    let records = told["history"].as_array().unwrap();
    let kinds = ["messagesAdded", "labelsAdded", "labelsRemoved", "messagesDeleted"];
    assert_eq!(records.len(), kinds.len());
    for (record, kind) in records.iter().zip(kinds) {
        assert_eq!(record[kind][0]["message"]["id"], id.as_str(), "{record}");
        assert_eq!(record["messages"][0]["id"], id.as_str());
    }
    assert_eq!(records[1]["labelsAdded"][0]["labelIds"], json!(["STARRED"]));
    assert_eq!(told["historyId"], records[3]["id"]);
    let only = google.get(&format!("history?startHistoryId={start}&historyTypes=messageDeleted"), &token).await.json();
    assert_eq!(only["history"].as_array().unwrap().len(), 1);
    let label = google.get(&format!("history?startHistoryId={start}&labelId=STARRED"), &token).await.json();
    assert_eq!(label["history"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn long_histories_come_in_pages() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let start = current(&google, &token).await;
    let mut delivered = Vec::new();
    for number in 0..12 {
        delivered.push(google.deliver(0, &format!("Subject: {number}\r\n\r\nx")).await);
    }
    let (mut ids, mut page) = (Vec::new(), String::new());
    loop {
        let path = format!("history?startHistoryId={start}&maxResults=5&pageToken={page}");
        let reply = google.get(&path, &token).await.json();
        let records = reply["history"].as_array().unwrap().clone();
        ids.extend(records.iter().map(|record: &Value| record["messages"][0]["id"].as_str().unwrap().to_owned()));
        match reply["nextPageToken"].as_str() {
            Some(next) => next.clone_into(&mut page),
            None => break,
        }
    }
    assert_eq!(ids, delivered);
}

#[tokio::test]
async fn an_old_or_unknown_history_id_is_not_found() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let start = current(&google, &token).await;
    for id in ["1", "99999999999999"] {
        let refused = google.get(&format!("history?startHistoryId={id}"), &token).await;
        assert_eq!((refused.status, reason(&refused).as_str()), (StatusCode::NOT_FOUND, "notFound"));
    }
    assert_eq!(google.get("history", &token).await.status, StatusCode::BAD_REQUEST);
    google.control(Method::POST, "clock", Some(&json!({"advance_s": 8 * 86_400}))).await;
    let token = google.token(MAIL).await;
    assert_eq!(google.get(&format!("history?startHistoryId={start}"), &token).await.status, StatusCode::NOT_FOUND);
    let fresh = current(&google, &token).await;
    assert_eq!(google.get(&format!("history?startHistoryId={fresh}"), &token).await.status, StatusCode::OK);
}
