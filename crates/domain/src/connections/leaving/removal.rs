//! The job that deletes what was synced, in small steps, and how far it is.

use crate::{
    audit,
    cache::{Notice, What},
    connections::Connections,
    database::begin_write,
    jobs::{JobContext, JobError, JobOutcome},
};
use entity::{connected_accounts, disconnections, feed_items, messages, sync_feeds};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, sea_query::Expr};
use uuid::Uuid;

/// Messages deleted in one transaction: SQLite has one writer, and it must not wait long for this.
const MESSAGES_AT_ONCE: u64 = 200;
/// Entries of a ledger deleted in one transaction.
const ITEMS_AT_ONCE: u64 = 1_000;

impl Connections {
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
        let gone = connected_accounts::Entity::delete_many()
            .filter(connected_accounts::Column::Id.eq(connection))
            .filter(connected_accounts::Column::State.eq("disconnecting"))
            .exec(&tx)
            .await?;
        if gone.rows_affected == 0 {
            return Ok(JobOutcome::Done);
        }
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

    /// Deletes, in small steps, what was synced for somebody whose connections were all taken apart: what is left of the
    /// account can then go in one short transaction.
    pub async fn clear_out(&self, user: Uuid) -> Result<(), DbErr> {
        let of_user = connected_accounts::Column::UserId.eq(user);
        for account in connected_accounts::Entity::find().filter(of_user).all(&self.db).await? {
            while self.remove_some(account.id).await? {}
        }
        Ok(())
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

    /// How many messages there were and how many are left, while a connection is taken apart.
    pub(in crate::connections) async fn removal_progress(&self, connection: Uuid) -> Result<(u64, u64), DbErr> {
        let of_connection = disconnections::Column::ConnectionId.eq(connection);
        let receipt = disconnections::Entity::find().filter(of_connection).one(&self.db).await?;
        let left =
            messages::Entity::find().filter(messages::Column::ConnectionId.eq(connection)).count(&self.db).await?;
        let total = receipt.and_then(|row| u64::try_from(row.messages).ok()).unwrap_or(left);
        Ok((total.max(left), left))
    }
}
