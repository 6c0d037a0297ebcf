//! What codes and tokens stand for, and why they end.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};

use crate::exchange::Params;

/// A PKCE challenge (RFC 7636).
#[derive(Clone, Debug)]
pub struct Challenge {
    text: String,
    /// Whether it is a SHA-256 (`S256`) or the verifier itself (`plain`).
    hashed: bool,
}

impl Challenge {
    /// The challenge of an authorization request; the error says what is wrong with it.
    pub fn read(params: &Params) -> Result<Option<Self>, &'static str> {
        let hashed = match params.get("code_challenge_method") {
            None | Some("plain") => false,
            Some("S256") => true,
            Some(_) => return Err("Invalid code_challenge_method: only plain and S256 are supported."),
        };
        match params.get("code_challenge") {
            None if params.get("code_challenge_method").is_some() => {
                Err("code_challenge_method without code_challenge.")
            }
            None => Ok(None),
            Some(text) if !(43..=128).contains(&text.len()) => Err("code_challenge must have 43 to 128 characters."),
            Some(text) => Ok(Some(Self { text: text.to_owned(), hashed })),
        }
    }

    fn met_by(&self, verifier: &str) -> bool {
        if self.hashed {
            self.text == URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
        } else {
            self.text == verifier
        }
    }
}

/// A code and everything it is bound to.
#[derive(Clone, Debug)]
pub struct Code {
    /// What it is a code for.
    pub grant: Grant,
    /// The redirect URI it was sent to.
    pub redirect_uri: String,
    /// What its verifier must meet.
    pub challenge: Option<Challenge>,
    /// Goes into the ID token.
    pub nonce: Option<String>,
    /// Whether a refresh token comes with it.
    pub offline: bool,
}

impl Code {
    /// Whether this is the verifier it was asked for with; without a challenge there must be none.
    pub fn verified(&self, verifier: Option<&str>) -> bool {
        match (&self.challenge, verifier) {
            (None, None) => true,
            (Some(challenge), Some(verifier)) => challenge.met_by(verifier),
            _ => false,
        }
    }
}

/// What a token stands for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The client it was issued to.
    pub client: String,
    /// Whose it is.
    pub person: String,
    /// What it allows.
    pub scopes: Vec<String>,
}

/// Why a grant ends. What each reason means at a provider is told in `manners.rs` of its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The person removed the app in their account.
    Removed,
    /// The person changed the password.
    PasswordChanged,
    /// Unused for too long.
    Idle,
    /// Access was given for a time, which is over.
    TestingExpired,
    /// An administrator restricted the service.
    AdminPolicy,
    /// An administrator ended the person's sessions.
    SessionsRevoked,
    /// The account is disabled.
    AccountDisabled,
    /// The person must confirm something, such as a second factor.
    InteractionRequired,
    /// Too many were issued after it.
    #[serde(skip)]
    Crowded,
}

/// Why a refresh token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It never existed or belongs to another client.
    Unknown,
    /// It would work, had this not happened. When it was issued comes with it.
    Ended(Reason, DateTime<Utc>),
}

/// Why a code is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// It never existed.
    Unknown,
    /// Its minutes are over.
    Expired,
    /// It was redeemed.
    Spent,
}
