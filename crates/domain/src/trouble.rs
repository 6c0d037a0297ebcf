//! Why something did not succeed: a word that is kept, for which screens have a sentence in their reader's language, and
//! behind it what the program says, for whoever runs it.

use std::error::Error;

/// What kind of trouble it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The connection has to be connected again.
    NeedsReconnect,
    /// This server has no key that opens what it stored.
    KeyMissing,
    /// The provider does not know this server, or not its secret.
    NotSetUp,
    /// The provider did not answer, or had a fault of its own.
    NoAnswer,
    /// The provider asked to wait.
    Throttled,
    /// The provider did not accept the access token.
    TokenRefused,
    /// A permission is missing.
    ScopeMissing,
    /// The account's administrator does not allow it.
    DomainPolicy,
    /// The account has no mailbox.
    NoMailbox,
    /// The provider does not allow it.
    NotAllowed,
    /// The provider has it no more.
    Gone,
    /// The provider could not answer so much at once.
    TooMuch,
    /// The provider's answer could not be read.
    Unusable,
    /// The server stopped while it was reading the mail.
    Unended,
    /// The database here did not do it.
    Database,
    /// A fault of ours.
    Unexpected,
}

impl Trouble {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::NeedsReconnect,
        Self::KeyMissing,
        Self::NotSetUp,
        Self::NoAnswer,
        Self::Throttled,
        Self::TokenRefused,
        Self::ScopeMissing,
        Self::DomainPolicy,
        Self::NoMailbox,
        Self::NotAllowed,
        Self::Gone,
        Self::TooMuch,
        Self::Unusable,
        Self::Unended,
        Self::Database,
        Self::Unexpected,
    ];

    /// The word that is kept.
    pub fn word(self) -> &'static str {
        match self {
            Self::NeedsReconnect => "needs_reconnect",
            Self::KeyMissing => "key_missing",
            Self::NotSetUp => "not_set_up",
            Self::NoAnswer => "no_answer",
            Self::Throttled => "throttled",
            Self::TokenRefused => "token_refused",
            Self::ScopeMissing => "scope_missing",
            Self::DomainPolicy => "domain_policy",
            Self::NoMailbox => "no_mailbox",
            Self::NotAllowed => "not_allowed",
            Self::Gone => "gone",
            Self::TooMuch => "too_much",
            Self::Unusable => "unusable",
            Self::Unended => "unended",
            Self::Database => "database",
            Self::Unexpected => "unexpected",
        }
    }

    /// What is kept of an error of this kind: the word, and behind a colon what the error and its causes say.
    pub fn told(self, error: &(dyn Error + 'static)) -> String {
        let causes = causes(error).map(ToString::to_string).collect::<Vec<_>>();
        format!("{}: {}", self.word(), causes.join(": "))
    }
}

/// An error, what caused it, what caused that.
pub fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}
