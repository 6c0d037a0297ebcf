//! A person stops the sync of a connection, and lets it go on.

use super::{Stage, Sync, SyncError};
use crate::{
    audit,
    cache::{Notice, What},
    database::{begin_write, hold},
    jobs::{self, Job},
};
use chrono::{DateTime, Utc};
use entity::sync_feeds;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

impl Sync {
    /// Stops every feed of a connection where it is. What is stored stays; what is on its way is not stored any more.
    pub async fn pause(&self, user: Uuid, connection: Uuid) -> Result<(), SyncError> {
        self.set_paused(user, connection, true).await
    }

    /// Lets a connection go on where it stopped.
    pub async fn resume(&self, user: Uuid, connection: Uuid) -> Result<(), SyncError> {
        self.set_paused(user, connection, false).await
    }

    async fn set_paused(&self, user: Uuid, connection: Uuid, paused: bool) -> Result<(), SyncError> {
        self.connections.find(user, connection).await?.ok_or(SyncError::NotFound)?;
        let now = self.connections.clock.now();
        let tx = begin_write(&self.connections.db).await?;
        let of = sync_feeds::Entity::find().filter(sync_feeds::Column::ConnectionId.eq(connection));
        for feed in of.all(&tx).await? {
            // Read again, and held: a run may be at work.
            let row = sync_feeds::Entity::find_by_id(feed.id);
            let Some(feed) = hold(&tx, row).await? else { continue };
            if paused {
                self.pause_feed(&tx, feed, now).await?;
            } else {
                self.resume_feed(&tx, feed, now).await?;
            }
        }
        let entry = audit::Entry {
            user: Some(user),
            connection: Some(connection),
            action: if paused { "sync.paused" } else { "sync.resumed" },
            outcome: "done",
            ..audit::Entry::default()
        };
        audit::record(&tx, &*self.connections.clock, &self.connections.randomness, entry).await?;
        tx.commit().await?;
        self.connections.bus.publish(Notice { user, what: What::Sync { connection } }).await;
        Ok(())
    }

    async fn pause_feed(
        &self,
        tx: &DatabaseTransaction,
        feed: sync_feeds::Model,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        if feed.stage == Stage::Paused.as_str() {
            return Ok(());
        }
        // A feed that is blocked goes on as what it was before that.
        let was =
            if feed.stage == Stage::Blocked.as_str() { feed.resumes_as.clone() } else { Some(feed.stage.clone()) };
        let mut row: sync_feeds::ActiveModel = feed.into();
        row.stage = Set(Stage::Paused.as_str().to_owned());
        row.resumes_as = Set(was);
        // A run that is at work can write no more.
        row.lease_owner = Set(None);
        row.updated_at = Set(now);
        row.update(tx).await?;
        Ok(())
    }

    async fn resume_feed(
        &self,
        tx: &DatabaseTransaction,
        feed: sync_feeds::Model,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        if feed.stage != Stage::Paused.as_str() {
            return Ok(());
        }
        let (id, next, is_mailbox) = (feed.id, feed.resumes_as.clone(), feed.is_mailbox());
        let mut row: sync_feeds::ActiveModel = feed.into();
        row.stage = Set(next.unwrap_or_else(|| Stage::Waiting.as_str().to_owned()));
        row.resumes_as = Set(None);
        row.last_problem = Set(None);
        row.updated_at = Set(now);
        row.update(tx).await?;
        // Folders are worked on by the run of their mailbox.
        if is_mailbox {
            jobs::enqueue(tx, &self.connections.randomness, now, &Job::SyncMailbox { feed: id }, now).await?;
        }
        Ok(())
    }
}
