//! Writing mail: drafts, the mail that is on its way out, and what became of it.

mod addresses;
mod answers;
mod compose;
mod files;
mod foot;
mod fragment;
mod leaving;
mod list;
mod page;
mod saving;
mod senders;
pub mod server;
mod stage;
mod starting;
mod toast;
mod unsent;

pub use answers::{Answers, ComposeButton};
pub use page::WritePage;
pub use toast::OnItsWay;
pub use unsent::Unsent;

use super::connections::Provider;
use crate::language::{Language, say};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a mail began as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    New,
    Reply,
    ReplyAll,
    Forward,
}

impl Kind {
    /// The heading of its page.
    pub fn title(self, language: Language) -> &'static str {
        match self {
            Self::New => say!(language, writing.new_mail),
            Self::Reply => say!(language, writing.reply),
            Self::ReplyAll => say!(language, writing.reply_to_all),
            Self::Forward => say!(language, writing.forward),
        }
    }
}

/// What somebody asks to write, as it stands in the address of `/write`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// An answer to this mail.
    pub reply: Option<Uuid>,
    /// To everybody who got it.
    pub all: bool,
    /// This mail, passed on.
    pub forward: Option<Uuid>,
    /// A new mail to these.
    pub to: Option<String>,
    /// A new mail from this mailbox, if it may send.
    pub from: Option<Uuid>,
}

/// What a person types. Nothing of it is checked before it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// From which mailbox.
    pub connection: Uuid,
    /// Recipients, separated by commas.
    pub to: String,
    pub cc: String,
    pub bcc: String,
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// A file hanging on a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftFile {
    pub id: Uuid,
    pub name: String,
    /// Bytes.
    pub size: u64,
}

/// Why a mail was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNotSent {
    NeedsReconnect,
    SwitchedOff,
    NotAllowed,
    NotAccepted,
    TooLarge,
    FileGone,
    LimitReached,
    /// No answer for a day; it was not sent.
    Unreachable,
    /// No answer for a day; it may have been sent.
    Unknown,
}

/// Where a mail is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Somebody writes it.
    Writing,
    /// It leaves in so many seconds, and can be taken back until then.
    Queued {
        seconds: u32,
    },
    /// It is on its way; `again` is when a provider that did not answer is asked once more.
    Sending {
        again: Option<DateTime<Utc>>,
    },
    Sent {
        at: DateTime<Utc>,
    },
    Failed {
        why: WhyNotSent,
        at: DateTime<Utc>,
    },
}

/// A mail that somebody writes, or has written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub id: Uuid,
    pub kind: Kind,
    /// The mail that it answers or passes on.
    pub about: Option<Uuid>,
    pub typed: Typed,
    pub files: Vec<DraftFile>,
    /// Most bytes of all files together.
    pub most_bytes: u64,
    /// Which save of it this is: the next one has to say so.
    pub version: i32,
    pub saved_at: DateTime<Utc>,
}

/// Whether a mailbox may send, and what it would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sending {
    /// It may.
    On,
    /// The switch is off, and the provider allows it already.
    SwitchedOff,
    /// The provider has to be asked.
    NotGranted,
    /// The provider ended the connection.
    NeedsReconnect,
}

/// A mailbox that mail could be sent from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    pub connection: Uuid,
    pub provider: Provider,
    pub address: String,
    pub sending: Sending,
}

/// What came of asking for a mail to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Started {
    /// It is at `/write/{id}`.
    Draft(Uuid),
    /// None of these may send yet.
    NobodyMaySend(Vec<Sender>),
}

/// What is at `/write/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub draft: Draft,
    pub stage: Stage,
    /// The viewer's mailboxes.
    pub senders: Vec<Sender>,
}

/// A mail in the list of drafts and of what is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenRow {
    pub id: Uuid,
    pub kind: Kind,
    /// The address it is sent from.
    pub mailbox: String,
    pub provider: Provider,
    /// As typed.
    pub to: String,
    pub subject: String,
    /// First words of what was typed.
    pub snippet: String,
    /// How many files it has.
    pub files: u64,
    pub stage: Stage,
    pub saved_at: DateTime<Utc>,
    /// The sent mail, once it was synced.
    pub message: Option<Uuid>,
}

impl WrittenRow {
    /// What it is called where its subject would stand.
    pub fn name(&self, language: Language) -> String {
        named(language, &self.subject)
    }
}

/// What stands for a subject.
pub fn named(language: Language, subject: &str) -> String {
    if subject.trim().is_empty() { say!(language, mail.no_subject).to_owned() } else { subject.to_owned() }
}

/// What a save made of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub version: i32,
}
