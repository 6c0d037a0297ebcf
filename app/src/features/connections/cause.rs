//! Why a connection stopped working, in a person's words.

use super::Provider;
use serde::{Deserialize, Serialize};

/// A likely cause, as the server derives it from the provider's code and the dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    AccessRemoved,
    PasswordChanged,
    TestingMode,
    LongIdle,
    AdminPolicy,
    TimeLimited,
    SignInAgain,
    AccountDisabled,
    WrongPlatform,
    NoRefreshToken,
    OtherIssuer,
}

impl Cause {
    /// One clause of a list.
    pub fn sentence(self, provider: Provider) -> String {
        let name = provider.name();
        match self {
            Self::AccessRemoved => format!("The access was taken back in the account's settings at {name}."),
            Self::PasswordChanged => format!("The password at {name} was changed, which ends access to mail."),
            Self::TestingMode => "The operator's project at Google is in testing mode, where access ends after seven days. Publishing it ends that.".into(),
            Self::LongIdle => "It was not used for too long.".into(),
            Self::AdminPolicy => "The administrator of the account restricted it.".into(),
            Self::TimeLimited => "The access was given for a limited time, which is over.".into(),
            Self::SignInAgain => format!("{name} wants you to sign in again, as after a change of its security settings."),
            Self::AccountDisabled => format!("The account is switched off at {name}."),
            Self::WrongPlatform => "The operator registered this server at Microsoft as a page instead of a web server, so access ends after a day.".into(),
            Self::NoRefreshToken => format!("{name} gave access for one hour only."),
            Self::OtherIssuer => format!("It was made with another {name} than the one this server uses, such as the demo's. Disconnect it and connect the mailbox anew."),
        }
    }
}

/// What the provider said, in words; codes nobody has words for are shown as they are.
pub fn said(provider: Provider, reason: &str) -> String {
    let name = provider.name();
    match reason.split(':').next().unwrap_or_default() {
        "invalid_grant" => format!("{name} says that the access has ended ({reason})."),
        "interaction_required" | "login_required" => format!("{name} wants you to be there ({reason})."),
        "consent_required" => format!("{name} says that the consent is missing ({reason})."),
        "scope_missing" => format!("{name} does not allow reading mail any more."),
        "no_refresh_token" | "other_issuer" => String::new(),
        _ => format!("{name} says: {reason}."),
    }
}
