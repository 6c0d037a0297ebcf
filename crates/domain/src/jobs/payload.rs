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
    /// Compares one mailbox with the provider's own list of it.
    CheckMailbox {
        /// `sync_feeds.id`
        feed: Uuid,
    },
    /// Deletes what was synced for a connection that is taken apart, then the connection.
    RemoveConnection {
        /// `connected_accounts.id`
        connection: Uuid,
    },
    /// Renews grants before they run out or fall asleep.
    KeepGrants,
    /// Sends one mail.
    SendMail {
        /// `notifications.id`
        notification: Uuid,
    },
    /// Forgets the successors of refresh tokens whose grace is over.
    ForgetSuccessor {
        /// `token_families.id`
        family: Uuid,
    },
    /// Deletes what has ended and is kept no longer: attempts, sessions, proofs, tokens.
    PurgeExpired,
}

impl Job {
    /// The name in `jobs.kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SyncMailbox { .. } => "sync_mailbox",
            Self::SendMail { .. } => "send_mail",
            Self::CheckMailbox { .. } => "check_mailbox",
            Self::ForgetSuccessor { .. } => "forget_successor",
            Self::RemoveConnection { .. } => "remove_connection",
            Self::KeepGrants => "keep_grants",
            Self::PurgeExpired => "purge_expired",
        }
    }

    /// Of jobs with the same key at most one is queued.
    pub fn unique_key(&self) -> String {
        match self {
            Self::SyncMailbox { feed } | Self::CheckMailbox { feed } => format!("{}:{feed}", self.kind()),
            Self::SendMail { notification } => format!("{}:{notification}", self.kind()),
            Self::ForgetSuccessor { family } => format!("{}:{family}", self.kind()),
            Self::RemoveConnection { connection } => format!("{}:{connection}", self.kind()),
            Self::KeepGrants | Self::PurgeExpired => self.kind().to_owned(),
        }
    }
}
