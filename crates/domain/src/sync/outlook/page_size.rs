//! How large a page may be.

use crate::sync::caution::Caution;
use chrono::TimeDelta;
use std::sync::atomic::{AtomicU32, Ordering};

/// Messages of the first page.
const FIRST_PAGE: u32 = 50;
/// Pages grow to this while they come fast …
const LARGEST_PAGE: u32 = 250;
/// … that is, within this time, and shrink when they take twice as long or cannot be answered at all.
const FAST: TimeDelta = TimeDelta::milliseconds(1_000);

/// How many messages to ask for at once, learned from how long pages take.
pub(super) struct PageSize(AtomicU32);

impl PageSize {
    /// A run that keeps failing asks for less at a time.
    pub fn after(caution: &Caution) -> Self {
        Self(AtomicU32::new(caution.at_once(FIRST_PAGE)))
    }

    pub fn get(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    pub fn learn(&self, took: TimeDelta) {
        let now = self.get();
        if took <= FAST {
            self.0.store((now * 2).min(LARGEST_PAGE), Ordering::Relaxed);
        } else if took >= FAST * 2 {
            self.shrink();
        }
    }

    pub fn shrink(&self) {
        self.0.store((self.get() / 2).max(1), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_grow_while_they_come_fast_and_shrink_when_they_are_slow() {
        let size = PageSize::after(&Caution::after(0));
        for expected in [100, 200, 250, 250] {
            size.learn(TimeDelta::milliseconds(300));
            assert_eq!(size.get(), expected);
        }
        size.learn(TimeDelta::milliseconds(1_500));
        assert_eq!(size.get(), 250, "neither fast nor slow");
        size.learn(TimeDelta::seconds(4));
        assert_eq!(size.get(), 125);
        (0..20).for_each(|_| size.shrink());
        assert_eq!(size.get(), 1, "one message can always be asked for");
    }
}
