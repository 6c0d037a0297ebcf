//! The sandbox's own clock: the computer's time, run at a speed of its own, plus what `POST /_sandbox/clock` has advanced
//! it by.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};

/// A clock that runs with the computer's and can be moved forward, never back.
#[derive(Debug)]
pub struct Clock {
    started: DateTime<Utc>,
    /// Seconds that go by here in one of the computer's.
    speed: u32,
    /// Seconds by which this clock was moved.
    ahead_s: AtomicI64,
}

impl Clock {
    /// A clock that shows the computer's time now, and goes `speed` times as fast from here on.
    pub fn new(speed: u32) -> Self {
        Self { started: system_now(), speed: speed.max(1), ahead_s: AtomicI64::default() }
    }

    /// What time it is in the sandbox.
    pub fn now(&self) -> DateTime<Utc> {
        let gone_by = (system_now() - self.started) * i32::try_from(self.speed).unwrap_or(i32::MAX);
        self.started + gone_by + Duration::seconds(self.ahead_s.load(Ordering::Relaxed))
    }

    /// Returns when so many milliseconds have gone by here.
    pub async fn sleep(&self, milliseconds: u64) {
        tokio::time::sleep(std::time::Duration::from_millis(milliseconds) / self.speed).await;
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
