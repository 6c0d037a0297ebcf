//! Gmail's per-person limit, kept the strict way: the units of the last 60 seconds are summed anew for every call.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

use crate::config::Quota;

/// Parts of one batch that may run at once; the part after them is told "too many concurrent requests".
pub const CONCURRENT_PARTS: usize = 50;

/// What a method costs: units on projects created since May 2026, and on older ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Units in the new table.
    pub new: u32,
    /// Units in the legacy table.
    pub legacy: u32,
}

impl Cost {
    /// The same number in both tables.
    pub const fn flat(units: u32) -> Self {
        Self { new: units, legacy: units }
    }
}

/// The calls of one person's last minute: when, and for how many units.
type Spent = VecDeque<(DateTime<Utc>, u32)>;

/// The windows of all people.
#[derive(Debug)]
pub struct Windows {
    kind: Quota,
    spent: Mutex<HashMap<String, Spent>>,
}

impl Windows {
    /// Nobody has spent anything yet.
    pub fn new(kind: Quota) -> Self {
        Self { kind, spent: Mutex::default() }
    }

    /// Whether any limit is enforced.
    pub fn enforced(&self) -> bool {
        self.kind != Quota::Off
    }

    /// The units a call costs in the table in force; the new table when no limit is.
    pub fn units(&self, cost: Cost) -> u32 {
        if self.kind == Quota::Legacy { cost.legacy } else { cost.new }
    }

    /// Books a call, or says when enough units will have left the window. A refused call costs nothing.
    pub fn spend(&self, person: &str, cost: Cost, now: DateTime<Utc>) -> Result<u32, DateTime<Utc>> {
        let units = self.units(cost);
        let limit = match self.kind {
            Quota::Off => return Ok(units),
            Quota::New => 6_000,
            Quota::Legacy => 15_000,
        };
        let mut people = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let window = people.entry(person.to_owned()).or_default();
        let minute = Duration::seconds(60);
        while window.front().is_some_and(|(at, _)| *at + minute <= now) {
            window.pop_front();
        }
        let mut sum: u32 = window.iter().map(|(_, units)| units).sum();
        if sum + units <= limit {
            window.push_back((now, units));
            return Ok(units);
        }
        for (at, spent) in window.iter() {
            sum -= spent;
            if sum + units <= limit {
                return Err(*at + minute);
            }
        }
        Err(now + minute)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::{Cost, Windows};
    use crate::config::Quota;

    const GET: Cost = Cost { new: 20, legacy: 5 };

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn three_hundred_new_gets_fit_in_a_minute_and_the_next_one_learns_when() {
        let windows = Windows::new(Quota::New);
        for at in 0..300 {
            assert_eq!(windows.spend("ana", GET, noon() + Duration::milliseconds(at * 100)), Ok(20));
        }
        let late = noon() + Duration::seconds(31);
        assert_eq!(windows.spend("ana", GET, late), Err(noon() + Duration::seconds(60)));
        assert_eq!(windows.spend("mateo", GET, late), Ok(20), "the limit is per person");
    }

    #[test]
    fn the_window_slides_and_does_not_reset() {
        let windows = Windows::new(Quota::New);
        for _ in 0..150 {
            windows.spend("ana", GET, noon()).unwrap();
        }
        for _ in 0..150 {
            windows.spend("ana", GET, noon() + Duration::seconds(50)).unwrap();
        }
        let after = noon() + Duration::seconds(60);
        for _ in 0..150 {
            assert_eq!(windows.spend("ana", GET, after), Ok(20));
        }
        assert_eq!(windows.spend("ana", GET, after), Err(noon() + Duration::seconds(110)));
    }

    #[test]
    fn the_legacy_table_has_more_room_and_lower_prices() {
        let windows = Windows::new(Quota::Legacy);
        for _ in 0..3000 {
            assert_eq!(windows.spend("ana", GET, noon()), Ok(5));
        }
        assert!(windows.spend("ana", GET, noon()).is_err());
        assert_eq!(Windows::new(Quota::Off).spend("ana", GET, noon()), Ok(20));
    }
}
