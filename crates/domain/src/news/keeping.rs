//! The job that opens a connection's channel, renews it every day and sees that it is gone when it should be. Its row is
//! there before the provider is asked: whoever finds a row knows that the job is queued.

use super::News;
use crate::{
    connections::{AccessToken, Channel, Connections, GrantError},
    jobs::{JobContext, JobError, JobOutcome},
    providers::{Caller, Provider, ProviderError, budget::Urgency},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{channels, connected_accounts};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use std::time::Duration;
use uuid::Uuid;

/// A channel is renewed this long after it was (both providers end one after a week), or when half of its time is over.
const RENEWED: TimeDelta = TimeDelta::days(1);
/// Not all on the same minute of the day.
const JITTER: Duration = Duration::from_hours(1);
/// What the operator has to set right is tried again after this long.
const TROUBLE: TimeDelta = TimeDelta::hours(1);

impl News {
    /// Keeps the channel of a connection as it should be, and comes back when it has to be renewed.
    pub(crate) async fn keep(&self, connection: Uuid, context: &JobContext) -> Result<JobOutcome, JobError> {
        let Connections { db, mailboxes, clock, .. } = self.connections();
        let found = connected_accounts::Entity::find_by_id(connection).one(db).await?;
        let Some(account) = found.filter(|account| account.state == "active") else {
            // Whoever repairs it brings the sync back, and with it the channel.
            self.forget(connection).await?;
            return Ok(JobOutcome::Done);
        };
        let provider = account.provider.parse::<Provider>().map_err(JobError::fail)?;
        let Some(target) = mailboxes.target(provider) else {
            self.close(&account, provider).await?;
            return Ok(JobOutcome::Done);
        };
        let channel = self.row(connection, target).await?;
        if channel.renew_at > clock.now() {
            return Ok(JobOutcome::Idle { at: channel.renew_at });
        }
        let asked = tokio::select! {
            biased;
            () = context.stop.cancelled() => return Ok(JobOutcome::Idle { at: clock.now() }),
            asked = self.ask(&account, provider, &channel) => asked,
        };
        match asked {
            Ok((open, token)) => self.note(&account, provider, &channel, open, &token).await.map_err(Into::into),
            Err(NotOpen::Grant(GrantError::NeedsReconnect | GrantError::NotFound)) => {
                self.forget(connection).await?;
                Ok(JobOutcome::Done)
            }
            Err(NotOpen::Provider(ProviderError::Throttled { until, .. })) => Ok(JobOutcome::Idle { at: until }),
            Err(NotOpen::Provider(
                error @ (ProviderError::Refused { .. } | ProviderError::Broken { .. } | ProviderError::Gone),
            )) => {
                let at = clock.now() + TROUBLE;
                tracing::warn!(%connection, %error, "channel.refused: its mailbox is looked at by the clock meanwhile");
                self.put_off(connection, at).await?;
                Ok(JobOutcome::Idle { at })
            }
            Err(error) => Err(JobError::retry(error)),
        }
    }

    /// The row of the channel, made or turned to another target first. One that is not open yet is to be opened now.
    async fn row(&self, connection: Uuid, target: &str) -> Result<channels::Model, DbErr> {
        let Connections { db, clock, .. } = self.connections();
        let now = clock.now();
        let new = channels::ActiveModel {
            connection_id: Set(connection),
            target: Set(target.to_owned()),
            remote_id: Set(None),
            secret_hash: Set(None),
            expires_at: Set(now),
            renew_at: Set(now),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let keep = OnConflict::column(channels::Column::ConnectionId).do_nothing().to_owned();
        channels::Entity::insert(new).on_conflict(keep).exec_without_returning(db).await?;
        channels::Entity::update_many()
            .col_expr(channels::Column::Target, Expr::value(target))
            .col_expr(channels::Column::RemoteId, Expr::value(Option::<String>::None))
            .col_expr(channels::Column::ExpiresAt, Expr::value(now))
            .col_expr(channels::Column::RenewAt, Expr::value(now))
            .filter(channels::Column::ConnectionId.eq(connection))
            .filter(channels::Column::Target.ne(target))
            .exec(db)
            .await?;
        channels::Entity::find_by_id(connection).one(db).await?.ok_or(DbErr::RecordNotFound("channels".to_owned()))
    }

    /// Asks the provider to tell, or to go on telling.
    async fn ask(
        &self,
        account: &connected_accounts::Model,
        provider: Provider,
        channel: &channels::Model,
    ) -> Result<(Channel, AccessToken), NotOpen> {
        let connections = self.connections();
        let token = connections.access_token(account.id).await?;
        let caller = Caller { person: &account.subject, token: &token.0, urgency: Urgency::Background };
        let asked = connections.open_channel(caller, provider, account, channel).await;
        if matches!(asked, Err(ProviderError::Expired)) {
            connections.refused(account.id, &token).await?;
        }
        Ok((asked?, token))
    }

    /// Writes down that it is open. What came between the last look and now was told to nobody: a new one begins with a look.
    async fn note(
        &self,
        account: &connected_accounts::Model,
        provider: Provider,
        channel: &channels::Model,
        open: Channel,
        token: &AccessToken,
    ) -> Result<JobOutcome, DbErr> {
        let Connections { db, clock, randomness, .. } = self.connections();
        let now = clock.now();
        let jitter = TimeDelta::from_std(randomness.jitter(JITTER)).unwrap_or_default();
        let renew_at = now + (RENEWED - jitter).min((open.expires_at - now) / 2);
        let is_new = channel.expires_at <= now || channel.remote_id.as_ref() != Some(&open.remote_id);
        let noted = channels::Entity::update_many()
            .col_expr(channels::Column::RemoteId, Expr::value(Some(open.remote_id.clone())))
            .col_expr(channels::Column::SecretHash, Expr::value(open.secret_hash))
            .col_expr(channels::Column::ExpiresAt, Expr::value(open.expires_at))
            .col_expr(channels::Column::RenewAt, Expr::value(renew_at))
            .col_expr(channels::Column::UpdatedAt, Expr::value(now))
            .filter(channels::Column::ConnectionId.eq(account.id))
            .exec(db)
            .await?;
        if noted.rows_affected == 0 {
            // The connection was taken apart meanwhile: nobody else knows of what was just opened.
            let opened = channels::Model { remote_id: Some(open.remote_id), ..channel.clone() };
            self.connections().end_channel(provider, account, &opened, &token.0).await;
            return Ok(JobOutcome::Done);
        }
        if is_new {
            self.sync.look_again(account, None).await?;
        }
        Ok(JobOutcome::Idle { at: renew_at })
    }

    async fn put_off(&self, connection: Uuid, at: DateTime<Utc>) -> Result<(), DbErr> {
        channels::Entity::update_many()
            .col_expr(channels::Column::RenewAt, Expr::value(at))
            .filter(channels::Column::ConnectionId.eq(connection))
            .exec(&self.connections().db)
            .await
            .map(drop)
    }

    async fn forget(&self, connection: Uuid) -> Result<(), DbErr> {
        channels::Entity::delete_by_id(connection).exec(&self.connections().db).await.map(drop)
    }

    /// Channels are switched off: what is open is ended, or ends by itself within a week.
    async fn close(&self, account: &connected_accounts::Model, provider: Provider) -> Result<(), JobError> {
        let connections = self.connections();
        let Some(channel) = channels::Entity::find_by_id(account.id).one(&connections.db).await? else { return Ok(()) };
        self.forget(account.id).await?;
        if let Ok(token) = connections.access_token(account.id).await {
            connections.end_channel(provider, account, &channel, &token.0).await;
        }
        Ok(())
    }
}

/// Why a channel is not open.
#[derive(Debug, thiserror::Error)]
enum NotOpen {
    #[error("the provider did not do it")]
    Provider(#[from] ProviderError),
    #[error("there is no access token")]
    Grant(#[from] GrantError),
}
