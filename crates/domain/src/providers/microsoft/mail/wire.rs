//! Graph's JSON.

use super::Delta;
use crate::providers::error::ProviderError;
use chrono::{DateTime, Utc};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Id {
    pub id: String,
}

#[derive(Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    pub value: Vec<Value>,
    #[serde(rename = "@odata.nextLink")]
    pub next_link: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    pub delta_link: Option<String>,
}

/// A line of a list or a round. One that cannot be read does not take the others with it.
pub(super) fn line<T: DeserializeOwned>(value: Value) -> Delta<T> {
    let id = value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    if value.get("@removed").is_some() {
        return Delta::Removed(id);
    }
    match serde_json::from_value(value) {
        Ok(item) => Delta::Here(item),
        Err(error) => Delta::Unreadable(id, ProviderError::unreadable("a line of a round", error)),
    }
}

/// A folder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FolderInfo {
    /// Its id.
    pub id: String,
    /// Its name for the screen.
    #[serde(default)]
    pub display_name: String,
    /// Messages in it.
    #[serde(default)]
    pub total_item_count: i64,
}

/// A message as Graph gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutlookMessage {
    /// Its immutable id.
    pub id: String,
    /// Its conversation.
    #[serde(default)]
    pub conversation_id: Option<String>,
    /// `Message-ID`.
    #[serde(default)]
    pub internet_message_id: Option<String>,
    /// The folder it is in.
    #[serde(default)]
    pub parent_folder_id: String,
    /// Subject.
    #[serde(default)]
    pub subject: Option<String>,
    /// Whose address it bears.
    #[serde(default)]
    pub from: Option<Recipient>,
    /// Who really sent it.
    #[serde(default)]
    pub sender: Option<Recipient>,
    /// Receivers.
    #[serde(default)]
    pub to_recipients: Vec<Recipient>,
    /// Receivers of a copy.
    #[serde(default)]
    pub cc_recipients: Vec<Recipient>,
    /// When it arrived.
    pub received_date_time: DateTime<Utc>,
    /// Whether it was read.
    #[serde(default)]
    pub is_read: bool,
    /// Whether it was never sent.
    #[serde(default)]
    pub is_draft: bool,
    /// Whether it has files that are not part of the text.
    #[serde(default)]
    pub has_attachments: bool,
    /// Its first 255 characters.
    #[serde(default)]
    pub body_preview: String,
    /// Whether it is flagged.
    #[serde(default)]
    pub flag: Option<Flag>,
    /// Names its person has put it under.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Its text.
    #[serde(default)]
    pub body: Option<Body>,
    /// Its files.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// Somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Recipient {
    /// Name and address.
    pub email_address: Address,
}

/// Name and address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Address {
    /// The name, which may be missing.
    pub name: Option<String>,
    /// The address, which may be missing.
    pub address: Option<String>,
}

/// A flag.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Flag {
    /// `flagged`, `complete` or `notFlagged`.
    pub flag_status: String,
}

/// A text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Body {
    /// `html` or `text`.
    pub content_type: String,
    /// The text.
    pub content: String,
}

/// A file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Attachment {
    /// By which its content is fetched.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its media type.
    pub content_type: Option<String>,
    /// Bytes.
    pub size: i64,
    /// Whether it is part of the text.
    pub is_inline: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_is_there_gone_or_unreadable_and_never_takes_others_with_it() {
        let here = json!({"id": "a", "receivedDateTime": "2026-05-01T10:00:00Z", "subject": null,
            "from": {"emailAddress": {"address": "ana@x.example"}}});
        let Delta::Here(message) = line::<OutlookMessage>(here) else { panic!("it is there") };
        assert_eq!((message.id.as_str(), message.subject, message.is_read), ("a", None, false));
        let gone = line::<OutlookMessage>(json!({"id": "b", "@removed": {"reason": "changed"}}));
        assert!(matches!(gone, Delta::Removed(id) if id == "b"));
        let broken = line::<OutlookMessage>(json!({"id": "c", "receivedDateTime": "yesterday"}));
        assert!(matches!(broken, Delta::Unreadable(id, _) if id == "c"));
    }
}
