//! Subscriptions: an app is asked whether it wants one, told of what changes, and of what becomes of it.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::outlook::{IMMUTABLE, Outlook, code};
use crate::reply::Reply;

const MAIL: &str = "From: a@b.example\r\nSubject: new\r\n\r\nx\r\n";

type Heard = State<Arc<Mutex<Vec<Value>>>>;

/// An app that is told.
struct Ear {
    url: String,
    heard: Arc<Mutex<Vec<Value>>>,
}

impl Ear {
    /// Answers the handshake as `answer` says, and notifications with this status.
    async fn open(answer: fn(String) -> Response, status: StatusCode) -> Self {
        let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
        let hook = move |State(heard): Heard, Query(query): Query<HashMap<String, String>>, body: String| async move {
            if let Some(token) = query.get("validationToken") {
                return answer(token.clone());
            }
            let told: Value = serde_json::from_str(&body).unwrap();
            heard.lock().unwrap().extend(told["value"].as_array().unwrap().clone());
            status.into_response()
        };
        let app = Router::new().route("/hook", post(hook)).with_state(Arc::clone(&heard));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, heard }
    }

    async fn willing() -> Self {
        Self::open(IntoResponse::into_response, StatusCode::ACCEPTED).await
    }

    /// What was heard since the last time, once there is so much.
    async fn hears(&self, many: usize) -> Vec<Value> {
        for _ in 0..500 {
            if self.heard.lock().unwrap().len() >= many {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

async fn subscribe(outlook: &Outlook, url: &str, change: impl FnOnce(&mut Value)) -> Reply {
    let now = outlook.lever(Method::GET, "clock", &Value::Null).await.json()["now"].as_str().unwrap().to_owned();
    let ends = chrono::DateTime::parse_from_rfc3339(&now).unwrap() + chrono::Duration::days(6);
    let mut body = json!({"changeType": "created,updated,deleted", "notificationUrl": url,
        "lifecycleNotificationUrl": url, "resource": "/me/mailFolders('inbox')/messages",
        "expirationDateTime": ends.to_rfc3339(), "clientState": "secret"});
    change(&mut body);
    outlook.call(Method::POST, "subscriptions", IMMUTABLE, Some(&body)).await
}

async fn advance(outlook: &Outlook, seconds: i64) {
    outlook.lever(Method::POST, "clock", &json!({"advance_s": seconds})).await;
}

#[tokio::test]
async fn what_changes_in_the_folder_is_told_with_the_secret_and_ids_that_last() {
    let (outlook, ear) = (Outlook::start().await, Ear::willing().await);
    let made = subscribe(&outlook, &ear.url, |_| {}).await;
    assert_eq!((made.status, made.json()["clientState"].as_str()), (StatusCode::CREATED, Some("secret")));
    let id = outlook.deliver(MAIL, "inbox,UNREAD").await;
    outlook.deliver(MAIL, "archive").await;
    let told = ear.hears(1).await;
    assert_eq!(told.len(), 1, "of another folder nothing: {told:?}");
    assert_eq!((&told[0]["clientState"], &told[0]["changeType"]), (&json!("secret"), &json!("created")));
    assert_eq!((&told[0]["subscriptionId"], &told[0]["resourceData"]["id"]), (&made.json()["id"], &json!(id)));
    outlook.patch(&format!("me/messages/{id}"), &json!({"isRead": true})).await;
    assert_eq!(ear.hears(1).await[0]["changeType"], "updated");
    outlook.post(&format!("me/messages/{id}/move"), &json!({"destinationId": "archive"})).await;
    assert_eq!(ear.hears(1).await[0]["changeType"], "deleted");
}

#[tokio::test]
async fn only_who_gives_back_the_question_as_plain_text_is_told() {
    let outlook = Outlook::start().await;
    let spoilt: [fn(String) -> Response; 3] = [
        |token| ([("content-type", "text/html")], token).into_response(),
        |token| token.replace(' ', "+").into_response(),
        |token| (StatusCode::ACCEPTED, token).into_response(),
    ];
    for answer in spoilt {
        let ear = Ear::open(answer, StatusCode::ACCEPTED).await;
        let refused = subscribe(&outlook, &ear.url, |_| {}).await;
        assert_eq!(code(&refused), (StatusCode::BAD_REQUEST, "ValidationError".to_owned()));
    }
    assert_eq!(outlook.get("subscriptions").await["value"], json!([]));
}

#[tokio::test]
async fn a_subscription_has_its_rules_and_its_end() {
    let (outlook, ear) = (Outlook::start().await, Ear::willing().await);
    let spoilt: [fn(&mut Value); 6] = [
        |body| body["changeType"] = json!("renamed"),
        |body| body["resource"] = json!("/me/shoes"),
        |body| body["notificationUrl"] = json!("http://mail.example.org/hook"),
        |body| body["expirationDateTime"] = json!("2099-01-01T00:00:00Z"),
        |body| body["expirationDateTime"] = json!("soon"),
        |body| body["clientState"] = json!("x".repeat(129)),
    ];
    for spoil in spoilt {
        assert_eq!(subscribe(&outlook, &ear.url, spoil).await.status, StatusCode::BAD_REQUEST);
    }
    let made = subscribe(&outlook, &ear.url, |_| {}).await.json();
    assert_eq!(subscribe(&outlook, &ear.url, |_| {}).await.status, StatusCode::CONFLICT);
    let own = format!("subscriptions/{}", made["id"].as_str().unwrap());
    assert_eq!(outlook.get(&own).await["clientState"], Value::Null, "the secret is shown once");
    // Less than 45 minutes is raised to them.
    let renewed = outlook.patch(&own, &json!({"expirationDateTime": "2020-01-01T00:00:00Z"})).await;
    assert_eq!(renewed.status, StatusCode::OK);
    advance(&outlook, 40 * 60).await;
    assert_eq!(outlook.get(&own).await["id"], made["id"]);
    advance(&outlook, 10 * 60).await;
    outlook.deliver(MAIL, "inbox").await;
    assert_eq!(outlook.patch(&own, &json!({})).await.status, StatusCode::NOT_FOUND, "it has ended");
    assert!(ear.hears(1).await.is_empty());
    let made = subscribe(&outlook, &ear.url, |_| {}).await.json();
    let own = format!("subscriptions/{}", made["id"].as_str().unwrap());
    assert_eq!(outlook.call(Method::DELETE, &own, "", None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(outlook.call(Method::DELETE, &own, "", None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_nobody_took_comes_again_and_what_becomes_of_it_is_told() {
    let outlook = Outlook::start().await;
    let ear = Ear::open(IntoResponse::into_response, StatusCode::SERVICE_UNAVAILABLE).await;
    let made = subscribe(&outlook, &ear.url, |_| {}).await.json();
    outlook.deliver(MAIL, "inbox").await;
    assert_eq!(ear.hears(1).await.len(), 1);
    advance(&outlook, 11).await;
    outlook.get("me").await;
    assert_eq!(ear.hears(1).await.len(), 1, "again");
    let path = format!("people/{}/lifecycle", outlook.microsoft.address(0));
    for event in ["missed", "reauthorizationRequired", "subscriptionRemoved"] {
        outlook.lever(Method::POST, &path, &json!({"event": event})).await;
        let told = ear.hears(1).await;
        assert_eq!((&told[0]["lifecycleEvent"], &told[0]["subscriptionId"]), (&json!(event), &made["id"]));
    }
    assert_eq!(outlook.get("subscriptions").await["value"], json!([]));
}
