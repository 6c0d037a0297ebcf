//! Durable background work on the application's own database.
//!
//! A job is enqueued in the transaction that made it necessary, so neither can exist without the other. Its payload is
//! ids; the code that runs it reads the world and repairs it, so running it twice does no harm. A worker holds a lease
//! that it renews while it works; a worker that dies loses it, and another takes the job up.
//!
//! # Adding a job
//!
//! Add a variant to [`Job`] with its key, priority and subject, and the arm in `background.rs` that runs it.

mod ending;
mod lease;
mod payload;
mod queue;
mod runs;
mod seen;

pub use ending::{finish, free_all};
pub use lease::{Lease, LeaseLost};
pub use payload::{Job, Priority};
pub use queue::{Claimed, claim, due, enqueue};
pub use runs::{JobRun, newest as newest_runs, purge as purge_runs};
pub use seen::{Queued, QueuedState, queued};

use chrono::{DateTime, Utc};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long a worker may be silent before its job goes to another.
/// Renewed three times a life; short, because it is also how long a job of a killed process waits.
pub const LEASE: Duration = Duration::from_secs(15);
/// The longest wait between two tries. A job that says retry is never given up: only [`JobError::Fail`] ends one.
const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// What a running job is given.
pub struct JobContext {
    /// Cancelled when the process stops or the lease is lost: stop at the next safe point.
    pub stop: CancellationToken,
    /// Failed tries before this one.
    pub attempts: i32,
    /// The hold on the job; renewed in the background while the job runs.
    pub lease: Lease,
}

/// How a job ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobOutcome {
    /// The row goes.
    Done,
    /// The same row runs again at this time; counts as no failure.
    Again {
        /// When.
        at: DateTime<Utc>,
    },
    /// Likewise, behind all others that are due: much is left to do, and they want little.
    Yield {
        /// When.
        at: DateTime<Utc>,
    },
    /// Like `Again`, but the failed tries before this one stay counted: what made them fail may still be ahead.
    Resume {
        /// When.
        at: DateTime<Utc>,
    },
    /// Like `Again`, and nothing was to do: the run is not worth remembering.
    Idle {
        /// When.
        at: DateTime<Utc>,
    },
}

/// How a job ended badly: the error says what happens next.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Worth another try, after the back-off or the time given.
    #[error("the job will be tried again")]
    Retry {
        /// Wait this long instead of the usual back-off.
        after: Option<Duration>,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Trying again cannot help.
    #[error("the job failed for good")]
    Fail {
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl JobError {
    /// Try again after the usual back-off.
    pub fn retry(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Retry { after: None, source: source.into() }
    }

    /// Do not try again.
    pub fn fail(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Fail { source: source.into() }
    }
}

impl From<sea_orm::DbErr> for JobError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::retry(error)
    }
}

/// The wait before try number `attempts + 1`: 2, 4, 8 … seconds, at most a quarter of an hour.
pub fn back_off(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts.max(0)).unwrap_or_default().min(11);
    Duration::from_secs(2u64.saturating_pow(doublings + 1)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let waits: Vec<u64> = [0, 1, 2, 8, 9, 25].map(|attempts| back_off(attempts).as_secs()).into();
        assert_eq!(waits, [2, 4, 8, 512, 900, 900]);
    }
}
