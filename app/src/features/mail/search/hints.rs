//! What was not understood about a search, in sentences: what it was, what was done about it, what works.

use serde::{Deserialize, Serialize};

/// What was not understood. The names are as the person wrote them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    UnknownOperator(String),
    Empty(String),
    NotADay(String),
    NotASpan(String),
    UnknownIs(String),
    UnknownHas(String),
    UnknownPlace(String),
    NoAlternatives,
    OnlyNot,
    NothingToLookFor,
    TooLong,
    StillReading,
}

impl Hint {
    /// What the person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::UnknownOperator(name) => format!(
                "There is no \u{201c}{name}:\u{201d} here, so these were looked for as words. There are from:, to:, subject:, has:, in:, is:, before:, after:, newer_than: and older_than:."
            ),
            Self::Empty(name) => {
                format!("\u{201c}{name}:\u{201d} was left out: write what to look for right behind it.")
            }
            Self::NotADay(text) => {
                format!("\u{201c}{text}\u{201d} is no day and was left out. Write days as 2026-03-31.")
            }
            Self::NotASpan(text) => {
                format!("\u{201c}{text}\u{201d} is no length of time and was left out. Write 7d, 2w, 3m or 1y.")
            }
            Self::UnknownIs(text) => {
                format!("\u{201c}is:{text}\u{201d} was left out. There are is:unread, is:read and is:starred.")
            }
            Self::UnknownHas(text) => format!("\u{201c}has:{text}\u{201d} was left out. There is has:attachment."),
            Self::UnknownPlace(name) => format!(
                "No folder or label is called \u{201c}{name}\u{201d}, so that was left out. There are in:inbox, in:sent, in:drafts, in:archive, in:spam, in:bin, in:anywhere, and the names of your own."
            ),
            Self::NoAlternatives => {
                "Everything you write has to be in the mail: OR and brackets change nothing about that.".into()
            }
            Self::OnlyNot => "This says only what you do not want. Add something to look for.".into(),
            Self::NothingToLookFor => "There is no word in this to look for.".into(),
            Self::StillReading => {
                "Some of your older mail is still being made searchable, so there may be more. Look again in a while."
                    .into()
            }
            Self::TooLong => "This is very long, so only its beginning was looked for.".into(),
        }
    }
}
