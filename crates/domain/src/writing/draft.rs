//! What is typed.

use super::{File, State, WriteError, Writing, Written};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What a mail began as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Empty.
    New,
    /// An answer to the sender.
    Reply,
    /// An answer to everybody.
    ReplyAll,
    /// A mail passed on.
    Forward,
}

/// What a person types. Nothing of it is checked before it is sent: a half typed address is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftText {
    /// From which mailbox.
    pub connection: Uuid,
    /// Recipients as typed, separated by commas: `ada@example.com, Bob <bob@example.com>`.
    pub to: String,
    /// Likewise.
    pub cc: String,
    /// Likewise.
    pub bcc: String,
    /// Subject.
    pub subject: String,
    /// Plain text; of an answer with what it answers below, each line after `> `.
    pub body: String,
}

/// A mail that somebody writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its name here; also while it is in the outbox.
    pub id: Uuid,
    /// What it began as.
    pub kind: Kind,
    /// The mail that it answers or passes on; `None` for new ones, and when that mail is not here any more.
    pub about: Option<Uuid>,
    /// What is typed.
    pub text: DraftText,
    /// What is attached, in the order it was.
    pub files: Vec<File>,
    /// Most bytes of all files together, with its provider.
    pub most_bytes: u64,
    /// Counts the times it was saved.
    pub version: i32,
    /// Where it is on its way.
    pub state: State,
    /// When it was last saved.
    pub saved_at: DateTime<Utc>,
}

/// What a save made of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// What the next save has to name.
    pub version: i32,
    /// When.
    pub at: DateTime<Utc>,
}

impl Writing {
    /// A mail that this user writes, or has in the outbox.
    pub async fn draft(&self, user: Uuid, id: Uuid) -> Result<Draft, WriteError> {
        todo!()
    }

    /// Keeps what is typed. `version` is the one that was read or saved last; `Changed` when it is not that any more.
    /// `NotADraft` once it is queued. Refuses only what is far too long to be kept (`Refused`).
    pub async fn save(&self, user: Uuid, id: Uuid, version: i32, text: DraftText) -> Result<Saved, WriteError> {
        todo!()
    }

    /// What this user has not sent yet, the newest first.
    pub async fn drafts(&self, user: Uuid) -> Result<Vec<Written>, WriteError> {
        todo!()
    }

    /// Throws a draft away, or what failed to be sent, or takes what was sent off the list. `TooLate` while it is sent.
    pub async fn discard(&self, user: Uuid, id: Uuid) -> Result<(), WriteError> {
        todo!()
    }
}
