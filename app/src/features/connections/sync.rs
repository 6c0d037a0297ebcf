//! How a mailbox is kept in sync, as the screens know it.

use crate::trouble::Trouble;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How far the mail of a connection is synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncStage {
    /// Queued; nothing asked of the provider yet.
    Waiting,
    /// Reading the list of ids while the newest mails already arrive.
    Listing,
    /// Fetching what the list named, newest first.
    Fetching,
    /// Replaying what changed meanwhile.
    CatchingUp,
    /// Complete, kept up to date.
    Live,
    /// Stopped until something outside is repaired.
    Blocked,
    /// Stopped by its person.
    Paused,
}

/// A stage in one of five words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SyncStatus {
    /// Nothing was done yet.
    Pending,
    /// At work.
    InProgress,
    /// Everything is here.
    Completed,
    /// Stopped by something that has to be repaired.
    Failed,
    /// Stopped by the person.
    Paused,
}

/// Whether everything is read for the first time, or only what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SyncReach {
    /// Everything.
    Initial,
    /// What changed.
    Incremental,
}

/// What a sync waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum SyncWait {
    /// The other work of this server.
    Turn,
    /// What may be asked of the provider in a minute is asked.
    Quota { until: DateTime<Utc> },
    /// What all mailboxes of this server may ask in a minute is asked.
    SharedQuota { until: DateTime<Utc> },
    /// The provider asked to wait, or what may be asked of it in a day is asked.
    Provider { until: DateTime<Utc> },
    /// The last try failed; the next one is then.
    BackOff { until: DateTime<Utc> },
    /// Everything is here; changes are looked for then.
    NextLook { at: DateTime<Utc> },
}

/// How many of how many, how fast, how long: the same numbers on the card, in the inbox and in the event stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncProgress {
    pub stage: SyncStage,
    pub status: SyncStatus,
    pub reach: SyncReach,
    /// Messages the provider says there are (exact once listing is over).
    pub expected: u64,
    /// Messages stored here.
    pub stored: u64,
    /// Messages that failed and wait for their next try.
    pub failed: u64,
    /// Messages stored a minute over the last minute, when known.
    pub per_minute: Option<u32>,
    /// Seconds until the first sync is complete at this rate, when known.
    pub seconds_left: Option<u64>,
    /// What it waits for.
    pub wait: Option<SyncWait>,
    /// What stands in the way.
    pub problem: Option<SyncProblem>,
}

/// What stands in the way of a sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncProblem {
    /// The provider ended the connection.
    Ended,
    /// The server's key for the connection is gone.
    KeyMissing,
    /// The provider does not let the mailbox be read.
    NotAllowed,
    NoAnswer,
    /// For one message of a folder.
    Stuck,
    /// In words of its own, from an earlier version.
    Other(String),
}

/// The newest time a mailbox was read again from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reread {
    pub began_at: DateTime<Utc>,
    /// `None` while it goes on.
    pub ended_at: Option<DateTime<Utc>>,
    /// Mails at the provider that were not here.
    pub missing: u64,
    /// Mails here that the provider has no more.
    pub deleted: u64,
}

/// What the newest comparison of a mailbox with the provider's own list of it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxCheck {
    /// Messages at the provider: the sum of the four below.
    pub provider: u64,
    pub stored: u64,
    /// Left out by the person's choice.
    pub excluded: u64,
    /// With a next try.
    pub failed: u64,
    /// Not tried yet, with what was found missing.
    pub pending: u64,
    /// Not known here before.
    pub missing: u64,
    /// Here, and not at the provider.
    pub extra: u64,
    /// Messages picked at random and compared whole.
    pub sampled: u64,
    /// Of these, with the provider's labels.
    pub labels_agree: u64,
    /// Of these, with the provider's text.
    pub bodies_agree: u64,
    /// Nothing is open, and everything agrees.
    pub is_whole: bool,
    /// When it ended; `None` while it goes on.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A mail that could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingMail {
    /// The provider's id of it.
    pub remote_id: String,
    /// Why the last try failed.
    pub trouble: Trouble,
    pub attempts: u32,
    pub next_try_at: Option<DateTime<Utc>>,
}

/// What may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionKind {
    /// Spam and bin.
    SpamAndBin,
    /// What was received before a day.
    OlderThan,
    /// A label or folder.
    Label,
}

/// A choice, and how many mails it leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExclusionRow {
    pub kind: ExclusionKind,
    /// The day, such as `2024-03-01`, or the provider's id of the label.
    pub value: String,
    /// What is left out, in words.
    pub name: String,
    pub mails: u64,
}

/// A label or folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelChoice {
    /// The provider's id of it.
    pub id: String,
    pub name: String,
}
