//! What is stored beside what the provider has: ids, labels, texts.

use super::{mailbox, site::Site};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The texts of a mail, as far as every reader must agree on them: letters and digits of plain text and HTML.
type Texts = BTreeMap<String, (String, String)>;

impl Site {
    /// Every difference between the provider's mailbox and what is stored of it, `but` the one message that cannot be
    /// fetched.
    pub async fn differences(&self, provider: &str, person: &str, but: Option<&str>) -> Vec<String> {
        let mut differences = self.differing_labels(provider, person, but).await;
        let told = self.lever(provider, "GET", &format!("mailboxes/{person}/bodies"), &Value::Null).await;
        let mut truth: Texts = told.as_array().unwrap().iter().map(texts).collect();
        but.map(|but| truth.remove(but));
        let stored = self.texts_stored(provider, person).await;
        let differing = truth.iter().filter(|(id, texts)| stored.get(*id) != Some(texts));
        differences.extend(differing.map(|(id, _)| format!("the texts of {id} differ")));
        differences
    }

    /// The same of ids and labels alone, which is quick.
    pub async fn differing_labels(&self, provider: &str, person: &str, but: Option<&str>) -> Vec<String> {
        let told = self.lever(provider, "GET", &format!("mailboxes/{person}/ids"), &Value::Null).await;
        let mut truth = if provider == "google" { mailbox::of_google(&told) } else { mailbox::of_outlook(&told) };
        but.map(|but| truth.remove(but));
        let stored = mailbox::stored(&self.database, person).await;
        let ids: BTreeSet<&String> = truth.keys().chain(stored.keys()).collect();
        let word = |id: &&String| match (truth.get(*id), stored.get(*id)) {
            (Some(there), Some(here)) if there == here => None,
            (Some(there), Some(here)) => Some(format!("{id} has {here:?} instead of {there:?}")),
            (Some(_), None) => Some(format!("{id} is missing")),
            (None, _) => Some(format!("{id} is left over")),
        };
        ids.iter().filter_map(word).collect()
    }

    async fn texts_stored(&self, provider: &str, person: &str) -> Texts {
        let of = |column: &str| {
            format!(
                "SELECT m.remote_id || ' ' || coalesce(b.{column}, '') FROM messages m \
                 JOIN message_bodies b ON b.message_id = m.id \
                 JOIN connected_accounts c ON c.id = m.connection_id WHERE c.address = '{person}'"
            )
        };
        let pairs = |lines: Vec<String>| -> BTreeMap<String, String> {
            let pair = |line: String| {
                let (id, text) = line.split_once(' ').unwrap();
                (id.to_owned(), bare(text))
            };
            lines.into_iter().map(pair).collect()
        };
        let plain = pairs(self.database.texts(&of("text")).await);
        let mut html = pairs(self.database.texts(&of("html")).await);
        let both = |(id, text): (String, String)| {
            let html = html.remove(&id).unwrap_or_default();
            // Graph gives one text, as HTML; what we read out of it is ours.
            (id, (if provider == "microsoft" { String::new() } else { text }, html))
        };
        plain.into_iter().map(both).collect()
    }
}

fn texts(one: &Value) -> (String, (String, String)) {
    let all = |kind: &str| one[kind].as_array().unwrap().iter().map(|text| bare(text.as_str().unwrap())).collect();
    (one["id"].as_str().unwrap().to_owned(), (all("plain"), all("html")))
}

/// Letters and digits of ASCII: what stands between them is a matter of line ends and character sets.
fn bare(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}
