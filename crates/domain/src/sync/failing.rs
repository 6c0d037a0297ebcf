//! What could not be fetched: seen by its person, and tried again when they say so.

use super::{Sync, SyncError};
use crate::{
    cache::{Notice, What},
    database::begin_write,
    jobs::{self, Job},
};
use chrono::{DateTime, Utc};
use entity::{
    feed_items::{self, Column as C},
    sync_feeds,
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use uuid::Uuid;

/// Most of them that are shown.
const SHOWN: u64 = 50;

/// A message that could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// The provider's id of it.
    pub remote_id: String,
    /// Why, in the words of the last try.
    pub problem: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_try_at: Option<DateTime<Utc>>,
}

impl Sync {
    /// The messages of a connection that could not be fetched, the one to be tried next first.
    pub async fn failing(&self, connection: Uuid) -> Result<Vec<Failing>, DbErr> {
        let rows = feed_items::Entity::find()
            .filter(C::FeedId.in_subquery(feeds_of(connection)))
            .filter(C::State.eq("failed"))
            .order_by_asc(C::NextTryAt)
            .limit(SHOWN)
            .all(&self.connections.db)
            .await?;
        let failing = |row: feed_items::Model| Failing {
            remote_id: row.remote_id,
            problem: row.problem.unwrap_or_default(),
            attempts: u32::try_from(row.attempts).unwrap_or_default(),
            next_try_at: row.next_try_at,
        };
        Ok(rows.into_iter().map(failing).collect())
    }

    /// Tries everything that failed again now, instead of when its time comes.
    pub async fn try_again(&self, user: Uuid, connection: Uuid) -> Result<(), SyncError> {
        self.connections.find(user, connection).await?.ok_or(SyncError::NotFound)?;
        let feed = self.feed_of(connection).await?.ok_or(SyncError::NotFound)?.id;
        let now = self.connections.clock.now();
        let tx = begin_write(&self.connections.db).await?;
        feed_items::Entity::update_many()
            .col_expr(C::NextTryAt, Expr::value(Some(now)))
            .filter(C::FeedId.in_subquery(feeds_of(connection)))
            .filter(C::State.eq("failed"))
            .exec(&tx)
            .await?;
        jobs::enqueue(&tx, &self.connections.randomness, now, &Job::SyncMailbox { feed }, now).await?;
        tx.commit().await?;
        self.connections.bus.publish(Notice { user, what: What::Sync { connection } }).await;
        Ok(())
    }
}

/// Every feed of a connection.
pub(super) fn feeds_of(connection: Uuid) -> SelectStatement {
    Query::select()
        .column(sync_feeds::Column::Id)
        .from(sync_feeds::Entity)
        .and_where(Expr::col(sync_feeds::Column::ConnectionId).eq(connection))
        .to_owned()
}
