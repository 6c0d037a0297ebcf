//! Reading: what a mail needs when somebody opens it and the database does not hold. Its files, the pictures in its text,
//! the pictures on other servers, and at Outlook its headers.
//!
//! [`asking`]: one question to the provider, for a person who waits. [`files`]: attachments, piece by piece. [`opening`]: what
//! is fetched and kept when a conversation is opened. [`frame`]: the cleaned document, whose pictures are reached by
//! addresses of ours that are [`signed`] and live for minutes: the frame is a stranger to the site and sends no cookies.
//! [`outside`]: pictures on other servers, fetched by us so that their servers learn nothing about the reader. [`senders`]:
//! whose pictures a person always wants to see. [`seeking`]: searches at the providers.

mod asking;
mod files;
mod frame;
mod opening;
pub mod outside;
mod picture;
mod seeking;
mod signed;
mod wishes;

pub use files::Download;
pub use frame::Frame;
pub use opening::{Images, Opened};
pub use picture::{Kind, Picture};
pub use seeking::Sought;
pub use signed::Permit;

use crate::{connections::Connections, mail::MailError, sync::Sync};
use chrono::{DateTime, Utc};
use outside::{Outside, Window};
use sea_orm::DbErr;
use signed::Signer;
use std::sync::Arc;

/// Reads everybody's mail.
#[derive(Clone)]
pub struct Reading {
    sync: Sync,
    signer: Arc<Signer>,
    window: Window,
}

/// Why something of a mail cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is none of this name, or it is somebody else's.
    #[error("no such thing")]
    NotFound,
    /// The provider does not have it any more.
    #[error("the provider does not have it any more")]
    Gone,
    /// The provider ended the grant.
    #[error("the connection has to be connected again")]
    NeedsReconnect,
    /// The provider does not allow it.
    #[error("the provider does not allow it")]
    NotAllowed,
    /// The provider wants no question before this instant.
    #[error("the provider asks to wait until {until}")]
    Throttled {
        /// When to ask again.
        until: DateTime<Utc>,
    },
    /// It cannot be had just now.
    #[error("it cannot be had just now")]
    Unavailable,
    /// It is no picture of a kind that is shown.
    #[error("not a picture")]
    NoPicture,
    /// The database did not do it.
    #[error("the mail cannot be read")]
    Database(#[from] DbErr),
}

impl From<MailError> for ReadError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::NotFound | MailError::NoSuchPage => Self::NotFound,
            MailError::Database(error) => Self::Database(error),
        }
    }
}

impl Reading {
    /// `outside` is the way to other servers.
    pub(crate) fn new(sync: Sync, outside: Outside) -> Result<Self, crate::providers::http::NoClient> {
        let signer = Arc::new(Signer::new(sync.connections.vault.clone()));
        Ok(Self { sync, signer, window: Window::new(outside)? })
    }

    fn connections(&self) -> &Connections {
        &self.sync.connections
    }
}
