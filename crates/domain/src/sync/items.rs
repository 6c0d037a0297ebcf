//! The ledger: one row per message id that the provider has named.

use super::{gmail::Thread, tally, trying};
use crate::{
    jobs::back_off,
    providers::{error::ProviderError, google::gmail::MessageName},
};
use chrono::{DateTime, Utc};
use entity::{feed_items, feed_items::Column as C};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A message to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub id: String,
    pub thread_id: String,
    /// Whether it was tried before.
    pub failed: bool,
}

/// What a transaction did to the sums of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// Ids named, less those forgotten.
    pub named: i64,
    pub stored: i64,
    pub failed: i64,
    pub excluded: i64,
}

impl std::ops::AddAssign for Change {
    fn add_assign(&mut self, other: Self) {
        self.named += other.named;
        self.stored += other.stored;
        self.failed += other.failed;
        self.excluded += other.excluded;
    }
}

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
        reason: Set(None),
        updated_at: Set(now),
    });
    let seen = OnConflict::columns([C::FeedId, C::RemoteId]).update_columns([C::Rank, C::UpdatedAt]).to_owned();
    feed_items::Entity::insert_many(rows).on_conflict(seen).exec_without_returning(db).await?;
    Ok(())
}

/// Names an id that just came up, before everything that was listed. One that is known already stays as it is.
pub(super) async fn name_new(
    db: &impl ConnectionTrait,
    feed: Uuid,
    new: &MessageName,
    rank: i64,
    now: DateTime<Utc>,
) -> Result<Change, DbErr> {
    if feed_items::Entity::find_by_id((feed, new.id.clone())).one(db).await?.is_some() {
        return Ok(Change::default());
    }
    name(db, feed, std::slice::from_ref(new), rank, now).await?;
    Ok(Change { named: 1, ..Change::default() })
}

/// Names ids that came with their messages: they are stored.
pub(super) async fn put_stored(
    db: &impl ConnectionTrait,
    feed: Uuid,
    names: &[MessageName],
    now: DateTime<Utc>,
) -> Result<Change, DbErr> {
    let of = |ids: &[MessageName]| {
        let these = C::RemoteId.is_in(ids.iter().map(|name| name.id.clone()));
        Condition::all().add(C::FeedId.eq(feed)).add(these)
    };
    let mut change = Change::default();
    for chunk in names.chunks(500) {
        let before = tally::count(db, of(chunk)).await?;
        name(db, feed, chunk, 0, now).await?;
        let stored = Expr::value("stored");
        let nothing = Expr::value(Option::<String>::None);
        let no_try = Expr::value(Option::<DateTime<Utc>>::None);
        feed_items::Entity::update_many()
            .col_expr(C::State, stored)
            .col_expr(C::Problem, nothing.clone())
            .col_expr(C::Reason, nothing)
            .col_expr(C::NextTryAt, no_try)
            .filter(of(chunk))
            .filter(C::State.ne("stored"))
            .exec(db)
            .await?;
        let all = number(chunk.len());
        change += Change {
            named: all - before.all(),
            stored: all - before.stored,
            failed: -before.failed,
            excluded: -before.excluded,
        };
    }
    Ok(change)
}

/// The state of an item, if there is one.
pub(super) async fn state(db: &impl ConnectionTrait, feed: Uuid, id: &str) -> Result<Option<String>, DbErr> {
    Ok(feed_items::Entity::find_by_id((feed, id.to_owned())).one(db).await?.map(|item| item.state))
}

/// Of a round, at most this many are second tries: what keeps failing must not hold up what was never tried.
const MOST_RETRIES: u64 = 5;

/// What to fetch next: a few failed ones whose time has come, and pending ones, newest first.
pub(super) async fn next(
    db: &impl ConnectionTrait,
    feed: Uuid,
    most: u64,
    now: DateTime<Utc>,
) -> Result<Vec<Wanted>, DbErr> {
    // Two questions, each answered from an index in its order: one for both would sort all that is pending.
    let in_state = |state: &str| {
        let names = feed_items::Entity::find().select_only().columns([C::RemoteId, C::ThreadRemoteId]);
        names.filter(C::FeedId.eq(feed)).filter(C::State.eq(state))
    };
    let failed =
        in_state("failed").filter(C::NextTryAt.lte(now)).order_by_asc(C::NextTryAt).limit(most.min(MOST_RETRIES));
    let mut wanted = read(failed.into_tuple().all(db).await?, true);
    let room = most.saturating_sub(u64::try_from(wanted.len()).unwrap_or(most));
    let pending = in_state("pending").order_by_asc(C::Rank).limit(room);
    wanted.extend(read(pending.into_tuple().all(db).await?, false));
    Ok(wanted)
}

fn read(rows: Vec<(String, String)>, failed: bool) -> Vec<Wanted> {
    rows.into_iter().map(|(id, thread_id)| Wanted { id, thread_id, failed }).collect()
}

/// Of these messages, those that were never tried.
pub(super) async fn pending_among(db: &impl ConnectionTrait, feed: Uuid, ids: &[String]) -> Result<Vec<Wanted>, DbErr> {
    let rows = feed_items::Entity::find()
        .select_only()
        .columns([C::RemoteId, C::ThreadRemoteId])
        .filter(C::FeedId.eq(feed))
        .filter(C::State.eq("pending"))
        .filter(C::RemoteId.is_in(ids.iter().map(String::as_str)));
    Ok(read(rows.into_tuple().all(db).await?, false))
}

/// The conversations of these messages, as far as the ledger knows them.
pub(super) async fn threads(
    db: &impl ConnectionTrait,
    feed: Uuid,
    of: &[Wanted],
) -> Result<HashMap<String, Thread>, DbErr> {
    let ids: BTreeSet<&str> = of.iter().map(|one| one.thread_id.as_str()).collect();
    let rows: Vec<(String, String, String)> = feed_items::Entity::find()
        .select_only()
        .columns([C::ThreadRemoteId, C::RemoteId, C::State])
        .filter(C::FeedId.eq(feed))
        .filter(C::ThreadRemoteId.is_in(ids))
        .order_by_asc(C::Rank)
        .into_tuple()
        .all(db)
        .await?;
    let mut threads: HashMap<String, Thread> = HashMap::new();
    for (thread_id, id, state) in rows {
        let thread = threads.entry(thread_id.clone()).or_default();
        thread.messages += 1;
        if state == "pending" {
            thread.pending.push(Wanted { id, thread_id, failed: false });
        }
    }
    Ok(threads)
}

/// These are stored.
pub(super) async fn mark_stored(
    db: &impl ConnectionTrait,
    feed: Uuid,
    stored: &[Wanted],
    now: DateTime<Utc>,
) -> Result<Change, DbErr> {
    if stored.is_empty() {
        return Ok(Change::default());
    }
    feed_items::Entity::update_many()
        .col_expr(C::State, Expr::value("stored"))
        .col_expr(C::Problem, Expr::value(Option::<String>::None))
        .col_expr(C::NextTryAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::FeedId.eq(feed))
        .filter(C::RemoteId.is_in(stored.iter().map(|one| one.id.as_str())))
        .exec(db)
        .await?;
    let repaired = stored.iter().filter(|one| one.failed).count();
    Ok(Change { stored: number(stored.len()), failed: -number(repaired), ..Change::default() })
}

/// This one could not be stored: its own next try comes later each time, and holds up nobody else.
pub(super) async fn mark_failed(
    db: &impl ConnectionTrait,
    feed: Uuid,
    one: &Wanted,
    error: &ProviderError,
    now: DateTime<Utc>,
) -> Result<Change, DbErr> {
    let item = feed_items::Entity::find_by_id((feed, one.id.clone())).one(db).await?;
    // A try that was written down before it was made is counted already.
    let attempts = item.map_or(0, |item| item.attempts - i32::from(trying::is_unended(&item)));
    feed_items::Entity::update_many()
        .col_expr(C::State, Expr::value("failed"))
        .col_expr(C::Attempts, Expr::value(attempts + 1))
        .col_expr(C::NextTryAt, Expr::value(Some(now + back_off(attempts))))
        .col_expr(C::Problem, Expr::value(Some(error.trouble().told(error))))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::FeedId.eq(feed))
        .filter(C::RemoteId.eq(&one.id))
        .exec(db)
        .await?;
    Ok(Change { failed: i64::from(!one.failed), ..Change::default() })
}

/// The provider does not have these any more.
pub(super) async fn forget(db: &impl ConnectionTrait, feed: Uuid, ids: &[String]) -> Result<Change, DbErr> {
    let mut change = Change::default();
    for chunk in ids.chunks(500) {
        let these = || {
            let named = C::RemoteId.is_in(chunk.iter().map(String::as_str));
            Condition::all().add(C::FeedId.eq(feed)).add(named)
        };
        let gone = tally::count(db, these()).await?;
        change += Change { named: -gone.all(), stored: -gone.stored, failed: -gone.failed, excluded: -gone.excluded };
        feed_items::Entity::delete_many().filter(these()).exec(db).await?;
    }
    Ok(change)
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What is called stored is to be fetched again. How many of these are.
pub(super) async fn want_again(
    db: &impl ConnectionTrait,
    feed: Uuid,
    ids: &[String],
    now: DateTime<Utc>,
) -> Result<i64, DbErr> {
    let mut wanted = 0;
    for chunk in ids.chunks(500) {
        let done = feed_items::Entity::update_many()
            .col_expr(C::State, Expr::value("pending"))
            .col_expr(C::UpdatedAt, Expr::value(now))
            .filter(C::FeedId.eq(feed))
            .filter(C::State.eq("stored"))
            .filter(C::RemoteId.is_in(chunk.iter().map(String::as_str)))
            .exec(db)
            .await?;
        wanted += i64::try_from(done.rows_affected).unwrap_or_default();
    }
    Ok(wanted)
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
