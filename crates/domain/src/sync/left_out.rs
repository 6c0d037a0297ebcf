//! What is left out by a person's choice, in the ledger: with the choice for which, and never fetched.

use super::{
    exclusion::{Exclusion, HIDING, begin_of},
    failing::feeds_of,
    items::{self, Change},
    run::Run,
    tally,
};
use crate::mail;
use chrono::{DateTime, Utc};
use entity::{
    feed_items::{self, Column as C},
    sync_feeds,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Rows looked at in one transaction.
const PAGE: u64 = 500;

/// These are left out, whatever they were before. Ids not known yet must have been named.
pub(super) async fn exclude(
    db: &impl ConnectionTrait,
    feeds: SimpleExpr,
    ids: &[String],
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Change, DbErr> {
    let mut change = Change::default();
    for chunk in ids.chunks(500) {
        let these = || {
            let named = C::RemoteId.is_in(chunk.iter().map(String::as_str));
            Condition::all().add(feeds.clone()).add(named)
        };
        let before = tally::count(db, these()).await?;
        let excluded = before.all() - before.excluded;
        change += Change { stored: -before.stored, failed: -before.failed, excluded, named: 0 };
        feed_items::Entity::update_many()
            .col_expr(C::State, Expr::value("excluded"))
            .col_expr(C::Reason, Expr::value(Some(reason)))
            .col_expr(C::Problem, Expr::value(Option::<String>::None))
            .col_expr(C::NextTryAt, Expr::value(Option::<DateTime<Utc>>::None))
            .col_expr(C::UpdatedAt, Expr::value(now))
            .filter(these())
            .exec(db)
            .await?;
    }
    Ok(change)
}

/// Of these, what was never tried is left out: nobody fetches it.
pub(super) async fn exclude_pending(
    db: &impl ConnectionTrait,
    feed: Uuid,
    ids: &[String],
    reason: &str,
) -> Result<(), DbErr> {
    for chunk in ids.chunks(500) {
        feed_items::Entity::update_many()
            .col_expr(C::State, Expr::value("excluded"))
            .col_expr(C::Reason, Expr::value(Some(reason)))
            .filter(C::FeedId.eq(feed))
            .filter(C::State.eq("pending"))
            .filter(C::RemoteId.is_in(chunk.iter().map(String::as_str)))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// What was left out among these is to be fetched.
pub(super) async fn include(
    db: &impl ConnectionTrait,
    feed: Uuid,
    ids: &[String],
    now: DateTime<Utc>,
) -> Result<Change, DbErr> {
    let included = feed_items::Entity::update_many()
        .col_expr(C::State, Expr::value("pending"))
        .col_expr(C::Reason, Expr::value(Option::<String>::None))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::FeedId.eq(feed))
        .filter(C::State.eq("excluded"))
        .filter(C::RemoteId.is_in(ids.iter().map(String::as_str)))
        .exec(db)
        .await?;
    let excluded = i64::try_from(included.rows_affected).unwrap_or_default();
    Ok(Change { excluded: -excluded, ..Change::default() })
}

impl Run<'_> {
    /// Lays what is here beside what the person chose, a page at a time: what is left out now goes, and what is not left
    /// out any more is to be fetched. Repeating it changes nothing.
    pub(super) async fn follow_choice(&mut self) -> Result<(), DbErr> {
        let moved = self.take_in().await? | self.take_out().await?;
        if moved {
            self.count_again().await?;
        }
        Ok(())
    }

    /// These are left out of this feed, with the choice for which; what is stored of them goes.
    pub(super) async fn leave_out(
        &self,
        tx: &impl ConnectionTrait,
        ids: Vec<(String, String)>,
    ) -> Result<Change, DbErr> {
        let mut change = Change::default();
        for (id, reason) in ids {
            let ids = std::slice::from_ref(&id);
            mail::delete(tx, self.account.id, ids).await?;
            let feed = C::FeedId.eq(self.feed.id);
            change += exclude(tx, feed, ids, &reason, self.now()).await?;
        }
        Ok(change)
    }

    /// The labels of a message changed: what was left out may be wanted now, and what is stored may not be.
    pub(super) async fn reconsider(
        &self,
        tx: &impl ConnectionTrait,
        id: &str,
        added: &[String],
    ) -> Result<Change, DbErr> {
        if self.rules.0.is_empty() {
            return Ok(Change::default());
        }
        let ids = [id.to_owned()];
        let mut change = include(tx, self.feed.id, &ids, self.now()).await?;
        if self.rules.name_any(added) {
            change.stored -= items::want_again(tx, self.feed.id, &ids, self.now()).await?;
        }
        Ok(change)
    }

    async fn take_in(&self) -> Result<bool, DbErr> {
        let reasons: BTreeSet<String> = self.rules.0.iter().map(Exclusion::reason).collect();
        let mut moved = false;
        loop {
            let rows: Vec<(Uuid, String)> = feed_items::Entity::find()
                .select_only()
                .columns([C::FeedId, C::RemoteId])
                .filter(C::FeedId.in_subquery(feeds_of(self.account.id)))
                .filter(C::State.eq("excluded"))
                .filter(C::Reason.is_not_in(reasons.iter().map(String::as_str)))
                .limit(PAGE)
                .into_tuple()
                .all(self.db())
                .await?;
            let Some((feed, _)) = rows.first() else { return Ok(moved) };
            moved = true;
            let ids: Vec<String> = rows.iter().filter(|(of, _)| of == feed).map(|(_, id)| id.clone()).collect();
            include(self.db(), *feed, &ids, self.now()).await?;
        }
    }

    async fn take_out(&self) -> Result<bool, DbErr> {
        let mut moved = false;
        for rule in &self.rules.0 {
            loop {
                let ids = self.some_that(rule).await?;
                if ids.is_empty() {
                    break;
                }
                moved = true;
                let tx = mail::acts::begin(self.db(), self.account.id).await?;
                mail::delete(&tx, self.account.id, &ids).await?;
                let feeds = C::FeedId.in_subquery(feeds_of(self.account.id));
                exclude(&tx, feeds, &ids, &rule.reason(), self.now()).await?;
                tx.commit().await?;
            }
        }
        Ok(moved)
    }

    /// Some stored messages that a choice takes. Where they are is what the provider says, not what was asked of it here.
    async fn some_that(&self, rule: &Exclusion) -> Result<Vec<String>, DbErr> {
        match rule {
            Exclusion::SpamAndBin => mail::labelled_ones(self.db(), self.account.id, &HIDING, PAGE).await,
            Exclusion::OlderThan(day) => mail::older_ones(self.db(), self.account.id, begin_of(*day), PAGE).await,
            Exclusion::Label(label) => mail::labelled_ones(self.db(), self.account.id, &[label], PAGE).await,
        }
    }

    /// The sums of every feed, from the ledger.
    async fn count_again(&mut self) -> Result<(), DbErr> {
        use sync_feeds::Column as F;
        let feeds: Vec<Uuid> = sync_feeds::Entity::find()
            .select_only()
            .column(F::Id)
            .filter(F::ConnectionId.eq(self.account.id))
            .into_tuple()
            .all(self.db())
            .await?;
        for feed in feeds {
            let tally = tally::of_feed(self.db(), feed).await?;
            sync_feeds::Entity::update_many()
                .col_expr(F::Stored, Expr::value(tally.stored))
                .col_expr(F::Failed, Expr::value(tally.failed))
                .col_expr(F::Excluded, Expr::value(tally.excluded))
                .filter(F::Id.eq(feed))
                .exec(self.db())
                .await?;
            if feed == self.feed.id {
                (self.feed.stored, self.feed.failed) = (tally.stored, tally.failed);
                self.feed.excluded = tally.excluded;
            }
        }
        Ok(())
    }
}
