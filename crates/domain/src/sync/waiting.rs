//! What a sync waits for, and until when.

use super::{Stage, pace::Pace};
use crate::{
    jobs::{Queued, QueuedState},
    providers::budget::{HeldBy, Opening},
};
use chrono::{DateTime, TimeDelta, Utc};

/// Shorter waits are the pace, and nobody has to be told of them.
const WORTH_TELLING: TimeDelta = TimeDelta::seconds(5);
/// A job that is due is begun at once; one that is not after so long waits for others.
const AT_ONCE: TimeDelta = TimeDelta::seconds(10);

/// What a sync waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The other work of this server.
    Turn,
    /// What may be asked of the provider in a minute is asked.
    Quota {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// What all mailboxes of this server may ask in a minute is asked.
    SharedQuota {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// The provider asked to wait, or what may be asked of it in a day is asked.
    Provider {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// The last try failed.
    BackOff {
        /// When the next one is.
        until: DateTime<Utc>,
    },
    /// Everything is here: changes are looked for now and then.
    NextLook {
        /// When the next time.
        at: DateTime<Utc>,
    },
}

impl Wait {
    /// What a feed in this stage waits for. `next_look` is when it wanted to look next when it last came to rest.
    pub(super) fn of(
        stage: Stage,
        next_look: Option<DateTime<Utc>>,
        job: Option<&Queued>,
        pace: Option<&Pace>,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let job = job.filter(|_| !stage.is_stopped())?;
        match job.state {
            QueuedState::GivenUp => None,
            QueuedState::Running { .. } => {
                let pace = pace?;
                let Opening { at: until, held_by } = pace.opening.filter(|opening| opening.at - now > WORTH_TELLING)?;
                Some(match held_by {
                    HeldBy::Person => Self::Quota { until },
                    HeldBy::Project => Self::SharedQuota { until },
                    HeldBy::Provider => Self::Provider { until },
                })
            }
            QueuedState::Waiting { until } if until <= now => (now - until > AT_ONCE).then_some(Self::Turn),
            QueuedState::Waiting { until } if job.problem.is_some() => Some(Self::BackOff { until }),
            QueuedState::Waiting { until } if stage == Stage::Live && next_look == Some(until) => {
                Some(Self::NextLook { at: until })
            }
            QueuedState::Waiting { until } => Some(Self::Provider { until }),
        }
    }

    /// Until when, where it is known.
    pub fn until(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Turn => None,
            Self::Quota { until }
            | Self::SharedQuota { until }
            | Self::Provider { until }
            | Self::BackOff { until } => Some(until),
            Self::NextLook { at } => Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn job(state: QueuedState, attempts: i32) -> Queued {
        let problem = (attempts > 0).then(|| "nobody answers".to_owned());
        Queued { id: Uuid::nil(), kind: "sync_mailbox".to_owned(), subject: None, state, attempts, problem }
    }

    #[test]
    fn every_wait_has_its_reason_and_its_end() {
        let waiting = |seconds, attempts| job(QueuedState::Waiting { until: at(seconds) }, attempts);
        let of = |stage, job: &Queued| Wait::of(stage, Some(at(300)), Some(job), None, at(0));
        assert_eq!(of(Stage::Live, &waiting(300, 0)), Some(Wait::NextLook { at: at(300) }));
        assert_eq!(of(Stage::Live, &waiting(40, 0)), Some(Wait::Provider { until: at(40) }), "not when it wanted to");
        assert_eq!(of(Stage::Fetching, &waiting(40, 0)), Some(Wait::Provider { until: at(40) }));
        assert_eq!(of(Stage::Fetching, &waiting(16, 3)), Some(Wait::BackOff { until: at(16) }));
        let careful = Queued { problem: None, ..waiting(40, 3) };
        assert_eq!(of(Stage::Fetching, &careful), Some(Wait::Provider { until: at(40) }), "the last try went well");
        assert_eq!(of(Stage::Fetching, &waiting(0, 0)), None, "it is its turn now");
        assert_eq!(of(Stage::Waiting, &waiting(-60, 0)), Some(Wait::Turn));
        assert_eq!(of(Stage::Paused, &waiting(16, 3)), None, "it waits for its person");
        assert_eq!(of(Stage::Live, &job(QueuedState::GivenUp, 1)), None);
    }

    #[test]
    fn a_run_waits_for_the_minute_or_for_what_the_provider_asked() {
        let running = job(QueuedState::Running { since: at(-5) }, 0);
        let of = |opens, held_by| {
            let pace = Pace { opening: Some(Opening { at: at(opens), held_by }), ..Pace::default() };
            Wait::of(Stage::Fetching, None, Some(&running), Some(&pace), at(0))
        };
        assert_eq!(of(30, HeldBy::Person), Some(Wait::Quota { until: at(30) }));
        assert_eq!(of(30, HeldBy::Project), Some(Wait::SharedQuota { until: at(30) }));
        assert_eq!(of(30, HeldBy::Provider), Some(Wait::Provider { until: at(30) }));
        assert_eq!(of(2, HeldBy::Person), None, "that is the pace");
    }
}
