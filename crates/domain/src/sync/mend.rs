//! What a comparison found to be wrong is put right: by listing everything again, or by fetching again what differs.

use super::{Stage, Sync, checked::Check, compare::Comparison, items, named, named::Found, reread, sample::Sample};
use crate::{
    database::begin_write,
    jobs::{self, Job},
};
use chrono::{DateTime, Utc};
use entity::sync_feeds::{self, Column as C};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use std::collections::BTreeMap;
use uuid::Uuid;

impl Sync {
    /// Has everything mended that is not as it should be.
    pub(super) async fn mend(&self, comparison: &Comparison<'_>, check: &Check, sample: &Sample) -> Result<(), DbErr> {
        self.want_lost(comparison).await?;
        let mut differing: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
        for (feed, id) in sample.differing() {
            differing.entry(feed).or_default().push(id.to_owned());
        }
        let now = self.connections.clock.now();
        let tx = begin_write(&self.connections.db).await?;
        for (feed, ids) in differing {
            want_again(&tx, feed, &ids, now).await?;
        }
        if !check.balances() {
            list_again(&tx, comparison.feed, now).await?;
        }
        let job = Job::SyncMailbox { feed: comparison.feed.id };
        jobs::enqueue(&tx, &self.connections.randomness, now, &job, now).await?;
        tx.commit().await
    }

    /// What is called stored and has no message is to be fetched, a page at a time.
    async fn want_lost(&self, comparison: &Comparison<'_>) -> Result<(), DbErr> {
        loop {
            let lost = named::lost(comparison.db(), comparison.id).await?;
            let Some((feed, _)) = lost.first() else { return Ok(()) };
            let ids: Vec<String> = lost.iter().filter(|(of, _)| of == feed).map(|(_, id)| id.clone()).collect();
            let tx = begin_write(comparison.db()).await?;
            want_again(&tx, *feed, &ids, self.connections.clock.now()).await?;
            named::note(&tx, comparison.id, *feed, &ids, Found::Named).await?;
            tx.commit().await?;
        }
    }
}

/// These are to be fetched again. A run that is at work stops: its sums would be wrong.
async fn want_again(db: &impl ConnectionTrait, feed: Uuid, ids: &[String], now: DateTime<Utc>) -> Result<(), DbErr> {
    let wanted = items::want_again(db, feed, ids, now).await?;
    sync_feeds::Entity::update_many()
        .col_expr(C::Stored, ExprTrait::sub(Expr::col(C::Stored), wanted))
        .col_expr(C::WorkLeft, ExprTrait::add(Expr::col(C::WorkLeft), wanted))
        .col_expr(C::LeaseOwner, Expr::value(Option::<Uuid>::None))
        .filter(C::Id.eq(feed))
        .exec(db)
        .await?;
    Ok(())
}

/// Lets the sync list everything again, which finds what is missing and forgets what is left over.
pub(super) async fn list_again(
    db: &impl ConnectionTrait,
    feed: &sync_feeds::Model,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let folders: Vec<Uuid> = sync_feeds::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::ConnectionId.eq(feed.connection_id))
        .filter(C::Kind.eq("folder"))
        .into_tuple()
        .all(db)
        .await?;
    for one in if folders.is_empty() { vec![feed.id] } else { folders } {
        reread::begin(db, one, now).await?;
    }
    restart(db, feed, now).await
}

/// Everything is listed from the beginning; what is stored stays meanwhile.
pub(super) async fn restart(
    db: &impl ConnectionTrait,
    feed: &sync_feeds::Model,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (stage, resumes_as) = begins_as(&feed.stage);
    let resumes_as = resumes_as.map(|stage| stage.as_str().to_owned());
    sync_feeds::Entity::update_many()
        .col_expr(C::Stage, Expr::value(stage.as_str()))
        .col_expr(C::ResumesAs, Expr::value(resumes_as))
        .col_expr(C::Cursor, Expr::value(Option::<String>::None))
        // A run that is at work stops: its writes would bring the old place back.
        .col_expr(C::LeaseOwner, Expr::value(Option::<Uuid>::None))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::Id.eq(feed.id))
        .exec(db)
        .await?;
    // A mailbox of folders reads each of them from the beginning.
    sync_feeds::Entity::update_many()
        .col_expr(C::Cursor, Expr::value(Option::<String>::None))
        .col_expr(C::PageToken, Expr::value(Option::<String>::None))
        .col_expr(C::NextRunAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(C::LeaseOwner, Expr::value(Option::<Uuid>::None))
        .filter(C::ConnectionId.eq(feed.connection_id))
        .filter(C::Kind.eq("folder"))
        .exec(db)
        .await?;
    Ok(())
}

/// A feed that is stopped begins anew when it goes on; every other at once.
fn begins_as(stage: &str) -> (Stage, Option<Stage>) {
    match stage.parse::<Stage>() {
        Ok(stopped) if stopped.is_stopped() => (stopped, Some(Stage::Waiting)),
        _ => (Stage::Waiting, None),
    }
}
