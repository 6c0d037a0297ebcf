//! Every job by name, with the ids it needs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Work that may outlive the process. Ids only, never data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// Brings one mailbox up to date and keeps it there.
    SyncMailbox {
        /// `sync_feeds.id`
        feed: Uuid,
    },
    /// Deletes attempts and sessions whose time is over.
    PurgeExpired,
}

impl Job {
    /// The name in `jobs.kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SyncMailbox { .. } => "sync_mailbox",
            Self::PurgeExpired => "purge_expired",
        }
    }

    /// Of jobs with the same key at most one is queued.
    pub fn unique_key(&self) -> String {
        match self {
            Self::SyncMailbox { feed } => format!("{}:{feed}", self.kind()),
            Self::PurgeExpired => self.kind().to_owned(),
        }
    }
}
