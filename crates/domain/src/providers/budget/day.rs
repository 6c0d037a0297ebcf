//! What a project spent over the last day, by the hour, as pure sums. An hour counts whole until a day after its end: the
//! sum is never below the provider's, whenever the provider's day begins.

use super::Urgency;
use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeMap;

/// Hours that count: those of a day, and the one that goes on.
const HOURS: i64 = 25;
/// Percent of a day's units for old mail: the rest tells of new mail …
const SHARE_OF_OLD: u64 = 90;
/// … and, from here on, answers people, who must not stand before a closed door because nobody waited.
const SHARE_OF_NEW: u64 = 97;
/// Seconds of an hour.
const HOUR: i64 = 3_600;

/// Units by the hour since 1970.
#[derive(Debug, Default)]
pub(super) struct Day {
    /// What is written down, by whatever process.
    known: BTreeMap<i64, u64>,
    /// What this process spent and nobody wrote down yet.
    fresh: BTreeMap<i64, u64>,
}

impl Day {
    /// Until when a call must wait; `None`: it may go. `limit` in units a day.
    pub(super) fn closed_until(
        &self,
        now: DateTime<Utc>,
        units: u32,
        urgency: Urgency,
        limit: u64,
    ) -> Option<DateTime<Utc>> {
        let share = match urgency {
            Urgency::Interactive => 100,
            Urgency::News => SHARE_OF_NEW,
            Urgency::Screenful | Urgency::Background => SHARE_OF_OLD,
        };
        let room = (limit / 100).saturating_mul(share);
        let mut spent = u64::from(units);
        let mut hours: BTreeMap<i64, u64> = BTreeMap::new();
        for (hour, units) in self.known.iter().chain(&self.fresh) {
            if *hour > hour_of(now) - HOURS {
                *hours.entry(*hour).or_default() += units;
                spent += units;
            }
        }
        for (hour, units) in hours {
            if spent <= room {
                return None;
            }
            spent -= units;
            if spent <= room {
                return DateTime::from_timestamp((hour + HOURS) * HOUR, 0);
            }
        }
        None
    }

    /// Notes a call that starts now.
    pub(super) fn spend(&mut self, now: DateTime<Utc>, units: u32) {
        *self.fresh.entry(hour_of(now)).or_default() += u64::from(units);
    }

    /// What nobody wrote down yet, by the hour; it counts as known from here on.
    pub(super) fn take_fresh(&mut self) -> Vec<(DateTime<Utc>, u64)> {
        let fresh = std::mem::take(&mut self.fresh);
        for (hour, units) in &fresh {
            *self.known.entry(*hour).or_default() += units;
        }
        fresh.into_iter().filter_map(|(hour, units)| Some((DateTime::from_timestamp(hour * HOUR, 0)?, units))).collect()
    }

    /// It could not be written down after all.
    pub(super) fn give_back(&mut self, fresh: &[(DateTime<Utc>, u64)]) {
        for (at, units) in fresh {
            let hour = hour_of(*at);
            let known = self.known.entry(hour).or_default();
            *known = known.saturating_sub(*units);
            *self.fresh.entry(hour).or_default() += units;
        }
    }

    /// What all processes have written down.
    pub(super) fn learn(&mut self, written: impl IntoIterator<Item = (DateTime<Utc>, u64)>) {
        self.known = written.into_iter().map(|(at, units)| (hour_of(at), units)).collect();
    }
}

/// The first instant whose hour still counts.
pub(super) fn counts_from(now: DateTime<Utc>) -> DateTime<Utc> {
    now - Duration::hours(HOURS)
}

/// The hour of an instant, since 1970.
fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(HOUR)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_002_800, 0).unwrap()
    }

    #[test]
    fn a_day_closes_when_its_share_is_spent_and_opens_when_the_first_hour_is_a_day_old() {
        let mut day = Day::default();
        let asked = |day: &Day, at, urgency| day.closed_until(at, 20, urgency, 10_000);
        day.spend(noon() + Duration::minutes(5), 5_000);
        assert_eq!(asked(&day, noon() + Duration::hours(1), Urgency::Background), None);
        day.spend(noon() + Duration::hours(3), 3_990);
        let now = noon() + Duration::hours(4);
        assert_eq!(asked(&day, now, Urgency::Background), Some(noon() + Duration::hours(25)));
        assert_eq!(asked(&day, now, Urgency::News), None, "old mail leaves room for new mail");
        day.spend(now, 700);
        assert_eq!(asked(&day, now, Urgency::News), Some(noon() + Duration::hours(25)));
        assert_eq!(asked(&day, now, Urgency::Interactive), None, "the rest of the day is for people");
        assert_eq!(asked(&day, noon() + Duration::hours(25), Urgency::Background), None);
    }

    #[test]
    fn what_is_written_down_counts_once_whoever_wrote_it() {
        let mut day = Day::default();
        day.spend(noon(), 300);
        let fresh = day.take_fresh();
        assert_eq!(fresh, [(noon(), 300)]);
        assert!(day.take_fresh().is_empty(), "nothing is written twice");
        day.give_back(&fresh);
        assert_eq!(day.take_fresh(), fresh, "what could not be written is tried again");
        // Another process had written 9,000 of the same hour.
        day.learn([(noon(), 8_800)]);
        assert!(day.closed_until(noon(), 200, Urgency::Background, 10_000).is_none());
        assert!(day.closed_until(noon(), 201, Urgency::Background, 10_000).is_some());
    }
}
