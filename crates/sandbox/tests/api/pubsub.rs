//! Gmail leaves word of what changed in Pub/Sub, for a service account to pull.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::StatusCode;
use reqwest::Method;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use crate::google::{Google, READONLY, reason};
use crate::reply::Reply;

const TOPIC: &str = "projects/gatepost/topics/mail";
const SUBSCRIPTION: &str = "/v1/projects/gatepost/subscriptions/gatepost";
const SCOPE: &str = "https://www.googleapis.com/auth/pubsub";

/// Signs in as the service account; `change` spoils what it says.
async fn sign_in(google: &Google, change: impl FnOnce(&mut Value)) -> Reply {
    let file = google.control(Method::GET, "service-account", None).await.json();
    let now = google.control(Method::GET, "clock", None).await.json()["now"].as_str().unwrap().to_owned();
    let now = chrono::DateTime::parse_from_rfc3339(&now).unwrap().timestamp();
    let mut claims =
        json!({"iss": file["client_email"], "scope": SCOPE, "aud": file["token_uri"], "iat": now, "exp": now + 3_600});
    change(&mut claims);
    let pem = file["private_key"].as_str().unwrap();
    let der: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(der).unwrap()).unwrap();
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut statement = format!("{}.{}", part(&json!({"alg": "RS256", "typ": "JWT"})), part(&claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), statement.as_bytes(), &mut signature).unwrap();
    statement = format!("{statement}.{}", URL_SAFE_NO_PAD.encode(signature));
    let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", statement.as_str())];
    google.post_form("/token", &form).await
}

async fn service(google: &Google) -> String {
    sign_in(google, |_| {}).await.json()["access_token"].as_str().unwrap().to_owned()
}

async fn pull(google: &Google, token: &str) -> Vec<Value> {
    let body = json!({"maxMessages": 100});
    let reply = google.call(Method::POST, &format!("{SUBSCRIPTION}:pull"), token, Some(&body)).await;
    assert_eq!(reply.status, StatusCode::OK);
    reply.json()["receivedMessages"].as_array().cloned().unwrap_or_default()
}

fn told(message: &Value) -> Value {
    serde_json::from_slice(&STANDARD.decode(message["message"]["data"].as_str().unwrap()).unwrap()).unwrap()
}

async fn advance(google: &Google, seconds: i64) {
    google.control(Method::POST, "clock", Some(&json!({"advance_s": seconds}))).await;
}

#[tokio::test]
async fn a_watched_mailbox_is_told_of_until_its_watch_ends_and_what_is_not_acknowledged_comes_again() {
    let google = Google::start(|_| {}).await;
    let (person, account) = (google.token(READONLY).await, service(&google).await);
    google.deliver(0, "Subject: unwatched\r\n\r\nx").await;
    google.post("watch", &person, &json!({"topicName": TOPIC})).await;
    assert!(pull(&google, &account).await.is_empty(), "what was before is not told");
    google.deliver(0, "Subject: one\r\n\r\nx").await;
    google.deliver(1, "Subject: of somebody else\r\n\r\nx").await;
    let first = pull(&google, &account).await;
    let profile = google.get("profile", &person).await.json();
    assert_eq!(first.len(), 1);
    assert_eq!(told(&first[0])["emailAddress"], google.address(0));
    assert_eq!(told(&first[0])["historyId"].to_string(), profile["historyId"].as_str().unwrap());
    assert!(pull(&google, &account).await.is_empty(), "somebody has it");
    advance(&google, 11).await;
    let again = pull(&google, &account).await;
    assert_eq!(again[0]["message"]["messageId"], first[0]["message"]["messageId"]);
    let acknowledge = async |ack_id: &Value| {
        let body = json!({"ackIds": [ack_id]});
        google.call(Method::POST, &format!("{SUBSCRIPTION}:acknowledge"), &account, Some(&body)).await
    };
    assert_eq!(acknowledge(&first[0]["ackId"]).await.status, StatusCode::OK);
    advance(&google, 11).await;
    let late = pull(&google, &account).await;
    assert_eq!(late.len(), 1, "an acknowledgement after the deadline is none");
    acknowledge(&late[0]["ackId"]).await;
    advance(&google, 11).await;
    assert!(pull(&google, &account).await.is_empty());
    // A second word within a second is left out.
    google.deliver(0, "Subject: two\r\n\r\nx").await;
    google.deliver(0, "Subject: three\r\n\r\nx").await;
    assert_eq!(pull(&google, &account).await.len(), 1);
    advance(&google, 7 * 86_400).await;
    let account = service(&google).await;
    let waiting = pull(&google, &account).await.len();
    google.deliver(0, "Subject: too late\r\n\r\nx").await;
    assert_eq!((waiting, pull(&google, &account).await.len()), (1, 0), "the watch is over");
}

#[tokio::test]
async fn a_stopped_watch_tells_no_more_and_a_filtered_one_of_its_labels_only() {
    let google = Google::start(|_| {}).await;
    let (person, account) = (google.token(READONLY).await, service(&google).await);
    google.post("watch", &person, &json!({"topicName": TOPIC, "labelIds": ["SPAM"]})).await;
    google.deliver(0, "Subject: no spam\r\n\r\nx").await;
    assert!(pull(&google, &account).await.is_empty());
    google
        .post("watch", &person, &json!({"topicName": TOPIC, "labelIds": ["SPAM"], "labelFilterBehavior": "exclude"}))
        .await;
    google.deliver(0, "Subject: no spam\r\n\r\nx").await;
    assert_eq!(pull(&google, &account).await.len(), 1);
    assert_eq!(google.post("stop", &person, &json!({})).await.status, StatusCode::NO_CONTENT);
    advance(&google, 2).await;
    google.deliver(0, "Subject: after\r\n\r\nx").await;
    assert!(pull(&google, &account).await.is_empty(), "stopped; the word before is still somebody's");
}

#[tokio::test]
async fn a_topic_must_be_there_be_the_projects_own_and_let_gmail_publish() {
    let google = Google::start(|_| {}).await;
    let person = google.token(READONLY).await;
    let watch = async |topic: &str| google.post("watch", &person, &json!({"topicName": topic})).await;
    assert_eq!(watch("projects/other/topics/mail").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(watch("projects/gatepost/topics/missing").await.status, StatusCode::NOT_FOUND);
    google.control(Method::PUT, "pubsub", Some(&json!({"open": false}))).await;
    let refused = watch(TOPIC).await;
    assert_eq!((refused.status, reason(&refused).as_str()), (StatusCode::FORBIDDEN, "forbidden"));
}

#[tokio::test]
async fn only_a_well_signed_statement_of_the_account_opens_the_subscription() {
    let google = Google::start(|_| {}).await;
    for (key, value) in [
        ("iss", json!("somebody@else.example")),
        ("aud", json!("https://elsewhere.example/token")),
        ("exp", json!(0)),
        ("iat", json!(0)),
        ("scope", json!("")),
    ] {
        assert_eq!(sign_in(&google, |claims| claims[key] = value).await.status, StatusCode::BAD_REQUEST, "{key}");
    }
    let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", "a.b.c")];
    assert_eq!(google.post_form("/token", &form).await.json()["error"], "invalid_grant");
    let asked =
        async |token: &str, path: &str, body: Value| google.call(Method::POST, path, token, Some(&body)).await.status;
    let pull = format!("{SUBSCRIPTION}:pull");
    let other =
        sign_in(&google, |claims| claims["scope"] = json!("https://www.googleapis.com/auth/drive")).await.json();
    let (other, person) = (other["access_token"].as_str().unwrap(), google.token(READONLY).await);
    let all = json!({"maxMessages": 1});
    assert_eq!(asked("nonsense", &pull, all.clone()).await, StatusCode::UNAUTHORIZED);
    assert_eq!(asked(other, &pull, all.clone()).await, StatusCode::FORBIDDEN);
    assert_eq!(asked(&person, &pull, all.clone()).await, StatusCode::FORBIDDEN, "a person's own token");
    let account = service(&google).await;
    assert_eq!(asked(&account, &pull, json!({})).await, StatusCode::BAD_REQUEST);
    assert_eq!(asked(&account, "/v1/projects/gatepost/subscriptions/other:pull", all).await, StatusCode::NOT_FOUND);
}
