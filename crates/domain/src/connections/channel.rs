//! What is asked of a provider so that it tells of a mailbox's news by itself, or does so no more.

use super::Connections;
use crate::{
    providers::{Caller, Mailboxes, Provider, ProviderError, budget::Urgency, microsoft::mail::Subscription},
    vault::digest_of,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use entity::{channels, connected_accounts};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};

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
            (Provider::Microsoft, _) => self.subscribe(caller, account, channel).await,
            (Provider::Google, None) => Err(not_set_up()),
        }
    }

    /// Renews the subscription; or makes one, after tidying up: one whose making was not heard of here would go on for a week.
    async fn subscribe(
        &self,
        caller: Caller<'_>,
        account: &connected_accounts::Model,
        channel: &channels::Model,
    ) -> Result<Channel, ProviderError> {
        let outlook = self.mailboxes.outlook.as_ref().ok_or_else(not_set_up)?;
        let open = |subscription: Subscription, secret_hash| Channel {
            remote_id: subscription.id,
            secret_hash,
            expires_at: subscription.expiration_date_time,
        };
        if let Some(id) = &channel.remote_id {
            match outlook.resubscribe(caller, id).await {
                Ok(renewed) => return Ok(open(renewed, channel.secret_hash.clone())),
                Err(ProviderError::Gone) => {}
                Err(error) => return Err(error),
            }
        }
        for there in outlook.subscriptions(caller, &channel.target).await? {
            // Graph makes one for a mailbox, however many people read it here.
            if let Some(others) = self.channel_of_another(account, &there.id).await.map_err(unknown)? {
                return Ok(open(there, others.secret_hash));
            }
            outlook.unsubscribe(caller, &there.id).await?;
        }
        let secret = SecretString::from(URL_SAFE_NO_PAD.encode(self.randomness.bytes::<32>()));
        let made = outlook.subscribe(caller, &channel.target, &secret).await?;
        Ok(open(made, Some(digest_of(secret.expose_secret()))))
    }

    /// The channel of another connection that hears of this subscription.
    async fn channel_of_another(
        &self,
        account: &connected_accounts::Model,
        subscription: &str,
    ) -> Result<Option<channels::Model>, DbErr> {
        channels::Entity::find()
            .filter(channels::Column::RemoteId.eq(subscription))
            .filter(channels::Column::ConnectionId.ne(account.id))
            .one(&self.db)
            .await
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
        let Mailboxes { gmail, outlook, .. } = &*self.mailboxes;
        let ended = match (self.others_listen(account).await, provider, gmail, outlook, &channel.remote_id) {
            (Err(error), ..) => Err(unknown(error)),
            // A watch or a subscription is the mailbox's, not the connection's.
            (Ok(false), Provider::Google, Some(gmail), ..) => gmail.stop(caller).await,
            (Ok(false), Provider::Microsoft, _, Some(outlook), Some(id)) => outlook.unsubscribe(caller, id).await,
            (Ok(_), ..) => Ok(()),
        };
        if let Err(error) = ended {
            tracing::info!(connection = %channel.connection_id, %error, "channel.not_ended: it ends by itself");
        }
    }

    /// Whether another connection hears of the same mailbox.
    async fn others_listen(&self, account: &connected_accounts::Model) -> Result<bool, DbErr> {
        let others = connected_accounts::Entity::find()
            .filter(connected_accounts::Column::Issuer.eq(&account.issuer))
            .filter(connected_accounts::Column::Subject.eq(&account.subject))
            .filter(connected_accounts::Column::State.eq("active"))
            .filter(connected_accounts::Column::Id.ne(account.id));
        Ok(others.count(&self.db).await? > 0)
    }
}

fn not_set_up() -> ProviderError {
    ProviderError::nonsense("a channel of a provider that is not set up")
}

fn unknown(error: DbErr) -> ProviderError {
    ProviderError::Unavailable { source: Some(Box::new(error)) }
}
