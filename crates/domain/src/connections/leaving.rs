//! Taking a connection apart, and giving grants back.
//!
//! The tokens go in the transaction that says so; the synced data goes after it, in small steps of a durable job; a
//! receipt stays. The grant is given back at the provider only where nothing else hangs on it: Google ends every grant
//! of the account to the whole project at once.

use super::Connections;
use crate::{
    audit,
    cache::{Notice, What},
    connections::grant::place,
    database::begin_write,
    jobs::{self, Job, JobContext, JobError, JobOutcome},
    providers::{
        Provider,
        auth::{AuthServer, Granted, Revoked},
    },
};
use chrono::{DateTime, Utc};
use entity::{connected_accounts, disconnections, feed_items, identities, messages, oauth_grants, sync_feeds};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use secrecy::SecretString;
use uuid::Uuid;

/// Messages deleted in one transaction: SQLite has one writer, and it must not wait long for this.
const MESSAGES_AT_ONCE: u64 = 200;
/// Entries of a ledger deleted in one transaction.
const ITEMS_AT_ONCE: u64 = 1_000;
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
}

impl Connections {
    /// Begins to take a connection apart; false when there is no such connection of this user. Pressing twice is once.
    pub async fn disconnect(&self, user: Uuid, connection: Uuid, visitor: &str) -> Result<bool, DbErr> {
        let account = connected_accounts::Entity::find_by_id(connection)
            .filter(connected_accounts::Column::UserId.eq(user))
            .one(&self.db)
            .await?;
        let Some(account) = account else { return Ok(false) };
        let Some(taken) = self.take_apart(&account, visitor).await? else { return Ok(true) };
        self.forget_cached_token(connection).await;
        self.bus.publish(Notice { user, what: What::Connection { connection } }).await;
        let revocation = self.revoke_where_safe(&taken).await;
        disconnections::Entity::update_many()
            .col_expr(disconnections::Column::Revocation, Expr::value(revocation.as_str()))
            .filter(disconnections::Column::ConnectionId.eq(connection))
            .exec(&self.db)
            .await?;
        self.bus.publish(Notice { user, what: What::Connection { connection } }).await;
        Ok(true)
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
        }))
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

    async fn revoke_where_safe(&self, grant: &Taken) -> Revocation {
        let token = match &grant.token {
            None => return Revocation::Nothing,
            Some(Err(error)) => {
                tracing::error!(%error, "grant.not_given_back: its token cannot be opened");
                return Revocation::Failed;
            }
            Some(Ok(token)) => token,
        };
        let Some(server) = self.servers.get(grant.provider) else { return Revocation::Failed };
        match self.in_use(&grant.issuer, &grant.subject).await {
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

    /// Whether a connection of anybody here, or a way to sign in, hangs on this account at the provider.
    async fn in_use(&self, issuer: &str, subject: &str) -> Result<bool, DbErr> {
        let connections = connected_accounts::Entity::find()
            .filter(connected_accounts::Column::Issuer.eq(issuer))
            .filter(connected_accounts::Column::Subject.eq(subject))
            .filter(connected_accounts::Column::State.ne("disconnecting"))
            .count(&self.db)
            .await?;
        let identities = identities::Entity::find()
            .filter(identities::Column::Issuer.eq(issuer))
            .filter(identities::Column::Subject.eq(subject))
            .count(&self.db)
            .await?;
        Ok(connections + identities > 0)
    }

    /// Returns a grant we have no use for, unless giving it back would end another one of the same account.
    pub(super) async fn give_back(&self, server: &dyn AuthServer, granted: &Granted) {
        if self.in_use(&granted.identity.issuer, &granted.identity.subject).await.unwrap_or(true) {
            return;
        }
        let token = granted.tokens.refresh_token.as_ref().unwrap_or(&granted.tokens.access_token);
        if let Err(error) = server.revoke(token).await {
            tracing::warn!(%error, "grant.not_given_back: it ends by itself or at the provider");
        }
    }

    /// Deletes what was synced, step by step; then the connection itself. Safe to run again.
    pub(crate) async fn remove(&self, connection: Uuid, context: &JobContext) -> Result<JobOutcome, JobError> {
        let Some(account) = connected_accounts::Entity::find_by_id(connection).one(&self.db).await? else {
            return Ok(JobOutcome::Done);
        };
        if account.state != "disconnecting" {
            return Ok(JobOutcome::Done);
        }
        let user = account.user_id;
        while self.remove_some(connection).await? {
            self.bus.publish(Notice { user, what: What::Connection { connection } }).await;
            if context.stop.is_cancelled() {
                return Ok(JobOutcome::Again { at: self.clock.now() });
            }
        }
        let now = self.clock.now();
        let tx = begin_write(&self.db).await?;
        connected_accounts::Entity::delete_by_id(connection).exec(&tx).await?;
        disconnections::Entity::update_many()
            .col_expr(disconnections::Column::FinishedAt, Expr::value(Some(now)))
            .filter(disconnections::Column::ConnectionId.eq(connection))
            .exec(&tx)
            .await?;
        let entry = audit::Entry {
            user: Some(user),
            connection: Some(connection),
            action: "connection.removed",
            outcome: "done",
            ..audit::Entry::default()
        };
        audit::record(&tx, &*self.clock, &self.randomness, entry).await?;
        tx.commit().await?;
        for what in [What::Connection { connection }, What::Mail { connection }] {
            self.bus.publish(Notice { user, what }).await;
        }
        Ok(JobOutcome::Done)
    }

    /// Deletes one step's worth; false when nothing is left.
    async fn remove_some(&self, connection: Uuid) -> Result<bool, DbErr> {
        let ids: Vec<Uuid> = messages::Entity::find()
            .select_only()
            .column(messages::Column::Id)
            .filter(messages::Column::ConnectionId.eq(connection))
            .limit(MESSAGES_AT_ONCE)
            .into_tuple()
            .all(&self.db)
            .await?;
        if !ids.is_empty() {
            messages::Entity::delete_many().filter(messages::Column::Id.is_in(ids)).exec(&self.db).await?;
            return Ok(true);
        }
        let feeds = sync_feeds::Entity::find().filter(sync_feeds::Column::ConnectionId.eq(connection));
        for feed in feeds.all(&self.db).await? {
            let of_feed = feed_items::Column::FeedId.eq(feed.id);
            let items: Vec<String> = feed_items::Entity::find()
                .select_only()
                .column(feed_items::Column::RemoteId)
                .filter(of_feed.clone())
                .limit(ITEMS_AT_ONCE)
                .into_tuple()
                .all(&self.db)
                .await?;
            if !items.is_empty() {
                let some = feed_items::Column::RemoteId.is_in(items);
                feed_items::Entity::delete_many().filter(of_feed).filter(some).exec(&self.db).await?;
                return Ok(true);
            }
        }
        Ok(false)
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

    /// How many messages there were and how many are left, while a connection is taken apart.
    pub(super) async fn removal_progress(&self, connection: Uuid) -> Result<(u64, u64), DbErr> {
        let of_connection = disconnections::Column::ConnectionId.eq(connection);
        let receipt = disconnections::Entity::find().filter(of_connection).one(&self.db).await?;
        let left =
            messages::Entity::find().filter(messages::Column::ConnectionId.eq(connection)).count(&self.db).await?;
        let total = receipt.and_then(|row| u64::try_from(row.messages).ok()).unwrap_or(left);
        Ok((total.max(left), left))
    }
}
