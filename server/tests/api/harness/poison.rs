//! Messages that can never be had.

use super::site::Site;
use serde_json::{Value, json};

/// A message of each provider that can never be had: one answers 500 for ever, alone and in its conversation, the other 504,
/// alone and on every page with it.
pub async fn poison(site: &Site) -> [String; 2] {
    let person = &site.sandbox.addresses[1];
    let all = site.lever("microsoft", "GET", &format!("mailboxes/{person}/ids"), &Value::Null).await;
    let all = all.as_array().unwrap();
    let of_outlook = all[all.len() / 2]["id"].as_str().unwrap().to_owned();
    site.lever("microsoft", "PUT", "graph", &json!({ "unanswerable": [of_outlook] })).await;
    [poison_of_gmail(site).await, of_outlook]
}

async fn poison_of_gmail(site: &Site) -> String {
    let person = &site.sandbox.addresses[0];
    let all = site.lever("google", "GET", &format!("mailboxes/{person}/ids"), &Value::Null).await;
    let all = all.as_array().unwrap();
    let one = &all[all.len() / 2];
    let (id, thread) = (one["id"].as_str().unwrap(), one["thread_id"].as_str().unwrap());
    let fault = json!({"path": format!("/(messages/{id}|threads/{thread})($|[?/])"), "status": 500});
    site.lever("google", "PUT", "faults", &fault).await;
    id.to_owned()
}
