//! The ledger counted.

use entity::feed_items::{self, Column as C};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::SimpleExpr,
};
use uuid::Uuid;

/// How many items there are, by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub pending: i64,
    pub stored: i64,
    pub excluded: i64,
    pub failed: i64,
}

impl Tally {
    /// Every id that is named.
    pub fn all(&self) -> i64 {
        self.pending + self.stored + self.excluded + self.failed
    }
}

/// Counts a feed's items, in one walk over the index: seldom, because it takes longer the more there are.
pub(super) async fn of_feed(db: &impl ConnectionTrait, feed: Uuid) -> Result<Tally, DbErr> {
    of_feeds(db, C::FeedId.eq(feed)).await
}

/// Counts the items of several feeds.
pub(super) async fn of_feeds(db: &impl ConnectionTrait, feeds: SimpleExpr) -> Result<Tally, DbErr> {
    count(db, Condition::all().add(feeds)).await
}

/// Counts the items for which `which` holds.
pub(super) async fn count(db: &impl ConnectionTrait, which: Condition) -> Result<Tally, DbErr> {
    let rows: Vec<(String, i64)> = feed_items::Entity::find()
        .select_only()
        .column(C::State)
        .column_as(C::State.count(), "items")
        .filter(which)
        .group_by(C::State)
        .into_tuple()
        .all(db)
        .await?;
    let of = |state: &str| rows.iter().find(|(word, _)| word == state).map_or(0, |(_, count)| *count);
    Ok(Tally { pending: of("pending"), stored: of("stored"), excluded: of("excluded"), failed: of("failed") })
}
