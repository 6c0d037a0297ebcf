//! Giving a grant back at the provider, only where nothing else here hangs on it: Google ends every grant of the account to
//! the whole project at once.

use super::{Revocation, Taken};
use crate::{
    connections::Connections,
    providers::auth::{AuthServer, Granted, Revoked, Tokens},
};
use entity::{connected_accounts, identities};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

impl Connections {
    pub(super) async fn revoke_where_safe(&self, grant: &Taken, going: Option<Uuid>) -> Revocation {
        let token = match &grant.token {
            None => return Revocation::Nothing,
            Some(Err(error)) => {
                tracing::error!(%error, "grant.not_given_back: its token cannot be opened");
                return Revocation::Failed;
            }
            Some(Ok(token)) => token,
        };
        let server = self.servers.get(grant.provider).filter(|server| server.vouches_for(&grant.issuer));
        // A token of Google's is not shown to the demo's provider, nor the other way round.
        let Some(server) = server else { return Revocation::Failed };
        match self.in_use(&grant.issuer, &grant.subject, going).await {
            Ok(false) => {}
            Ok(true) => return Revocation::Kept,
            Err(error) => {
                tracing::error!(%error, "grant.not_given_back");
                return Revocation::Failed;
            }
        }
        match server.revoke(token).await {
            Ok(Revoked::Done) => Revocation::Revoked,
            Ok(Revoked::Unknown) => Revocation::Nothing,
            Ok(Revoked::Unsupported) => Revocation::Unsupported,
            Err(error) => {
                tracing::warn!(%error, "grant.not_given_back: it ends by itself or at the provider");
                Revocation::Failed
            }
        }
    }

    /// Whether a connection of anybody here, or a way to sign in, hangs on this account at the provider; the ways in of
    /// whoever is `going` do not count.
    async fn in_use(&self, issuer: &str, subject: &str, going: Option<Uuid>) -> Result<bool, DbErr> {
        let connections = connected_accounts::Entity::find()
            .filter(connected_accounts::Column::Issuer.eq(issuer))
            .filter(connected_accounts::Column::Subject.eq(subject))
            .filter(connected_accounts::Column::State.ne("disconnecting"))
            .count(&self.db)
            .await?;
        let of_others = going.map(|user| identities::Column::UserId.ne(user));
        let identities = identities::Entity::find()
            .filter(identities::Column::Issuer.eq(issuer))
            .filter(identities::Column::Subject.eq(subject))
            .filter(Condition::all().add_option(of_others))
            .count(&self.db)
            .await?;
        Ok(connections + identities > 0)
    }

    /// Returns a grant we have no use for, unless giving it back would end another one of the same account.
    pub(in crate::connections) async fn give_back(&self, server: &dyn AuthServer, granted: &Granted) {
        if self.in_use(&granted.identity.issuer, &granted.identity.subject, None).await.unwrap_or(true) {
            return;
        }
        revoke(server, &granted.tokens).await;
    }

    /// Returns a grant that does not prove whose it is, unless another one here may hang on it. The provider is asked whose
    /// it is; what it does not say is left to run out.
    pub(in crate::connections) async fn give_back_unproven(&self, server: &dyn AuthServer, tokens: &Tokens) {
        match server.subject_of(&tokens.access_token).await {
            Ok(Some(subject)) => {
                if !self.in_use(server.issuer(), &subject, None).await.unwrap_or(true) {
                    revoke(server, tokens).await;
                }
            }
            // Nothing is given back at such a provider: the tokens are dropped.
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "grant.not_given_back: nobody says whose it is"),
        }
    }
}

async fn revoke(server: &dyn AuthServer, tokens: &Tokens) {
    let token = tokens.refresh_token.as_ref().unwrap_or(&tokens.access_token);
    if let Err(error) = server.revoke(token).await {
        tracing::warn!(%error, "grant.not_given_back: it ends by itself or at the provider");
    }
}
