//! How fast a sync goes, and how long the rest takes.
//!
//! Where the provider's budget sets the pace, the budget says how long it takes: what was done over the last minute would
//! mislead, because a first screenful comes in one go and the rest has to make up for it. Where the answers set the pace,
//! what was done lately is the measure; and where all mailboxes together have used up what everybody may, too.

use crate::{
    cache::Cache,
    providers::budget::{HeldBy, Opening, Room},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::sync_feeds;
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use uuid::Uuid;

#[cfg(test)]
mod tests;

/// The rate is measured over this long.
const MEASURED: TimeDelta = TimeDelta::seconds(60);
/// A rate over less than this says nothing.
const SHORTEST: TimeDelta = TimeDelta::seconds(2);
/// Screens are told at most this often while a sync goes on.
const TELL_EVERY: TimeDelta = TimeDelta::seconds(1);
/// A feed nobody here has worked on for so long is forgotten.
const FORGOTTEN: TimeDelta = TimeDelta::days(1);
/// What a run knows of its pace is of use this long.
const SHARED: Duration = Duration::from_secs(90);

/// What bounds a sync from outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    /// What the provider's budget leaves, and what a fetch costs in it; `None` when nothing is counted.
    pub budget: Option<(Room, u32)>,
    /// When the next fetch may start, if not now.
    pub opening: Option<Opening>,
    /// Calls that are on their way at once just now …
    pub lanes: u32,
    /// … and at most.
    pub most: Lanes,
}

/// What goes on beside each other at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lanes {
    /// Calls on their way.
    pub calls: usize,
    /// Parts in hand; where they are more than there are calls, they take turns.
    pub parts: usize,
}

impl Lanes {
    /// One thing after the other.
    pub const ONE: Self = Self { calls: 1, parts: 1 };

    /// Fetches that one call after the other does until all parts are done, begun in this order.
    fn longest(self, parts: &[i64]) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a number of messages")]
        let mut waiting = parts.iter().filter(|part| **part > 0).map(|part| *part as f64);
        let (mut in_hand, mut took) = (Vec::new(), 0.0);
        loop {
            let free = self.parts.max(1).saturating_sub(in_hand.len());
            in_hand.extend(waiting.by_ref().take(free));
            let Some(shortest) = in_hand.iter().copied().reduce(f64::min) else { return took };
            #[expect(clippy::cast_precision_loss, reason = "a few")]
            let turns = (in_hand.len() as f64 / self.calls.max(1) as f64).max(1.0);
            took += shortest * turns;
            in_hand = in_hand.into_iter().map(|part| part - shortest).filter(|left| *left > 0.0).collect();
        }
    }
}

/// How fast it goes, and what it waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Pace {
    /// Messages stored a minute, over the last minute.
    pub stored: Option<u32>,
    /// Fetches a minute: what is left is counted in them, because several messages may come with one.
    pub fetches: Option<f64>,
    /// Fetches' worth of this minute that others took: so much later it ends.
    pub behind: f64,
    /// Calls that were on their way at once while this was measured.
    pub lanes: f64,
    /// What there may be.
    pub most: Lanes,
    /// When the next fetch may start, if not at once.
    pub opening: Option<Opening>,
}

impl Pace {
    /// Seconds that so many fetches take, as parts that each must be done one after the other, begun in this order.
    pub fn seconds(&self, parts: &[i64]) -> Option<u64> {
        let fetches = self.fetches.filter(|fetches| *fetches > 0.0)?;
        // Of one call after the other.
        let a_minute = fetches / self.lanes.max(1.0);
        let work = self.most.longest(parts) + self.behind;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number of seconds, not below zero"
        )]
        Some((work / a_minute * 60.0).ceil() as u64)
    }
}

/// What was told to screens.
pub(super) struct Told {
    pub pace: Pace,
    /// Whether stored mail changed since the last telling.
    pub mail_moved: bool,
}

/// The rates of the feeds this process works on.
#[derive(Default)]
pub(super) struct Rates(Mutex<HashMap<Uuid, Measured>>);

/// How far a feed was.
#[derive(Clone, Copy, Debug)]
struct Sample {
    at: DateTime<Utc>,
    stored: i64,
    /// Fetches done since the first sample.
    done: i64,
    /// Whether the mailbox's own budget made it wait.
    bound: bool,
    lanes: u32,
}

#[derive(Default)]
struct Measured {
    samples: VecDeque<Sample>,
    left: i64,
    told_at: Option<DateTime<Utc>>,
    told: Option<sync_feeds::Model>,
}

impl Rates {
    /// Takes a sample; says what to tell when it is time to.
    pub fn note(&self, feed: &sync_feeds::Model, bounds: Bounds, now: DateTime<Utc>, at_once: bool) -> Option<Told> {
        let mut feeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !feeds.contains_key(&feed.id) {
            // Feeds that went, or that others work on now.
            feeds.retain(|_, known| known.told_at.is_none_or(|told| now - told < FORGOTTEN));
        }
        let measured = feeds.entry(feed.id).or_default();
        measured.sample(feed, bounds, now);
        // What waits for long is told before it waits.
        let waits = bounds.opening.is_some_and(|opening| opening.at - now > TELL_EVERY * 5);
        if !at_once && !waits && measured.told_at.is_some_and(|told| now - told < TELL_EVERY) {
            return None;
        }
        measured.told_at = Some(now);
        let before = measured.told.replace(feed.clone());
        let changed = |of: fn(&sync_feeds::Model) -> (i64, Option<String>)| before.as_ref().map(of) != Some(of(feed));
        let pace = pace(&measured.samples, bounds);
        Some(Told { pace, mail_moved: changed(|feed| (feed.stored, feed.cursor.clone())) })
    }

    /// Lets other processes know the pace.
    pub async fn share(&self, cache: &Cache, feed: Uuid, pace: Pace) {
        if let Ok(pace) = serde_json::to_vec(&pace) {
            cache.set(&pace_key(feed), &pace, SHARED).await;
        }
    }
}

impl Measured {
    fn sample(&mut self, feed: &sync_feeds::Model, bounds: Bounds, now: DateTime<Utc>) {
        let last = self.samples.back().copied();
        let done = last.map_or(0, |last| {
            // While the list is read nothing is left that could shrink: a message is a fetch.
            let listing = self.left == 0 && feed.work_left == 0;
            let done = if listing { feed.stored - last.stored } else { self.left - feed.work_left };
            last.done + done.max(0)
        });
        self.left = feed.work_left;
        // How much of everybody's minute is ours nobody knows but by trying.
        let bound = bounds.opening.is_some_and(|opening| opening.held_by != HeldBy::Project);
        self.samples.push_back(Sample { at: now, stored: feed.stored, done, bound, lanes: bounds.lanes });
        while self.samples.front().is_some_and(|sample| now - sample.at > MEASURED) {
            self.samples.pop_front();
        }
    }
}

fn pace(samples: &VecDeque<Sample>, bounds: Bounds) -> Pace {
    let Bounds { opening, most, .. } = bounds;
    let told = Pace { most, opening, ..Pace::default() };
    let (Some(first), Some(last)) = (samples.front(), samples.back()) else { return told };
    let elapsed = last.at - first.at;
    if elapsed < SHORTEST {
        return told;
    }
    #[expect(clippy::cast_precision_loss, reason = "messages of a minute")]
    let a_minute = |done: i64| done.max(0) as f64 * 60.0 / elapsed.as_seconds_f64();
    let seen = a_minute(last.done - first.done);
    let bound = samples.iter().filter(|sample| sample.bound).count() * 2 >= samples.len();
    let (fetches, behind) = match bounds.budget {
        Some((room, cost)) if bound => (room.per_minute / f64::from(cost), f64::from(room.taken) / f64::from(cost)),
        Some((room, cost)) => (seen.min(room.per_minute / f64::from(cost)), 0.0),
        None => (seen, 0.0),
    };
    let lanes: f64 = samples.iter().map(|sample| f64::from(sample.lanes)).sum();
    #[expect(clippy::cast_precision_loss, reason = "samples of a minute")]
    let lanes = lanes / samples.len() as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of messages, not below zero")]
    let stored = a_minute(last.stored - first.stored).round() as u32;
    Pace { stored: Some(stored), fetches: Some(fetches), behind, lanes, ..told }
}

/// What whoever works on a feed knows of its pace.
pub(super) async fn shared(cache: &Cache, feed: Uuid) -> Option<Pace> {
    serde_json::from_slice(&cache.get(&pace_key(feed)).await?).ok()
}

fn pace_key(feed: Uuid) -> String {
    format!("pace:{feed}")
}
