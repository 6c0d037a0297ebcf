//! The ledger: one row per message id that the provider has named.

use crate::{jobs::back_off, providers::google::gmail::MessageName};
use chrono::{DateTime, Utc};
use entity::{feed_items, feed_items::Column as C};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

/// Names listed ids. `first_rank` is the rank of the first: lower ranks are fetched first. An id known already keeps its
/// state; its row is touched, so that a listing can tell what it did not see.
pub(super) async fn name(
    db: &impl ConnectionTrait,
    feed: Uuid,
    names: &[MessageName],
    first_rank: i64,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if names.is_empty() {
        return Ok(());
    }
    let rows = names.iter().zip(first_rank..).map(|(name, rank)| feed_items::ActiveModel {
        feed_id: Set(feed),
        remote_id: Set(name.id.clone()),
        thread_remote_id: Set(name.thread_id.clone()),
        rank: Set(rank),
        state: Set("pending".to_owned()),
        attempts: Set(0),
        next_try_at: Set(None),
        problem: Set(None),
        updated_at: Set(now),
    });
    let seen = OnConflict::columns([C::FeedId, C::RemoteId]).update_columns([C::Rank, C::UpdatedAt]).to_owned();
    feed_items::Entity::insert_many(rows).on_conflict(seen).exec_without_returning(db).await?;
    Ok(())
}

/// Of a batch, at most this many are second tries: what keeps failing must not hold up what was never tried.
const MOST_RETRIES: u64 = 5;

/// The ids to fetch next: a few failed ones whose time has come, and pending ones, newest first.
pub(super) async fn next(
    db: &impl ConnectionTrait,
    feed: Uuid,
    most: u64,
    now: DateTime<Utc>,
) -> Result<Vec<String>, DbErr> {
    // Two questions, each answered from the index in its order: one for both would sort all that is pending.
    let in_state = |state: &str| {
        let of_feed = feed_items::Entity::find().select_only().column(C::RemoteId).filter(C::FeedId.eq(feed));
        of_feed.filter(C::State.eq(state)).order_by_asc(C::Rank)
    };
    let failed = in_state("failed").filter(C::NextTryAt.lte(now)).limit(most.min(MOST_RETRIES));
    let mut ids: Vec<String> = failed.into_tuple().all(db).await?;
    let room = most - u64::try_from(ids.len()).unwrap_or(most);
    let pending: Vec<String> = in_state("pending").limit(room).into_tuple().all(db).await?;
    ids.extend(pending);
    Ok(ids)
}

/// These are stored.
pub(super) async fn mark_stored(
    db: &impl ConnectionTrait,
    feed: Uuid,
    ids: &[String],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    feed_items::Entity::update_many()
        .col_expr(C::State, Expr::value("stored"))
        .col_expr(C::Problem, Expr::value(Option::<String>::None))
        .col_expr(C::NextTryAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::FeedId.eq(feed))
        .filter(C::RemoteId.is_in(ids.iter().map(String::as_str)))
        .exec(db)
        .await?;
    Ok(())
}

/// This one could not be stored: its own next try comes later each time, and holds up nobody else.
pub(super) async fn mark_failed(
    db: &impl ConnectionTrait,
    feed: Uuid,
    id: &str,
    problem: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let item = feed_items::Entity::find_by_id((feed, id.to_owned())).one(db).await?;
    let attempts = item.map_or(0, |item| item.attempts);
    feed_items::Entity::update_many()
        .col_expr(C::State, Expr::value("failed"))
        .col_expr(C::Attempts, Expr::value(attempts + 1))
        .col_expr(C::NextTryAt, Expr::value(Some(now + back_off(attempts))))
        .col_expr(C::Problem, Expr::value(Some(problem)))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::FeedId.eq(feed))
        .filter(C::RemoteId.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// The provider does not have these any more.
pub(super) async fn forget(db: &impl ConnectionTrait, feed: Uuid, ids: &[String]) -> Result<(), DbErr> {
    for chunk in ids.chunks(500) {
        feed_items::Entity::delete_many()
            .filter(C::FeedId.eq(feed))
            .filter(C::RemoteId.is_in(chunk.iter().map(String::as_str)))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// The ids that a listing begun at `since` did not see.
pub(super) async fn not_seen_since(
    db: &impl ConnectionTrait,
    feed: Uuid,
    since: DateTime<Utc>,
) -> Result<Vec<String>, DbErr> {
    feed_items::Entity::find()
        .select_only()
        .column(C::RemoteId)
        .filter(C::FeedId.eq(feed))
        .filter(C::UpdatedAt.lt(since))
        .into_tuple()
        .all(db)
        .await
}

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

/// Counts a feed's items, in one walk over the index.
pub(super) async fn tally(db: &impl ConnectionTrait, feed: Uuid) -> Result<Tally, DbErr> {
    let rows: Vec<(String, i64)> = feed_items::Entity::find()
        .select_only()
        .column(C::State)
        .column_as(C::State.count(), "items")
        .filter(C::FeedId.eq(feed))
        .group_by(C::State)
        .into_tuple()
        .all(db)
        .await?;
    let of = |state: &str| rows.iter().find(|(word, _)| word == state).map_or(0, |(_, count)| *count);
    Ok(Tally { pending: of("pending"), stored: of("stored"), excluded: of("excluded"), failed: of("failed") })
}

/// When messages of the last while were asked for one by one, as far as the ledger tells.
pub(super) async fn asked_since(
    db: &impl ConnectionTrait,
    feed: Uuid,
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, DbErr> {
    feed_items::Entity::find()
        .select_only()
        .column(C::UpdatedAt)
        .filter(C::FeedId.eq(feed))
        .filter(C::State.is_in(["stored", "failed"]))
        .filter(C::UpdatedAt.gt(since))
        .into_tuple()
        .all(db)
        .await
}

/// When the first failed item wants its next try.
pub(super) async fn next_try(db: &impl ConnectionTrait, feed: Uuid) -> Result<Option<DateTime<Utc>>, DbErr> {
    let row = feed_items::Entity::find()
        .filter(C::FeedId.eq(feed))
        .filter(C::State.eq("failed"))
        .order_by_asc(C::NextTryAt)
        .one(db)
        .await?;
    Ok(row.and_then(|row| row.next_try_at))
}
