//! The ids a provider names while everything is listed, on disk: memory does not grow with the mailbox. What agrees goes at
//! once, so that only what differs is left.

use chrono::{DateTime, TimeDelta, Utc};
use entity::check_ids::{self, Column as C};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use std::collections::HashSet;
use uuid::Uuid;

/// Rows written or deleted in one statement.
const CHUNK: usize = 500;
/// A listing that took so long was given up: its process ended.
const FORGOTTEN: TimeDelta = TimeDelta::days(2);

/// What is known of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// At the provider, and nothing else is known.
    Named,
    /// At the provider, and called stored here without a message.
    Lost,
    /// Only known here.
    Extra,
}

impl Found {
    fn word(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Lost => "lost",
            Self::Extra => "extra",
        }
    }
}

/// Notes what is known of ids; what was noted of them before is replaced.
pub(super) async fn note(
    db: &impl ConnectionTrait,
    check: Uuid,
    feed: Uuid,
    ids: &[String],
    found: Found,
) -> Result<(), DbErr> {
    for chunk in ids.chunks(CHUNK) {
        let rows = chunk.iter().map(|id| check_ids::ActiveModel {
            check_id: Set(check),
            feed_id: Set(feed),
            remote_id: Set(id.clone()),
            found: Set(found.word().to_owned()),
        });
        let newest = OnConflict::columns([C::CheckId, C::FeedId, C::RemoteId]).update_column(C::Found).to_owned();
        check_ids::Entity::insert_many(rows).on_conflict(newest).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Of these ids, those that were named in this feed.
pub(super) async fn among(
    db: &impl ConnectionTrait,
    check: Uuid,
    feed: Uuid,
    ids: &[String],
) -> Result<HashSet<String>, DbErr> {
    let rows: Vec<String> = check_ids::Entity::find()
        .select_only()
        .column(C::RemoteId)
        .filter(C::CheckId.eq(check))
        .filter(C::FeedId.eq(feed))
        .filter(C::RemoteId.is_in(ids.iter().map(String::as_str)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// These agree, in this feed or, without one, in all.
pub(super) async fn agree(
    db: &impl ConnectionTrait,
    check: Uuid,
    feed: Option<Uuid>,
    ids: &[String],
) -> Result<(), DbErr> {
    for chunk in ids.chunks(CHUNK) {
        let mut these = check_ids::Entity::delete_many().filter(C::CheckId.eq(check));
        if let Some(feed) = feed {
            these = these.filter(C::FeedId.eq(feed));
        }
        these.filter(C::RemoteId.is_in(chunk.iter().map(String::as_str))).exec(db).await?;
    }
    Ok(())
}

/// What is missing in one feed and left over in another has only moved.
pub(super) async fn forgive_moved(db: &impl ConnectionTrait, check: Uuid) -> Result<(), DbErr> {
    let twice = Query::select()
        .column(C::RemoteId)
        .from(check_ids::Entity)
        .and_where(C::CheckId.eq(check))
        .group_by_col(C::RemoteId)
        .and_having(ExprTrait::gt(Expr::col(C::RemoteId).count(), 1))
        .to_owned();
    check_ids::Entity::delete_many()
        .filter(C::CheckId.eq(check))
        .filter(C::RemoteId.in_subquery(twice))
        .exec(db)
        .await?;
    Ok(())
}

/// What differs, a page of it after `after`.
pub(super) async fn differing(
    db: &impl ConnectionTrait,
    check: Uuid,
    after: &str,
    most: u64,
) -> Result<Vec<String>, DbErr> {
    check_ids::Entity::find()
        .select_only()
        .column(C::RemoteId)
        .filter(C::CheckId.eq(check))
        .filter(C::RemoteId.gt(after))
        .order_by_asc(C::RemoteId)
        .limit(most)
        .into_tuple()
        .all(db)
        .await
}

/// Some of what is called stored without a message, by feed.
pub(super) async fn lost(db: &impl ConnectionTrait, check: Uuid) -> Result<Vec<(Uuid, String)>, DbErr> {
    check_ids::Entity::find()
        .select_only()
        .columns([C::FeedId, C::RemoteId])
        .filter(C::CheckId.eq(check))
        .filter(C::Found.eq(Found::Lost.word()))
        .limit(u64::try_from(CHUNK).unwrap_or(u64::MAX))
        .into_tuple()
        .all(db)
        .await
}

/// How many are at the provider and not here, and how many are here only.
pub(super) async fn counts(db: &impl ConnectionTrait, check: Uuid) -> Result<(i64, i64), DbErr> {
    let rows: Vec<(String, i64)> = check_ids::Entity::find()
        .select_only()
        .column(C::Found)
        .column_as(C::Found.count(), "ids")
        .filter(C::CheckId.eq(check))
        .group_by(C::Found)
        .into_tuple()
        .all(db)
        .await?;
    let extra = |word: &str| word == Found::Extra.word();
    let count = |of: &dyn Fn(&str) -> bool| rows.iter().filter(|(word, _)| of(word)).map(|(_, count)| count).sum();
    Ok((count(&|word| !extra(word)), count(&extra)))
}

/// Forgets a listing, and what earlier ones of this feed left when their process ended. In pages: other writers wait
/// meanwhile.
pub(super) async fn clear(db: &impl ConnectionTrait, check: Uuid, feed: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
    let old = u64::try_from((now - FORGOTTEN).timestamp_millis()).unwrap_or_default();
    let old = uuid::Builder::from_unix_timestamp_millis(old, &[0; 10]).into_uuid();
    loop {
        let rows: Vec<(Uuid, Uuid, String)> = check_ids::Entity::find()
            .select_only()
            .columns([C::CheckId, C::FeedId, C::RemoteId])
            .filter(C::CheckId.eq(check).or(C::FeedId.eq(feed).and(C::CheckId.lt(old))))
            .limit(u64::try_from(CHUNK).unwrap_or(u64::MAX))
            .into_tuple()
            .all(db)
            .await?;
        let Some((check, feed, _)) = rows.first() else { return Ok(()) };
        let together = rows.iter().filter(|row| (row.0, row.1) == (*check, *feed)).map(|row| row.2.as_str());
        check_ids::Entity::delete_many()
            .filter(C::CheckId.eq(*check))
            .filter(C::FeedId.eq(*feed))
            .filter(C::RemoteId.is_in(together))
            .exec(db)
            .await?;
    }
}
