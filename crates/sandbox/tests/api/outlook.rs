//! A person's Outlook mailbox as an app meets it.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use reqwest::Method;
use sandbox::Config;
use serde_json::{Value, json};

use crate::microsoft::{Microsoft, text};
use crate::reply::Reply;

/// All that an app may ask for.
pub const EVERYTHING: &str = "openid offline_access User.Read Mail.ReadWrite Mail.Send";
/// The preference that every request of a careful app has.
pub const IMMUTABLE: &str = "IdType=\"ImmutableId\"";

/// A sandbox, and the token of its first person.
pub struct Outlook {
    pub microsoft: Microsoft,
    pub token: String,
}

impl Outlook {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// With 300 mails, and something else about it.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let microsoft = Microsoft::start_with(|config| {
            config.messages = 300;
            change(config);
        })
        .await;
        let token = text(&microsoft.grant(0, EVERYTHING).await, "access_token");
        Self { microsoft, token }
    }

    /// A call at a path below `/v1.0/`, or at a whole link, with these preferences.
    pub async fn call(&self, method: Method, path: &str, prefer: &str, body: Option<&Value>) -> Reply {
        let url = if path.contains("://") { path.to_owned() } else { self.microsoft.url(&format!("/v1.0/{path}")) };
        let mut request = self.microsoft.http.request(method, url).bearer_auth(&self.token);
        if !prefer.is_empty() {
            request = request.header("prefer", prefer);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        Reply::of(request.send().await.unwrap()).await
    }

    /// What a path answers to a careful app; it must answer 200.
    pub async fn get(&self, path: &str) -> Value {
        let reply = self.call(Method::GET, path, IMMUTABLE, None).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text);
        reply.json()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.call(Method::POST, path, IMMUTABLE, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.call(Method::PATCH, path, IMMUTABLE, Some(body)).await
    }

    /// All items of a list, page by page; how many pages it had.
    pub async fn pages(&self, path: &str, prefer: &str) -> (Vec<Value>, Vec<usize>, Value) {
        let (mut items, mut pages, mut next) = (Vec::new(), Vec::new(), path.to_owned());
        loop {
            let reply = self.call(Method::GET, &next, prefer, None).await;
            assert_eq!(reply.status, StatusCode::OK, "{next}: {}", reply.text);
            let page = reply.json();
            let more = page["value"].as_array().unwrap();
            pages.push(more.len());
            items.extend(more.iter().cloned());
            match page["@odata.nextLink"].as_str() {
                Some(link) => link.clone_into(&mut next),
                None => return (items, pages, page),
            }
        }
    }

    /// A round of a folder's changes: what it tells, and the link of the next round.
    pub async fn round(&self, link: &str, prefer: &str) -> (Vec<Value>, String) {
        let (items, _, last) = self.pages(link, prefer).await;
        (items, last["@odata.deltaLink"].as_str().unwrap().to_owned())
    }

    /// What the sandbox itself says of the mailbox, newest first.
    pub async fn truth(&self) -> Vec<Value> {
        let path = format!("mailboxes/{}/ids", self.microsoft.address(0));
        self.microsoft.control(Method::GET, &path, None).await.json().as_array().unwrap().clone()
    }

    /// The mails of a folder, newest first.
    pub async fn within(&self, folder: &str) -> Vec<Value> {
        self.truth().await.into_iter().filter(|mail| mail["labels"][0] == folder).collect()
    }

    pub async fn lever(&self, method: Method, path: &str, body: &Value) -> Reply {
        self.microsoft.control(method, path, Some(body)).await
    }

    pub async fn dials(&self, dials: &Value) {
        assert_eq!(self.lever(Method::PUT, "graph", dials).await.status, StatusCode::NO_CONTENT);
    }

    /// A mail arrives; its immutable id.
    pub async fn deliver(&self, mail: &str, labels: &str) -> String {
        let path = format!("/_sandbox/mailboxes/{}/deliver?labels={labels}", self.microsoft.address(0));
        let request = self.microsoft.http.post(self.microsoft.url(&path)).body(mail.to_owned());
        text(&Reply::of(request.send().await.unwrap()).await.json(), "id")
    }
}

/// The code of a refusal, and its status.
pub fn code(reply: &Reply) -> (StatusCode, String) {
    (reply.status, text(&reply.json()["error"], "code"))
}

/// The ids in a list, each once.
pub fn ids(items: &[Value]) -> BTreeSet<String> {
    items.iter().map(|item| text(item, "id")).collect()
}

/// What an app keeps that does what delta pages tell, in their order: ids, and whether each is read.
pub fn apply(kept: &mut BTreeMap<String, Value>, items: &[Value]) {
    for item in items {
        if item.get("@removed").is_some() {
            kept.remove(item["id"].as_str().unwrap());
        } else {
            kept.insert(text(item, "id"), json!(item["isRead"]));
        }
    }
}
