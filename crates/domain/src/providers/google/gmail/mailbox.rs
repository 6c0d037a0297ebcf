//! What a mailbox is made of, as the rest of the domain reads it: names, labels, changes, messages and their parts.

use chrono::{DateTime, Utc};

/// A mailbox in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Messages, spam and bin included.
    pub messages_total: u64,
    /// Where the history stands now.
    pub history_id: String,
}

/// Names of a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageName {
    /// The message.
    pub id: String,
    /// Its conversation.
    pub thread_id: String,
}

/// One page of a list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdPage {
    /// At most 500.
    pub names: Vec<MessageName>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelInfo {
    /// `INBOX`, `Label_7` …
    pub id: String,
    /// Name for the screen.
    pub name: String,
    /// Whether Gmail made it.
    pub system: bool,
}

/// One page of changes, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryPage {
    /// What happened, in order.
    pub changes: Vec<Change>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Where the history stands once all pages are applied.
    pub history_id: String,
}

/// One change, with the number of its history record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A message came.
    Added(i64, MessageName),
    /// A message went for good.
    Deleted(i64, String),
    /// A message got labels.
    Labelled(i64, MessageName, Vec<String>),
    /// A message lost labels.
    Unlabelled(i64, MessageName, Vec<String>),
}

/// A message as Gmail gives it: parsed MIME, transfer encodings undone, character sets not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GmailMessage {
    /// Its names.
    pub id: String,
    /// Its conversation.
    pub thread_id: String,
    /// Labels at the moment of the answer.
    pub label_ids: Vec<String>,
    /// First words, HTML-escaped.
    pub snippet: String,
    /// The change number it was read at.
    pub history_id: Option<i64>,
    /// When Gmail received it.
    pub received_at: DateTime<Utc>,
    /// Bytes of the whole message.
    pub size: i64,
    /// Its outermost part.
    pub payload: Part,
}

/// One MIME part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Its place in the message; empty for the outermost.
    pub part_id: String,
    /// Media type in lower case.
    pub mime_type: String,
    /// File name as sent; empty for text.
    pub filename: String,
    /// Name and value in the order received.
    pub headers: Vec<(String, String)>,
    /// Bytes of the decoded content.
    pub size: i64,
    /// The content, when it is small.
    pub data: Option<Vec<u8>>,
    /// By which the content is fetched, when it is not. Not stable over time.
    pub attachment_id: Option<String>,
    /// Parts of a multipart.
    pub parts: Vec<Part>,
}

impl Part {
    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
