//! The life of an attempt, without database or network: what it is for, how it may end, and what its row says.

use super::Problem;
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
        /// What the trip was for.
        purpose: Purpose,
        /// Features that it has now.
        granted: Features,
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
        "succeeded" => {
            let features = |words: &str| words.parse::<Features>().unwrap_or_default();
            let refused = row.refused_features.as_deref().map(features).unwrap_or_default();
            Outcome::Succeeded {
                connection: row.connection_id,
                address,
                purpose: Purpose::parse(&row.purpose).unwrap_or(Purpose::Connect),
                granted: features(&row.features).without(&refused),
                refused,
            }
        }
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
        (row.purpose, row.features) = ("grant".into(), "send calendar".into());
        row.refused_features = Some("send".into());
        assert_eq!(
            outcome(&row, address.clone(), made_at()),
            Outcome::Succeeded {
                connection: Some(Uuid::from_u128(7)),
                address,
                purpose: Purpose::Grant,
                granted: "calendar".parse().unwrap(),
                refused: "send".parse().unwrap()
            }
        );
    }
}
