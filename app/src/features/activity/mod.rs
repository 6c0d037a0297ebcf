//! What happened in a person's account: who did what, from where, with what outcome.

mod page;
mod query;
pub mod server;
mod words;

pub use page::ActivityPage;
pub use query::ActivityQuery;

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
    /// A short code that says more.
    pub detail: Option<String>,
    /// How often, for what is counted by the hour.
    pub times: u64,
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
