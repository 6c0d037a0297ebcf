//! What other processes spend at the same time. They tell each other through the shared cache, in slots of ten seconds: a
//! process adds what it spends to the slot's sum, and what the sum is above its own part was somebody else's. While the
//! cache does not answer, each process knows only its own.

use crate::cache::Cache;
use chrono::{DateTime, Utc};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Seconds of a slot.
const SLOT: i64 = 10;
/// A sum is of no use once its slot has left the minute.
const KEPT: Duration = Duration::from_secs(80);

/// What was seen of a slot: our own part and what we know of the others'.
#[derive(Clone, Copy, Default)]
struct Seen {
    slot: i64,
    own: u64,
    others: u64,
}

/// The sums shared with other processes.
#[derive(Clone)]
pub(super) struct Others {
    cache: Cache,
    seen: Arc<Mutex<HashMap<String, Seen>>>,
}

impl Others {
    /// `None` when this process is alone.
    pub(super) fn over(cache: Cache) -> Option<Self> {
        cache.is_shared().then(|| Self { cache, seen: Arc::default() })
    }

    /// Tells the others of `units` spent now under `name`, and says what they spent that was not known before.
    pub(super) async fn exchange(&self, name: &str, units: u32, now: DateTime<Utc>) -> u32 {
        let slot = now.timestamp().div_euclid(SLOT);
        let before = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied().unwrap_or_default();
        let mut news = 0;
        if before.slot == slot - 1 {
            // What they added after our last word.
            news += self.sum(name, before.slot).await.saturating_sub(before.own + before.others);
        }
        let sum = self.cache.add(&key(name, slot), units.into(), KEPT).await;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, seen| seen.slot >= slot - 1);
        let of_slot = seen.entry(name.to_owned()).or_default();
        if of_slot.slot != slot {
            *of_slot = Seen { slot, ..Seen::default() };
        }
        of_slot.own += u64::from(units);
        let others = sum.saturating_sub(of_slot.own);
        news += others.saturating_sub(of_slot.others);
        of_slot.others = of_slot.others.max(others);
        u32::try_from(news).unwrap_or(u32::MAX)
    }

    async fn sum(&self, name: &str, slot: i64) -> u64 {
        let value = self.cache.get(&key(name, slot)).await;
        value.and_then(|value| std::str::from_utf8(&value).ok()?.parse().ok()).unwrap_or_default()
    }
}

fn key(name: &str, slot: i64) -> String {
    format!("spent:{name}:{slot}")
}
