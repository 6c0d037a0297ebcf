//! The cache and the bus behave the same in one process and over Redis.

use crate::database::setting;
use chrono::{DateTime, Utc};
use domain::{
    cache::{Bus, Cache, Notice, What},
    clock::{FixedClock, SystemClock},
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

const LONG: Duration = Duration::from_mins(1);

async fn caches() -> [Cache; 2] {
    let redis = Cache::redis(&setting("GATEPOST_TEST_REDIS")).await.unwrap();
    [Cache::in_process(Arc::new(SystemClock)), redis]
}

/// Tests share one Redis: each uses keys of its own.
fn key() -> String {
    format!("test:{}", Uuid::new_v4())
}

#[tokio::test]
async fn a_value_is_kept_replaced_and_forgotten() {
    for cache in caches().await {
        let key = key();
        assert_eq!(cache.get(&key).await, None);
        cache.set(&key, b"one", LONG).await;
        cache.set(&key, &[0, 159, 255], LONG).await;
        assert_eq!(cache.get(&key).await.as_deref(), Some(&[0, 159, 255][..]));
        cache.delete(&key).await;
        assert_eq!(cache.get(&key).await, None);
        assert!(cache.answers().await);
    }
}

#[tokio::test]
async fn counting_at_once_loses_no_count() {
    for cache in caches().await {
        let key = key();
        let counted = futures::future::join_all((0..50).map(|_| cache.increment(&key, LONG))).await;
        let mut counted: Vec<u64> = counted;
        counted.sort_unstable();
        assert_eq!(counted, (1..=50).collect::<Vec<u64>>());
    }
}

#[tokio::test]
async fn a_value_ends_with_its_time() {
    let clock = FixedClock::at(DateTime::<Utc>::from_timestamp(1_790_000_000, 0).unwrap());
    let cache = Cache::in_process(Arc::new(clock.clone()));
    cache.set("k", b"v", LONG).await;
    cache.increment("n", LONG).await;
    clock.advance(Duration::from_millis(59_999));
    assert!(cache.get("k").await.is_some());
    clock.advance(Duration::from_millis(1));
    assert_eq!(cache.get("k").await, None);
    assert_eq!(cache.increment("n", LONG).await, 1);
}

#[tokio::test]
async fn a_notice_reaches_every_listener_of_every_process() {
    let url = setting("GATEPOST_TEST_REDIS");
    let local = Bus::in_process();
    let (one, two) = (Bus::redis(&url).await.unwrap(), Bus::redis(&url).await.unwrap());
    for (speaker, listener) in [(&local, &local), (&one, &two), (&two, &two)] {
        let notice = Notice { user: Uuid::new_v4(), what: What::Mail { connection: Uuid::new_v4() } };
        let mut heard = listener.subscribe();
        speaker.publish(notice).await;
        // Other tests speak on the same Redis.
        while heard.recv().await.unwrap() != notice {}
    }
}

#[tokio::test]
async fn a_redis_that_is_gone_is_a_cache_that_knows_nothing() {
    assert!(Cache::redis("redis://127.0.0.1:1").await.is_err(), "at start it is named");
}
