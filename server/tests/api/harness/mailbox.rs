//! What is stored here beside what the provider has.

use super::App;
use std::collections::{BTreeMap, BTreeSet};

/// Label ids by message id.
pub type Mailbox = BTreeMap<String, BTreeSet<String>>;

impl App {
    /// The provider's truth, spam and bin included.
    pub async fn mailbox_at_provider(&self, address: &str) -> Mailbox {
        let ids = self.control("GET", &format!("mailboxes/{address}/ids"), &serde_json::Value::Null).await;
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        ids.as_array()
            .unwrap()
            .iter()
            .map(|one| (text(&one["id"]), one["labels"].as_array().unwrap().iter().map(text).collect()))
            .collect()
    }

    /// A new mail arrives at the provider.
    pub async fn deliver(&self, address: &str, raw: &str) {
        let url = format!("{}/_sandbox/mailboxes/{address}/deliver", self.sandbox.google_url);
        let response = super::browser::client().post(url).body(raw.to_owned()).send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
    }

    /// What is stored here for an address.
    pub async fn mailbox_stored(&self, address: &str) -> Mailbox {
        let connection = format!("connection_id IN (SELECT id FROM connected_accounts WHERE address = '{address}')");
        let ids = self.database.texts(&format!("SELECT remote_id FROM messages WHERE {connection}")).await;
        let count = ids.len();
        let mut mailbox: Mailbox = ids.into_iter().map(|id| (id, BTreeSet::new())).collect();
        assert_eq!(mailbox.len(), count, "a message is stored twice");
        let pairs = self
            .database
            .texts(&format!(
                "SELECT m.remote_id || ' ' || l.remote_id FROM message_labels ml \
                 JOIN messages m ON m.id = ml.message_id JOIN labels l ON l.id = ml.label_id WHERE m.{connection}"
            ))
            .await;
        for pair in pairs {
            let (message, label) = pair.split_once(' ').unwrap();
            mailbox.get_mut(message).unwrap().insert(label.to_owned());
        }
        mailbox
    }
}
