//! A short memory and a way to tell other processes that something moved: in this process, or shared through Redis.
//!
//! Neither is ever the truth. A cache that fails is a cache that knows nothing, and one without a connection is not asked; a
//! notice that is lost only makes a screen refresh later. What is secret is sealed by the caller before it comes here.

mod bus;
mod in_process;
mod redis;

pub use bus::{Bus, Notice, What};

use crate::clock::Clock;
use std::{sync::Arc, time::Duration};

/// Values with a time to live.
#[derive(Clone)]
pub enum Cache {
    /// For one process.
    InProcess(in_process::Memory),
    /// Shared by all processes; the memory counts and claims for this one while Redis does not answer.
    Redis(redis::Redis, in_process::Memory),
}

/// Why Redis could not be reached at start.
#[derive(Debug, thiserror::Error)]
#[error("Redis cannot be reached")]
pub struct RedisUnreachable(#[source] pub fred::error::Error);

impl Cache {
    /// A cache of this process, bounded in entries.
    pub fn in_process(clock: Arc<dyn Clock>) -> Self {
        Self::InProcess(in_process::Memory::new(clock))
    }

    /// A cache shared through Redis 7 or later.
    pub async fn redis(url: &str, clock: Arc<dyn Clock>) -> Result<Self, RedisUnreachable> {
        let redis = redis::Redis::connect(url).await.map_err(RedisUnreachable)?;
        Ok(Self::Redis(redis, in_process::Memory::new(clock)))
    }

    /// The value, if there is one and its time is not over.
    pub async fn get(&self, key: &str) -> Option<Vec<u8>> {
        match self {
            Self::InProcess(memory) => memory.get(key).await,
            Self::Redis(redis, _) => redis.get(key).await.unwrap_or_else(|error| missed("get", &error)),
        }
    }

    /// Keeps `value` for `ttl`.
    pub async fn set(&self, key: &str, value: &[u8], ttl: Duration) {
        match self {
            Self::InProcess(memory) => memory.set(key, value.to_vec(), ttl).await,
            Self::Redis(redis, _) => redis.set(key, value, ttl).await.unwrap_or_else(|error| missed("set", &error)),
        }
    }

    /// Forgets a value; while Redis does not answer, what was claimed here meanwhile.
    pub async fn delete(&self, key: &str) {
        if self.shared("delete", |redis| redis.delete(key)).await.is_none() {
            self.own().delete(key).await;
        }
    }

    /// Counts one more under `key` and says how many there are; the count ends `ttl` after its **last** increase. While
    /// Redis does not answer, each process counts for itself: a limit never goes away.
    pub async fn increment(&self, key: &str, ttl: Duration) -> u64 {
        self.add(key, 1, ttl).await
    }

    /// Counts `more`, otherwise like [`Cache::increment`].
    pub async fn add(&self, key: &str, more: u64, ttl: Duration) -> u64 {
        match self.shared("add", |redis| redis.add(key, more, ttl)).await {
            Some(count) => count,
            None => self.own().add(key, more, ttl).await,
        }
    }

    /// Counts one less under `key`, where there is a count.
    pub async fn decrement(&self, key: &str) {
        if self.shared("decrement", |redis| redis.decrement(key)).await.is_none() {
            self.own().decrement(key).await;
        }
    }

    /// Keeps `value` for `ttl` unless something is there already; says whether it was kept. Of many who ask at once, one
    /// is told yes.
    pub async fn claim(&self, key: &str, value: &[u8], ttl: Duration) -> bool {
        match self.shared("claim", |redis| redis.claim(key, value, ttl)).await {
            Some(kept) => kept,
            None => self.own().claim(key, value.to_vec(), ttl).await,
        }
    }

    /// What Redis answers; `None` where there is none, or none that answers: then this process knows for itself.
    async fn shared<'a, T, A>(&'a self, what: &'static str, ask: impl FnOnce(&'a redis::Redis) -> A) -> Option<T>
    where
        A: Future<Output = Result<T, fred::error::Error>>,
    {
        let Self::Redis(redis, _) = self else { return None };
        ask(redis).await.inspect_err(|error| missed(what, error)).ok()
    }

    /// The memory of this process.
    fn own(&self) -> &in_process::Memory {
        match self {
            Self::InProcess(memory) | Self::Redis(_, memory) => memory,
        }
    }

    /// Whether other processes see what is kept here.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Redis(..))
    }

    /// Whether the shared cache answers; a cache of this process always does.
    pub async fn answers(&self) -> bool {
        match self {
            Self::InProcess(_) => true,
            Self::Redis(redis, _) => redis.ping().await.is_ok(),
        }
    }
}

fn missed<T: Default>(what: &'static str, error: &fred::error::Error) -> T {
    if redis::is_told(error) {
        tracing::debug!(operation = what, "cache.unreachable: going on without it");
    } else {
        tracing::warn!(operation = what, error = %error, "cache.unreachable: going on without it");
    }
    T::default()
}
