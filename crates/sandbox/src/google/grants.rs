//! What codes and tokens stand for, and why they end.

use chrono::{DateTime, Utc};

use super::scopes;

/// A code and everything it is bound to.
#[derive(Clone, Debug)]
pub struct Code {
    /// The client that may redeem it.
    pub client: String,
    /// The redirect URI it was sent to.
    pub redirect_uri: String,
    /// PKCE challenge and whether it is a SHA-256 (`S256`) or the verifier itself (`plain`).
    pub challenge: Option<(String, bool)>,
    /// Whose consent it stands for.
    pub person: String,
    /// What was consented to.
    pub scopes: Vec<String>,
    /// Goes into the ID token.
    pub nonce: Option<String>,
    /// Whether a refresh token comes with it.
    pub offline: bool,
    /// When it dies.
    pub expires: DateTime<Utc>,
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

/// Why a grant ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The person removed the app in their account.
    Removed,
    /// The password was changed: whatever can reach mail dies.
    PasswordChanged,
    /// Unused for six months.
    Idle,
    /// The app is in "Testing" and the seven days are over.
    TestingExpired,
    /// An administrator restricted the service.
    AdminPolicy,
}

/// Why a refresh token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It never existed or belongs to another client.
    Unknown,
    /// It was alive once.
    Dead,
    /// An administrator restricted the service.
    Policy,
}

impl Reason {
    /// Whether a grant ends for this reason.
    pub fn reaches(self, grant: &Grant) -> bool {
        let mut scopes = grant.scopes.iter();
        match self {
            Self::Removed => true,
            Self::PasswordChanged => scopes.any(|scope| scopes::is_mail(scope)),
            Self::Idle | Self::TestingExpired | Self::AdminPolicy => scopes.any(|scope| !scopes::is_sign_in(scope)),
        }
    }
}
