//! Search: the field, what was found, and what was not understood.

mod beyond;
mod field;
mod hints;
mod results;

pub use field::SearchField;
pub use hints::Hint;

use super::{ListQuery, Place};
use beyond::ProviderResults;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use results::SearchResults;
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
    /// The address of the only mailbox that was searched; `None`: all were.
    pub only: Option<String>,
    /// What was not understood.
    pub hints: Vec<Hint>,
}

/// What the providers found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoughtPage {
    /// What of it is stored, newest first.
    pub hits: Vec<SearchHit>,
    /// How many are on their way here.
    pub fetching: u64,
    /// How many are left out by the viewer's choice.
    pub left_out: u64,
    /// How many could not be fetched so far.
    pub failed: u64,
    /// Mailboxes that could not be asked.
    pub unreached: Vec<Unreached>,
    /// The address of the only mailbox that was asked; `None`: all were.
    pub only: Option<String>,
    /// What was not understood.
    pub hints: Vec<Hint>,
}

/// A mailbox that could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreached {
    /// Its address.
    pub mailbox: String,
    pub why: WhyUnreached,
}

/// Why a mailbox could not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyUnreached {
    /// Only its person can make it work again.
    NeedsReconnect,
    /// Its provider refuses.
    NotAllowed,
    /// It does not answer just now, or asks to wait.
    Unavailable,
}

/// What was found, here or at the providers.
#[component]
pub fn Found(query: Memo<ListQuery>, shown: Signal<bool>) -> impl IntoView {
    let beyond = Memo::new(move |_| query.with(|query| query.beyond));
    move || {
        if beyond.get() {
            view! { <ProviderResults query shown /> }.into_any()
        } else {
            view! { <SearchResults query shown /> }.into_any()
        }
    }
}
