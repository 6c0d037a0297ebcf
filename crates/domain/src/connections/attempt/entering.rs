//! A trip that only proves who somebody is: signing in with a provider, or giving an account another way in. Its tokens are
//! thrown away unused.

use super::{Attempts, Callback, Ended, Problem, succeed, unexpected};
use crate::{
    providers::{Provider, id_token::Identity},
    users::{LinkError, ProvenIdentity, SignInError, WayIn},
};
use entity::oauth_attempts;

impl Attempts {
    /// Lets in whom the ID token speaks of.
    pub(super) async fn enter(
        &self,
        row: &oauth_attempts::Model,
        callback: &Callback,
        identity: &Identity,
    ) -> Result<Ended, Problem> {
        let proven = proven(callback.provider, identity);
        succeed(&self.connections.db, row.id, None).await?;
        let (Some(user), Some(session)) = (row.user_id, row.session_id) else {
            return self.sign_in(&proven, callback).await;
        };
        // Whoever comes back with a way in they have already proves again who they are.
        if self.users.owner_of(&proven).await.map_err(unexpected)? == Some(user) {
            return self.sign_in(&proven, callback).await;
        }
        match self.users.link_identity(user, session, &proven, &callback.visitor).await {
            Ok(()) => Ok(Ended::Added),
            Err(LinkError::NotFresh) => Err(Problem::NotFresh),
            Err(LinkError::SomebodyElses) => Err(Problem::SomebodyElses),
            Err(error) => Err(unexpected(error)),
        }
    }

    async fn sign_in(&self, proven: &ProvenIdentity, callback: &Callback) -> Result<Ended, Problem> {
        match self.users.sign_in_with_provider(proven, &callback.visitor).await {
            Ok(entered) => Ok(Ended::Entered(entered)),
            Err(SignInError::NoAddress) => Err(Problem::NoAddress),
            Err(SignInError::SignUpClosed) => Err(Problem::SignUpClosed),
            Err(SignInError::SlowDown { .. }) => Err(Problem::SlowDown),
            Err(error) => Err(unexpected(error)),
        }
    }
}

fn proven(provider: Provider, identity: &Identity) -> ProvenIdentity {
    // Some accounts have one name only.
    let whole = if identity.last_name.is_none() { identity.name.clone() } else { None };
    ProvenIdentity {
        kind: match provider {
            Provider::Google => WayIn::Google,
            Provider::Microsoft => WayIn::Microsoft,
        },
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        pairwise_subject: identity.pairwise_subject.clone(),
        email: Some(identity.address.clone()).filter(|address| !address.is_empty()),
        email_authoritative: identity.address_proven,
        first_name: identity.first_name.clone().or(whole).unwrap_or_default(),
        last_name: identity.last_name.clone().unwrap_or_default(),
    }
}
