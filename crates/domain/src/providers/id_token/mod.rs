//! ID tokens, verified to the letter (OpenID Connect Core 1.0 section 3.1.3.7, RFC 8725), and the rule of issuers with many
//! tenants.

mod claims;
mod issuer;
mod keys;

pub use issuer::IssuerRule;
pub use keys::Keys;

use crate::providers::ProviderError;
use chrono::{DateTime, Utc};

/// Who an ID token speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who vouches: the configured issuer, or the tenant's own.
    pub issuer: String,
    /// Stable at the issuer, never reused: `sub` at Google, `tid:oid` at Microsoft.
    pub subject: String,
    /// Microsoft's `sub`, another one for each registration.
    pub pairwise_subject: Option<String>,
    /// The address, as the provider shows it.
    pub address: String,
    /// Whether the provider has authority over the address: only then it may speak for the person's mailbox.
    pub address_proven: bool,
    /// The display name, when given.
    pub name: Option<String>,
    /// The given name, when given.
    pub first_name: Option<String>,
    /// The family name, when given.
    pub last_name: Option<String>,
}

/// What a token must say.
pub struct Expected<'a> {
    /// Which issuers are accepted.
    pub rule: &'a IssuerRule,
    /// The issuer of the discovery document.
    pub document_issuer: &'a str,
    /// `aud`, and `azp` where present: our client id.
    pub audience: &'a str,
    /// The attempt's; `None` where a code came without one.
    pub nonce: Option<&'a str>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Why a token proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum IdTokenError {
    /// The response held none.
    #[error("there is no ID token")]
    Missing,
    /// Not a JWT, a wrong algorithm, an unknown key or a wrong signature.
    #[error("the signature does not hold: {0}")]
    Signature(&'static str),
    /// A claim is missing or not as expected.
    #[error("the claim {0} is not as expected")]
    Claim(&'static str),
    /// The provider's keys could not be read.
    #[error("the provider's keys cannot be read")]
    KeysUnreachable(#[source] ProviderError),
}
