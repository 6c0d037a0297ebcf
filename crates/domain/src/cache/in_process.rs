//! The cache of a single process.

use crate::clock::Clock;
use chrono::{DateTime, Utc};
use moka::{
    future::Cache,
    ops::compute::{CompResult, Op},
};
use std::{sync::Arc, time::Duration};

/// More entries than this push the least used out: about 10 MB of tokens and counters.
const MOST_ENTRIES: u64 = 50_000;

#[derive(Clone)]
struct Entry {
    value: Vec<u8>,
    until: DateTime<Utc>,
}

/// Entries that expire by the domain's clock.
#[derive(Clone)]
pub struct Memory {
    entries: Cache<String, Entry>,
    clock: Arc<dyn Clock>,
}

impl Memory {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { entries: Cache::new(MOST_ENTRIES), clock }
    }

    pub(super) async fn get(&self, key: &str) -> Option<Vec<u8>> {
        let entry = self.entries.get(key).await?;
        if entry.until <= self.clock.now() {
            self.entries.invalidate(key).await;
            return None;
        }
        Some(entry.value)
    }

    pub(super) async fn set(&self, key: &str, value: Vec<u8>, ttl: Duration) {
        self.entries.insert(key.to_owned(), Entry { value, until: self.clock.now() + ttl }).await;
    }

    pub(super) async fn delete(&self, key: &str) {
        self.entries.invalidate(key).await;
    }

    pub(super) async fn add(&self, key: &str, more: u64, ttl: Duration) -> u64 {
        let now = self.clock.now();
        let counted = self
            .entries
            .entry_by_ref(key)
            .and_compute_with(|entry| {
                let before = entry.map(moka::Entry::into_value).filter(|entry| entry.until > now);
                let count = before.and_then(|entry| count(&entry.value)).unwrap_or_default().saturating_add(more);
                std::future::ready(Op::Put(Entry { value: count.to_string().into_bytes(), until: now + ttl }))
            })
            .await;
        counted.into_entry().and_then(|entry| count(&entry.into_value().value)).unwrap_or(more)
    }

    pub(super) async fn decrement(&self, key: &str) {
        let now = self.clock.now();
        self.entries
            .entry_by_ref(key)
            .and_compute_with(|entry| {
                let before = entry.map(moka::Entry::into_value).filter(|entry| entry.until > now);
                let less = before.and_then(|entry| Some((count(&entry.value)?.checked_sub(1)?, entry.until)));
                let put = less.map(|(less, until)| Op::Put(Entry { value: less.to_string().into_bytes(), until }));
                std::future::ready(put.unwrap_or(Op::Nop))
            })
            .await;
    }

    pub(super) async fn claim(&self, key: &str, value: Vec<u8>, ttl: Duration) -> bool {
        let now = self.clock.now();
        let claimed = self
            .entries
            .entry_by_ref(key)
            .and_compute_with(|entry| {
                let held = entry.is_some_and(|entry| entry.into_value().until > now);
                let put = Op::Put(Entry { value, until: now + ttl });
                std::future::ready(if held { Op::Nop } else { put })
            })
            .await;
        matches!(claimed, CompResult::Inserted(_) | CompResult::ReplacedWith(_))
    }
}

fn count(value: &[u8]) -> Option<u64> {
    std::str::from_utf8(value).ok()?.parse().ok()
}
