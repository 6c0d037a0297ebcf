//! What happened in a person's account: who did what, from where, with what outcome.

mod jobs;
mod page;
mod query;
pub mod server;
mod words;

pub use page::ActivityPage;
pub use query::ActivityQuery;

use crate::trouble::Trouble;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Signing up, in and out; ways in.
    SignIn,
    /// Mailboxes connected, repaired, disconnected.
    Connections,
    /// Tokens renewed, calls to the provider.
    Access,
    /// Tokens for programs.
    Programs,
}

/// How an event ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityOutcome {
    Done,
    Refused,
    Failed,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityRow {
    pub id: Uuid,
    /// When; the hour, for what is counted by the hour.
    pub at: DateTime<Utc>,
    /// A dotted word, such as `user.sign_in`.
    pub action: String,
    pub outcome: ActivityOutcome,
    /// The mailbox's address, while it is connected.
    pub mailbox: Option<String>,
    /// Network address it came from.
    pub address: Option<String>,
    /// What more there is to say of it.
    pub detail: Option<ActivityDetail>,
    /// How often, for what is counted by the hour.
    pub times: u64,
}

/// What more there is to say of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityDetail {
    /// Why it was not done.
    Trouble(Trouble),
    /// What was found when a mailbox was read again: mails that were missing here, and mails that were deleted there.
    Reread { missing: u64, deleted: u64 },
}

/// A connection to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityMailbox {
    pub id: Uuid,
    pub address: String,
}

/// One page of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityList {
    pub rows: Vec<ActivityRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<Uuid>,
    pub mailboxes: Vec<ActivityMailbox>,
}

/// A kind of background work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Brings a mailbox up to date.
    Sync,
    /// Compares a mailbox with the provider's.
    Check,
    /// Tells the provider what the person did to mails.
    Acts,
    /// Makes mails findable that were stored before search was.
    Words,
    /// Deletes what was synced.
    Removal,
    /// Sends a mail to the person.
    Letter,
    /// Sends a mail that the person wrote.
    Written,
    Other,
}

/// Whether a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Running {
        since: DateTime<Utc>,
    },
    Waiting {
        until: DateTime<Utc>,
    },
    /// It is not tried again by itself.
    GivenUp,
}

/// A job that is not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedJob {
    pub id: Uuid,
    pub kind: JobKind,
    /// The address of the mailbox it is about.
    pub mailbox: Option<String>,
    pub state: JobState,
    /// Failed tries in a row.
    pub attempts: u32,
    /// Why the last one failed.
    pub trouble: Option<Trouble>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    Done,
    /// It is tried again.
    Retry,
    /// It is not tried again by itself.
    Failed,
    /// Its process ended.
    Died,
}

/// A run that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRunRow {
    pub kind: JobKind,
    /// The address of the mailbox it was about.
    pub mailbox: Option<String>,
    pub started_at: DateTime<Utc>,
    pub finished_at: DateTime<Utc>,
    pub outcome: RunOutcome,
    /// Why, when it did not end well.
    pub trouble: Option<Trouble>,
}

/// The background work of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobList {
    /// What is not done, the next first.
    pub queued: Vec<QueuedJob>,
    /// The newest runs, newest first; not all when there are many.
    pub runs: Vec<JobRunRow>,
}
