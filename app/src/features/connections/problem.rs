//! Why a trip to a provider ended without what was asked for, in a person's words.

use super::Provider;
use crate::error::AppError;
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
    pub fn sentence(self, provider: Provider) -> String {
        let name = provider.name();
        match self {
            Self::Denied => format!("You did not allow access at {name}. Nothing was connected. Connect again whenever you like."),
            Self::Cancelled => "You cancelled in the other window. Nothing was connected.".into(),
            Self::Closed => format!("The {name} window seems to be closed. If you closed it, nothing was connected; if it is still open, finish there and this page will notice."),
            Self::TimedOut => format!("The {name} window was left open for more than ten minutes. Nothing was connected. Connect again."),
            Self::WrongState => format!("This answer from {name} does not belong to any question we asked. Nothing was connected. Start again from the connect button."),
            Self::ForeignBrowser => "This answer belongs to another browser. Nothing was connected. Start again in the browser you are signed in with.".into(),
            Self::Replayed => format!("This answer from {name} was already used once. Nothing was changed by using it again."),
            Self::ScopeMissing => format!("The box for reading mail was not ticked at {name}. Nothing was connected. Connect again and leave it ticked."),
            Self::ProviderDown => format!("{name} did not answer. Nothing was connected. Try again in a few minutes."),
            Self::CodeRefused => format!("{name} did not accept its own answer. Nothing was connected. Connect again."),
            Self::IdentityUnproven => format!("{name} did not prove whose mailbox this is. Nothing was connected. Connect again; if it repeats, tell the operator."),
            Self::NotSetUp => format!("{name} does not accept this server. Nothing was connected. The operator has to check the client id, secret and redirect address."),
            Self::SignedOut => "You were signed out in the meantime. Nothing was connected. Sign in and connect again.".into(),
            Self::OtherMailbox => "You chose another mailbox than the one to repair. Nothing was changed. Choose the same mailbox, or connect the other one as new.".into(),
            Self::BeingRemoved => "This mailbox is still being removed here. Nothing was connected. Connect it again when it is gone from the list.".into(),
            Self::AdminConsent => format!("{name} wants an administrator of your organisation to allow this server first. Nothing was connected. Ask them, then connect again."),
            Self::NotAssigned => format!("Your organisation at {name} has not assigned this server to you. Nothing was connected. Ask its administrator, then connect again."),
            Self::WrongTenant => format!("This server is set up for other accounts at {name}: those of one organisation, or of one kind. Nothing was connected. Choose another account, or ask the operator, whose setting MICROSOFT_TENANT decides it."),
            Self::NoAddress | Self::SignUpClosed | Self::SlowDown | Self::NotFresh | Self::SomebodyElses => self.entering_sentence(provider),
            Self::BadStart => "This page opens only from the connect button. Nothing was connected.".into(),
            Self::Unexpected => "Something went wrong here. Nothing was connected. Try again; if it repeats, tell the operator.".into(),
        }
    }

    /// The same for a trip that was to sign somebody in, or to add a way in to their account.
    pub fn entering_sentence(self, provider: Provider) -> String {
        let name = provider.name();
        match self {
            Self::Denied => format!(
                "You did not allow it at {name}, so you were not signed in. Try again, or choose another way in."
            ),
            Self::TimedOut => format!(
                "The page of {name} was left open for more than ten minutes, so you were not signed in. Start again."
            ),
            Self::WrongState => format!(
                "This answer from {name} does not belong to any question we asked. You were not signed in. Start again from the sign-in page."
            ),
            Self::ForeignBrowser => {
                "This answer belongs to another browser. You were not signed in. Start again in this one.".into()
            }
            Self::Replayed => {
                format!("This answer from {name} was already used once. Nothing was changed by using it again.")
            }
            Self::ProviderDown => format!(
                "{name} did not answer, so you were not signed in. Try again in a few minutes, or choose another way in."
            ),
            Self::CodeRefused => format!("{name} did not accept its own answer, so you were not signed in. Try again."),
            Self::IdentityUnproven => format!(
                "{name} did not prove who you are, so you were not signed in. Try again; if it repeats, tell the operator."
            ),
            Self::NotSetUp => format!(
                "{name} does not accept this server, so you were not signed in. The operator has to check the client id, secret and redirect address."
            ),
            Self::SignedOut => {
                "You were signed out in the meantime, so nothing was added to your account. Sign in and try again."
                    .into()
            }
            Self::AdminConsent => format!(
                "{name} wants an administrator of your organisation to allow this server first. You were not signed in. Ask them, or choose another way in."
            ),
            Self::NotAssigned => format!(
                "Your organisation at {name} has not assigned this server to you, so you were not signed in. Ask its administrator, or choose another way in."
            ),
            Self::WrongTenant => format!(
                "This server is set up for other accounts at {name}: those of one organisation, or of one kind. You were not signed in. Choose another account, or ask the operator, whose setting MICROSOFT_TENANT decides it."
            ),
            Self::NoAddress => AppError::NoAddress.sentence(),
            Self::SignUpClosed => AppError::SignUpClosed.sentence(),
            Self::SlowDown => "Too many tries. You were not signed in. Wait a few minutes and try again.".into(),
            Self::NotFresh => format!(
                "It has been a while since you signed in, so {name} was not added to your account. Confirm that it is you and add it again."
            ),
            Self::SomebodyElses => format!(
                "This account at {name} is a way into another account here. Nothing was changed, and you are signed in as before."
            ),
            Self::BadStart => "This page opens only from our own sign-in page. You were not signed in.".into(),
            Self::Cancelled
            | Self::Closed
            | Self::ScopeMissing
            | Self::OtherMailbox
            | Self::BeingRemoved
            | Self::Unexpected => {
                "Something went wrong here, and you were not signed in. Try again; if it repeats, tell the operator."
                    .into()
            }
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
    pub fn sentence(&self, provider: Provider) -> String {
        match (&self.problem, &self.mailboxes) {
            (AttemptProblem::OtherMailbox, Some(Mailboxes { chosen, meant })) => format!(
                "You chose {chosen}, but this was about {meant}. Nothing was changed. Choose {meant}, or connect {chosen} as new."
            ),
            _ => self.problem.sentence(provider),
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
        let sentence = failure.sentence(Provider::Google);
        assert!(sentence.contains("bea@example.com") && sentence.contains("ana@example.com"), "{sentence}");
        assert!(sentence.contains("Nothing was changed"), "{sentence}");
    }
}
