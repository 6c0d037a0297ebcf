//! Why a connection stopped working, in a person's words.

use super::Provider;
use crate::language::{Language, say};
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
    pub fn sentence(self, language: Language, provider: Provider) -> String {
        let name = provider.name();
        match self {
            Self::AccessRemoved => say!(language, connections.cause_removed, name = name),
            Self::PasswordChanged => say!(language, connections.cause_password, name = name),
            Self::TestingMode => say!(language, connections.cause_testing).into(),
            Self::LongIdle => say!(language, connections.cause_idle).into(),
            Self::AdminPolicy => say!(language, connections.cause_policy).into(),
            Self::TimeLimited => say!(language, connections.cause_limited).into(),
            Self::SignInAgain => say!(language, connections.cause_again, name = name),
            Self::AccountDisabled => say!(language, connections.cause_disabled, name = name),
            Self::WrongPlatform => say!(language, connections.cause_platform).into(),
            Self::NoRefreshToken => say!(language, connections.cause_one_hour, name = name),
            Self::OtherIssuer => say!(language, connections.cause_issuer, name = name),
        }
    }
}

/// What the provider said, in words; codes nobody has words for are shown as they are.
pub fn said(language: Language, provider: Provider, reason: &str) -> String {
    let name = provider.name();
    match reason.split(':').next().unwrap_or_default() {
        "invalid_grant" => say!(language, connections.said_ended, name = name, reason = reason),
        "interaction_required" | "login_required" => {
            say!(language, connections.said_interaction, name = name, reason = reason)
        }
        "consent_required" => say!(language, connections.said_consent, name = name, reason = reason),
        "scope_missing" => say!(language, connections.said_scope, name = name),
        "no_refresh_token" | "other_issuer" => String::new(),
        _ => say!(language, connections.said_other, name = name, reason = reason),
    }
}
