//! Listing and reading mails.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use http::StatusCode;
use serde_json::Value;

use crate::google::{Google, READONLY, reason};

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not text")).to_owned()
}

#[tokio::test]
async fn pages_together_hold_every_mail_once_newest_first() {
    let google = Google::start(|config| config.messages = 1200).await;
    let token = google.token(READONLY).await;
    let listed = google.all("messages?maxResults=500&includeSpamTrash=true", "messages", &token).await;
    let truth: Vec<String> = google.truth(0).await.iter().map(|mail| text(&mail["id"])).collect();
    assert_eq!(listed, truth);
    let visible = google.all("messages?maxResults=100", "messages", &token).await;
    let hidden = google.truth(0).await;
    let hidden = hidden.iter().filter(|mail| {
        let labels = mail["labels"].as_array().unwrap();
        labels.iter().any(|label| label == "SPAM" || label == "TRASH")
    });
    assert_eq!(visible.len(), truth.len() - hidden.count());
    let profile = google.get("profile", &token).await.json();
    assert_eq!(profile["messagesTotal"], 1200);
    assert!(profile["historyId"].is_string(), "64-bit numbers are text");
}

#[tokio::test]
async fn a_page_stays_in_its_place_when_mail_arrives_meanwhile() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let before = google.all("messages?maxResults=40", "messages", &token).await;
    let first = google.get("messages?maxResults=40", &token).await.json();
    google.deliver(0, "Subject: late\r\n\r\nx").await;
    let next = text(&first["nextPageToken"]);
    let second = google.get(&format!("messages?maxResults=40&pageToken={next}"), &token).await.json();
    let ids: Vec<String> = second["messages"].as_array().unwrap().iter().map(|mail| text(&mail["id"])).collect();
    assert_eq!(ids, before[40..80]);
    let bad = google.get("messages?pageToken=12345", &token).await;
    assert_eq!((bad.status, reason(&bad).as_str()), (StatusCode::BAD_REQUEST, "invalidArgument"));
}

#[tokio::test]
async fn the_four_formats_tell_of_the_same_mail() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let id = text(&google.get("messages?q=subject:re&maxResults=1", &token).await.json()["messages"][0]["id"]);
    let get = async |more: &str| google.get(&format!("messages/{id}?{more}"), &token).await.json();
    let full = get("format=full").await;
    let header = |message: &Value, name: &str| {
        let headers = message["payload"]["headers"].as_array().unwrap().clone();
        headers.iter().find(|header| header["name"] == name).map(|header| text(&header["value"])).unwrap()
    };
    let minimal = get("format=minimal").await;
    assert!(minimal.get("payload").is_none() && minimal.get("raw").is_none());
    for name in ["id", "threadId", "historyId", "internalDate", "labelIds", "snippet", "sizeEstimate"] {
        assert_eq!(minimal[name], full[name], "{name}");
    }
    let metadata = get("format=metadata&metadataHeaders=Subject&metadataHeaders=from").await;
    assert_eq!(metadata["payload"]["headers"].as_array().unwrap().len(), 2);
    assert_eq!(header(&metadata, "Subject"), header(&full, "Subject"));
    let raw = URL_SAFE.decode(text(&get("format=raw").await["raw"])).unwrap();
    let raw = String::from_utf8_lossy(&raw).into_owned();
    assert!(raw.contains(&header(&full, "Message-ID")));
    assert!(raw.contains("\r\n\r\n"));
    assert_eq!(google.get(&format!("messages/{id}?format=loud"), &token).await.status, StatusCode::BAD_REQUEST);
    let missing = google.get("messages/19ffffffffffffff", &token).await;
    assert_eq!((missing.status, reason(&missing).as_str()), (StatusCode::NOT_FOUND, "notFound"));
}

#[tokio::test]
async fn partial_answers_hold_what_was_asked_for() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let page = google.get("messages?maxResults=2&fields=messages(id,threadId),nextPageToken", &token).await.json();
    assert!(page.get("resultSizeEstimate").is_none());
    let id = text(&page["messages"][0]["id"]);
    let fields = "id,payload(mimeType,headers/name)";
    let message = google.get(&format!("messages/{id}?fields={fields}"), &token).await.json();
    let keys: Vec<&String> = message.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "payload"]);
    assert!(message["payload"]["headers"][0].get("value").is_none());
    assert_eq!(google.get("messages?fields=nonsense", &token).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn attachments_are_fetched_by_ids_of_their_own() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let id = text(&google.get("messages?q=filename:pdf&maxResults=1", &token).await.json()["messages"][0]["id"]);
    let message = google.get(&format!("messages/{id}"), &token).await.json();
    let parts = message["payload"]["parts"].as_array().unwrap();
    let pdf = parts.iter().find(|part| part["mimeType"] == "application/pdf").unwrap();
    assert!(pdf["body"].get("data").is_none());
    let file = text(&pdf["body"]["attachmentId"]);
    let found = google.get(&format!("messages/{id}/attachments/{file}"), &token).await.json();
    let bytes = URL_SAFE.decode(text(&found["data"])).unwrap();
    assert!(bytes.starts_with(b"%PDF"));
    assert_eq!(
        (found["size"].as_u64(), pdf["body"]["size"].as_u64()),
        (Some(bytes.len() as u64), Some(bytes.len() as u64))
    );
    assert_eq!(
        google.get(&format!("messages/{id}/attachments/nonsense"), &token).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn threads_are_listed_once_and_read_whole() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let listed = google.all("threads?maxResults=50&includeSpamTrash=true", "threads", &token).await;
    let truth = google.truth(0).await;
    let threads: HashSet<String> = truth.iter().map(|mail| text(&mail["thread_id"])).collect();
    assert_eq!(listed.len(), threads.len());
    assert_eq!(listed.iter().cloned().collect::<HashSet<_>>(), threads);
    let long =
        threads.iter().max_by_key(|thread| truth.iter().filter(|mail| text(&mail["thread_id"]) == **thread).count());
    let long = long.unwrap();
    let members = truth.iter().filter(|mail| text(&mail["thread_id"]) == *long).count();
    let thread = google.get(&format!("threads/{long}?format=metadata&metadataHeaders=Subject"), &token).await.json();
    let messages = thread["messages"].as_array().unwrap();
    assert!(members > 2 && messages.len() == members);
    let dates: Vec<i64> = messages.iter().map(|mail| text(&mail["internalDate"]).parse().unwrap()).collect();
    assert!(dates.is_sorted());
    assert_eq!(google.get(&format!("threads/{long}?format=raw"), &token).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_answer_joins_the_thread_it_answers() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let id = google.truth(0).await[7]["id"].as_str().unwrap().to_owned();
    let message = google.get(&format!("messages/{id}?format=metadata&metadataHeaders=Message-ID"), &token).await.json();
    let message_id = text(&message["payload"]["headers"][0]["value"]);
    let raw = format!(
        "From: x@y.example\r\nSubject: Re: that\r\nIn-Reply-To: {message_id}\r\nMessage-ID: <one@y.example>\r\n\r\nyes"
    );
    let answer = google.deliver(0, &raw).await;
    assert_eq!(google.get(&format!("messages/{answer}"), &token).await.json()["threadId"], message["threadId"]);
    let second = google.deliver(0, "References: <one@y.example>\r\nSubject: Re: Re: that\r\n\r\nand").await;
    assert_eq!(google.get(&format!("messages/{second}"), &token).await.json()["threadId"], message["threadId"]);
}

#[tokio::test]
async fn two_sandboxes_of_one_seed_are_the_same_world() {
    let now = chrono::DateTime::from_timestamp(1_795_219_200, 0);
    let mut seen: Vec<(Value, String)> = Vec::new();
    for seed in [5, 5, 6] {
        let google = Google::start(|config| (config.seed, config.now) = (seed, now)).await;
        let token = google.token(READONLY).await;
        let truth = google.truth(0).await;
        let id = text(&truth[3]["id"]);
        seen.push((Value::Array(truth), google.get(&format!("messages/{id}?format=raw"), &token).await.text));
    }
    assert_eq!(seen[0], seen[1]);
    assert_ne!(seen[0].0, seen[2].0);
}
