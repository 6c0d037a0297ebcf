//! What happened is written down, shown to the person it happened to, and to nobody else.

use crate::harness::{Wishes, browser::Browser, consent::Answer, on_both, on_both_with};
use app::{
    error::AppError,
    features::activity::{ActivityList, ActivityOutcome, JobKind, JobList, JobState, RunOutcome},
};
use domain::{
    clock::Randomness,
    jobs::{self, Job},
};
use serde_json::json;
use std::collections::BTreeSet;

async fn activity(browser: &Browser, query: &str) -> ActivityList {
    browser.call("activity/list_activity", &[("query", query)]).await.unwrap()
}

fn actions(list: &ActivityList) -> BTreeSet<&str> {
    list.rows.iter().map(|row| row.action.as_str()).collect()
}

#[tokio::test]
async fn a_journey_is_told_newest_first_and_filtered_by_kind_mailbox_outcome_and_period() {
    let wishes = Wishes { standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(1), Answer::Deny).await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        app.advance(3 * 3600).await;
        app.work_off_queue().await;
        let all = activity(&browser, "").await;
        let happened = actions(&all);
        for action in ["user.sign_up", "connection.made", "grant.refresh", "api.mail.read"] {
            assert!(happened.contains(action), "{action} is missing among {happened:?}");
        }
        assert!(all.rows.is_sorted_by(|one, next| one.id > next.id));
        let calls = all.rows.iter().filter(|row| row.action == "api.mail.read").map(|row| row.times).max();
        assert!(calls > Some(1), "calls are counted by the hour: {calls:?}");
        let mailbox = all.mailboxes[0].id;
        assert_eq!(actions(&activity(&browser, "kind=connections").await), BTreeSet::from(["connection.made"]));
        let refused = activity(&browser, "kind=connections&outcome=refused").await;
        assert_eq!((refused.rows.len(), refused.rows[0].outcome), (1, ActivityOutcome::Refused));
        assert!(refused.rows[0].address.is_some(), "where it came from");
        let of_mailbox = activity(&browser, &format!("mailbox={mailbox}")).await;
        assert!(of_mailbox.rows.iter().all(|row| row.mailbox.as_deref() == Some(app.person(0))));
        app.advance(2 * 24 * 3600).await;
        assert!(!actions(&activity(&browser, "days=1").await).contains("user.sign_up"));
        assert!(actions(&activity(&browser, "days=7").await).contains("user.sign_up"));
    })
    .await;
}

#[tokio::test]
async fn who_tried_a_wrong_password_is_seen_by_the_owner() {
    on_both(async |app| {
        let ada = app.signed_up("ada").await;
        app.browser().sign_in("ada@example.org", "wrong horse battery staple").await.unwrap_err();
        let refused = activity(&ada, "kind=sign_in&outcome=refused").await;
        assert_eq!((refused.rows.len(), refused.rows[0].action.as_str()), (1, "user.sign_in"));
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_and_the_page_stands_without_scripts() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let empty = browser.open("/settings/activity?kind=programs").await;
        assert!(empty.body.contains("Nothing of this kind"), "{}", empty.body);
        let user = browser.viewer().await.unwrap().user_id;
        for n in 0..120 {
            app.domain.sessions().end(uuid::Uuid::from_u128(n), user).await.unwrap();
        }
        let (mut seen, mut after) = (BTreeSet::new(), String::new());
        let pages = loop {
            let page = activity(&browser, &format!("kind=sign-in&after={after}")).await;
            assert!(page.rows.iter().all(|row| seen.insert(row.id)), "an event comes once");
            match page.next {
                Some(next) => after = next.to_string(),
                None => break seen.len(),
            }
        };
        assert_eq!(pages, 121);
        let page = browser.open("/settings/activity?kind=sign-in").await;
        assert!(page.body.contains("Signed out") && page.body.contains("Older"), "{}", page.body);
        let bob = app.signed_up("bob").await;
        assert_eq!(actions(&activity(&bob, "").await), BTreeSet::from(["user.sign_up"]), "only his own");
    })
    .await;
}

#[tokio::test]
async fn events_hold_no_mail_and_go_after_a_year() {
    let wishes = Wishes { standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let subjects = app.database.texts("SELECT subject FROM messages WHERE subject <> ''").await;
        let details = app.database.texts("SELECT coalesce(detail, '') FROM audit_events").await.join("\n");
        assert!(subjects.iter().all(|subject| !details.contains(subject)), "{details}");
        app.database.execute("UPDATE audit_events SET created_at = '2020-01-01T00:00:00+00:00'").await;
        let before = app.database.count("audit_events WHERE action = 'user.sign_up'").await;
        let now = app.domain.clock().now();
        jobs::enqueue(&app.database.connection, &Randomness::system(), now, &Job::PurgeExpired, now).await.unwrap();
        app.work_off_queue().await;
        assert_eq!((before, app.database.count("audit_events WHERE action = 'user.sign_up'").await), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn background_work_is_shown_to_its_person_and_what_failed_can_be_tried_again() {
    let wishes = Wishes { standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let (ada, bob) = (app.signed_up("ada").await, app.signed_up("bob").await);
        ada.connect(app.person(0), Answer::Allow).await;
        app.control("PUT", "faults", &json!({"path": "/messages$", "status": 503})).await;
        app.work_off_queue().await;
        let list = async |browser: &Browser| browser.call::<JobList>("activity/list_jobs", &[]).await.unwrap();
        let jobs = list(&ada).await;
        let sync = jobs.queued.iter().find(|job| job.kind == JobKind::Sync).expect("it waits").clone();
        assert!(matches!(sync.state, JobState::Waiting { until } if until > app.domain.clock().now()), "{sync:?}");
        assert!(sync.attempts > 0 && sync.mailbox.as_deref() == Some(app.person(0)));
        assert_eq!((jobs.runs[0].outcome, jobs.runs[0].kind), (RunOutcome::Retry, JobKind::Sync));
        for trouble in [&sync.trouble, &jobs.runs[0].trouble] {
            let trouble = trouble.as_ref().expect("its person is told why");
            assert_eq!(
                (trouble.word.as_str(), trouble.technical.as_deref()),
                ("no_answer", Some("the provider did not do it: the provider is unavailable"))
            );
        }
        let page = ada.open("/settings/activity").await.body;
        for part in [
            format!("Sync of {}", app.person(0)),
            "Failed; tried again at ".into(),
            "Try again".into(),
            "Failed, tried again".into(),
            "The provider did not answer.".into(),
        ] {
            assert!(page.contains(&part), "no {part} on {page}");
        }
        assert_eq!(list(&bob).await.queued.iter().filter(|job| job.kind == JobKind::Sync).count(), 0);
        assert!(list(&bob).await.runs.iter().all(|run| run.mailbox.is_none()), "only their own");

        app.control("DELETE", "faults", &serde_json::Value::Null).await;
        let job = sync.id.to_string();
        let refused: Result<(), AppError> = bob.call("activity/retry_job", &[("job", &job)]).await;
        assert_eq!(refused, Err(AppError::NotFound));
        assert_eq!(app.database.count("messages").await, 0);
        ada.call::<()>("activity/retry_job", &[("job", &job)]).await.unwrap();
        app.work_off_queue().await;
        assert!(app.database.count("messages").await > 0, "now, and not when its time comes");
        let jobs = list(&ada).await;
        assert!(jobs.runs.iter().any(|run| run.outcome == RunOutcome::Done), "{jobs:?}");
        assert!(jobs.queued.iter().all(|job| job.attempts == 0 && job.trouble.is_none()), "{jobs:?}");

        let connection = ada.connections().await.cards[0].id;
        let (now, randomness) = (app.domain.clock().now(), Randomness::system());
        let acts = Job::WriteActs { connection };
        jobs::enqueue(&app.database.connection, &randomness, now, &acts, now).await.unwrap();
        let is_of_acts =
            |kind, mailbox: &Option<String>| kind == JobKind::Acts && mailbox.as_deref() == Some(app.person(0));
        assert!(list(&ada).await.queued.iter().any(|job| is_of_acts(job.kind, &job.mailbox)));
        app.work_off_queue().await;
        assert!(list(&ada).await.runs.iter().any(|run| is_of_acts(run.kind, &run.mailbox)));

        // What was given up stays, with its problem, until somebody says so.
        app.database
            .execute("UPDATE jobs SET state = 'dead', last_problem = 'no way' WHERE kind = 'sync_mailbox'")
            .await;
        let page = ada.open("/settings/activity").await.body;
        assert!(page.contains("is not tried again by itself") && page.contains("no way"), "{page}");
        ada.call::<()>("activity/retry_job", &[("job", &job)]).await.unwrap();
        assert_eq!(app.database.count("jobs WHERE state = 'dead'").await, 0);
    })
    .await;
}
