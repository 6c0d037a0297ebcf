//! The cache and the bus behave the same in one process and over Redis.

use crate::database::setting;
use chrono::{DateTime, Utc};
use domain::{
    cache::{Bus, Cache, Notice, What},
    clock::{FixedClock, SystemClock},
};
use std::{sync::Arc, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

const LONG: Duration = Duration::from_mins(1);

async fn caches() -> [Cache; 2] {
    let redis = Cache::redis(&setting("GATEPOST_TEST_REDIS"), Arc::new(SystemClock)).await.unwrap();
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
async fn a_count_is_taken_back_but_never_below_nothing() {
    for cache in caches().await {
        let key = key();
        cache.decrement(&key).await;
        assert_eq!(cache.increment(&key, LONG).await, 1);
        assert_eq!(cache.increment(&key, LONG).await, 2);
        cache.decrement(&key).await;
        assert_eq!(cache.increment(&key, LONG).await, 2);
    }
}

#[tokio::test]
async fn of_many_who_claim_at_once_one_is_told_yes() {
    for cache in caches().await {
        let key = key();
        let claims = futures::future::join_all((0..50).map(|_| cache.claim(&key, b"mine", LONG))).await;
        assert_eq!(claims.into_iter().filter(|kept| *kept).count(), 1);
        assert_eq!(cache.get(&key).await.as_deref(), Some(&b"mine"[..]));
        cache.delete(&key).await;
        assert!(cache.claim(&key, b"theirs", LONG).await, "what was given up can be claimed again");
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
async fn a_redis_that_is_not_there_at_start_is_named() {
    assert!(Cache::redis("redis://127.0.0.1:1", Arc::new(SystemClock)).await.is_err());
}

#[tokio::test]
async fn a_redis_that_stops_is_a_cache_that_knows_nothing_and_still_counts() {
    let wire = Wire::to(&setting("GATEPOST_TEST_REDIS")).await;
    let cache = Cache::redis(&wire.url, Arc::new(SystemClock)).await.unwrap();
    let (value, count, turn) = (key(), key(), key());
    cache.set(&value, b"known", LONG).await;
    assert_eq!(cache.increment(&count, LONG).await, 1);
    wire.cut().await;
    assert_eq!(cache.get(&value).await, None);
    assert!(!cache.answers().await);
    for expected in 1..=3 {
        assert_eq!(cache.increment(&count, LONG).await, expected, "in this process");
    }
    assert!(cache.claim(&turn, b"mine", LONG).await);
    assert!(!cache.claim(&turn, b"mine", LONG).await, "a limit holds without Redis");
}

/// A wire to Redis that can be cut.
struct Wire {
    url: String,
    task: tokio::task::JoinHandle<()>,
}

impl Wire {
    async fn to(redis: &str) -> Self {
        let redis = url::Url::parse(redis).unwrap();
        let target = (redis.host_str().unwrap().to_owned(), redis.port().unwrap_or(6379));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            // Aborted with the task: every wire is cut at once, and nobody listens any more.
            let mut wires = tokio::task::JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let mut far = TcpStream::connect(target.clone()).await.unwrap();
                wires.spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
            }
        });
        Self { url, task }
    }

    async fn cut(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}
