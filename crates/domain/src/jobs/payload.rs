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
    /// Tells a provider what its person did to their mail here.
    WriteActs {
        /// `connected_accounts.id`
        connection: Uuid,
    },
    /// Hands a mail that a person wrote to their provider.
    SendWritten {
        /// `written_mails.id`
        mail: Uuid,
    },
    /// Writes the words of mails that were stored before they could be found.
    WriteWords {
        /// `connected_accounts.id`
        connection: Uuid,
    },
    /// Has a provider tell of a mailbox's news, and go on telling.
    KeepChannel {
        /// `connected_accounts.id`
        connection: Uuid,
    },
    /// Pulls the news that Gmail left word of.
    PullNews,
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

/// How urgent a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody waits for it.
    First,
    /// What keeps everything up to date.
    Usual,
    /// What can wait.
    Last,
}

impl Priority {
    /// From the most urgent on.
    pub const ALL: [Self; 3] = [Self::First, Self::Usual, Self::Last];
    /// What somebody waits for, or soon would.
    pub const SOON: [Self; 2] = [Self::First, Self::Usual];

    /// The number in `jobs.priority`: lower goes first.
    pub fn number(self) -> i32 {
        match self {
            Self::First => 0,
            Self::Usual => 1,
            Self::Last => 2,
        }
    }
}

impl Job {
    /// The name in `jobs.kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SyncMailbox { .. } => "sync_mailbox",
            Self::WriteActs { .. } => "write_acts",
            Self::WriteWords { .. } => "write_words",
            Self::SendMail { .. } => "send_mail",
            Self::SendWritten { .. } => "send_written",
            Self::CheckMailbox { .. } => "check_mailbox",
            Self::ForgetSuccessor { .. } => "forget_successor",
            Self::RemoveConnection { .. } => "remove_connection",
            Self::KeepChannel { .. } => "keep_channel",
            Self::PullNews => "pull_news",
            Self::KeepGrants => "keep_grants",
            Self::PurgeExpired => "purge_expired",
        }
    }

    /// Which goes first when several are due.
    pub fn priority(&self) -> Priority {
        match self {
            Self::WriteActs { .. }
            | Self::SendMail { .. }
            | Self::SendWritten { .. }
            | Self::ForgetSuccessor { .. }
            | Self::PullNews => Priority::First,
            Self::SyncMailbox { .. } | Self::KeepChannel { .. } | Self::KeepGrants => Priority::Usual,
            Self::CheckMailbox { .. }
            | Self::RemoveConnection { .. }
            | Self::WriteWords { .. }
            | Self::PurgeExpired => Priority::Last,
        }
    }

    /// The one id it is about.
    pub fn subject(&self) -> Option<Uuid> {
        match self {
            Self::SyncMailbox { feed } | Self::CheckMailbox { feed } => Some(*feed),
            Self::SendMail { notification } => Some(*notification),
            Self::SendWritten { mail } => Some(*mail),
            Self::ForgetSuccessor { family } => Some(*family),
            Self::WriteActs { connection }
            | Self::RemoveConnection { connection }
            | Self::WriteWords { connection }
            | Self::KeepChannel { connection } => Some(*connection),
            Self::KeepGrants | Self::PullNews | Self::PurgeExpired => None,
        }
    }

    /// Of jobs with the same key at most one is queued.
    pub fn unique_key(&self) -> String {
        match self {
            Self::SyncMailbox { feed } | Self::CheckMailbox { feed } => format!("{}:{feed}", self.kind()),
            Self::SendMail { notification } => format!("{}:{notification}", self.kind()),
            Self::SendWritten { mail } => format!("{}:{mail}", self.kind()),
            Self::ForgetSuccessor { family } => format!("{}:{family}", self.kind()),
            Self::WriteActs { connection }
            | Self::RemoveConnection { connection }
            | Self::WriteWords { connection }
            | Self::KeepChannel { connection } => {
                format!("{}:{connection}", self.kind())
            }
            Self::KeepGrants | Self::PullNews | Self::PurgeExpired => self.kind().to_owned(),
        }
    }
}
