//! How many of how many, how fast, how long.

use super::{Reach, Stage, Sync, SyncError, run::Run};
use crate::cache::{Cache, Notice, What};
use chrono::{DateTime, TimeDelta, Utc};
use entity::sync_feeds;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use uuid::Uuid;

/// The rate is measured over this long.
const MEASURED: TimeDelta = TimeDelta::seconds(60);
/// A rate over less than this says nothing.
const SHORTEST: TimeDelta = TimeDelta::seconds(2);
/// Screens are told at most this often while a sync goes on.
const TELL_EVERY: TimeDelta = TimeDelta::seconds(1);

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
    /// What stands in the way.
    pub problem: Option<String>,
    /// When it was last complete.
    pub last_synced_at: Option<DateTime<Utc>>,
}

impl Sync {
    /// The progress of a connection's mailbox.
    pub async fn progress(&self, connection: Uuid) -> Result<Progress, SyncError> {
        let feed = self.feed_of(connection).await?.ok_or(SyncError::NotFound)?;
        let stage: Stage = feed.stage.parse().map_err(|_| sea_orm::DbErr::Type("sync_feeds.stage".into()))?;
        let sums = sums(&self.connections.db, connection).await?;
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let moving = matches!(stage, Stage::Listing | Stage::Fetching);
        let pace = if moving { shared(&self.connections.cache, feed.id).await } else { None };
        let seconds_left = pace.filter(|_| stage == Stage::Fetching).and_then(|pace| pace.seconds(sums.work_left));
        Ok(Progress {
            stage,
            reach: if feed.completed_at.is_none() { Reach::Initial } else { Reach::Incremental },
            expected: count(sums.expected),
            stored: count(sums.stored),
            failed: count(sums.failed),
            per_minute: pace.map(|pace| pace.stored),
            seconds_left,
            problem: feed.last_problem,
            last_synced_at: feed.last_synced_at,
        })
    }
}

/// What the feeds of a connection add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub expected: i64,
    pub stored: i64,
    pub failed: i64,
    /// In fetches where several items come with one, else in items.
    pub work_left: i64,
}

/// Adds up the feeds of a connection: one for Gmail, one a folder for Outlook.
pub(super) async fn sums(db: &impl ConnectionTrait, connection: Uuid) -> Result<Sums, DbErr> {
    use sync_feeds::Column as C;
    let feeds: Vec<sync_feeds::Model> =
        sync_feeds::Entity::find().filter(C::ConnectionId.eq(connection)).all(db).await?;
    let mut sums = Sums::default();
    for feed in feeds {
        sums.expected += feed.expected;
        sums.stored += feed.stored;
        sums.failed += feed.failed;
        // A folder's messages come with its pages.
        let left = if feed.kind == "folder" { feed.expected - feed.stored - feed.failed } else { feed.work_left };
        sums.work_left += left.max(0);
    }
    Ok(sums)
}

impl Run<'_> {
    /// Tells open screens, at most once a second while it goes on. `most` is how many fetches a minute the provider
    /// bears for long.
    pub(super) async fn tell(&self, at_once: bool, most: u32) {
        self.tell_of(&self.feed, at_once, most).await;
    }

    /// Likewise, with the sums of several feeds in one row.
    pub(super) async fn tell_of(&self, feed: &sync_feeds::Model, at_once: bool, most: u32) {
        let (user, connection) = (self.account.user_id, self.account.id);
        let told = self.sync.rates.note(feed, self.now(), at_once);
        let Some(told) = told else { return };
        if let Some(pace) = told.pace {
            // The first screenful comes faster than the quota lets the rest follow.
            let pace = Pace { fetches: pace.fetches.min(most), ..pace };
            self.sync.rates.share(&self.sync.connections.cache, self.feed.id, pace).await;
        }
        let bus = &self.sync.connections.bus;
        bus.publish(Notice { user, what: What::Sync { connection } }).await;
        if told.mail_moved {
            bus.publish(Notice { user, what: What::Mail { connection } }).await;
        }
    }
}

/// How fast it goes, a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pace {
    /// Messages stored.
    pub stored: u32,
    /// Fetches done: what is left is counted in them, because several messages may come with one.
    pub fetches: u32,
}

impl Pace {
    /// How long so many fetches take.
    fn seconds(self, fetches: i64) -> Option<u64> {
        let fetches = u64::try_from(fetches).ok()?;
        (self.fetches > 0).then(|| (fetches * 60).div_ceil(u64::from(self.fetches)))
    }
}

/// What was told to screens.
pub(super) struct Told {
    pub pace: Option<Pace>,
    /// Whether stored mail changed since the last telling.
    pub mail_moved: bool,
}

/// The rates of the feeds this process works on.
#[derive(Default)]
pub(super) struct Rates(Mutex<HashMap<Uuid, Measured>>);

/// How far a feed was: messages stored, fetches left.
type Sample = (DateTime<Utc>, i64, i64);

#[derive(Default)]
struct Measured {
    samples: VecDeque<Sample>,
    told_at: Option<DateTime<Utc>>,
    told: Option<sync_feeds::Model>,
}

impl Rates {
    /// Takes a sample; says what to tell when it is time to.
    pub fn note(&self, feed: &sync_feeds::Model, now: DateTime<Utc>, at_once: bool) -> Option<Told> {
        let mut feeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let measured = feeds.entry(feed.id).or_default();
        measured.samples.push_back((now, feed.stored, feed.work_left));
        while measured.samples.front().is_some_and(|(at, ..)| now - *at > MEASURED) {
            measured.samples.pop_front();
        }
        if !at_once && measured.told_at.is_some_and(|told| now - told < TELL_EVERY) {
            return None;
        }
        measured.told_at = Some(now);
        let before = measured.told.replace(feed.clone());
        let changed = |of: fn(&sync_feeds::Model) -> (i64, Option<String>)| before.as_ref().map(of) != Some(of(feed));
        Some(Told { pace: pace(&measured.samples), mail_moved: changed(|feed| (feed.stored, feed.cursor.clone())) })
    }

    /// Lets other processes know the pace.
    pub async fn share(&self, cache: &Cache, feed: Uuid, pace: Pace) {
        if let Ok(pace) = serde_json::to_vec(&pace) {
            cache.set(&pace_key(feed), &pace, Duration::from_secs(90)).await;
        }
    }
}

fn pace(samples: &VecDeque<Sample>) -> Option<Pace> {
    let ((from, stored_before, left_before), (to, stored, left)) = (samples.front()?, samples.back()?);
    let elapsed = *to - *from;
    if elapsed < SHORTEST {
        return None;
    }
    let a_minute = |done: i64| {
        let a_minute = done.max(0).saturating_mul(60_000) / elapsed.num_milliseconds().max(1);
        u32::try_from(a_minute).unwrap_or(u32::MAX)
    };
    Some(Pace { stored: a_minute(stored - stored_before), fetches: a_minute(left_before - left) })
}

async fn shared(cache: &Cache, feed: Uuid) -> Option<Pace> {
    serde_json::from_slice(&cache.get(&pace_key(feed)).await?).ok()
}

fn pace_key(feed: Uuid) -> String {
    format!("pace:{feed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(list: &[(i64, i64, i64)]) -> VecDeque<Sample> {
        let at = |seconds| DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap();
        list.iter().map(|(seconds, stored, left)| (at(*seconds), *stored, *left)).collect()
    }

    #[test]
    fn the_pace_is_what_was_done_over_the_time_it_took() {
        let pace = |list: &[_]| super::pace(&samples(list)).map(|pace| (pace.stored, pace.fetches));
        assert_eq!(pace(&[(0, 0, 900), (30, 150, 800)]), Some((300, 200)));
        assert_eq!(pace(&[(0, 100, 50), (60, 400, 50)]), Some((300, 0)));
        assert_eq!(pace(&[(0, 0, 9), (1, 50, 0)]), None, "too short to say");
        assert_eq!(pace(&[(0, 500, 0), (60, 100, 100)]), Some((0, 0)), "deleting is no pace, and neither is listing");
        assert_eq!(pace(&[]), None);
    }

    #[test]
    fn the_time_left_is_counted_in_fetches() {
        let pace = Pace { stored: 400, fetches: 300 };
        assert_eq!(pace.seconds(600), Some(120));
        assert_eq!(Pace::default().seconds(600), None, "nothing is known of a sync that stands still");
    }
}
