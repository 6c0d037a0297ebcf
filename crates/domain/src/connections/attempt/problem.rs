//! Why an attempt ends without a connection: the codes of the table, and what a provider's error on the redirect means.

/// Why an attempt ended without a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.as_str())]
pub enum Problem {
    /// The person pressed Deny.
    Denied,
    /// The person pressed Cancel on the page that opened the window.
    Cancelled,
    /// Its time was over.
    TimedOut,
    /// No attempt of ours has this state.
    WrongState,
    /// The browser that answered is not the one that asked.
    ForeignBrowser,
    /// It had been answered before.
    Replayed,
    /// A scope without which the connection is worth nothing was not granted.
    ScopeMissing,
    /// The provider did not answer.
    ProviderDown,
    /// The provider did not accept its own code.
    CodeRefused,
    /// The ID token proved nothing.
    IdentityUnproven,
    /// The provider does not know this server.
    NotSetUp,
    /// The session that asked is over.
    SignedOut,
    /// Another mailbox than the one to repair.
    OtherMailbox,
    /// The mailbox is still being taken apart here.
    BeingRemoved,
    /// An administrator has to allow this server first.
    AdminConsent,
    /// The administrator did not assign this server to the person.
    NotAssigned,
    /// The account is of another organisation, or of another kind, than this server is registered for.
    WrongTenant,
    /// The provider told no address that an account could have.
    NoAddress,
    /// This server takes no new accounts.
    SignUpClosed,
    /// Too many tries.
    SlowDown,
    /// Another way in is added only by somebody who has just signed in.
    NotFresh,
    /// The provider's account is a way into another account here.
    SomebodyElses,
    /// The start made no sense.
    BadStart,
    /// A fault of ours.
    Unexpected,
}

impl Problem {
    /// Every one.
    pub const ALL: [Self; 24] = [
        Self::Denied,
        Self::Cancelled,
        Self::TimedOut,
        Self::WrongState,
        Self::ForeignBrowser,
        Self::Replayed,
        Self::ScopeMissing,
        Self::ProviderDown,
        Self::CodeRefused,
        Self::IdentityUnproven,
        Self::NotSetUp,
        Self::SignedOut,
        Self::OtherMailbox,
        Self::BeingRemoved,
        Self::AdminConsent,
        Self::NotAssigned,
        Self::WrongTenant,
        Self::NoAddress,
        Self::SignUpClosed,
        Self::SlowDown,
        Self::NotFresh,
        Self::SomebodyElses,
        Self::BadStart,
        Self::Unexpected,
    ];

    /// The code in `oauth_attempts.problem`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
            Self::WrongState => "wrong_state",
            Self::ForeignBrowser => "foreign_browser",
            Self::Replayed => "replayed",
            Self::ScopeMissing => "scope_missing",
            Self::ProviderDown => "provider_down",
            Self::CodeRefused => "code_refused",
            Self::IdentityUnproven => "identity_unproven",
            Self::NotSetUp => "not_set_up",
            Self::SignedOut => "signed_out",
            Self::OtherMailbox => "other_mailbox",
            Self::BeingRemoved => "being_removed",
            Self::AdminConsent => "admin_consent",
            Self::NotAssigned => "not_assigned",
            Self::WrongTenant => "wrong_tenant",
            Self::NoAddress => "no_address",
            Self::SignUpClosed => "sign_up_closed",
            Self::SlowDown => "slow_down",
            Self::NotFresh => "not_fresh",
            Self::SomebodyElses => "somebody_elses",
            Self::BadStart => "bad_start",
            Self::Unexpected => "unexpected",
        }
    }

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == code)
    }

    /// The provider's `error` on the redirect (RFC 6749 section 4.1.2.1), and Microsoft's number, which only chooses the
    /// sentence.
    pub(super) fn of_redirect(error: &str, number: Option<u32>) -> Self {
        if let Some(known) = number.and_then(Self::of_number) {
            return known;
        }
        match error {
            "consent_required" => Self::AdminConsent,
            "access_denied" => Self::Denied,
            "server_error" | "temporarily_unavailable" => Self::ProviderDown,
            _ => Self::NotSetUp,
        }
    }

    /// Microsoft's numbers that have a sentence of their own, wherever they come.
    pub(super) fn of_number(number: u32) -> Option<Self> {
        match number {
            90_094 | 90_095 => Some(Self::AdminConsent),
            50_105 => Some(Self::NotAssigned),
            50_020 | 50_034 | 500_208 => Some(Self::WrongTenant),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirects_error_has_its_sentence() {
        assert_eq!(Problem::of_redirect("access_denied", Some(65_004)), Problem::Denied);
        assert_eq!(Problem::of_redirect("access_denied", Some(90_094)), Problem::AdminConsent);
        assert_eq!(Problem::of_redirect("consent_required", None), Problem::AdminConsent);
        assert_eq!(Problem::of_redirect("access_denied", Some(50_105)), Problem::NotAssigned);
        for number in [50_020, 50_034, 500_208] {
            assert_eq!(Problem::of_redirect("access_denied", Some(number)), Problem::WrongTenant, "{number}");
        }
        assert_eq!(Problem::of_redirect("temporarily_unavailable", None), Problem::ProviderDown);
        assert_eq!(Problem::of_redirect("invalid_scope", None), Problem::NotSetUp);
    }
}
