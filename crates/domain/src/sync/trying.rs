//! A message that ends its process leaves no error behind. So where one may be, a try is written down before it is made:
//! whoever comes after finds the message failed, with a next try of its own, and goes on with the rest.
//!
//! Batches and pages shrink with every death of a run, and from [`ALONE`](super::caution::ALONE) on everything is written down; what failed before
//! always is. Where nothing ever died this costs nothing.

use super::items::{self, Change, Wanted};
use crate::{jobs::back_off, trouble::Trouble};
use chrono::{DateTime, Utc};
use entity::feed_items::{self, Column as C};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use std::collections::HashSet;
use uuid::Uuid;

/// Doublings of the usual wait: ending a process is worse than failing. The first wait is a minute.
const GRAVER: i32 = 5;

/// The one message to try alone: of those never tried the first, so that what ends every process that tries it is the last.
pub(super) async fn next_alone(
    db: &impl ConnectionTrait,
    feed: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Wanted>, DbErr> {
    let pending = feed_items::Entity::find()
        .filter(C::FeedId.eq(feed))
        .filter(C::State.eq("pending"))
        .order_by_asc(C::Rank)
        .one(db)
        .await?;
    match pending {
        Some(item) => Ok(vec![Wanted { id: item.remote_id, thread_id: item.thread_remote_id, failed: false }]),
        None => items::next(db, feed, 1, now).await,
    }
}

/// Whether a try was begun and its end never written down.
pub(super) fn is_unended(item: &feed_items::Model) -> bool {
    item.problem.as_deref() == Some(Trouble::Unended.word())
}

/// Writes down that these are being tried: failed, unless somebody says otherwise.
pub(super) async fn begin(
    db: &impl ConnectionTrait,
    feed: Uuid,
    tried: &[Wanted],
    now: DateTime<Utc>,
) -> Result<Change, DbErr> {
    let mut change = Change::default();
    for one in tried {
        let Some(item) = feed_items::Entity::find_by_id((feed, one.id.clone())).one(db).await? else { continue };
        feed_items::Entity::update_many()
            .col_expr(C::State, Expr::value("failed"))
            .col_expr(C::Attempts, Expr::value(item.attempts + 1))
            .col_expr(C::NextTryAt, Expr::value(Some(now + back_off(item.attempts + GRAVER))))
            .col_expr(C::Problem, Expr::value(Some(Trouble::Unended.word())))
            .filter(C::FeedId.eq(feed))
            .filter(C::RemoteId.eq(&one.id))
            .exec(db)
            .await?;
        change.failed += i64::from(item.state != "failed");
        change.stored -= i64::from(item.state == "stored");
        change.excluded -= i64::from(item.state == "excluded");
    }
    Ok(change)
}

/// What was written down and then not tried after all waits again as before.
pub(super) async fn take_back(db: &impl ConnectionTrait, feed: Uuid, untried: &[Wanted]) -> Result<Change, DbErr> {
    let never_failed = untried.iter().filter(|one| !one.failed).map(|one| one.id.as_str());
    let taken_back = feed_items::Entity::update_many()
        .col_expr(C::State, Expr::value("pending"))
        .col_expr(C::Attempts, Expr::value(0))
        .col_expr(C::NextTryAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(C::Problem, Expr::value(Option::<String>::None))
        .filter(unended(feed, never_failed))
        .exec(db)
        .await?;
    Ok(Change { failed: -i64::try_from(taken_back.rows_affected).unwrap_or(i64::MAX), ..Change::default() })
}

/// Those of `ids` whose last try was never ended. They count as seen now.
pub(super) async fn left_alone(
    db: &impl ConnectionTrait,
    feed: Uuid,
    ids: &[String],
    now: DateTime<Utc>,
) -> Result<HashSet<String>, DbErr> {
    let mut left = HashSet::new();
    for chunk in ids.chunks(500) {
        let these = || unended(feed, chunk.iter().map(String::as_str));
        let found: Vec<String> =
            feed_items::Entity::find().select_only().column(C::RemoteId).filter(these()).into_tuple().all(db).await?;
        if !found.is_empty() {
            feed_items::Entity::update_many().col_expr(C::UpdatedAt, Expr::value(now)).filter(these()).exec(db).await?;
        }
        left.extend(found);
    }
    Ok(left)
}

fn unended<'i>(feed: Uuid, ids: impl Iterator<Item = &'i str>) -> Condition {
    Condition::all()
        .add(C::FeedId.eq(feed))
        .add(C::RemoteId.is_in(ids))
        .add(C::State.eq("failed"))
        .add(C::Problem.eq(Trouble::Unended.word()))
}
