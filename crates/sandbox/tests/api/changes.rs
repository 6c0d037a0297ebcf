//! Changing labels, the bin, deleting, sending.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::google::{Google, MAIL};

async fn labels(google: &Google, id: &str) -> Vec<String> {
    let truth = google.truth(0).await;
    let mail = truth.iter().find(|mail| mail["id"] == id).unwrap();
    mail["labels"].as_array().unwrap().iter().map(|label| label.as_str().unwrap().to_owned()).collect()
}

/// The newest mail that carries a label.
async fn with_label(google: &Google, label: &str) -> String {
    let truth = google.truth(0).await;
    let found = truth.iter().find(|mail| mail["labels"].as_array().unwrap().contains(&json!(label)));
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn labels_are_given_and_taken() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let id = with_label(&google, "INBOX").await;
    let change = json!({"addLabelIds": ["STARRED", "Label_1"], "removeLabelIds": ["INBOX", "UNREAD"]});
    let answer = google.post(&format!("messages/{id}/modify"), &token, &change).await.json();
    let now = labels(&google, &id).await;
    assert_eq!(answer["labelIds"], json!(now));
    assert!(now.contains(&"STARRED".to_owned()) && now.contains(&"Label_1".to_owned()));
    assert!(!now.contains(&"INBOX".to_owned()) && !now.contains(&"UNREAD".to_owned()));
    for wrong in [json!({"addLabelIds": ["Label_99"]}), json!({}), json!({"addLabelIds": ["SENT"]})] {
        let refused = google.post(&format!("messages/{id}/modify"), &token, &wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn many_mails_change_at_once() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let ids: Vec<Value> = google.truth(0).await[..20].iter().map(|mail| mail["id"].clone()).collect();
    let body = json!({"ids": ids, "addLabelIds": ["Label_2"]});
    let done = google.post("messages/batchModify", &token, &body).await;
    assert_eq!((done.status, done.text.as_str()), (StatusCode::NO_CONTENT, ""));
    for id in &ids {
        assert!(labels(&google, id.as_str().unwrap()).await.contains(&"Label_2".to_owned()));
    }
    let done = google.post("messages/batchDelete", &token, &json!({"ids": ids})).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    assert_eq!(google.truth(0).await.len(), 280);
    let many: Vec<String> = (0..1001).map(|number| number.to_string()).collect();
    let refused = google.post("messages/batchModify", &token, &json!({"ids": many, "addLabelIds": ["Label_2"]})).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_bin_takes_gives_back_and_forgets() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let id = with_label(&google, "INBOX").await;
    google.post(&format!("messages/{id}/trash"), &token, &json!({})).await;
    let binned = labels(&google, &id).await;
    assert!(binned.contains(&"TRASH".to_owned()) && !binned.contains(&"INBOX".to_owned()));
    google.post(&format!("messages/{id}/untrash"), &token, &json!({})).await;
    assert!(!labels(&google, &id).await.contains(&"TRASH".to_owned()));
    let gone = google.call(Method::DELETE, &format!("/gmail/v1/users/me/messages/{id}"), &token, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(google.get(&format!("messages/{id}"), &token).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whole_threads_change() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let truth = google.truth(0).await;
    let reply = truth.iter().find(|mail| mail["id"] != mail["thread_id"]).unwrap();
    let thread = reply["thread_id"].as_str().unwrap();
    let members: Vec<&Value> =
        truth.iter().filter(|mail| mail["thread_id"] == thread).map(|mail| &mail["id"]).collect();
    google.post(&format!("threads/{thread}/modify"), &token, &json!({"addLabelIds": ["Label_3"]})).await;
    for id in &members {
        assert!(labels(&google, id.as_str().unwrap()).await.contains(&"Label_3".to_owned()));
    }
    let gone = google.call(Method::DELETE, &format!("/gmail/v1/users/me/threads/{thread}"), &token, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(google.truth(0).await.len(), truth.len() - members.len());
}

#[tokio::test]
async fn a_sent_mail_is_in_sent_and_in_the_other_inbox_without_hidden_recipients() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let raw = format!(
        "From: {}\r\nTo: Mateo <{}>\r\nBcc: secret@x.example\r\nSubject: hello\r\nMessage-ID: <mine@gatepost.example>\r\n\r\nhi",
        google.address(0),
        google.address(1)
    );
    let sent = google.post("messages/send", &token, &json!({"raw": URL_SAFE_NO_PAD.encode(&raw)})).await.json();
    assert_eq!(sent["labelIds"], json!(["SENT"]));
    let found = google.get("messages?q=rfc822msgid:mine@gatepost.example%20in:sent", &token).await.json();
    assert_eq!(found["messages"][0]["id"], sent["id"]);
    let other = google.grant(1, MAIL).await["access_token"].as_str().unwrap().to_owned();
    let newest =
        google.get("messages?maxResults=1", &other).await.json()["messages"][0]["id"].as_str().unwrap().to_owned();
    let arrived = google.get(&format!("messages/{newest}"), &other).await.json();
    assert!(arrived["labelIds"].as_array().unwrap().contains(&json!("INBOX")));
    let headers = arrived["payload"]["headers"].to_string();
    assert!(headers.contains("hello") && headers.contains("dmarc=pass") && !headers.contains("secret@x.example"));
    let nobody =
        google.post("messages/send", &token, &json!({"raw": URL_SAFE_NO_PAD.encode("Subject: x\r\n\r\nx")})).await;
    assert_eq!(nobody.status, StatusCode::BAD_REQUEST);
    let empty = google.post("messages/send", &token, &json!({})).await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_mail_can_be_uploaded_and_joins_the_thread_it_names() {
    let google = Google::start(|_| {}).await;
    let token = google.token(MAIL).await;
    let thread = google.truth(0).await[4]["thread_id"].as_str().unwrap().to_owned();
    let mail = "To: x@y.example\r\nSubject: big\r\n\r\nbody";
    let related = format!(
        "--r\r\nContent-Type: application/json\r\n\r\n{{\"threadId\":\"{thread}\"}}\r\n--r\r\nContent-Type: message/rfc822\r\n\r\n{mail}\r\n--r--\r\n"
    );
    for (media_type, body) in [("message/rfc822", mail.to_owned()), ("multipart/related; boundary=r", related)] {
        let request = google.http.post(google.url("/upload/gmail/v1/users/me/messages/send?uploadType=media"));
        let request = request.bearer_auth(&token).header("content-type", media_type).body(body);
        let sent: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(sent["labelIds"], json!(["SENT"]), "{sent}");
        assert_eq!(sent["threadId"] == thread.as_str(), media_type.starts_with("multipart"));
    }
}
