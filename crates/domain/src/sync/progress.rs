//! How many of how many, how fast, how long, and what it waits for.

use super::{
    Obstacle, Reach, Stage, Sync, SyncError,
    pace::{Bounds, shared},
    run::Run,
    waiting::Wait,
};
use crate::{
    cache::{Notice, What},
    jobs::{self, Job},
};
use chrono::{DateTime, Utc};
use entity::sync_feeds;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

/// What a card and the inbox show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How far.
    pub stage: Stage,
    /// Whether it is the first time.
    pub reach: Reach,
    /// Messages the provider says there are; exact once listing is over.
    pub expected: u64,
    /// Messages stored.
    pub stored: u64,
    /// Messages that failed and wait for their next try.
    pub failed: u64,
    /// Messages stored a minute, over the last minute.
    pub per_minute: Option<u32>,
    /// Seconds left at that rate.
    pub seconds_left: Option<u64>,
    /// What it waits for.
    pub wait: Option<Wait>,
    /// What stands in the way.
    pub problem: Option<Obstacle>,
    /// When it was last complete.
    pub last_synced_at: Option<DateTime<Utc>>,
}

impl Sync {
    /// The progress of a connection's mailbox.
    pub async fn progress(&self, connection: Uuid) -> Result<Progress, SyncError> {
        let feed = self.feed_of(connection).await?.ok_or(SyncError::NotFound)?;
        let stage: Stage = feed.stage.parse().map_err(|_| sea_orm::DbErr::Type("sync_feeds.stage".into()))?;
        let (db, now) = (&self.connections.db, self.connections.clock.now());
        let sums = sums(db, connection).await?;
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let moving = matches!(stage, Stage::Listing | Stage::Fetching);
        let pace = if moving { shared(&self.connections.cache, feed.id).await } else { None };
        let job = jobs::queued(db, [Job::SyncMailbox { feed: feed.id }], now).await?.pop();
        let wait = Wait::of(stage, feed.next_run_at, job.as_ref(), pace.as_ref(), now);
        let seconds_left = pace.filter(|_| stage == Stage::Fetching).and_then(|pace| pace.seconds(&sums.work_left));
        // What the minute holds back is in the pace already.
        let closed =
            wait.filter(|wait| !matches!(wait, Wait::Quota { .. } | Wait::SharedQuota { .. })).and_then(Wait::until);
        let closed = closed.map_or(0, |until| count((until - now).num_seconds()));
        Ok(Progress {
            stage,
            reach: if feed.completed_at.is_none() { Reach::Initial } else { Reach::Incremental },
            expected: count(sums.expected - sums.excluded),
            stored: count(sums.stored),
            failed: count(sums.failed),
            per_minute: pace.and_then(|pace| pace.stored),
            seconds_left: seconds_left.map(|seconds| seconds + closed),
            wait,
            problem: feed.last_problem.map(Obstacle::read),
            last_synced_at: feed.last_synced_at,
        })
    }
}

/// What the feeds of a connection add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub expected: i64,
    pub stored: i64,
    pub failed: i64,
    pub excluded: i64,
    /// What is left, in the order in which it is begun: in fetches where several items come with one, else in items.
    pub work_left: Vec<i64>,
}

/// Adds up the feeds of a connection: one for Gmail, one a folder for Outlook.
pub(super) async fn sums(db: &impl ConnectionTrait, connection: Uuid) -> Result<Sums, DbErr> {
    use sync_feeds::Column as C;
    let mut feeds: Vec<sync_feeds::Model> =
        sync_feeds::Entity::find().filter(C::ConnectionId.eq(connection)).all(db).await?;
    // What is being read stands before what has not begun.
    feeds.sort_by_key(|feed| feed.page_token.is_none());
    let mut sums = Sums::default();
    for feed in feeds {
        sums.expected += feed.expected;
        sums.stored += feed.stored;
        sums.failed += feed.failed;
        sums.excluded += feed.excluded;
        // A folder's messages come with its pages.
        let here = feed.stored + feed.failed + feed.excluded;
        let left = if feed.kind == "folder" { feed.expected - here } else { feed.work_left };
        sums.work_left.push(left.max(0));
    }
    Ok(sums)
}

impl Run<'_> {
    /// Tells open screens, at most once a second while it goes on. `bounds` is what the provider bears.
    pub(super) async fn tell(&self, at_once: bool, bounds: Bounds) {
        self.tell_of(&self.feed, at_once, bounds).await;
    }

    /// Likewise, with the sums of several feeds in one row.
    pub(super) async fn tell_of(&self, feed: &sync_feeds::Model, at_once: bool, bounds: Bounds) {
        let (user, connection) = (self.account.user_id, self.account.id);
        let told = self.sync.rates.note(feed, bounds, self.now(), at_once);
        let Some(told) = told else { return };
        self.sync.rates.share(&self.sync.connections.cache, self.feed.id, told.pace).await;
        let bus = &self.sync.connections.bus;
        bus.publish(Notice { user, what: What::Sync { connection } }).await;
        if told.mail_moved {
            bus.publish(Notice { user, what: What::Mail { connection } }).await;
        }
    }
}
