//! What is kept of the errors of jobs.

use crate::{
    connections::GrantError,
    jobs::JobError,
    providers::{auth::AuthError, error::ProviderError},
    trouble::{Trouble, causes},
    vault::VaultError,
};
use sea_orm::DbErr;
use std::error::Error;

/// What is kept of a job that did not end well: how it goes on is seen beside it.
pub(super) fn told(error: &JobError) -> String {
    let (JobError::Retry { source, .. } | JobError::Fail { source }) = error;
    let trouble = causes(&**source).filter_map(known).last().unwrap_or(Trouble::Unexpected);
    trouble.told(&**source)
}

fn known(error: &(dyn Error + 'static)) -> Option<Trouble> {
    let of_provider = || error.downcast_ref::<ProviderError>().map(ProviderError::trouble);
    let of_tokens = || error.downcast_ref::<AuthError>().map(AuthError::trouble);
    let of_grant = || {
        error.downcast_ref::<GrantError>().map(|error| match error {
            GrantError::NeedsReconnect | GrantError::NotFound => Trouble::NeedsReconnect,
            GrantError::Transient(_) => Trouble::NoAnswer,
        })
    };
    let here = || {
        let missing = error.is::<VaultError>().then_some(Trouble::KeyMissing);
        missing.or_else(|| error.is::<DbErr>().then_some(Trouble::Database))
    };
    of_provider().or_else(of_tokens).or_else(of_grant).or_else(here)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::error::Refusal;

    fn word(error: &JobError) -> String {
        told(error).split(": ").next().unwrap().to_owned()
    }

    #[test]
    fn the_deepest_cause_that_is_known_counts() {
        let away = ProviderError::Unavailable { source: Some("connection refused".into()) };
        let job = JobError::retry(GrantError::Transient(Box::new(AuthError::Transient(Box::new(away)))));
        assert_eq!(
            told(&job),
            "no_answer: no access token just now: the provider did not answer: the provider is unavailable: connection refused"
        );
        assert_eq!(word(&JobError::fail(ProviderError::Refused { reason: Refusal::NoMailbox })), "no_mailbox");
        assert_eq!(word(&JobError::from(DbErr::Custom(String::new()))), "database");
        assert_eq!(told(&JobError::retry("the job panicked")), "unexpected: the job panicked");
        // A key that is missing is no silence of the provider.
        let missing = GrantError::Transient(Box::new(VaultError::KeyMissing("k1".into())));
        assert_eq!(word(&JobError::retry(missing)), "key_missing");
    }
}
