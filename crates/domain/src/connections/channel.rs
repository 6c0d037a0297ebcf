//! What is asked of a provider so that it tells of a mailbox's news by itself, or does so no more.

use super::Connections;
use crate::providers::{Caller, Provider, ProviderError, budget::Urgency};
use chrono::{DateTime, Utc};
use entity::{channels, connected_accounts};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use secrecy::SecretString;

/// An open channel.
pub(crate) struct Channel {
    /// What the provider calls it in its news.
    pub remote_id: String,
    /// SHA-256 of the secret that comes with the news.
    pub secret_hash: Option<Vec<u8>>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl Connections {
    /// Opens a connection's channel, or renews the one that is open.
    pub(crate) async fn open_channel(
        &self,
        caller: Caller<'_>,
        provider: Provider,
        account: &connected_accounts::Model,
        channel: &channels::Model,
    ) -> Result<Channel, ProviderError> {
        match (provider, &self.mailboxes.gmail) {
            (Provider::Google, Some(gmail)) => {
                let expires_at = gmail.watch(caller, &channel.target).await?;
                Ok(Channel { remote_id: account.address.to_lowercase(), secret_hash: None, expires_at })
            }
            _ => Err(ProviderError::nonsense("a channel of a provider that is not set up")),
        }
    }

    /// Ends the channel of a connection that has left. One that cannot be ended is not renewed: it ends within a week.
    pub(crate) async fn end_channel(
        &self,
        provider: Provider,
        account: &connected_accounts::Model,
        channel: &channels::Model,
        token: &SecretString,
    ) {
        let caller = Caller { person: &account.subject, token, urgency: Urgency::Interactive };
        let ended = match (provider, &self.mailboxes.gmail) {
            // A watch is the mailbox's, not the connection's.
            (Provider::Google, Some(gmail)) => match self.others_listen(account).await {
                Ok(false) => gmail.stop(caller).await,
                Ok(true) => Ok(()),
                Err(error) => Err(ProviderError::unreadable("who else listens", error)),
            },
            _ => Ok(()),
        };
        if let Err(error) = ended {
            tracing::info!(connection = %channel.connection_id, %error, "channel.not_ended: it ends by itself");
        }
    }

    /// Whether another connection has the same mailbox.
    async fn others_listen(&self, account: &connected_accounts::Model) -> Result<bool, DbErr> {
        let others = connected_accounts::Entity::find()
            .filter(connected_accounts::Column::Issuer.eq(&account.issuer))
            .filter(connected_accounts::Column::Subject.eq(&account.subject))
            .filter(connected_accounts::Column::State.eq("active"))
            .filter(connected_accounts::Column::Id.ne(account.id));
        Ok(others.count(&self.db).await? > 0)
    }
}
