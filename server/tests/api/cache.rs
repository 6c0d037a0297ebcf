//! The shared memory of many processes: the same journeys with Redis in between.

use crate::harness::{Wishes, browser::PASSWORD, consent::Answer, on_both_with};
use app::error::AppError;
use domain::{
    cache::{Bus, Cache, Notice, What},
    clock::SystemClock,
    sessions::Visitor,
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

const REDIS: &str = "GATEPOST_TEST_REDIS";

pub fn redis() -> String {
    std::env::var(REDIS).unwrap_or_else(|_| {
        panic!("{REDIS} is not set: give the redis:// address of a server (`make test` starts one and sets it)")
    })
}

fn with_redis() -> Wishes {
    Wishes { settings: vec![("REDIS_URL", redis())], ..Wishes::default() }
}

#[tokio::test]
async fn with_redis_the_server_is_ready_and_connects_and_syncs() {
    on_both_with(with_redis(), async |app| {
        let browser = app.signed_up("ada").await;
        let ready = browser.open("/readyz").await;
        assert_eq!(ready.body, r#"{"database":"ok","migrations":"ok","redis":"ok"}"#);
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        assert_eq!(app.mailbox_stored(app.person(0)).await, app.mailbox_at_provider(app.person(0)).await);
    })
    .await;
}

#[tokio::test]
async fn with_redis_guessing_is_slowed_for_all_processes() {
    on_both_with(with_redis(), async |app| {
        // Counters outlive this test's database: an address of its own.
        let name = format!("ada{}", Uuid::new_v4().simple());
        app.signed_up(&name).await;
        let email = format!("{name}@example.org");
        let browser = app.browser();
        while browser.sign_in(&email, "wrong horse battery staple").await == Err(AppError::WrongCredentials) {}
        let refused = browser.sign_in(&email, PASSWORD).await;
        assert!(matches!(refused, Err(AppError::SlowDown { .. })), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn tries_at_the_same_moment_get_no_more_turns_than_tries_one_by_one() {
    on_both_with(with_redis(), async |app| {
        let users = app.domain.users();
        let session = Uuid::new_v4();
        let visitors: Vec<_> =
            (0..200).map(|n| Visitor { address: format!("2001:db8:{n}:{session}"), ..Visitor::default() }).collect();
        let tries = visitors.iter().map(|visitor| users.allow_start(Some(session), visitor));
        let heard = futures::future::join_all(tries).await.into_iter().flatten().count();
        // The free ones. Each further turn waits twice as long as the one before: a slow machine gets to a few of them.
        assert!((20..=24).contains(&heard), "{heard} of 200");
    })
    .await;
}

#[tokio::test]
async fn a_notice_reaches_the_other_process() {
    let (one, other) = (Bus::redis(&redis()).await.unwrap(), Bus::redis(&redis()).await.unwrap());
    let mut heard = other.subscribe();
    let notice = Notice { user: Uuid::new_v4(), what: What::Mail { connection: Uuid::new_v4() } };
    one.publish(notice).await;
    let found = tokio::time::timeout(Duration::from_secs(20), async {
        // Other tests speak on the same channel.
        while heard.recv().await.unwrap() != notice {}
    });
    found.await.expect("the notice arrives");
}

#[tokio::test]
async fn a_value_and_a_count_are_shared_and_end() {
    let connect = async || Cache::redis(&redis(), Arc::new(SystemClock)).await.unwrap();
    let (one, other) = (connect().await, connect().await);
    let key = format!("test:{}", Uuid::new_v4());
    one.set(&key, b"value", Duration::from_mins(1)).await;
    assert_eq!(other.get(&key).await.as_deref(), Some(b"value".as_slice()));
    other.delete(&key).await;
    assert_eq!(one.get(&key).await, None);
    let count = format!("{key}:count");
    assert_eq!(one.increment(&count, Duration::from_mins(1)).await, 1);
    assert_eq!(other.increment(&count, Duration::from_mins(1)).await, 2);
}
