//! A mailbox that was read again from the beginning, because its place in the provider's history was lost or something did
//! not agree: when, and what was found.

use super::{Sync, failing::feeds_of, run::Run};
use crate::{audit, providers::google::gmail::MessageName};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    feed_items,
    rereads::{self, Column as C},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

/// Folders whose re-reading began so close to each other were read again together.
const TOGETHER: TimeDelta = TimeDelta::minutes(10);

/// The newest re-reading of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reread {
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When the list was whole; `None` while it goes on.
    pub ended_at: Option<DateTime<Utc>>,
    /// Messages at the provider that were not here: fetched since.
    pub missing: u64,
    /// Messages here that the provider has no more: deleted here too.
    pub deleted: u64,
}

/// Notes that a feed is read again. One that is being read again already goes on.
pub(super) async fn begin(db: &impl ConnectionTrait, feed: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = rereads::Entity::find_by_id(feed).one(db).await?;
    let is_new = row.is_none();
    if row.is_some_and(|row| row.ended_at.is_none()) {
        return Ok(());
    }
    let begun = rereads::ActiveModel {
        feed_id: Set(feed),
        began_at: Set(now),
        ended_at: Set(None),
        missing: Set(0),
        deleted: Set(0),
    };
    if is_new {
        begun.insert(db).await?
    } else {
        begun.update(db).await?
    };
    Ok(())
}

/// Counts what was found, if the feed is being read again.
pub(super) async fn found(db: &impl ConnectionTrait, feed: Uuid, missing: i64, deleted: i64) -> Result<(), DbErr> {
    if missing == 0 && deleted == 0 {
        return Ok(());
    }
    rereads::Entity::update_many()
        .col_expr(C::Missing, ExprTrait::add(Expr::col(C::Missing), missing))
        .col_expr(C::Deleted, ExprTrait::add(Expr::col(C::Deleted), deleted))
        .filter(C::FeedId.eq(feed))
        .filter(C::EndedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// How many of these names the ledger does not hold.
pub(super) async fn unknown(db: &impl ConnectionTrait, feed: Uuid, names: &[MessageName]) -> Result<i64, DbErr> {
    let mut unknown = i64::try_from(names.len()).unwrap_or(i64::MAX);
    for chunk in names.chunks(500) {
        let known = feed_items::Entity::find()
            .filter(feed_items::Column::FeedId.eq(feed))
            .filter(feed_items::Column::RemoteId.is_in(chunk.iter().map(|name| name.id.as_str())))
            .count(db)
            .await?;
        unknown -= i64::try_from(known).unwrap_or_default();
    }
    Ok(Ord::max(unknown, 0))
}

impl Run<'_> {
    /// The list is whole: what was found is kept, and told in the history.
    pub(super) async fn end_reread(&self, db: &impl ConnectionTrait) -> Result<(), DbErr> {
        let row = rereads::Entity::find_by_id(self.feed.id).filter(C::EndedAt.is_null()).one(db).await?;
        let Some(row) = row else { return Ok(()) };
        let detail = format!("{} missing, {} deleted", row.missing, row.deleted);
        let mut row: rereads::ActiveModel = row.into();
        row.ended_at = Set(Some(self.now()));
        row.update(db).await?;
        let entry = audit::Entry {
            user: Some(self.account.user_id),
            connection: Some(self.account.id),
            action: "sync.reread",
            outcome: "done",
            detail: Some(&detail),
            ..audit::Entry::default()
        };
        audit::record(db, &*self.sync.connections.clock, &self.sync.connections.randomness, entry).await
    }
}

impl Sync {
    /// The newest re-reading of a connection's mailbox; its folders taken together.
    pub async fn last_reread(&self, connection: Uuid) -> Result<Option<Reread>, DbErr> {
        let rows = rereads::Entity::find()
            .filter(C::FeedId.in_subquery(feeds_of(connection)))
            .order_by_desc(C::BeganAt)
            .all(&self.connections.db)
            .await?;
        let Some(newest) = rows.first().map(|row| row.began_at) else { return Ok(None) };
        let together: Vec<_> = rows.into_iter().take_while(|row| newest - row.began_at < TOGETHER).collect();
        let count =
            |of: fn(&rereads::Model) -> i64| u64::try_from(together.iter().map(of).sum::<i64>()).unwrap_or_default();
        let ends: Option<Vec<_>> = together.iter().map(|row| row.ended_at).collect();
        Ok(Some(Reread {
            began_at: together.iter().map(|row| row.began_at).min().unwrap_or(newest),
            ended_at: ends.and_then(|ends| ends.into_iter().max()),
            missing: count(|row| row.missing),
            deleted: count(|row| row.deleted),
        }))
    }
}
