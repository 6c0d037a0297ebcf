//! Many requests in one.

use http::StatusCode;
use reqwest::Method;
use sandbox::Quota;
use serde_json::{Value, json};

use crate::google::{Google, READONLY};
use crate::reply::Reply;

/// The status and body of every part, by the number in its id.
fn parts(reply: &Reply) -> Vec<(u16, Value)> {
    let boundary = reply.header("content-type").split("boundary=").nth(1).unwrap().to_owned();
    let mut found: Vec<(usize, u16, Value)> = Vec::new();
    for part in reply.text.split(&format!("--{boundary}")).filter(|part| part.contains("HTTP/1.1")) {
        let number = part.split("Content-ID: <response-item+").nth(1).unwrap().split('>').next().unwrap();
        let status = part.split("HTTP/1.1 ").nth(1).unwrap()[..3].parse().unwrap();
        let body = part.splitn(3, "\r\n\r\n").nth(2).unwrap().trim();
        found.push((number.parse().unwrap(), status, serde_json::from_str(body).unwrap_or_default()));
    }
    found.sort_by_key(|(number, ..)| *number);
    found.into_iter().map(|(_, status, body)| (status, body)).collect()
}

async fn batch(google: &Google, token: &str, requests: &[String]) -> Reply {
    let mut body = String::new();
    for (number, request) in requests.iter().enumerate() {
        let head = "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n";
        let lines = "HTTP/1.1\r\nAccept: application/json\r\n\r\n\r\n";
        body.extend([head, "Content-ID: <item+", &number.to_string(), ">\r\n\r\n", request, " ", lines]);
    }
    body.push_str("--b--\r\n");
    let request = google.http.post(google.url("/batch")).bearer_auth(token);
    let response = request.header("content-type", "multipart/mixed; boundary=\"b\"").body(body).send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}

async fn gets(google: &Google, count: usize) -> Vec<String> {
    let truth = google.truth(0).await;
    let paths = truth[..count]
        .iter()
        .map(|mail| format!("GET /gmail/v1/users/me/messages/{}?format=minimal", mail["id"].as_str().unwrap()));
    paths.collect()
}

#[tokio::test]
async fn every_part_has_its_own_answer() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let mut requests = gets(&google, 3).await;
    requests.push("GET /gmail/v1/users/me/messages/19ffffffffffffff".to_owned());
    requests.push("POST /gmail/v1/users/me/messages/x/trash".to_owned());
    requests.push("POST /batch".to_owned());
    let reply = batch(&google, &token, &requests).await;
    assert_eq!(reply.status, StatusCode::OK);
    let parts = parts(&reply);
    let statuses: Vec<u16> = parts.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 200, 200, 404, 403, 400]);
    let truth = google.truth(0).await;
    for (at, (_, body)) in parts[..3].iter().enumerate() {
        assert_eq!(body["id"], truth[at]["id"]);
    }
}

#[tokio::test]
async fn a_batch_has_limits() {
    let google = Google::start(|config| config.quota = Quota::Legacy).await;
    let token = google.token(READONLY).await;
    let refused = batch(&google, &token, &gets(&google, 101).await).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.contains("exceeds the limit"));
    let reply = batch(&google, &token, &gets(&google, 60).await).await;
    let parts = parts(&reply);
    assert!(parts[..50].iter().all(|(status, _)| *status == 200));
    for (status, body) in &parts[50..] {
        assert_eq!(*status, 429);
        assert_eq!(body["error"]["message"], "Too many concurrent requests for user");
    }
}

#[tokio::test]
async fn faults_and_the_log_see_the_parts() {
    let google = Google::start(|_| {}).await;
    let token = google.token(READONLY).await;
    let requests = gets(&google, 4).await;
    let fault = json!({"path": "/messages/[0-9a-f]+$", "status": 503, "times": 2});
    google.control(Method::PUT, "faults", Some(&fault)).await;
    let statuses: Vec<u16> =
        parts(&batch(&google, &token, &requests).await).into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, [503, 503, 200, 200]);
    let log = google.control(Method::GET, "requests", None).await.json();
    let lines: Vec<&Value> =
        log.as_array().unwrap().iter().filter(|line| line["path"].as_str().unwrap().contains("/messages/")).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!((lines[3]["units"].as_u64(), lines[3]["person"].as_str()), (Some(20), Some(google.address(0))));
}
