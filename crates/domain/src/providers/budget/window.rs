//! One person's last minute, as pure sums.

use super::{Room, Urgency};
use chrono::{DateTime, Duration, Utc};

const MINUTE: Duration = Duration::seconds(60);
/// Share of the limit that work nobody waits for may use while people are about: the rest answers them …
const SHARE_BESIDE_PEOPLE: f64 = 0.9;
/// … and while nobody is: it is spread so evenly that enough comes free within a second for the first who comes.
const SHARE_ALONE: f64 = 0.985;
/// People are about for this long after a call somebody waited for.
const ABOUT: Duration = Duration::minutes(5);
/// The pace never falls below this share, or it could not find out that the trouble is over.
const LEAST_PACE: f64 = 0.05;
/// Growth of the pace per minute after it was halved.
const REGROWTH: f64 = 0.05;

#[derive(Clone, Copy, Debug)]
struct Entry {
    ticket: u64,
    at: DateTime<Utc>,
    units: u32,
    urgency: Urgency,
}

/// What one person spent over the last minute, and the pace.
#[derive(Debug)]
pub(super) struct Window {
    limit: u32,
    entries: Vec<Entry>,
    next_ticket: u64,
    /// Share of the limit in use, halved by complaints.
    pace: f64,
    pace_set: DateTime<Utc>,
    /// The provider said: not before.
    closed_until: Option<DateTime<Utc>>,
    /// When the next background call may start.
    next_background: DateTime<Utc>,
    /// How many interactive calls wait right now.
    pub(super) interactive_waiting: u32,
    /// When somebody last waited for a call.
    last_interactive: Option<DateTime<Utc>>,
}

impl Window {
    pub(super) fn new(limit: u32, now: DateTime<Utc>) -> Self {
        Self {
            limit,
            entries: Vec::new(),
            next_ticket: 0,
            pace: 1.0,
            pace_set: now,
            closed_until: None,
            next_background: now,
            interactive_waiting: 0,
            last_interactive: None,
        }
    }

    fn current_pace(&self, now: DateTime<Utc>) -> f64 {
        let minutes = (now - self.pace_set).as_seconds_f64().max(0.0) / 60.0;
        (self.pace + minutes * REGROWTH).min(1.0)
    }

    /// Units that may be spent in the minute before `now` by calls of this urgency and all others together.
    fn ceiling(&self, now: DateTime<Utc>, urgency: Urgency) -> f64 {
        let people = self.interactive_waiting > 0 || self.last_interactive.is_some_and(|at| at + ABOUT > now);
        let share = match urgency {
            Urgency::Interactive => 1.0,
            _ if people => SHARE_BESIDE_PEOPLE,
            _ => SHARE_ALONE,
        };
        f64::from(self.limit) * self.current_pace(now) * share
    }

    fn spent(&self, count: impl Fn(&Entry) -> bool) -> u32 {
        self.entries.iter().filter(|entry| count(entry)).map(|entry| entry.units).sum()
    }

    /// What the background may spend from now on.
    pub(super) fn room(&mut self, now: DateTime<Utc>) -> Room {
        self.entries.retain(|entry| entry.at + MINUTE > now);
        let taken = self.spent(|entry| !entry.urgency.is_patient());
        Room { per_minute: self.ceiling(now, Urgency::Background), taken }
    }

    /// Until when the provider wants no call, if that is after `now`.
    pub(super) fn closed_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.closed_until.filter(|until| *until > now)
    }

    /// How long a call must wait; `None`: it may go now.
    pub(super) fn wait(&mut self, now: DateTime<Utc>, units: u32, urgency: Urgency) -> Option<Duration> {
        self.entries.retain(|entry| entry.at + MINUTE > now);
        if let Some(until) = self.closed_after(now) {
            return Some(until - now);
        }
        if urgency.is_patient() {
            if self.interactive_waiting > 0 {
                return Some(Duration::milliseconds(50));
            }
            if self.next_background > now {
                return Some(self.next_background - now);
            }
        }
        // A call that is dearer than the whole ceiling goes alone.
        let room = self.ceiling(now, urgency).max(f64::from(units)) - f64::from(units);
        let mut spent = f64::from(self.spent(|_| true));
        if spent <= room {
            return None;
        }
        let mut by_age: Vec<(DateTime<Utc>, u32)> = self.entries.iter().map(|entry| (entry.at, entry.units)).collect();
        by_age.sort_unstable();
        for (at, units) in by_age {
            spent -= f64::from(units);
            if spent <= room {
                return Some((at + MINUTE - now).max(Duration::milliseconds(1)));
            }
        }
        None
    }

    /// Notes a call that starts now.
    pub(super) fn spend(&mut self, now: DateTime<Utc>, units: u32, urgency: Urgency) -> u64 {
        self.next_ticket += 1;
        if urgency == Urgency::Interactive {
            self.last_interactive = Some(now);
        }
        if urgency.is_patient() {
            // What others took from this minute is taken from the background's pace, down to a quarter of it.
            let others = f64::from(self.spent(|entry| !entry.urgency.is_patient()));
            let ceiling = self.ceiling(now, urgency);
            let per_minute = (ceiling - others).max(ceiling / 4.0).max(1.0);
            let pause = 60_000_000.0 * f64::from(units) / per_minute;
            #[expect(clippy::cast_possible_truncation, reason = "microseconds of a pause, far below 2^53")]
            let pause = Duration::microseconds(pause.ceil() as i64);
            self.next_background = self.next_background.max(now - pause) + pause;
        }
        self.entries.push(Entry { ticket: self.next_ticket, at: now, units, urgency });
        self.next_ticket
    }

    /// The answer came: from here on the provider has counted the call.
    pub(super) fn settle(&mut self, ticket: u64, now: DateTime<Utc>) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.ticket == ticket) {
            entry.at = now;
        }
    }

    /// The provider complained.
    pub(super) fn complain(&mut self, now: DateTime<Utc>, until: DateTime<Utc>) {
        // One burst of complaints is one complaint.
        if self.closed_until.is_none_or(|closed| closed <= now) {
            self.pace = (self.current_pace(now) / 2.0).max(LEAST_PACE);
            self.pace_set = now;
        }
        self.closed_until = Some(self.closed_until.map_or(until, |closed| closed.max(until)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha20Rng;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    /// Plays one random hour and returns when each call reached the provider, and its units.
    fn play(seed: u64, limit: u32) -> Vec<(DateTime<Utc>, u32, Urgency)> {
        let mut chance = ChaCha20Rng::seed_from_u64(seed);
        let mut window = Window::new(limit, noon());
        let (mut now, mut calls) = (noon(), Vec::new());
        while now < noon() + Duration::minutes(10) {
            let urgency = match chance.random_range(0..20) {
                0 => Urgency::Interactive,
                1 => Urgency::Screenful,
                _ => Urgency::Background,
            };
            let units = [1, 2, 5, 20, 500][chance.random_range(0..5)];
            while let Some(wait) = window.wait(now, units, urgency) {
                assert!(wait > Duration::zero(), "a wait that does not wait");
                now += wait;
            }
            let ticket = window.spend(now, units, urgency);
            // The provider counts somewhere between the sending and the answer.
            let arrival = now + Duration::milliseconds(chance.random_range(0..900));
            calls.push((arrival, units, urgency));
            now = arrival + Duration::milliseconds(chance.random_range(0..900));
            window.settle(ticket, now);
        }
        calls
    }

    fn greatest_minute(calls: &[(DateTime<Utc>, u32, Urgency)]) -> u32 {
        let sum = |end: DateTime<Utc>| {
            let within = |at: DateTime<Utc>| at <= end && at > end - MINUTE;
            calls.iter().filter(|call| within(call.0)).map(|call| call.1).sum()
        };
        calls.iter().map(|call| sum(call.0)).max().unwrap()
    }

    #[test]
    fn no_minute_ever_holds_more_than_the_limit() {
        for seed in 0..40 {
            for limit in [1_000, 6_000, 15_000] {
                let greatest = greatest_minute(&play(seed, limit));
                assert!(greatest <= limit, "seed {seed}: {greatest} of {limit}");
            }
        }
    }

    #[test]
    fn a_long_backlog_uses_nearly_all_of_the_background_share_and_no_more() {
        let mut window = Window::new(6_000, noon());
        let (mut now, mut spent) = (noon(), 0);
        while now < noon() + Duration::minutes(30) {
            while let Some(wait) = window.wait(now, 200, Urgency::Background) {
                now += wait;
            }
            let ticket = window.spend(now, 200, Urgency::Background);
            now += Duration::milliseconds(200);
            window.settle(ticket, now);
            spent += 200;
        }
        let per_minute = spent / 30;
        assert!((5_750..=6_000).contains(&per_minute), "{per_minute} units a minute");
    }

    #[test]
    fn background_work_comes_evenly_and_a_screenful_at_once() {
        let mut window = Window::new(6_000, noon());
        for _ in 0..4 {
            assert_eq!(window.wait(noon(), 500, Urgency::Screenful), None);
            let _ = window.spend(noon(), 500, Urgency::Screenful);
        }
        assert_eq!(window.wait(noon(), 500, Urgency::Background), None);
        let _ = window.spend(noon(), 500, Urgency::Background);
        let pause = window.wait(noon(), 500, Urgency::Background).unwrap();
        // 3,910 of the background's 5,910 units are left of this minute.
        assert_eq!(pause.num_seconds(), 7);
    }

    #[test]
    fn the_reserve_answers_a_person_when_the_background_has_used_its_share() {
        let mut window = Window::new(6_000, noon());
        let _ = window.spend(noon(), 20, Urgency::Interactive);
        let _ = window.spend(noon(), 5_380, Urgency::Screenful);
        assert!(window.wait(noon(), 20, Urgency::Screenful).is_some());
        assert!(window.wait(noon(), 20, Urgency::Background).is_some());
        assert_eq!(window.wait(noon(), 20, Urgency::Interactive), None);
    }

    #[test]
    fn background_work_waits_while_a_person_waits() {
        let mut window = Window::new(6_000, noon());
        window.interactive_waiting = 1;
        assert!(window.wait(noon(), 5, Urgency::Background).is_some());
    }

    #[test]
    fn a_complaint_closes_the_window_halves_the_pace_and_is_forgotten_slowly() {
        let mut window = Window::new(6_000, noon());
        let until = noon() + Duration::seconds(30);
        window.complain(noon(), until);
        window.complain(noon(), until);
        assert_eq!(window.wait(noon(), 1, Urgency::Interactive), Some(Duration::seconds(30)));
        assert!((window.ceiling(until, Urgency::Interactive) - 3_150.0).abs() < 1.0);
        assert!((window.ceiling(noon() + Duration::minutes(20), Urgency::Interactive) - 6_000.0).abs() < 1.0);
    }

    #[test]
    fn a_call_dearer_than_the_ceiling_goes_alone() {
        let mut window = Window::new(100, noon());
        assert_eq!(window.wait(noon(), 500, Urgency::Screenful), None);
        let _ = window.spend(noon(), 500, Urgency::Screenful);
        assert_eq!(window.wait(noon(), 1, Urgency::Screenful), Some(MINUTE));
    }
}
