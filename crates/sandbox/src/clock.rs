//! The sandbox's own clock: the computer's time plus what `POST /_sandbox/clock` has advanced it by.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};

/// A clock that runs with the computer's and can be moved forward, never back.
#[derive(Debug, Default)]
pub struct Clock {
    /// Seconds by which this clock is ahead of the computer's.
    ahead_s: AtomicI64,
}

impl Clock {
    /// What time it is in the sandbox.
    pub fn now(&self) -> DateTime<Utc> {
        system_now() + Duration::seconds(self.ahead_s.load(Ordering::Relaxed))
    }

    /// Moves the clock forward by so many seconds; a negative number is taken as 0.
    pub fn advance(&self, seconds: i64) {
        self.ahead_s.fetch_add(seconds.max(0), Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place of the sandbox that reads the computer's clock")]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}
