//! The places at a mailbox that all processes share: each is a claim in the shared cache. While the cache does not answer,
//! each process has its own.

use crate::{cache::Cache, clock::Clock};
use chrono::{DateTime, TimeDelta, Utc};
use std::{ops::Range, sync::Arc, time::Duration};

/// Longer than a call may take (30 s): a process that dies leaves its places for so long. Only a large file takes longer.
const HELD: Duration = Duration::from_secs(40);
/// When all are taken they are looked at again after this long.
const AGAIN: Duration = Duration::from_millis(50);

/// The places of every mailbox.
#[derive(Clone)]
pub(super) struct Places {
    cache: Cache,
    clock: Arc<dyn Clock>,
}

/// A place that is held.
pub(super) struct Place {
    places: Places,
    key: String,
    until: DateTime<Utc>,
}

impl Places {
    /// `None` when this process is alone.
    pub fn over(cache: Cache, clock: Arc<dyn Clock>) -> Option<Self> {
        cache.is_shared().then_some(Self { cache, clock })
    }

    /// Waits for one of these places at a mailbox. The last are tried first: the first are for work nobody waits for.
    pub async fn take(&self, person: &str, of: Range<usize>) -> Place {
        loop {
            for at in of.clone().rev() {
                let key = format!("place:{person}:{at}");
                let until = self.clock.now() + TimeDelta::from_std(HELD).unwrap_or_default();
                if self.cache.claim(&key, b"taken", HELD).await {
                    return Place { places: self.clone(), key, until };
                }
            }
            self.clock.sleep(AGAIN).await;
        }
    }
}

impl Place {
    /// Gives it back, and lets go of `own` when that is done: whoever waits for it here would find this one taken.
    pub fn give_back(self, own: impl Send + 'static) {
        // One that was held too long may be somebody else's by now.
        if self.places.clock.now() >= self.until {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                self.places.cache.delete(&self.key).await;
                drop(own);
            });
        }
    }
}
