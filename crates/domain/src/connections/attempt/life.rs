//! The life of an attempt, without database or network: what it is for, how it may end, and what its row says.

use crate::providers::Features;
use chrono::{DateTime, Utc};
use entity::oauth_attempts;
use uuid::Uuid;

/// What a trip to a provider is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing in here.
    SignIn,
    /// Connecting a mailbox.
    Connect,
    /// Granting one more feature.
    Grant,
    /// Repairing a connection.
    Repair,
}

impl Purpose {
    /// The word in tables and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Connect => "connect",
            Self::Grant => "grant",
            Self::Repair => "repair",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::SignIn, Self::Connect, Self::Grant, Self::Repair].into_iter().find(|one| one.as_str() == word)
    }
}

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
    const ALL: [Self; 24] = [
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

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The person is still at the provider.
    Pending,
    /// The mailbox is connected.
    Succeeded {
        /// Which connection.
        connection: Option<Uuid>,
        /// Its address.
        address: Option<String>,
        /// Features that were asked for and not granted.
        refused: Features,
    },
    /// It ended without a connection.
    Failed {
        /// Why.
        problem: Problem,
        /// The mailbox that was chosen and the one that was meant, when they differ.
        mailboxes: Option<(String, String)>,
    },
}

impl Outcome {
    fn failed(problem: Problem) -> Self {
        Self::Failed { problem, mailboxes: None }
    }
}

/// What the row says, at `now`; `address` is the connection's.
pub(super) fn outcome(row: &oauth_attempts::Model, address: Option<String>, now: DateTime<Utc>) -> Outcome {
    match row.outcome.as_str() {
        "succeeded" => Outcome::Succeeded {
            connection: row.connection_id,
            address,
            refused: row.refused_features.as_deref().and_then(|words| words.parse().ok()).unwrap_or_default(),
        },
        "pending" if row.expires_at > now => Outcome::Pending,
        "pending" | "expired" => Outcome::failed(Problem::TimedOut),
        _ => Outcome::Failed {
            problem: row.problem.as_deref().and_then(Problem::parse).unwrap_or(Problem::Unexpected),
            mailboxes: row.chosen_address.clone().zip(address),
        },
    }
}

/// Whether the attempt may be consumed by this answer.
pub(super) fn check(
    row: &oauth_attempts::Model,
    issuer: &str,
    browser_hash: Option<&[u8]>,
    session: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    // Mix-up defence: the answer of one provider never finishes an attempt at another (RFC 9700 section 4.4.2).
    if row.issuer != issuer {
        return Err(Problem::WrongState);
    }
    // Digests of random secrets are compared: how long it takes tells nothing about the secrets.
    let same_browser = browser_hash == Some(row.browser_hash.as_slice());
    if row.finished_at.is_some() {
        // Only the browser that cancelled is told so.
        let cancelled = same_browser && row.problem.as_deref() == Some(Problem::Cancelled.as_str());
        return Err(if cancelled { Problem::Cancelled } else { Problem::Replayed });
    }
    if !same_browser {
        return Err(Problem::ForeignBrowser);
    }
    if row.expires_at <= now {
        return Err(Problem::TimedOut);
    }
    // Who signs in has no session yet; the attempt's own cookie stands for the browser. Who was signed in must still be.
    let signs_in = row.purpose == Purpose::SignIn.as_str() && row.user_id.is_none();
    if !signs_in && (row.session_id.is_none() || row.session_id != session) {
        return Err(Problem::SignedOut);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    const ISSUER: &str = "https://accounts.google.com";

    fn made_at() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn row() -> oauth_attempts::Model {
        oauth_attempts::Model {
            id: Uuid::from_u128(1),
            provider: "google".into(),
            issuer: ISSUER.into(),
            purpose: "connect".into(),
            user_id: Some(Uuid::from_u128(2)),
            session_id: Some(Uuid::from_u128(3)),
            connection_id: None,
            features: "mail".into(),
            return_to: None,
            popup: true,
            state_hash: vec![1; 32],
            browser_hash: vec![2; 32],
            sealed_secrets: Some(vec![3]),
            outcome: "pending".into(),
            problem: None,
            refused_features: None,
            chosen_address: None,
            created_at: made_at(),
            expires_at: made_at() + super::super::LIFE,
            finished_at: None,
        }
    }

    fn verdict(row: &oauth_attempts::Model, minutes: i64) -> Result<(), Problem> {
        let now = made_at() + TimeDelta::minutes(minutes);
        check(row, ISSUER, Some(&[2; 32]), Some(Uuid::from_u128(3)), now)
    }

    #[test]
    fn an_attempt_lives_ten_minutes_and_is_consumed_once() {
        let mut row = row();
        assert_eq!(verdict(&row, 0), Ok(()));
        assert_eq!(verdict(&row, 9), Ok(()));
        assert_eq!(verdict(&row, 10), Err(Problem::TimedOut));
        assert_eq!(outcome(&row, None, made_at()), Outcome::Pending);
        assert_eq!(outcome(&row, None, made_at() + TimeDelta::minutes(10)), Outcome::failed(Problem::TimedOut));
        row.finished_at = Some(made_at());
        assert_eq!(verdict(&row, 1), Err(Problem::Replayed));
    }

    #[test]
    fn who_signs_in_needs_the_attempts_cookie_and_no_session() {
        let mut row = row();
        row.purpose = "sign_in".into();
        (row.user_id, row.session_id) = (None, None);
        assert_eq!(check(&row, ISSUER, Some(&[2; 32]), None, made_at()), Ok(()));
        assert_eq!(check(&row, ISSUER, None, None, made_at()), Err(Problem::ForeignBrowser));
        // Whoever was signed in and is not any more adds nothing to an account.
        row.user_id = Some(Uuid::from_u128(2));
        assert_eq!(check(&row, ISSUER, Some(&[2; 32]), None, made_at()), Err(Problem::SignedOut));
    }

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

    #[test]
    fn only_the_browser_and_the_session_that_asked_may_answer() {
        let (row, now) = (row(), made_at());
        let session = Some(Uuid::from_u128(3));
        assert_eq!(check(&row, ISSUER, None, session, now), Err(Problem::ForeignBrowser));
        assert_eq!(check(&row, ISSUER, Some(&[9; 32]), session, now), Err(Problem::ForeignBrowser));
        assert_eq!(check(&row, ISSUER, Some(&[2; 32]), None, now), Err(Problem::SignedOut));
        assert_eq!(check(&row, ISSUER, Some(&[2; 32]), Some(Uuid::from_u128(4)), now), Err(Problem::SignedOut));
        assert_eq!(check(&row, "https://other.example", Some(&[2; 32]), session, now), Err(Problem::WrongState));
    }

    #[test]
    fn a_cancelled_attempt_says_so_to_the_browser_that_cancelled_and_to_nobody_else() {
        let mut row = row();
        row.finished_at = Some(made_at());
        row.outcome = "failed".into();
        row.problem = Some("cancelled".into());
        let session = Some(Uuid::from_u128(3));
        assert_eq!(verdict(&row, 1), Err(Problem::Cancelled));
        assert_eq!(check(&row, ISSUER, Some(&[9; 32]), session, made_at()), Err(Problem::Replayed));
        assert_eq!(check(&row, ISSUER, None, session, made_at()), Err(Problem::Replayed));
    }

    #[test]
    fn the_row_tells_every_end() {
        let mut row = row();
        row.outcome = "failed".into();
        for problem in Problem::ALL {
            row.problem = Some(problem.as_str().into());
            assert_eq!(outcome(&row, None, made_at()), Outcome::failed(problem));
        }
        let address = Some("ana@example.com".to_owned());
        row.problem = Some("other_mailbox".into());
        row.chosen_address = Some("bea@example.com".into());
        assert_eq!(
            outcome(&row, address.clone(), made_at()),
            Outcome::Failed {
                problem: Problem::OtherMailbox,
                mailboxes: Some(("bea@example.com".into(), "ana@example.com".into()))
            }
        );
        row.outcome = "succeeded".into();
        row.connection_id = Some(Uuid::from_u128(7));
        row.refused_features = Some("send".into());
        assert_eq!(
            outcome(&row, address.clone(), made_at()),
            Outcome::Succeeded { connection: Some(Uuid::from_u128(7)), address, refused: "send".parse().unwrap() }
        );
    }
}
