//! The ledger beside the provider's list, a page at a time.

use super::{
    Sync,
    checked::Check,
    named::{self, Found},
    sample::{Picks, Sample},
    tally::Tally,
};
use crate::{
    clock::Randomness,
    database::{Database, begin_write},
};
use chrono::{DateTime, Utc};
use entity::{connected_accounts, feed_items, feed_items::Column as C, messages, sync_feeds};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashSet;
use uuid::Uuid;

/// Rows of the ledger looked at in one go.
const PAGE: u64 = 1_000;

/// A comparison that is being made.
pub(super) struct Comparison<'s> {
    pub sync: &'s Sync,
    /// The feed of the whole mailbox.
    pub feed: &'s sync_feeds::Model,
    pub account: &'s connected_accounts::Model,
    /// Its name; ids are noted under it.
    pub id: Uuid,
    pub started_at: DateTime<Utc>,
    /// Ids the provider has named.
    named: i64,
    /// Of these, what became of them here, as far as they were met in the ledger.
    met: Tally,
    picks: Picks,
}

impl<'s> Comparison<'s> {
    pub fn new(sync: &'s Sync, feed: &'s sync_feeds::Model, account: &'s connected_accounts::Model) -> Self {
        let started_at = sync.connections.clock.now();
        let id = sync.connections.randomness.uuid(started_at);
        Self { sync, feed, account, id, started_at, named: 0, met: Tally::default(), picks: Picks::default() }
    }

    pub fn db(&self) -> &'s Database {
        &self.sync.connections.db
    }

    fn randomness(&self) -> &'s Randomness {
        &self.sync.connections.randomness
    }

    /// A page of the provider's list of a feed; how many so far is kept and told.
    pub async fn note_page(&mut self, feed: Uuid, ids: &[String]) -> Result<(), DbErr> {
        named::note(self.db(), self.id, feed, ids, Found::Named).await?;
        self.named += i64::try_from(ids.len()).unwrap_or_default();
        let so_far = Check { provider: self.named, ..Check::begun(self.started_at) };
        self.sync.keep_check(so_far, self.feed.id).await?;
        self.sync.tell_checked(self.account).await;
        Ok(())
    }

    /// Walks the ledger of a feed once, beside what was named of it.
    pub async fn walk(&mut self, feed: Uuid) -> Result<(), DbErr> {
        let mut last = String::new();
        loop {
            let rows: Vec<(String, String)> = feed_items::Entity::find()
                .select_only()
                .columns([C::RemoteId, C::State])
                .filter(C::FeedId.eq(feed))
                .filter(C::RemoteId.gt(last))
                .order_by_asc(C::RemoteId)
                .limit(PAGE)
                .into_tuple()
                .all(self.db())
                .await?;
            let Some((newest, _)) = rows.last() else { return Ok(()) };
            last = newest.clone();
            self.lay_beside(feed, rows).await?;
        }
    }

    async fn lay_beside(&mut self, feed: Uuid, rows: Vec<(String, String)>) -> Result<(), DbErr> {
        let ids: Vec<String> = rows.iter().map(|(id, _)| id.clone()).collect();
        let listed = named::among(self.db(), self.id, feed, &ids).await?;
        let kept = kept(self.db(), self.account.id, &ids).await?;
        let (mut agree, mut lost, mut extra) = (Vec::new(), Vec::new(), Vec::new());
        for (id, state) in rows {
            match state.as_str() {
                _ if !listed.contains(&id) => {
                    extra.push(id);
                    continue;
                }
                "stored" if !kept.contains(&id) => {
                    lost.push(id);
                    continue;
                }
                "stored" => {
                    self.met.stored += 1;
                    self.picks.offer(self.randomness(), feed, &id);
                }
                "excluded" => self.met.excluded += 1,
                "failed" => self.met.failed += 1,
                _ => self.met.pending += 1,
            }
            agree.push(id);
        }
        let tx = begin_write(self.db()).await?;
        named::agree(&tx, self.id, Some(feed), &agree).await?;
        named::note(&tx, self.id, feed, &lost, Found::Lost).await?;
        named::note(&tx, self.id, feed, &extra, Found::Extra).await?;
        tx.commit().await
    }

    /// What was picked on the way.
    pub fn picked(&mut self) -> Vec<(Uuid, String)> {
        self.picks.take()
    }

    /// What it came to.
    pub async fn result(&self, sample: &Sample) -> Result<Check, DbErr> {
        let (missing, extra) = named::counts(self.db(), self.id).await?;
        let (sampled, labels_agree, bodies_agree) = sample.counts();
        Ok(Check {
            provider: self.met.all() + missing,
            stored: self.met.stored,
            excluded: self.met.excluded,
            failed: self.met.failed,
            pending: self.met.pending,
            missing,
            extra,
            sampled,
            labels_agree,
            bodies_agree,
            started_at: self.started_at,
            finished_at: Some(self.sync.connections.clock.now()),
        })
    }

    /// Leaves nothing behind.
    pub async fn clear(&self) -> Result<(), DbErr> {
        named::clear(self.db(), self.id, self.feed.id, self.started_at).await
    }
}

/// Of these ids, those with a message.
async fn kept(db: &impl ConnectionTrait, connection: Uuid, ids: &[String]) -> Result<HashSet<String>, DbErr> {
    let kept: Vec<String> = messages::Entity::find()
        .select_only()
        .column(messages::Column::RemoteId)
        .filter(messages::Column::ConnectionId.eq(connection))
        .filter(messages::Column::RemoteId.is_in(ids.iter().map(String::as_str)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(kept.into_iter().collect())
}
