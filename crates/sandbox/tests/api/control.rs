//! The sandbox's own routes.

use http::StatusCode;
use reqwest::Method;
use sandbox::Config;
use serde_json::{Value, json};

use crate::google::{Google, READONLY};

#[tokio::test]
async fn people_are_told_with_what_they_own() {
    let google = Google::start(|config| (config.people, config.events) = (5, 17)).await;
    let people = google.control(Method::GET, "people", None).await.json();
    let people = people.as_array().unwrap();
    assert_eq!(people.len(), 5);
    assert_eq!(people[0]["address"], google.address(0));
    assert_eq!((people[0]["messages"].as_u64(), people[0]["events"].as_u64()), (Some(300), Some(17)));
    assert!(people[0]["sheets"].is_number() && people[0]["name"].is_string());
    let sheets = google.control(Method::GET, &format!("sheets/{}", google.address(0)), None).await.json();
    assert_eq!(sheets, json!([]));
    assert_eq!(google.control(Method::GET, "sheets/nobody@gmail.example", None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_delivered_mail_is_kept_byte_for_byte_and_can_be_removed() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let id = google.deliver(0, "From: a@b.example\nSubject: bare line ends\n\nbody \u{1F600}\n").await;
    let raw = google.get(&format!("messages/{id}?format=raw"), &token).await.json();
    let raw = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE, raw["raw"].as_str().unwrap()).unwrap();
    assert_eq!(String::from_utf8(raw).unwrap(), "From: a@b.example\nSubject: bare line ends\n\nbody \u{1F600}\n");
    assert_eq!(google.truth(0).await[0], json!({"id": id, "thread_id": id, "labels": ["INBOX", "UNREAD"]}));
    let path = format!("mailboxes/{}/messages/{id}", google.address(0));
    assert_eq!(google.control(Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(google.control(Method::DELETE, &path, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(google.truth(0).await.len(), 300);
}

#[tokio::test]
async fn the_log_names_person_units_and_status_and_no_token() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    google.open(&format!("/gmail/v1/users/me/profile?access_token={token}")).await;
    google.get("messages?maxResults=5", &token).await;
    let log = google.control(Method::GET, "requests", None).await;
    assert!(!log.text.contains(&token));
    let lines = log.json();
    let line = lines.as_array().unwrap().last().unwrap();
    assert_eq!((line["method"].as_str(), line["path"].as_str()), (Some("GET"), Some("/gmail/v1/users/me/messages")));
    assert_eq!((line["units"].as_u64(), line["status"].as_u64()), (Some(5), Some(200)));
    assert_eq!(line["person"], google.address(0));
    assert!(line["at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().is_ok());
}

#[tokio::test]
async fn texts_are_told_and_labels_changed_as_the_person_would_in_another_program() {
    let google = Google::start(|config| config.messages = 20).await;
    let mail = "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nOne\r\n\
        --b\r\nContent-Type: text/html\r\n\r\n<p>Two\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\nFile\r\n--b--\r\n";
    let box_ = format!("mailboxes/{}", google.address(0));
    let url = format!("{}/_sandbox/{box_}/deliver", google.running.google_url);
    let id = google.http.post(url).body(mail).send().await.unwrap().json::<Value>().await.unwrap()["id"].clone();
    let id = id.as_str().unwrap();
    let bodies = google.control(Method::GET, &format!("{box_}/bodies"), None).await.json();
    assert_eq!(bodies.as_array().unwrap().len(), 21);
    assert_eq!(bodies[0], json!({"id": id, "plain": ["One"], "html": ["<p>Two"]}));
    let token = google.token(READONLY).await;
    let profile = google.get("profile", &token).await.json();
    let change = json!({"add": ["STARRED", "Label_1"], "take": ["UNREAD"]});
    let changed = google.control(Method::POST, &format!("{box_}/messages/{id}/labels"), Some(&change)).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT);
    let ids = google.control(Method::GET, &format!("{box_}/ids"), None).await.json();
    assert_eq!(ids[0]["labels"], json!(["INBOX", "STARRED", "Label_1"]));
    let since = profile["historyId"].as_str().unwrap();
    let history = google.get(&format!("history?startHistoryId={since}"), &token).await;
    assert!(history.text.contains("labelsAdded") && history.text.contains("labelsRemoved"), "{}", history.text);
    let unknown =
        google.control(Method::POST, &format!("{box_}/messages/{id}/labels"), Some(&json!({"add": ["x"]}))).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_clock_runs_forward_only() {
    let google = Google::start(|_| {}).await;
    let at = |value: &Value| value["now"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let before = at(&google.control(Method::GET, "clock", None).await.json());
    let after = at(&google.control(Method::POST, "clock", Some(&json!({"advance_s": 86_400}))).await.json());
    assert!((after - before).num_seconds() >= 86_400);
    let back = google.control(Method::POST, "clock", Some(&json!({"advance_s": -1}))).await;
    assert_eq!(back.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_page_breaks_things_without_scripts() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let page = google.open("/_sandbox/").await;
    assert!(page.text.contains("<form method=\"post\"") && !page.text.contains("<script"));
    let pressed = google.post_form("/_sandbox/press", &[("press", "busy")]).await;
    assert_eq!(pressed.status, StatusCode::SEE_OTHER);
    assert_eq!(google.get("profile", &token).await.status, StatusCode::SERVICE_UNAVAILABLE);
    google.post_form("/_sandbox/press", &[("press", "clear")]).await;
    assert_eq!(google.get("profile", &token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn stopping_frees_the_ports_and_a_taken_port_is_an_error() {
    let google = Google::start(|_| {}).await;
    let port = google.running.google_url.rsplit(':').next().unwrap().parse().unwrap();
    let config = Config { google_port: port, microsoft_port: 0, messages: 10, ..Config::default() };
    assert!(sandbox::start(config.clone()).await.is_err());
    google.running.stop().await;
    sandbox::start(config).await.unwrap().stop().await;
}
