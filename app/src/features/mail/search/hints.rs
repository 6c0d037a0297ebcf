//! What was not understood about a search, in sentences: what it was, what was done about it, what works.

use crate::language::{Language, say};
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
    pub fn sentence(&self, language: Language) -> String {
        match self {
            Self::UnknownOperator(name) => say!(language, mail.h_operator, name = name),
            Self::Empty(name) => {
                say!(language, mail.h_empty, name = name)
            }
            Self::NotADay(text) => {
                say!(language, mail.h_day, text = text)
            }
            Self::NotASpan(text) => {
                say!(language, mail.h_span, text = text)
            }
            Self::UnknownIs(text) => {
                say!(language, mail.h_is, text = text)
            }
            Self::UnknownHas(text) => say!(language, mail.h_has, text = text),
            Self::UnknownPlace(name) => say!(language, mail.h_place, name = name),
            Self::NoAlternatives => say!(language, mail.h_or).into(),
            Self::OnlyNot => say!(language, mail.h_only_not).into(),
            Self::NothingToLookFor => say!(language, mail.h_nothing).into(),
            Self::StillReading => say!(language, mail.h_reading).into(),
            Self::TooLong => say!(language, mail.h_long).into(),
        }
    }
}
