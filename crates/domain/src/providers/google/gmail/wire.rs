//! Gmail's JSON. Lists that are empty are left out.

use super::{
    Change, GmailMessage, LabelInfo, MessageName, depth,
    encoding::{bytes, maybe_bytes, maybe_number, number},
};
use crate::providers::error::ProviderError;
use chrono::{DateTime, Utc};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Profile {
    #[serde(deserialize_with = "number")]
    messages_total: i64,
    #[serde(deserialize_with = "number")]
    history_id: i64,
}

impl From<Profile> for super::Profile {
    fn from(profile: Profile) -> Self {
        Self {
            messages_total: profile.messages_total.try_into().unwrap_or_default(),
            history_id: profile.history_id.to_string(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Name {
    id: String,
    #[serde(default)]
    thread_id: String,
}

impl From<Name> for MessageName {
    fn from(name: Name) -> Self {
        Self { id: name.id, thread_id: name.thread_id }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdPage {
    #[serde(default)]
    messages: Vec<Name>,
    next_page_token: Option<String>,
}

impl From<IdPage> for super::IdPage {
    fn from(page: IdPage) -> Self {
        Self { names: page.messages.into_iter().map(Into::into).collect(), next: page.next_page_token }
    }
}

#[derive(Deserialize)]
pub(super) struct Labels {
    #[serde(default)]
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default, rename = "type")]
    kind: String,
}

impl From<Labels> for Vec<LabelInfo> {
    fn from(answer: Labels) -> Self {
        let label = |label: Label| LabelInfo { system: label.kind != "user", id: label.id, name: label.name };
        answer.labels.into_iter().map(label).collect()
    }
}

#[expect(clippy::struct_field_names, reason = "Gmail's names")]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct History {
    #[serde(default)]
    history: Vec<Record>,
    next_page_token: Option<String>,
    #[serde(deserialize_with = "number")]
    history_id: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    #[serde(deserialize_with = "number")]
    id: i64,
    #[serde(default)]
    messages_added: Vec<Event>,
    #[serde(default)]
    messages_deleted: Vec<Event>,
    #[serde(default)]
    labels_added: Vec<Event>,
    #[serde(default)]
    labels_removed: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    message: Name,
    #[serde(default)]
    label_ids: Vec<String>,
}

impl From<History> for super::HistoryPage {
    fn from(page: History) -> Self {
        let changes = page.history.into_iter().flat_map(|record| {
            let id = record.id;
            let added = record.messages_added.into_iter().map(move |event| Change::Added(id, event.message.into()));
            let labelled = record.labels_added.into_iter().map(move |event| {
                Change::Labelled(id, event.message.into(), event.label_ids) //
            });
            let unlabelled = record.labels_removed.into_iter().map(move |event| {
                Change::Unlabelled(id, event.message.into(), event.label_ids) //
            });
            let deleted = record.messages_deleted.into_iter().map(move |event| Change::Deleted(id, event.message.id));
            added.chain(labelled).chain(unlabelled).chain(deleted).collect::<Vec<_>>()
        });
        Self { changes: changes.collect(), next: page.next_page_token, history_id: page.history_id.to_string() }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: String,
    #[serde(default)]
    thread_id: String,
    #[serde(default)]
    label_ids: Vec<String>,
    #[serde(default)]
    snippet: String,
    #[serde(default, deserialize_with = "maybe_number")]
    history_id: Option<i64>,
    #[serde(deserialize_with = "number")]
    internal_date: i64,
    #[serde(default)]
    size_estimate: i64,
    payload: Part,
}

#[expect(clippy::struct_field_names, reason = "Gmail's names")]
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Part {
    part_id: String,
    mime_type: String,
    filename: String,
    headers: Vec<Header>,
    body: Body,
    #[serde(deserialize_with = "depth::inner")]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    size: i64,
    #[serde(deserialize_with = "maybe_bytes")]
    data: Option<Vec<u8>>,
    attachment_id: Option<String>,
}

impl From<Part> for super::Part {
    fn from(part: Part) -> Self {
        Self {
            part_id: part.part_id,
            mime_type: part.mime_type.to_ascii_lowercase(),
            filename: part.filename,
            headers: part.headers.into_iter().map(|header| (header.name, header.value)).collect(),
            size: part.body.size,
            data: part.body.data,
            attachment_id: part.body.attachment_id,
            parts: part.parts.into_iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<Message> for GmailMessage {
    type Error = ProviderError;

    fn try_from(message: Message) -> Result<Self, ProviderError> {
        let received_at: DateTime<Utc> = DateTime::from_timestamp_millis(message.internal_date)
            .ok_or_else(|| ProviderError::nonsense("a message from an impossible day"))?;
        Ok(Self {
            id: message.id,
            thread_id: message.thread_id,
            label_ids: message.label_ids,
            snippet: message.snippet,
            history_id: message.history_id,
            received_at,
            size: message.size_estimate,
            payload: message.payload.into(),
        })
    }
}

/// Reads one message.
pub(super) fn message(json: &[u8]) -> Result<GmailMessage, ProviderError> {
    serde_json::from_slice::<Message>(json).map_err(|error| ProviderError::unreadable("message", error))?.try_into()
}

#[derive(Deserialize)]
struct Thread {
    #[serde(default)]
    messages: Vec<Message>,
}

/// Reads the messages of a conversation.
pub(super) fn thread(json: &[u8]) -> Result<Vec<GmailMessage>, ProviderError> {
    let thread: Thread =
        serde_json::from_slice(json).map_err(|error| ProviderError::unreadable("conversation", error))?;
    thread.messages.into_iter().map(TryInto::try_into).collect()
}

#[derive(Deserialize)]
pub(super) struct Attachment {
    #[serde(deserialize_with = "bytes")]
    data: Vec<u8>,
}

impl From<Attachment> for Vec<u8> {
    fn from(attachment: Attachment) -> Self {
        attachment.data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_with_numbers_as_text_and_base64_without_padding() {
        let json = br#"{"id":"18c1","threadId":"18c0","labelIds":["INBOX"],"snippet":"a &amp; b","historyId":"9007199254740993",
            "internalDate":"1790000000123","sizeEstimate":4321,"payload":{"partId":"","mimeType":"multipart/MIXED",
            "headers":[{"name":"From","value":"a@x"}],"body":{"size":0},"parts":[
            {"partId":"0","mimeType":"text/plain","filename":"","body":{"size":2,"data":"w78"}},
            {"partId":"1","mimeType":"image/png","filename":"a.png","body":{"size":9,"attachmentId":"ANG"}}]}}"#;
        let message = message(json).unwrap();
        assert_eq!(message.history_id, Some(9_007_199_254_740_993));
        assert_eq!(message.received_at.timestamp_millis(), 1_790_000_000_123);
        assert_eq!(message.payload.mime_type, "multipart/mixed");
        assert_eq!(message.payload.header("from"), Some("a@x"));
        assert_eq!(message.payload.parts[0].data.as_deref(), Some("ÿ".as_bytes()));
        assert_eq!(message.payload.parts[1].attachment_id.as_deref(), Some("ANG"));
    }

    #[test]
    fn numbers_may_be_plain_and_what_is_missing_is_empty() {
        let message = message(br#"{"id":"1","internalDate":5,"payload":{}}"#).unwrap();
        assert_eq!((message.history_id, message.label_ids.len()), (None, 0));
        assert!(super::message(br#"{"id":"1","payload":{}}"#).is_err(), "a mail without a date cannot be placed");
        let page: super::super::IdPage = serde_json::from_str::<IdPage>(r#"{"resultSizeEstimate":0}"#).unwrap().into();
        assert_eq!(page, super::super::IdPage::default());
    }

    #[test]
    fn changes_keep_their_order_and_a_deletion_comes_last_in_its_record() {
        let json = r#"{"historyId":"30","nextPageToken":"n","history":[
            {"id":"11","messages":[{"id":"a"}],"messagesAdded":[{"message":{"id":"a","threadId":"t","labelIds":["INBOX"]}}]},
            {"id":"12","messagesDeleted":[{"message":{"id":"a","threadId":"t"}}],
             "labelsRemoved":[{"message":{"id":"a","threadId":"t"},"labelIds":["UNREAD"]}]}]}"#;
        let page: super::super::HistoryPage = serde_json::from_str::<History>(json).unwrap().into();
        let name = MessageName { id: "a".into(), thread_id: "t".into() };
        assert_eq!(
            page.changes,
            [
                Change::Added(11, name.clone()),
                Change::Unlabelled(12, name, vec!["UNREAD".into()]),
                Change::Deleted(12, "a".into())
            ]
        );
        assert_eq!((page.history_id.as_str(), page.next.as_deref()), ("30", Some("n")));
    }
}
