//! A clock that runs faster than the machine's: minutes of a limit go by in seconds, for everybody alike.

use domain::clock::{Clock, SystemClock};
use sea_orm::prelude::DateTimeUtc;
use std::time::Duration;

/// Starts at the machine's time and goes so many times as fast.
#[derive(Debug)]
pub struct FastClock {
    started: DateTimeUtc,
    speed: u32,
}

impl FastClock {
    pub fn new(speed: u32) -> Self {
        Self { started: SystemClock.now(), speed: speed.max(1) }
    }
}

#[async_trait::async_trait]
impl Clock for FastClock {
    fn now(&self) -> DateTimeUtc {
        let gone_by = (SystemClock.now() - self.started).to_std().unwrap_or_default();
        self.started + gone_by * self.speed
    }

    async fn sleep(&self, duration: Duration) {
        SystemClock.sleep(duration / self.speed).await;
    }
}
