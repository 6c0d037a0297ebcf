//! What is known about a mail when a provider was asked to send it: the one call whose answer must not be guessed.

use super::error::{ProviderError, Refusal};
use chrono::{DateTime, Utc};

/// Why a mail is not known to be sent.
#[derive(Debug, thiserror::Error)]
pub enum Unsent {
    /// There is no answer, or none that can be used: it may have been sent all the same.
    #[error("nobody knows whether it was sent")]
    Unknown(#[source] ProviderError),
    /// Not sent: too much, too fast.
    #[error("the provider asks to wait until {until}")]
    Throttled {
        /// When to ask again.
        until: DateTime<Utc>,
    },
    /// Not sent: the access token is not accepted.
    #[error("the access token is not accepted")]
    Expired(#[source] ProviderError),
    /// Not sent: the token does not cover sending.
    #[error("a permission is missing")]
    ScopeMissing(#[source] ProviderError),
    /// Not sent: the provider or the account's administrator does not allow it.
    #[error("it is not allowed")]
    NotAllowed,
    /// Not sent: what the call names is not there any more.
    #[error("it is not there any more")]
    Gone,
    /// Not sent: larger than the provider takes.
    #[error("it is too large")]
    TooLarge,
    /// Not sent: the provider does not take this mail as it is.
    #[error("it is not accepted")]
    NotAccepted,
}

impl From<ProviderError> for Unsent {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Throttled { until, .. } => Self::Throttled { until },
            ProviderError::Expired => Self::Expired(error),
            ProviderError::Refused { reason: Refusal::ScopeMissing } => Self::ScopeMissing(error),
            ProviderError::Refused { .. } => Self::NotAllowed,
            ProviderError::Gone => Self::Gone,
            ProviderError::Broken { ref what, .. } => {
                tracing::warn!(what, "sending.not_accepted");
                Self::NotAccepted
            }
            // Also Graph's word for an answer that took too long.
            ProviderError::TooLarge | ProviderError::CursorLost | ProviderError::Unavailable { .. } => {
                Self::Unknown(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_says_that_a_mail_was_not_sent() {
        for error in [ProviderError::Unavailable { source: None }, ProviderError::TooLarge] {
            assert!(matches!(Unsent::from(error), Unsent::Unknown(_)));
        }
        assert!(matches!(Unsent::from(ProviderError::nonsense("status 400")), Unsent::NotAccepted));
        let missing = ProviderError::Refused { reason: Refusal::ScopeMissing };
        assert!(matches!(Unsent::from(missing), Unsent::ScopeMissing(_)));
    }
}
