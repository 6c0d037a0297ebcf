//! Writing mail: drafts, replies, and an outbox that sends each mail exactly once.
//!
//! A mail that somebody writes is one row from its first letter to its arrival, so a process that dies loses nothing: it
//! is written, queued (and can be taken back for [`UNDO`]), sent, or failed with the reason. [`draft`]: what is typed.
//! [`beginning`]: what stands in it before anybody typed. [`files`]: what is attached. [`address`]: recipients as they are
//! typed. [`checking`]: what is refused before it leaves. [`outbox`]: queueing, undoing, trying again. [`listing`]: what became of it. [`sending`]: how it is handed over.
//! [`suggesting`]: addresses seen in mail.

mod address;
mod beginning;
mod checking;
mod draft;
mod files;
mod letter;
mod listing;
mod outbox;
mod quoting;
mod sending;
mod state;
mod suggesting;

pub use address::Address;
pub use beginning::Beginning;
pub use checking::{Fault, Field, MOST_RECIPIENTS, MOST_SUBJECT, MOST_TEXT};
pub use draft::{Draft, DraftText, Kind, Saved};
pub use files::{File, MOST_FILES, NewFile};
pub use listing::Written;
pub use outbox::UNDO;
pub use state::{State, Why};

use crate::{connections::Connections, mail::MailError, notifications::Wording, reading::Reading, sync::Sync};
use sea_orm::DbErr;

/// Writes everybody's mail.
#[derive(Clone)]
pub struct Writing {
    sync: Sync,
    reading: Reading,
    /// Right-hand side of the `Message-ID`s made here.
    host: String,
    /// What is said over mails that are repeated.
    wording: Wording,
    known: suggesting::Known,
}

/// Why something was not done to a written mail.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is none of this name, or it is somebody else's.
    #[error("no such mail")]
    NotFound,
    /// The connection may not send: its switch for sending is off.
    #[error("the mailbox may not send")]
    MayNotSend,
    /// The provider ended the grant.
    #[error("the connection has to be connected again")]
    NeedsReconnect,
    /// It was saved elsewhere meanwhile, in another tab or on another device: read it again.
    #[error("the draft was changed elsewhere")]
    Changed,
    /// It left, or is about to: it is no draft any more.
    #[error("the mail is not a draft any more")]
    NotADraft,
    /// It was sent, or is being sent, and cannot be taken back.
    #[error("the mail is on its way")]
    TooLate,
    /// It cannot be sent as it is.
    #[error("the mail cannot be sent as it is")]
    Refused(Vec<Fault>),
    /// The database did not do it.
    #[error("the mail cannot be written down")]
    Database(#[from] DbErr),
}

impl From<MailError> for WriteError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::NotFound | MailError::NoSuchPage => Self::NotFound,
            MailError::Database(error) => Self::Database(error),
        }
    }
}

impl Writing {
    pub(crate) fn new(sync: Sync, reading: Reading, host: String, wording: Wording) -> Self {
        Self { sync, reading, host, wording, known: suggesting::nobody() }
    }

    fn connections(&self) -> &Connections {
        &self.sync.connections
    }
}
