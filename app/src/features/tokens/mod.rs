//! Programs that speak for the person: the token pairs they hold.

mod programs;
pub mod server;

pub use programs::Programs;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One program that holds a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRow {
    pub id: Uuid,
    /// What the person calls it; may be empty.
    pub name: String,
    /// Network address it was last used from.
    pub address: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    /// When it ends unless it is used before.
    pub expires_at: DateTime<Utc>,
}

/// A pair just made: shown once and kept nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPair {
    pub access_token: String,
    pub refresh_token: String,
}
