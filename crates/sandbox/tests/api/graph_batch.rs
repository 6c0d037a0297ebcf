//! Graph's batches.

use std::time::Instant;

use http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::microsoft::text;
use crate::outlook::Outlook;

async fn batch(outlook: &Outlook, requests: &Value) -> Value {
    let reply = outlook.call(Method::POST, "$batch", "", Some(&json!({"requests": requests}))).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    reply.json()["responses"].clone()
}

fn part<'a>(responses: &'a Value, id: &str) -> &'a Value {
    responses.as_array().unwrap().iter().find(|response| response["id"] == id).unwrap()
}

#[tokio::test]
async fn each_part_is_answered_like_a_request_with_its_own_headers() {
    let outlook = Outlook::start().await;
    let mail = outlook.truth().await.remove(0);
    let (path, json_type) =
        (format!("/me/messages/{}", text(&mail, "id")), json!({"Content-Type": "application/json"}));
    let told = batch(&outlook, &json!([
        {"id": "a", "method": "GET", "url": format!("{path}?$select=id"), "headers": {"Prefer": "IdType=\"ImmutableId\""}},
        {"id": "b", "method": "GET", "url": format!("{path}?$select=id")},
        {"id": "c", "method": "PATCH", "url": path, "headers": json_type, "body": {"isRead": true}},
        {"id": "d", "method": "PATCH", "url": path, "body": {"isRead": true}},
        {"id": "e", "method": "GET", "url": "/me/messages/nonsense"},
        {"id": "f", "method": "GET", "url": format!("{path}/$value")},
        {"id": "g", "method": "GET", "url": "https://elsewhere.example/me"},
    ]))
    .await;
    assert_eq!(part(&told, "a")["body"]["id"], mail["id"]);
    assert_eq!(part(&told, "b")["body"]["id"], mail["mutable_id"], "the preference of one part is not another's");
    assert_eq!(part(&told, "c")["body"]["isRead"], true);
    assert_eq!(part(&told, "d")["status"], 400, "a body needs its type");
    assert_eq!(part(&told, "e")["body"]["error"]["code"], "ErrorInvalidIdMalformed");
    assert!(part(&told, "f")["body"].is_string(), "what is no JSON is base64");
    assert_eq!(part(&told, "g")["status"], 400);
    let log = outlook.microsoft.control(Method::GET, "requests", None).await.json();
    let lines =
        log.as_array().unwrap().iter().filter(|line| line["path"].as_str().unwrap().starts_with("/v1.0/me/messages/"));
    assert_eq!(lines.map(|line| line["units"].as_u64().unwrap()).sum::<u64>(), 5, "parts count singly");
}

#[tokio::test]
async fn a_batch_has_twenty_parts_at_most() {
    let outlook = Outlook::start().await;
    let parts = |count: usize| -> Value {
        (0..count).map(|id| json!({"id": id.to_string(), "method": "GET", "url": "/me/mailFolders/inbox"})).collect()
    };
    assert_eq!(batch(&outlook, &parts(20)).await.as_array().unwrap().len(), 20);
    for wrong in [json!({"requests": parts(21)}), json!({"requests": []}), json!({})] {
        let refused = outlook.call(Method::POST, "$batch", "", Some(&wrong)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
    let twice = json!({"requests": [parts(1)[0], parts(1)[0]]});
    assert_eq!(outlook.call(Method::POST, "$batch", "", Some(&twice)).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn four_parts_run_at_a_time_and_dependent_ones_one_after_the_other() {
    let outlook = Outlook::start_with(|config| config.latency_ms = 100).await;
    let get = |id: usize| json!({"id": id.to_string(), "method": "GET", "url": "/me/mailFolders/inbox"});
    let start = Instant::now();
    batch(&outlook, &(0..12).map(get).collect()).await;
    assert!(start.elapsed().as_millis() >= 300, "three waves of four");
    let missing = json!({"id": "no", "method": "GET", "url": "/me/mailFolders/nowhere"});
    let after = |id: &str, other: &str| json!({"id": id, "method": "GET", "url": "/me/mailFolders/inbox", "dependsOn": [other]});
    let told =
        batch(&outlook, &json!([get(1), after("yes", "1"), missing, after("never", "no"), after("nor", "never")]))
            .await;
    assert_eq!((&part(&told, "yes")["status"], &part(&told, "never")["status"]), (&json!(200), &json!(424)));
    assert_eq!(part(&told, "nor")["status"], 424);
}

#[tokio::test]
async fn parts_are_throttled_alone_inside_an_answer_of_200() {
    let outlook = Outlook::start().await;
    outlook.dials(&json!({"requests": 3})).await;
    let get = |id: usize| json!({"id": id.to_string(), "method": "GET", "url": "/me/mailFolders/inbox"});
    let told = batch(&outlook, &(0..5).map(get).collect()).await;
    let refused: Vec<&Value> = told.as_array().unwrap().iter().filter(|part| part["status"] == 429).collect();
    assert_eq!(refused.len(), 2);
    assert!(refused[0]["headers"]["Retry-After"].as_str().unwrap().parse::<u32>().unwrap() > 500);
}
