//! Mail: the list, the conversation, and what can be done to both.

mod acting;
mod bulk;
mod conversation;
mod keys;
mod list;
mod loaded;
mod mailbox;
mod merge;
mod page;
mod query;
mod reading;
mod refused;
mod row;
mod rows;
mod search;
pub mod server;
mod sight;
mod state;
mod undo;
mod writers;

pub use page::{LastMailbox, MailPage};
pub use query::ListQuery;
pub use reading::{AttachmentRow, Conversation, Finding, Images, Judged, MessageView, Verdict};
pub use search::{Hint, Part, Piece, SearchHit, SearchPage, SoughtPage, Unreached, WhyUnreached};

use super::{
    connections::{Provider, SyncProgress},
    writing::WrittenRow,
};
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

/// How an address says whose mail is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Naming {
    /// By name: one mailbox, or all together.
    Named,
    /// Not at all: the one looked at last is meant.
    Remembered,
    /// As before.
    #[default]
    Unsaid,
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

/// Somebody who wrote in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// Name when a mail gives one, else the address; empty for the mailbox's own person.
    pub name: String,
    /// Whether something of theirs is not read yet.
    pub unread: bool,
}

/// One row of the list: a conversation.
#[expect(clippy::struct_excessive_bools, reason = "facts about a conversation that do not depend on each other")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationRow {
    /// Its newest mail in this list: where the row leads.
    pub id: Uuid,
    pub connection: Uuid,
    /// With the connection, what the conversation is known by while mails come and go.
    pub thread: String,
    /// In the order of their first mails.
    pub writers: Vec<Writer>,
    /// How many mails it has.
    pub messages: u64,
    /// Subject and first words of its newest mail.
    pub subject: String,
    pub snippet: String,
    pub received_at: DateTime<Utc>,
    /// Something in it is not read, is starred, has files.
    pub unread: bool,
    pub starred: bool,
    pub has_attachments: bool,
    /// The person's own labels on its mails.
    pub labels: Vec<String>,
    pub place: Place,
    /// Whether its mailbox may be changed here, and not only read.
    pub managed: bool,
}

/// What would take back a part of what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    pub act: Act,
    pub messages: Vec<Uuid>,
}

/// What was done to mails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// How many mails it changed.
    pub messages: u64,
    /// Empty where nothing can be taken back.
    pub undo: Vec<Undo>,
}

/// A mailbox of the profile dropdown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailboxChoice {
    pub connection: Uuid,
    pub provider: Provider,
    pub address: String,
    /// Whether only the person can make it work again.
    pub needs_reconnect: bool,
    pub progress: SyncProgress,
}

/// One page of a list, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboxPage {
    /// At most 50.
    pub rows: Vec<ConversationRow>,
    /// Hand it back as `after` for the next page; `None` on the last.
    pub next: Option<String>,
    /// The viewer's mailboxes; empty when nothing is connected yet.
    pub mailboxes: Vec<MailboxChoice>,
    /// What the viewer wanted done and their providers did not do.
    pub not_done: Vec<NotDone>,
    /// Mails the viewer wrote that were not sent.
    pub unsent: Vec<WrittenRow>,
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
