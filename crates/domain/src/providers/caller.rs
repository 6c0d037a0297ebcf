//! For whom, with which token, and how urgently a provider's API is called.

use super::budget::Urgency;
use secrecy::SecretString;

/// Whoever a call is made for.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// Names the account at the provider: quotas are counted per account.
    pub person: &'a str,
    /// A fresh access token.
    pub token: &'a SecretString,
    /// Who waits.
    pub urgency: Urgency,
}
