//! The time left is honest: at every minute of a first sync it is what it then takes, give or take a fifth.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, database::Backend, spawn_app};
use domain::clock::{Clock, FixedClock};
use serde_json::json;
use std::{cell::RefCell, time::Duration};
use uuid::Uuid;

/// At 6,000 units a minute and 20 a mail: more than three minutes.
const MAILS: usize = 1_100;
/// The second, and what was shown then.
type Shown = (u64, Option<u64>);

async fn connected(app: &App) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.connect(app.person(0), Answer::Allow).await;
    let connection = browser.connections().await.cards[0].id;
    (browser, connection)
}

fn second(clock: &FixedClock) -> u64 {
    u64::try_from(clock.now().timestamp()).unwrap()
}

/// The provider's clock first: it must not be behind when we believe a minute is over.
async fn go_on(app: &App, clock: &FixedClock, seconds: u64) {
    app.control("POST", "clock", &json!({ "advance_s": seconds })).await;
    clock.advance(Duration::from_secs(seconds));
}

/// Runs the first sync while `time` lets time go by, and looks at the card every minute. What was shown, and when it ended.
async fn watched(app: &App, browser: &Browser, time: impl Future<Output = ()>) -> (Vec<Shown>, u64) {
    let clock = app.clock.clone().unwrap();
    let (began, shown) = (second(&clock), RefCell::new(Vec::new()));
    let work = async {
        while app.database.count("sync_feeds WHERE kind = 'mailbox' AND completed_at IS NOT NULL").await == 0 {
            app.domain.run_one_job().await;
        }
        second(&clock)
    };
    let look = async {
        let mut minute = 0;
        loop {
            minute += 1;
            while second(&clock) < began + 60 * minute {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let left = browser.connections().await.cards[0].progress.seconds_left;
            eprintln!("{minute} min: {left:?} s left");
            shown.borrow_mut().push((second(&clock), left));
        }
    };
    let ended = tokio::select! {
        ended = work => ended,
        () = time => unreachable!("time does not end"),
        () = look => unreachable!("nobody stops looking"),
    };
    (shown.take(), ended)
}

fn assert_honest(shown: &[Shown], ended: u64) {
    assert!(shown.len() >= 3, "it took minutes: {shown:?}");
    for (at, left) in shown {
        let took = ended - at;
        let left = left.unwrap_or_else(|| panic!("nothing shown at {at}, {took} s before the end"));
        // A card is told once a second, and pages come as a whole.
        let off = left.abs_diff(took).saturating_sub(2);
        assert!(off * 5 <= took, "{left} s were shown, and it took {took}: {shown:?}");
    }
}

async fn under_gmails_quota(backend: Backend) {
    let wishes = Wishes {
        messages: Some(MAILS),
        standing_clock: true,
        quota: Some(sandbox::Quota::New),
        settings: vec![("GOOGLE_QUOTA", "new".to_owned())],
        ..Wishes::default()
    };
    let app = spawn_app(backend, wishes).await;
    let (browser, connection) = connected(&app).await;
    let clock = app.clock.clone().unwrap();
    let nobody = clock.sleepers();
    // Time goes by only while a call waits for the budget: beside it sleeps who keeps the job.
    let time = async {
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            if clock.sleepers() >= nobody + 2 {
                go_on(&app, &clock, 1).await;
            }
        }
    };
    let (shown, ended) = watched(&app, &browser, time).await;
    assert_honest(&shown, ended);
    assert!(app.domain.sync().verify(connection).await.unwrap().is_complete());
    app.finish().await;
}

#[tokio::test]
async fn under_gmails_quota_the_time_left_is_what_it_takes_on_sqlite() {
    under_gmails_quota(Backend::Sqlite).await;
}

#[tokio::test]
async fn under_gmails_quota_the_time_left_is_what_it_takes_on_postgres() {
    under_gmails_quota(Backend::Postgres).await;
}
