//! How fast a sync goes, and how long the rest takes.
//!
//! Where the provider's budget sets the pace, the budget says how long it takes: what was done over the last minute would
//! mislead, because a first screenful comes in one go and the rest has to make up for it. Where the answers set the pace,
//! what was done lately is the measure.

use crate::{cache::Cache, providers::budget::Room};
use chrono::{DateTime, TimeDelta, Utc};
use entity::sync_feeds;
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
/// What a run knows of its pace is of use this long.
const SHARED: Duration = Duration::from_secs(90);

/// What bounds a sync from outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    /// What the provider's budget leaves, and what a fetch costs in it; `None` when nothing is counted.
    pub budget: Option<(Room, u32)>,
    /// When the next fetch may start, if not now.
    pub opens_at: Option<DateTime<Utc>>,
    /// Whether it is the provider that asked to wait, and not the minute that is used up.
    pub asked: bool,
    /// Chains of calls that go on beside each other just now …
    pub lanes: u32,
    /// … and at most.
    pub most_lanes: u8,
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
    /// Chains of calls that went on beside each other while this was measured.
    pub lanes: f64,
    /// As many as there may be.
    pub most_lanes: u8,
    /// The next fetch has to wait until then …
    pub opens_at: Option<DateTime<Utc>>,
    /// … because the provider asked for it.
    pub asked: bool,
}

impl Pace {
    /// Seconds that so many fetches take, as parts that each must be done one after the other, begun in this order.
    pub fn seconds(&self, parts: &[i64]) -> Option<u64> {
        let fetches = self.fetches.filter(|fetches| *fetches > 0.0)?;
        // Of one chain.
        let a_minute = fetches / self.lanes.max(1.0);
        #[expect(clippy::cast_precision_loss, reason = "a number of messages")]
        let work = longest_lane(parts, self.most_lanes) as f64 + self.behind;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number of seconds, not below zero"
        )]
        Some((work / a_minute * 60.0).ceil() as u64)
    }
}

/// What the fullest lane has to do when each part goes to the lane that is free first.
fn longest_lane(parts: &[i64], lanes: u8) -> i64 {
    let mut full = vec![0_i64; usize::from(lanes.max(1))];
    for part in parts {
        if let Some(least) = full.iter_mut().min() {
            *least += part.max(&0);
        }
    }
    full.into_iter().max().unwrap_or_default()
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
    /// Whether the budget made it wait.
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
        let measured = feeds.entry(feed.id).or_default();
        measured.sample(feed, bounds, now);
        // What waits for long is told before it waits.
        let waits = bounds.opens_at.is_some_and(|at| at - now > TELL_EVERY * 5);
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
        let bound = bounds.opens_at.is_some();
        self.samples.push_back(Sample { at: now, stored: feed.stored, done, bound, lanes: bounds.lanes });
        while self.samples.front().is_some_and(|sample| now - sample.at > MEASURED) {
            self.samples.pop_front();
        }
    }
}

fn pace(samples: &VecDeque<Sample>, bounds: Bounds) -> Pace {
    let Bounds { opens_at, asked, most_lanes, .. } = bounds;
    let told = Pace { most_lanes, opens_at, asked, ..Pace::default() };
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

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Bounds = Bounds { budget: None, opens_at: None, asked: false, lanes: 1, most_lanes: 1 };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    /// Samples of seconds, messages stored and fetches done.
    fn samples(list: &[(i64, i64, i64)], bound: bool) -> VecDeque<Sample> {
        let sample = |(seconds, stored, done): &(i64, i64, i64)| Sample {
            at: at(*seconds),
            stored: *stored,
            done: *done,
            bound,
            lanes: 1,
        };
        list.iter().map(sample).collect()
    }

    #[test]
    fn where_answers_set_the_pace_it_is_what_was_done_over_the_time_it_took() {
        let pace = |list: &[_]| super::pace(&samples(list, false), FREE);
        assert_eq!(
            (pace(&[(0, 0, 0), (30, 150, 100)]).stored, pace(&[(0, 0, 0), (1, 9, 9)]).stored),
            (Some(300), None)
        );
        assert_eq!(pace(&[(0, 0, 0), (30, 150, 100)]).fetches, Some(200.0));
        assert_eq!(pace(&[(0, 500, 0), (60, 100, 0)]).stored, Some(0), "deleting is no pace");
        assert_eq!(pace(&[]).fetches, None);
    }

    #[test]
    fn where_the_budget_sets_the_pace_it_says_how_long() {
        let room = Room { per_minute: 6_000.0, taken: 1_200 };
        let bounds = Bounds { budget: Some((room, 20)), ..FREE };
        // A screenful came in one go: 600 a minute were seen, and cannot go on.
        let list = [(0, 0, 0), (12, 120, 120)];
        let bound = super::pace(&samples(&list, true), bounds);
        assert_eq!((bound.stored, bound.fetches, bound.behind), (Some(600), Some(300.0), 60.0));
        assert_eq!(bound.seconds(&[600]), Some(132), "the others' share comes on top");
        let free = super::pace(&samples(&[(0, 0, 0), (60, 100, 100)], false), bounds);
        assert_eq!((free.fetches, free.seconds(&[600])), (Some(100.0), Some(360)), "slow answers, a wide budget");
    }

    #[test]
    fn folders_are_read_beside_each_other_and_the_longest_chain_ends_last() {
        let pace = Pace { fetches: Some(300.0), lanes: 3.0, most_lanes: 3, ..Pace::default() };
        assert_eq!(pace.seconds(&[300, 300, 300]), Some(180));
        assert_eq!(pace.seconds(&[900, 0, 0]), Some(540), "one folder is read by one chain");
        assert_eq!(pace.seconds(&[300, 100, 100, 200]), Some(180));
        assert_eq!(Pace::default().seconds(&[600]), None, "nothing is known of a sync that stands still");
    }

    /// Graph's folders, read page by page in three chains: whatever is shown from the first minute on is what it then
    /// takes, give or take a fifth.
    #[test]
    fn the_time_left_of_folders_is_honest_from_the_first_minute_on() {
        const PAGE: i64 = 50;
        for (folders, millis) in [
            (vec![9_000, 3_000, 2_500, 900, 400, 100], 1_500),
            (vec![4_000, 4_000, 4_000], 2_500),
            (vec![12_000, 50, 50, 50], 900),
            (vec![500; 40], 2_000),
        ] {
            let all: i64 = folders.iter().sum();
            let (rates, mut left, mut waiting) =
                (Rates::default(), folders.clone(), (0..folders.len()).collect::<VecDeque<_>>());
            let mut feed = sea_orm::TryIntoModel::try_into_model(crate::connections::new_feed(
                Uuid::nil(),
                Uuid::nil(),
                "mailbox",
                "",
                at(0),
            ))
            .unwrap();
            // Which folder each chain reads, and when its page is there.
            let mut chains: Vec<(usize, i64)> = (0..3).filter_map(|_| Some((waiting.pop_front()?, millis))).collect();
            let (mut now, mut shown) = (0, Vec::new());
            while let Some(next) = chains.iter().map(|(_, at)| *at).min() {
                now = next;
                for (folder, due) in chains.iter_mut().filter(|(_, due)| *due == next) {
                    left[*folder] = (left[*folder] - PAGE).max(0);
                    *due += millis;
                    if left[*folder] == 0 {
                        (*folder, *due) = waiting.pop_front().map_or((0, i64::MAX), |next| (next, *due));
                    }
                }
                chains.retain(|(_, due)| *due < i64::MAX);
                (feed.work_left, feed.stored) = (left.iter().sum(), all - left.iter().sum::<i64>());
                let busy = left.iter().filter(|left| **left > 0).count().clamp(1, 3);
                let bounds = Bounds { lanes: u32::try_from(busy).unwrap(), most_lanes: 3, ..FREE };
                let told = rates.note(&feed, bounds, at(0) + TimeDelta::milliseconds(now), false);
                if let Some(told) = told.filter(|_| now / 60_000 > i64::try_from(shown.len()).unwrap()) {
                    let mut parts: Vec<i64> = chains.iter().map(|(folder, _)| left[*folder]).collect();
                    parts.extend(waiting.iter().map(|folder| left[*folder]));
                    shown.push((now, told.pace.seconds(&parts).unwrap()));
                }
            }
            assert!(shown.len() >= 2, "it takes minutes");
            for (at, seconds) in &shown {
                let took = u64::try_from((now - at) / 1_000).unwrap();
                let off = seconds.abs_diff(took).saturating_sub(3);
                assert!(off * 5 <= took, "{folders:?}: {seconds} s shown, {took} s taken: {shown:?} of {now}");
            }
        }
    }

    #[test]
    fn reading_the_list_is_no_backward_step() {
        let mut measured = Measured::default();
        let mut feed = crate::connections::new_feed(Uuid::nil(), Uuid::nil(), "mailbox", "", at(0));
        let mut note = |seconds, stored, left| {
            feed.stored = sea_orm::ActiveValue::Set(stored);
            feed.work_left = sea_orm::ActiveValue::Set(left);
            measured.sample(&sea_orm::TryIntoModel::try_into_model(feed.clone()).unwrap(), FREE, at(seconds));
            measured.samples.back().unwrap().done
        };
        assert_eq!([note(0, 0, 0), note(5, 50, 0), note(6, 50, 900), note(20, 110, 850)], [0, 50, 50, 100]);
    }
}
