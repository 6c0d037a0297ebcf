//! The companies whose mailboxes can be connected, and what is asked of them.
//!
//! Each provider has a folder; [`auth`] is what their authorization servers do for us, whichever it is.

pub mod auth;
pub mod budget;
mod caller;
pub mod error;
pub mod file;
pub mod google;
pub mod http;
pub mod id_token;
mod mailboxes;
pub mod microsoft;
mod oauth_calls;
mod openid;
mod refusal;
mod scopes;
pub mod sending;

pub use caller::Caller;
pub use error::ProviderError;
pub use mailboxes::Mailboxes;

use std::{collections::BTreeSet, fmt, str::FromStr};

/// A company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provider {
    /// Gmail, Google Calendar, Google Sheets.
    Google,
    /// Outlook.
    Microsoft,
}

impl Provider {
    /// The word in tables and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }
}

impl FromStr for Provider {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        [Self::Google, Self::Microsoft].into_iter().find(|one| one.as_str() == text).ok_or(UnknownWord)
    }
}

/// A word of a table or an address that this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a word this version knows")]
pub struct UnknownWord;

/// What a connection may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// Reading mail.
    Mail,
    /// Read state, star, archive, bin.
    Manage,
    /// Sending mail.
    Send,
    /// Reading calendars.
    Calendar,
    /// Changing calendars.
    CalendarWrite,
    /// Writing spreadsheets that Gatepost creates.
    Sheets,
}

impl Feature {
    /// Every feature, in the order the screens list them.
    pub const ALL: [Self; 6] =
        [Self::Mail, Self::Manage, Self::Send, Self::Calendar, Self::CalendarWrite, Self::Sheets];

    /// The word in tables and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Manage => "manage",
            Self::Send => "send",
            Self::Calendar => "calendar",
            Self::CalendarWrite => "calendar_write",
            Self::Sheets => "sheets",
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of features, in tables and addresses as words with spaces between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features(pub BTreeSet<Feature>);

impl Features {
    /// Whether one is among them.
    pub fn has(&self, feature: Feature) -> bool {
        self.0.contains(&feature)
    }

    /// These and those.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        Self(self.0.union(&others.0).copied().collect())
    }

    /// These without those.
    #[must_use]
    pub fn without(&self, others: &Self) -> Self {
        Self(self.0.difference(&others.0).copied().collect())
    }
}

impl FromStr for Features {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        let known = |word| Feature::ALL.into_iter().find(|one| one.as_str() == word).ok_or(UnknownWord);
        words.map(known).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|feature| feature.as_str()).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_read_and_written_as_words() {
        let features: Features = "send mail".parse().unwrap();
        assert_eq!(features.to_string(), "mail send");
        assert_eq!("mail,send".parse(), Ok(features));
        assert_eq!("mail everything".parse::<Features>(), Err(UnknownWord));
        assert_eq!(Features::default().to_string(), "");
    }
}
