//! Search: the field, what was found, and what was not understood.

mod field;
mod hints;
mod results;

pub use field::SearchField;
pub use hints::Hint;
pub use results::SearchResults;

use super::Place;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A part of a text, looked for or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub text: String,
    pub marked: bool,
}

/// What the excerpt of a mail is cut from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Text,
    Files,
    Recipients,
}

/// A mail that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    pub id: Uuid,
    pub sender: Vec<Piece>,
    /// Empty when the mail has none.
    pub subject: Vec<Piece>,
    pub excerpt: Vec<Piece>,
    pub from: Part,
    pub received_at: DateTime<Utc>,
    pub unread: bool,
    pub starred: bool,
    pub has_attachments: bool,
    pub place: Place,
}

/// One page of what was found, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPage {
    /// At most 50.
    pub hits: Vec<SearchHit>,
    /// Hand it back as `after` for the next page; `None` on the last.
    pub next: Option<String>,
    /// What was not understood.
    pub hints: Vec<Hint>,
}
