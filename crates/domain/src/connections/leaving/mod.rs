//! Taking a connection apart.
//!
//! The tokens go in the transaction that says so; the synced data goes after it, in small steps of a durable job; a
//! receipt stays. What the provider is told: `giving_back`.

mod giving_back;
mod removal;

use super::Connections;
use crate::{
    audit,
    cache::{Notice, What},
    connections::grant::place,
    database::begin_write,
    jobs::{self, Job},
    providers::Provider,
    sessions,
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{channels, connected_accounts, disconnections, messages, oauth_grants, sync_feeds};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use secrecy::SecretString;
use uuid::Uuid;

/// Longer than any call that gives a grant back.
const REVOCATION_TAKES: TimeDelta = TimeDelta::minutes(5);
/// Receipts shown.
const RECEIPTS: u64 = 20;

/// What became of the grant at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// Not known (yet).
    Pending,
    /// Over at the provider.
    Revoked,
    /// Kept, because another connection or a way to sign in here hangs on the same account.
    Kept,
    /// The provider has no way to take it back.
    Unsupported,
    /// The provider could not be reached, or the token could not be opened.
    Failed,
    /// It was over before.
    Nothing,
}

impl Revocation {
    const ALL: [Self; 6] = [Self::Pending, Self::Revoked, Self::Kept, Self::Unsupported, Self::Failed, Self::Nothing];

    fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Revoked => "revoked",
            Self::Kept => "kept",
            Self::Unsupported => "unsupported",
            Self::Failed => "failed",
            Self::Nothing => "nothing",
        }
    }
}

/// The receipt of a disconnection.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// `disconnections.id`
    pub id: Uuid,
    /// Which company's account.
    pub provider: Provider,
    /// Its address.
    pub address: String,
    /// How many messages were stored when it began.
    pub messages: u64,
    /// What the provider was told.
    pub revocation: Revocation,
    /// When the tokens were deleted.
    pub started_at: DateTime<Utc>,
    /// When the last of the data was.
    pub finished_at: Option<DateTime<Utc>>,
}

/// What the first transaction took out.
struct Taken {
    provider: Provider,
    issuer: String,
    subject: String,
    token: Option<Result<SecretString, crate::vault::VaultError>>,
    /// The channel that was open, and what may end it.
    channel: Option<(channels::Model, SecretString)>,
}

impl Connections {
    /// Begins to take a connection apart; false when there is no such connection of this user. Pressing twice is once.
    pub async fn disconnect(&self, user: Uuid, connection: Uuid, visitor: &str) -> Result<bool, DbErr> {
        let account = connected_accounts::Entity::find_by_id(connection)
            .filter(connected_accounts::Column::UserId.eq(user))
            .one(&self.db)
            .await?;
        let Some(account) = account else { return Ok(false) };
        self.leave(account, visitor, None).await?;
        Ok(true)
    }

    /// Says of revocations that nobody heard of for minutes that they failed: they went with the process that asked.
    pub(crate) async fn settle_revocations(&self) -> Result<u64, DbErr> {
        let settled = disconnections::Entity::update_many()
            .col_expr(disconnections::Column::Revocation, Expr::value(Revocation::Failed.as_str()))
            .filter(disconnections::Column::Revocation.eq(Revocation::Pending.as_str()))
            .filter(disconnections::Column::StartedAt.lte(self.clock.now() - REVOCATION_TAKES))
            .exec(&self.db)
            .await?;
        Ok(settled.rows_affected)
    }

    /// Takes every connection of somebody apart who is about to go: their own ways in keep no grant.
    pub async fn disconnect_all(&self, user: Uuid, visitor: &str) -> Result<(), DbErr> {
        let of_user = connected_accounts::Column::UserId.eq(user);
        for account in connected_accounts::Entity::find().filter(of_user).all(&self.db).await? {
            self.leave(account, visitor, Some(user)).await?;
        }
        Ok(())
    }

    /// Goes on to its end when the page is closed: the token is nowhere else by then.
    async fn leave(&self, account: connected_accounts::Model, visitor: &str, going: Option<Uuid>) -> Result<(), DbErr> {
        let (this, visitor) = (self.clone(), visitor.to_owned());
        self.flights.to_the_end(async move { this.take_leave(&account, &visitor, going).await }).await
    }

    async fn take_leave(
        &self,
        account: &connected_accounts::Model,
        visitor: &str,
        going: Option<Uuid>,
    ) -> Result<(), DbErr> {
        let (user, connection) = (account.user_id, account.id);
        let Some(taken) = self.take_apart(account, visitor).await? else { return Ok(()) };
        self.forget_cached_token(connection).await;
        self.bus.publish(Notice { user, what: What::Connection { connection } }).await;
        // First: a grant that was given back ends nothing any more.
        if let Some((channel, token)) = &taken.channel {
            self.end_channel(taken.provider, account, channel, token).await;
        }
        let revocation = self.revoke_where_safe(&taken, going).await;
        disconnections::Entity::update_many()
            .col_expr(disconnections::Column::Revocation, Expr::value(revocation.as_str()))
            .filter(disconnections::Column::ConnectionId.eq(connection))
            .exec(&self.db)
            .await?;
        self.bus.publish(Notice { user, what: What::Connection { connection } }).await;
        Ok(())
    }

    /// State, tokens, receipt, job and record at once; `None` when somebody was first.
    async fn take_apart(&self, account: &connected_accounts::Model, visitor: &str) -> Result<Option<Taken>, DbErr> {
        let (connection, user, now) = (account.id, account.user_id, self.clock.now());
        let tx = begin_write(&self.db).await?;
        let marked = connected_accounts::Entity::update_many()
            .col_expr(connected_accounts::Column::State, Expr::value("disconnecting"))
            .col_expr(connected_accounts::Column::StateReason, Expr::value(Option::<String>::None))
            .col_expr(connected_accounts::Column::StateSince, Expr::value(now))
            .col_expr(connected_accounts::Column::UpdatedAt, Expr::value(now))
            .filter(connected_accounts::Column::Id.eq(connection))
            .filter(connected_accounts::Column::State.ne("disconnecting"))
            .exec(&tx)
            .await?;
        if marked.rows_affected == 0 {
            return Ok(None);
        }
        sessions::forget_mailbox(&tx, connection).await?;
        let channel = self.take_channel(&tx, connection).await?;
        let token = self.take_tokens(&tx, connection).await?;
        // A sync that is under way with a token in memory can write no more.
        sync_feeds::Entity::update_many()
            .col_expr(sync_feeds::Column::LeaseOwner, Expr::value(Some(self.randomness.uuid(now))))
            .filter(sync_feeds::Column::ConnectionId.eq(connection))
            .exec(&tx)
            .await?;
        let stored = messages::Entity::find().filter(messages::Column::ConnectionId.eq(connection)).count(&tx).await?;
        disconnections::ActiveModel {
            id: Set(self.randomness.uuid(now)),
            user_id: Set(user),
            connection_id: Set(connection),
            provider: Set(account.provider.clone()),
            address: Set(account.address.clone()),
            messages: Set(i64::try_from(stored).unwrap_or(i64::MAX)),
            revocation: Set(Revocation::Pending.as_str().to_owned()),
            started_at: Set(now),
            finished_at: Set(None),
        }
        .insert(&tx)
        .await?;
        jobs::enqueue(&tx, &self.randomness, now, &Job::RemoveConnection { connection }, now).await?;
        let entry = audit::Entry {
            user: Some(user),
            connection: Some(connection),
            action: "connection.disconnected",
            outcome: "done",
            address: Some(visitor),
            ..audit::Entry::default()
        };
        audit::record(&tx, &*self.clock, &self.randomness, entry).await?;
        tx.commit().await?;
        Ok(Some(Taken {
            provider: account.provider.parse().map_err(|_| DbErr::Type("connected_accounts.provider".into()))?,
            issuer: account.issuer.clone(),
            subject: account.subject.clone(),
            token,
            channel,
        }))
    }

    /// Deletes the row of the channel. The token that is in use may end it, if it can be opened; it is not renewed for that.
    async fn take_channel(
        &self,
        tx: &impl ConnectionTrait,
        connection: Uuid,
    ) -> Result<Option<(channels::Model, SecretString)>, DbErr> {
        let channel = channels::Entity::find_by_id(connection).one(tx).await?;
        channels::Entity::delete_by_id(connection).exec(tx).await?;
        let of_connection = oauth_grants::Column::ConnectionId.eq(connection);
        let grant = oauth_grants::Entity::find().filter(of_connection).one(tx).await?;
        let token = grant.and_then(|grant| {
            let sealed = grant.sealed_access_token?;
            self.vault.open_text(&place(connection, "access_token"), &sealed).ok()
        });
        Ok(channel.zip(token))
    }

    /// Deletes the grant; what could be given back is kept in memory for one call.
    async fn take_tokens(
        &self,
        tx: &impl ConnectionTrait,
        connection: Uuid,
    ) -> Result<Option<Result<SecretString, crate::vault::VaultError>>, DbErr> {
        let of_connection = oauth_grants::Column::ConnectionId.eq(connection);
        let grant = oauth_grants::Entity::find().filter(of_connection.clone()).one(tx).await?;
        oauth_grants::Entity::delete_many().filter(of_connection).exec(tx).await?;
        let Some(grant) = grant else { return Ok(None) };
        let token = match (&grant.sealed_refresh_token, &grant.sealed_access_token) {
            (Some(sealed), _) => Some(("refresh_token", sealed)),
            (None, Some(sealed)) => Some(("access_token", sealed)),
            (None, None) => None,
        };
        Ok(token.map(|(purpose, sealed)| self.vault.open_text(&place(connection, purpose), sealed)))
    }

    /// The newest receipts of a user.
    pub async fn receipts(&self, user: Uuid) -> Result<Vec<Receipt>, DbErr> {
        let rows = disconnections::Entity::find()
            .filter(disconnections::Column::UserId.eq(user))
            .order_by_desc(disconnections::Column::StartedAt)
            .limit(RECEIPTS)
            .all(&self.db)
            .await?;
        let unknown = || DbErr::Type("disconnections holds an unknown word".into());
        let read = |row: disconnections::Model| {
            Ok(Receipt {
                id: row.id,
                provider: row.provider.parse().map_err(|_| unknown())?,
                address: row.address,
                messages: u64::try_from(row.messages).unwrap_or_default(),
                revocation: Revocation::ALL
                    .into_iter()
                    .find(|one| one.as_str() == row.revocation)
                    .ok_or_else(unknown)?,
                started_at: row.started_at,
                finished_at: row.finished_at,
            })
        };
        rows.into_iter().map(read).collect()
    }
}
