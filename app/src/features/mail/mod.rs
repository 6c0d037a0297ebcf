//! Mail: the list and the conversation.

mod conversation;
mod list;
mod loaded;
mod mailbox;
mod merge;
mod page;
mod query;
mod row;
pub mod server;
mod state;

pub use page::MailPage;
pub use query::ListQuery;

use super::connections::SyncProgress;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which mails a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Folder {
    /// Mails with the label INBOX.
    #[default]
    Inbox,
    /// Everything but spam and bin.
    All,
    /// Spam and bin.
    Hidden,
}

/// One row of the inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    pub id: Uuid,
    /// Name when the mail gives one, else the address.
    pub sender: String,
    pub subject: String,
    pub snippet: String,
    pub received_at: DateTime<Utc>,
    pub unread: bool,
    pub starred: bool,
    pub has_attachments: bool,
}

/// A mailbox of the profile dropdown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailboxChoice {
    pub connection: Uuid,
    pub address: String,
    pub progress: SyncProgress,
}

/// One page of a list, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboxPage {
    /// At most 50.
    pub rows: Vec<MessageRow>,
    /// Hand it back as `after` for the next page; `None` on the last.
    pub next: Option<String>,
    /// The viewer's mailboxes; empty when nothing is connected yet.
    pub mailboxes: Vec<MailboxChoice>,
}

/// A file hanging on a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRow {
    pub filename: String,
    pub mime_type: String,
    /// Bytes.
    pub size: u64,
}

/// One mail of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    pub id: Uuid,
    pub sender_name: String,
    pub sender_address: String,
    pub recipients: String,
    pub subject: String,
    pub received_at: DateTime<Utc>,
    pub unread: bool,
    pub snippet: String,
    /// Plain text of the mail; made from the HTML where the mail has no text part.
    pub text: String,
    /// Where the cleaned HTML is served for the sandboxed frame; `None` when the mail has none.
    pub frame: Option<String>,
    /// Whether the HTML asks for images from other servers.
    pub remote_images: bool,
    pub attachments: Vec<AttachmentRow>,
}

/// A whole conversation, oldest first, opened at one mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    pub subject: String,
    pub opened: Uuid,
    pub mailbox: String,
    pub messages: Vec<MessageView>,
}
