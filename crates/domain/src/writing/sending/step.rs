//! How far a mail is with its provider.

use super::Row;

/// What the provider was asked last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing that counts any more.
    None,
    /// To make a draft, whose name is not known yet.
    Drafting,
    /// The draft is there.
    Drafted,
    /// To send.
    Asked,
}

impl Step {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Drafting => "drafting",
            Self::Drafted => "drafted",
            Self::Asked => "asked",
        }
    }

    pub fn of(row: &Row) -> Self {
        let all = [Self::Drafting, Self::Drafted, Self::Asked];
        all.into_iter().find(|one| one.as_str() == row.step).unwrap_or(Self::None)
    }
}
