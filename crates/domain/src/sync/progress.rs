//! How many of how many, how fast, how long.

use super::{Stage, Sync, SyncError, run::Run};
use crate::cache::{Cache, Notice, What};
use chrono::{DateTime, TimeDelta, Utc};
use entity::sync_feeds;
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
        let stage = feed.stage.parse().map_err(|_| sea_orm::DbErr::Type("sync_feeds.stage".into()))?;
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let moving = matches!(stage, Stage::Listing | Stage::Fetching);
        let per_minute = if moving { shared(&self.connections.cache, feed.id).await } else { None };
        let left = count(feed.expected).saturating_sub(count(feed.stored)).saturating_sub(count(feed.failed));
        let seconds_left = per_minute.filter(|rate| *rate > 0).map(|rate| (left * 60).div_ceil(u64::from(rate)));
        Ok(Progress {
            stage,
            expected: count(feed.expected),
            stored: count(feed.stored),
            failed: count(feed.failed),
            per_minute,
            seconds_left,
            problem: feed.last_problem,
            last_synced_at: feed.last_synced_at,
        })
    }
}

impl Run<'_> {
    /// Tells open screens, at most once a second while it goes on.
    pub(super) async fn tell(&self, at_once: bool) {
        let (user, connection) = (self.account.user_id, self.account.id);
        let told = self.sync.rates.note(&self.feed, self.now(), at_once);
        let Some(told) = told else { return };
        // The first screenful comes faster than the quota lets the rest follow.
        let quota = self.gmail.quota();
        let per_minute = told.per_minute.map(|rate| rate.min(quota.per_minute / quota.get.max(1)));
        self.sync.rates.share(&self.sync.connections.cache, self.feed.id, per_minute).await;
        let bus = &self.sync.connections.bus;
        bus.publish(Notice { user, what: What::Sync { connection } }).await;
        if told.mail_moved {
            bus.publish(Notice { user, what: What::Mail { connection } }).await;
        }
    }
}

/// What was told to screens.
pub(super) struct Told {
    pub per_minute: Option<u32>,
    /// Whether stored mail changed since the last telling.
    pub mail_moved: bool,
}

/// The rates of the feeds this process works on.
#[derive(Default)]
pub(super) struct Rates(Mutex<HashMap<Uuid, Measured>>);

#[derive(Default)]
struct Measured {
    samples: VecDeque<(DateTime<Utc>, i64)>,
    told_at: Option<DateTime<Utc>>,
    told: Option<sync_feeds::Model>,
}

impl Rates {
    /// Takes a sample; says what to tell when it is time to.
    pub fn note(&self, feed: &sync_feeds::Model, now: DateTime<Utc>, at_once: bool) -> Option<Told> {
        let mut feeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let measured = feeds.entry(feed.id).or_default();
        measured.samples.push_back((now, feed.stored));
        while measured.samples.front().is_some_and(|(at, _)| now - *at > MEASURED) {
            measured.samples.pop_front();
        }
        if !at_once && measured.told_at.is_some_and(|told| now - told < TELL_EVERY) {
            return None;
        }
        measured.told_at = Some(now);
        let before = measured.told.replace(feed.clone());
        let changed = |of: fn(&sync_feeds::Model) -> (i64, Option<String>)| before.as_ref().map(of) != Some(of(feed));
        Some(Told {
            per_minute: rate(&measured.samples),
            mail_moved: changed(|feed| (feed.stored, feed.cursor.clone())),
        })
    }

    /// Lets other processes know the rate.
    pub async fn share(&self, cache: &Cache, feed: Uuid, per_minute: Option<u32>) {
        if let Some(rate) = per_minute {
            cache.set(&rate_key(feed), rate.to_string().as_bytes(), Duration::from_secs(90)).await;
        }
    }
}

fn rate(samples: &VecDeque<(DateTime<Utc>, i64)>) -> Option<u32> {
    let ((from, before), (to, after)) = (samples.front()?, samples.back()?);
    let elapsed = *to - *from;
    if elapsed < SHORTEST {
        return None;
    }
    let a_minute = (after - before).max(0).saturating_mul(60_000) / elapsed.num_milliseconds().max(1);
    u32::try_from(a_minute).ok()
}

async fn shared(cache: &Cache, feed: Uuid) -> Option<u32> {
    std::str::from_utf8(&cache.get(&rate_key(feed)).await?).ok()?.parse().ok()
}

fn rate_key(feed: Uuid) -> String {
    format!("rate:{feed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_what_was_stored_over_the_time_it_took() {
        let at = |seconds| DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap();
        let samples = |list: &[(i64, i64)]| list.iter().map(|(s, n)| (at(*s), *n)).collect::<VecDeque<_>>();
        assert_eq!(rate(&samples(&[(0, 0), (30, 150)])), Some(300));
        assert_eq!(rate(&samples(&[(0, 100), (60, 400)])), Some(300));
        assert_eq!(rate(&samples(&[(0, 0), (1, 50)])), None, "too short to say");
        assert_eq!(rate(&samples(&[(0, 500), (60, 100)])), Some(0), "deleting is not a rate");
        assert_eq!(rate(&VecDeque::new()), None);
    }
}
