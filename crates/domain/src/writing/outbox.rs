//! The outbox: what is queued, what can be taken back, and what became of it.

use super::{Draft, Kind, WriteError, Writing};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// How long `Send` can be taken back.
pub const UNDO: TimeDelta = TimeDelta::seconds(10);

/// Where a mail is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Somebody writes it.
    Writing,
    /// It leaves at this instant, and can be taken back until then.
    Queued {
        /// When it leaves.
        until: DateTime<Utc>,
    },
    /// It is on its way to the provider.
    Sending {
        /// When the provider is asked again, after it did not answer.
        again: Option<DateTime<Utc>>,
    },
    /// The provider has it.
    Sent {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// It was not sent.
    Failed {
        /// Why.
        why: Why,
        /// When that was found out.
        at: DateTime<Utc>,
    },
}

/// Why a mail was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The provider ended the grant: connect again, then send again.
    NeedsReconnect,
    /// The switch for sending is off: switch it on, then send again.
    SwitchedOff,
    /// The provider or its administrator does not allow it.
    NotAllowed,
    /// The provider does not take this mail as it is: edit it, mostly its recipients.
    NotAccepted,
    /// It is larger than the provider takes: take files off.
    TooLarge,
    /// A file of the mail that is passed on is not at the provider any more: take it off.
    FileGone,
    /// The provider's number of mails a day is reached: send again tomorrow.
    LimitReached,
    /// The provider did not answer for a day. It was not sent.
    Unreachable,
    /// The provider did not answer for a day, and did not say whether it has the mail: look into the sent mail first.
    Unknown,
}

/// A mail in a list of drafts or in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name here.
    pub id: Uuid,
    /// From which mailbox.
    pub connection: Uuid,
    /// What it began as.
    pub kind: Kind,
    /// `To` as typed.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// First words of what was typed.
    pub snippet: String,
    /// How many files it has.
    pub files: u64,
    /// Where it is on its way.
    pub state: State,
    /// When it was last saved.
    pub saved_at: DateTime<Utc>,
    /// The sent mail, once it was synced.
    pub message: Option<Uuid>,
}

impl Writing {
    /// Queues a draft as it was saved last and says until when that can be undone. `Refused` names everything that keeps
    /// it from being sent, `MayNotSend` a switch that is off, `Changed` a version that is not the last.
    pub async fn send(&self, user: Uuid, id: Uuid, version: i32) -> Result<DateTime<Utc>, WriteError> {
        todo!()
    }

    /// Takes a queued mail back: it is a draft again. `TooLate` when it has left.
    pub async fn undo(&self, user: Uuid, id: Uuid) -> Result<Draft, WriteError> {
        todo!()
    }

    /// What is queued, is being sent, has failed, or was sent lately, the newest first.
    pub async fn outbox(&self, user: Uuid) -> Result<Vec<Written>, WriteError> {
        todo!()
    }

    /// Sends what failed again, as it is. It is looked for first where it may have been sent.
    pub async fn retry(&self, user: Uuid, id: Uuid) -> Result<(), WriteError> {
        todo!()
    }

    /// Makes what failed a draft again, to be changed and sent. `TooLate` when it may have been sent.
    pub async fn edit(&self, user: Uuid, id: Uuid) -> Result<Draft, WriteError> {
        todo!()
    }
}
