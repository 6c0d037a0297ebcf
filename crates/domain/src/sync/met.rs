//! What a list met, and what it did not: the rows of the ledger that it touched last.

use chrono::{DateTime, Utc};
use entity::feed_items::{self, Column as C};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

/// These were met: a listing that is going on does not miss them.
pub(super) async fn note(
    db: &impl ConnectionTrait,
    feed: Uuid,
    ids: impl Iterator<Item = &str>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    feed_items::Entity::update_many()
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::FeedId.eq(feed))
        .filter(C::RemoteId.is_in(ids))
        .exec(db)
        .await?;
    Ok(())
}

/// Some of the ids that a listing begun at `since` did not see: at most `most`, in their order and behind `after`, so that
/// reading all of them walks once through the ledger.
pub(super) async fn not_seen_since(
    db: &impl ConnectionTrait,
    feed: Uuid,
    since: DateTime<Utc>,
    after: &str,
    most: u64,
) -> Result<Vec<String>, DbErr> {
    feed_items::Entity::find()
        .select_only()
        .column(C::RemoteId)
        .filter(C::FeedId.eq(feed))
        .filter(C::RemoteId.gt(after))
        .filter(C::UpdatedAt.lt(since))
        .order_by_asc(C::RemoteId)
        .limit(most)
        .into_tuple()
        .all(db)
        .await
}
