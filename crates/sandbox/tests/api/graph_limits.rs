//! Graph's limits, and how it tells of them.

use std::time::Instant;

use http::StatusCode;
use reqwest::Method;
use sandbox::Quota;
use serde_json::{Value, json};

use crate::outlook::{IMMUTABLE, Outlook, code};

#[tokio::test]
async fn more_than_four_requests_at_the_same_time_are_refused() {
    let outlook = Outlook::start_with(|config| config.quota = Quota::New).await;
    outlook.lever(Method::PUT, "faults", &json!({"path": "/me/messages", "delay_ms": 1_500})).await;
    let call = || outlook.call(Method::GET, "me/messages?$top=1&$select=id", IMMUTABLE, None);
    let four = async || tokio::join!(call(), call(), call(), call());
    let (one, two) = tokio::join!(four(), four());
    let replies = [one.0, one.1, one.2, one.3, two.0, two.1, two.2, two.3];
    let refused: Vec<_> = replies.iter().filter(|reply| reply.status == StatusCode::TOO_MANY_REQUESTS).collect();
    assert_eq!(refused.len(), 4);
    let error = refused[0].json();
    assert_eq!(error["error"]["code"], "ApplicationThrottled");
    assert_eq!(error["error"]["message"], "Application is over its MailboxConcurrency limit.");
    assert!(refused[0].header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(outlook.call(Method::GET, "me", "", None).await.status, StatusCode::OK, "the places are free again");
}

#[tokio::test]
async fn too_many_requests_in_ten_minutes_wait_as_long_as_they_are_told() {
    let outlook = Outlook::start().await;
    outlook.dials(&json!({"requests": 5})).await;
    for _ in 0..5 {
        outlook.get("me/mailFolders?$top=1").await;
    }
    let refused = outlook.call(Method::GET, "me/mailFolders", "", None).await;
    assert_eq!(code(&refused), (StatusCode::TOO_MANY_REQUESTS, "ApplicationThrottled".into()));
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((590..=601).contains(&wait), "{wait}");
    let log = outlook.microsoft.control(Method::GET, "requests", None).await.json();
    let lines: Vec<&Value> =
        log.as_array().unwrap().iter().filter(|line| line["path"] == "/v1.0/me/mailFolders").collect();
    assert_eq!(lines.iter().filter(|line| line["units"] == 1 && line["status"] == 200).count(), 5);
    assert_eq!(lines.iter().filter(|line| line["units"] == 0 && line["status"] == 429).count(), 1);
    assert!(lines.iter().all(|line| line["person"] == outlook.microsoft.address(0)));
    outlook.microsoft.advance(wait).await;
    outlook.get("me/mailFolders").await;
}

#[tokio::test]
async fn a_fault_may_say_how_long_to_wait() {
    let outlook = Outlook::start().await;
    let fault = json!({"path": "/mailFolders", "status": 503, "headers": {"Retry-After": "7"}, "times": 1});
    assert_eq!(outlook.lever(Method::PUT, "faults", &fault).await.status, StatusCode::NO_CONTENT);
    let refused = outlook.call(Method::GET, "me/mailFolders", "", None).await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "7"));
    outlook.get("me/mailFolders").await;
}

#[tokio::test]
async fn a_page_with_too_much_text_times_out_and_a_smaller_one_does_not() {
    let outlook = Outlook::start().await;
    outlook.dials(&json!({"page_bytes": 60_000, "odd": false})).await;
    let path = "me/mailFolders/inbox/messages/delta?$select=subject,body";
    let late = outlook.call(Method::GET, path, "odata.maxpagesize=200", None).await;
    assert_eq!(code(&late), (StatusCode::GATEWAY_TIMEOUT, "UnknownError".into()));
    let (one_by_one, _) = outlook.round(path, "odata.maxpagesize=1").await;
    assert_eq!(one_by_one.len(), outlook.within("inbox").await.len(), "a mail alone always passes");
    let without = "me/mailFolders/inbox/messages/delta?$select=subject";
    assert_eq!(outlook.call(Method::GET, without, "odata.maxpagesize=200", None).await.status, StatusCode::OK);
    let list = outlook.call(Method::GET, "me/messages?$top=200", "", None).await;
    assert_eq!(list.status, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test]
async fn every_answer_is_late_when_it_is_told_to_be() {
    let outlook = Outlook::start_with(|config| config.latency_ms = 120).await;
    let start = Instant::now();
    outlook.get("me/mailFolders/inbox").await;
    assert!(start.elapsed().as_millis() >= 120);
}

#[tokio::test]
async fn answers_carry_the_ids_of_their_requests() {
    let outlook = Outlook::start().await;
    let url = outlook.microsoft.url("/v1.0/me/messages/nonsense");
    let call = outlook.microsoft.http.get(url).bearer_auth(&outlook.token).header("client-request-id", "mine");
    let reply = crate::reply::Reply::of(call.send().await.unwrap()).await;
    assert_eq!(reply.header("client-request-id"), "mine");
    let inner = &reply.json()["error"]["innerError"];
    assert_eq!(
        (&inner["client-request-id"], &inner["request-id"]),
        (&json!("mine"), &json!(reply.header("request-id")))
    );
    assert!(inner["date"].as_str().unwrap().len() == 19);
}

#[tokio::test]
async fn somebody_may_have_no_mailbox_and_links_may_lead_elsewhere() {
    let outlook = Outlook::start().await;
    outlook.dials(&json!({"links": "https://elsewhere.example"})).await;
    let page = outlook.get("me/mailFolders").await;
    assert!(page["@odata.nextLink"].as_str().unwrap().starts_with("https://elsewhere.example/v1.0/me/mailFolders?"));
    outlook.dials(&json!({"without_mailbox": [outlook.microsoft.address(0)]})).await;
    let refused = outlook.call(Method::GET, "me/mailFolders", "", None).await;
    assert_eq!(code(&refused), (StatusCode::NOT_FOUND, "MailboxNotEnabledForRESTAPI".into()));
    outlook.get("me").await;
    assert_eq!(
        outlook.lever(Method::PUT, "graph", &json!({"misspelt": 1})).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    outlook.microsoft.control(Method::DELETE, "graph", None).await;
    outlook.get("me/mailFolders").await;
}

#[tokio::test]
async fn a_page_costs_the_same_wherever_it_is_in_a_large_mailbox() {
    let outlook = Outlook::start_with(|config| (config.messages, config.people) = (30_000, 1)).await;
    outlook.dials(&json!({"odd": false})).await;
    let prefer = "odata.maxpagesize=20";
    let mut next = "me/mailFolders/inbox/messages/delta?$select=isRead".to_owned();
    let mut spent = Vec::new();
    while spent.len() < 300 {
        let start = Instant::now();
        let page = outlook.call(Method::GET, &next, prefer, None).await.json();
        spent.push(start.elapsed());
        page["@odata.nextLink"].as_str().unwrap().clone_into(&mut next);
    }
    let middle = |part: &[std::time::Duration]| {
        let mut part = part.to_vec();
        part.sort();
        part[part.len() / 2]
    };
    let (early, late) = (middle(&spent[10..60]), middle(&spent[250..]));
    assert!(late < early * 4, "{early:?} at the start, {late:?} after five thousand mails");
}
