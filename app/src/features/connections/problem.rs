//! Why a trip to a provider ended without what was asked for, in a person's words.

use super::Provider;
use crate::error::AppError;
use crate::language::{Language, say};
use serde::{Deserialize, Serialize};

/// Why an attempt ended without a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptProblem {
    /// The person pressed Deny.
    Denied,
    /// The person pressed Cancel on the page that opened the popup.
    Cancelled,
    /// The popup was closed before the provider answered (known to the opener only).
    Closed,
    /// Ten minutes went by.
    TimedOut,
    /// The answer carried a state we never made.
    WrongState,
    /// The answer arrived in another browser than the question left from.
    ForeignBrowser,
    /// The answer was already used.
    Replayed,
    /// The box for reading mail was unticked.
    ScopeMissing,
    /// The provider did not answer.
    ProviderDown,
    /// The provider did not accept the code it had given.
    CodeRefused,
    /// The ID token did not prove who this is.
    IdentityUnproven,
    /// The provider does not know this server (client id, secret or redirect URI).
    NotSetUp,
    /// Nobody is signed in here any more.
    SignedOut,
    /// Another mailbox was chosen than the one to repair.
    OtherMailbox,
    /// The mailbox is still being removed here.
    BeingRemoved,
    /// An administrator has to allow this server first.
    AdminConsent,
    /// The administrator did not assign this server to the person.
    NotAssigned,
    /// The account is not of the organisation, or of the kind, that this server is set up for.
    WrongTenant,
    /// Signing in: the provider told no address that an account could have.
    NoAddress,
    /// Signing in: this server takes no new accounts.
    SignUpClosed,
    /// Signing in: too many tries.
    SlowDown,
    /// Adding a way in: the person has to prove again who they are first.
    NotFresh,
    /// Adding a way in: it leads into another account.
    SomebodyElses,
    /// The start address was not opened from our own page, or made no sense.
    BadStart,
    /// A fault of ours.
    Unexpected,
}

impl AttemptProblem {
    /// What happened, what was kept, what to do. `provider` is the company's name.
    pub fn sentence(self, language: Language, provider: Provider) -> String {
        let name = provider.name();
        match self {
            Self::Denied => say!(language, connections.p_denied, name = name),
            Self::Cancelled => say!(language, connections.p_cancelled).into(),
            Self::Closed => say!(language, connections.p_closed, name = name),
            Self::TimedOut => say!(language, connections.p_timed_out, name = name),
            Self::WrongState => say!(language, connections.p_wrong_state, name = name),
            Self::ForeignBrowser => say!(language, connections.p_foreign).into(),
            Self::Replayed => say!(language, connections.p_replayed, name = name),
            Self::ScopeMissing => say!(language, connections.p_scope, name = name),
            Self::ProviderDown => say!(language, connections.p_down, name = name),
            Self::CodeRefused => say!(language, connections.p_code, name = name),
            Self::IdentityUnproven => say!(language, connections.p_identity, name = name),
            Self::NotSetUp => say!(language, connections.p_not_set_up, name = name),
            Self::SignedOut => say!(language, connections.p_signed_out).into(),
            Self::OtherMailbox => say!(language, connections.p_other).into(),
            Self::BeingRemoved => say!(language, connections.p_being_removed).into(),
            Self::AdminConsent => say!(language, connections.p_consent, name = name),
            Self::NotAssigned => say!(language, connections.p_not_assigned, name = name),
            Self::WrongTenant => say!(language, connections.p_tenant, name = name),
            Self::NoAddress | Self::SignUpClosed | Self::SlowDown | Self::NotFresh | Self::SomebodyElses => {
                self.entering_sentence(language, provider)
            }
            Self::BadStart => say!(language, connections.p_bad_start).into(),
            Self::Unexpected => say!(language, connections.p_unexpected).into(),
        }
    }

    /// The same for a trip that was to sign somebody in, or to add a way in to their account.
    pub fn entering_sentence(self, language: Language, provider: Provider) -> String {
        let name = provider.name();
        match self {
            Self::Denied => say!(language, connections.e_denied, name = name),
            Self::TimedOut => say!(language, connections.e_timed_out, name = name),
            Self::WrongState => say!(language, connections.e_wrong_state, name = name),
            Self::ForeignBrowser => say!(language, connections.e_foreign).into(),
            Self::Replayed => {
                say!(language, connections.p_replayed, name = name)
            }
            Self::ProviderDown => say!(language, connections.e_down, name = name),
            Self::CodeRefused => say!(language, connections.e_code, name = name),
            Self::IdentityUnproven => say!(language, connections.e_identity, name = name),
            Self::NotSetUp => say!(language, connections.e_not_set_up, name = name),
            Self::SignedOut => say!(language, connections.e_signed_out).into(),
            Self::AdminConsent => say!(language, connections.e_consent, name = name),
            Self::NotAssigned => say!(language, connections.e_not_assigned, name = name),
            Self::WrongTenant => say!(language, connections.e_tenant, name = name),
            Self::NoAddress => AppError::NoAddress.sentence(language),
            Self::SignUpClosed => AppError::SignUpClosed.sentence(language),
            Self::SlowDown => say!(language, connections.e_slow_down).into(),
            Self::NotFresh => say!(language, connections.e_not_fresh, name = name),
            Self::SomebodyElses => say!(language, connections.e_somebody, name = name),
            Self::BadStart => say!(language, connections.e_bad_start).into(),
            Self::Cancelled
            | Self::Closed
            | Self::ScopeMissing
            | Self::OtherMailbox
            | Self::BeingRemoved
            | Self::Unexpected => say!(language, connections.e_unexpected).into(),
        }
    }
}

/// A mailbox that was chosen, and the one that was meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailboxes {
    pub chosen: String,
    pub meant: String,
}

/// Why an attempt ended, with what its sentence names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub problem: AttemptProblem,
    /// When another mailbox was chosen than the one that was meant.
    pub mailboxes: Option<Mailboxes>,
    /// Where an administrator allows this server, when that is what is missing.
    pub admin_link: Option<String>,
}

impl From<AttemptProblem> for Failure {
    fn from(problem: AttemptProblem) -> Self {
        Self { problem, mailboxes: None, admin_link: None }
    }
}

impl Failure {
    /// The problem's sentence, with the mailboxes it is about.
    pub fn sentence(&self, language: Language, provider: Provider) -> String {
        match (&self.problem, &self.mailboxes) {
            (AttemptProblem::OtherMailbox, Some(Mailboxes { chosen, meant })) => {
                say!(language, connections.p_mailboxes, chosen = chosen, meant = meant)
            }
            _ => self.problem.sentence(language, provider),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_mailbox_is_refused_with_both_names() {
        let mailboxes = Some(Mailboxes { chosen: "bea@example.com".into(), meant: "ana@example.com".into() });
        let failure = Failure { mailboxes, ..AttemptProblem::OtherMailbox.into() };
        let sentence = failure.sentence(Language::en, Provider::Google);
        assert!(sentence.contains("bea@example.com") && sentence.contains("ana@example.com"), "{sentence}");
        assert!(sentence.contains("Nothing was changed"), "{sentence}");
    }
}
