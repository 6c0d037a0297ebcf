//! What is stored here beside what the provider has.

use super::{App, database::TestDatabase};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Label ids by message id.
pub type Mailbox = BTreeMap<String, BTreeSet<String>>;

impl App {
    /// The provider's truth, spam and bin included.
    pub async fn mailbox_at_provider(&self, address: &str) -> Mailbox {
        of_google(&self.control("GET", &format!("mailboxes/{address}/ids"), &Value::Null).await)
    }

    /// A new mail arrives at the provider.
    pub async fn deliver(&self, address: &str, raw: &str) {
        let url = format!("{}/_sandbox/mailboxes/{address}/deliver", self.sandbox.google_url);
        let response = super::browser::client().post(url).body(raw.to_owned()).send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
    }

    /// What is stored here for an address.
    pub async fn mailbox_stored(&self, address: &str) -> Mailbox {
        stored(&self.database, address).await
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// What Gmail has, as the sandbox tells it.
pub fn of_google(told: &Value) -> Mailbox {
    let labels = |one: &Value| one["labels"].as_array().unwrap().iter().map(text).collect();
    told.as_array().unwrap().iter().map(|one| (text(&one["id"]), labels(one))).collect()
}

/// What Outlook has, as the sandbox tells it, with the names that labels bear here.
pub fn of_outlook(told: &Value) -> Mailbox {
    let labels = |one: &Value| {
        let told: Vec<String> = one["labels"].as_array().unwrap().iter().map(text).collect();
        let folder = match told[0].as_str() {
            "inbox" => "INBOX".to_owned(),
            "sentitems" => "SENT".to_owned(),
            "drafts" => "DRAFT".to_owned(),
            "deleteditems" => "TRASH".to_owned(),
            "junkemail" => "SPAM".to_owned(),
            _ => text(&one["folder_id"]),
        };
        let marks = told[1..].iter().filter_map(|mark| match mark.as_str() {
            "UNREAD" => Some("UNREAD".to_owned()),
            "FLAGGED" => Some("STARRED".to_owned()),
            _ => None,
        });
        let categories = one["categories"].as_array().unwrap().iter().map(|name| format!("category:{}", text(name)));
        marks.chain([folder]).chain(categories).collect()
    };
    told.as_array().unwrap().iter().map(|one| (text(&one["id"]), labels(one))).collect()
}

/// What is stored here for an address.
pub async fn stored(database: &TestDatabase, address: &str) -> Mailbox {
    let connection = format!("connection_id IN (SELECT id FROM connected_accounts WHERE address = '{address}')");
    let ids = database.texts(&format!("SELECT remote_id FROM messages WHERE {connection}")).await;
    let count = ids.len();
    let mut mailbox: Mailbox = ids.into_iter().map(|id| (id, BTreeSet::new())).collect();
    assert_eq!(mailbox.len(), count, "a message is stored twice");
    let pairs = database
        .texts(&format!(
            "SELECT m.remote_id || ' ' || l.remote_id FROM message_labels ml \
             JOIN messages m ON m.id = ml.message_id JOIN labels l ON l.id = ml.label_id WHERE m.{connection}"
        ))
        .await;
    for pair in pairs {
        let (message, label) = pair.split_once(' ').unwrap();
        // A message may have come since the first question.
        if let Some(labels) = mailbox.get_mut(message) {
            labels.insert(label.to_owned());
        }
    }
    mailbox
}
