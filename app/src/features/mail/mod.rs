//! Mail: the list, the conversation, and what can be done to both.

mod acting;
mod conversation;
mod list;
mod loaded;
mod mailbox;
mod merge;
mod page;
mod query;
mod refused;
mod row;
pub mod server;
mod state;

pub use page::MailPage;
pub use query::ListQuery;

use super::connections::{Provider, SyncProgress};
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

/// What a person does to a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Read,
    Unread,
    Star,
    Unstar,
    /// Into the inbox, from wherever it is: spam and bin, too.
    Inbox,
    Archive,
    Bin,
}

/// Where a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Inbox,
    /// Archived, sent, in a folder of the person's own.
    Elsewhere,
    Spam,
    Bin,
}

/// One row of the inbox.
#[expect(clippy::struct_excessive_bools, reason = "facts about a mail that do not depend on each other")]
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
    pub place: Place,
    /// Whether its mailbox may be changed here, and not only read.
    pub managed: bool,
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
    /// What the viewer wanted done and their providers did not do.
    pub not_done: Vec<NotDone>,
}

/// Why something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    NotAllowed,
    SwitchedOff,
    Gone,
    NotAccepted,
}

/// Something a person wanted done to mails of one mailbox, and that was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotDone {
    pub provider: Provider,
    /// The mailbox's address.
    pub mailbox: String,
    pub act: Act,
    pub why: WhyNot,
    /// How many mails.
    pub messages: u64,
}

/// Whether a mailbox may be changed here, and what it would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Managing {
    /// It may.
    On,
    /// The switch is off, and the provider allows it already.
    SwitchedOff,
    /// The provider has to be asked.
    NotGranted,
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
    pub starred: bool,
    pub place: Place,
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
    pub connection: Uuid,
    pub provider: Provider,
    pub managing: Managing,
    pub messages: Vec<MessageView>,
}
