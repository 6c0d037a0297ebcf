//! How fast a first sync goes: never faster than the provider allows, and never so busy that new mail has to wait.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, on_both_with};
use app::features::{connections::ConnectionsPage, mail::InboxPage};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// More than one minute's quota of a new project: 300 mails.
const MANY: i64 = 400;
/// More than one page of a list of ids.
const TWO_PAGES: usize = 520;

async fn connected(app: &App) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.connect(app.person(0), Answer::Allow).await;
    let page: ConnectionsPage = browser.call("connections/list_connections", &[]).await.unwrap();
    (browser, page.cards[0].id)
}

/// Lets time go by at the provider and here, the provider first: it must not be behind when we believe a minute is over.
async fn until<T>(app: &App, work: impl Future<Output = T>) -> T {
    let clock = app.clock.as_ref().unwrap();
    let keep_going = async {
        let mut tick = tokio::time::interval(Duration::from_millis(60));
        loop {
            tick.tick().await;
            app.control("POST", "clock", &json!({ "advance_s": 1 })).await;
            clock.advance(Duration::from_secs(1));
        }
    };
    tokio::select! {
        done = work => done,
        () = keep_going => unreachable!("time does not end"),
    }
}

/// Waits until so many rows are there.
async fn counted(app: &App, rows: &str, at_least: i64) {
    while app.database.count(rows).await < at_least {
        tokio::task::yield_now().await;
    }
}

async fn deliver(app: &App) -> String {
    let mail = "From: Shop <post@shop.example>\r\nSubject: Just in\r\nContent-Type: text/plain\r\n\r\nJust in.\r\n";
    let url = format!("{}/_sandbox/mailboxes/{}/deliver", app.sandbox.google_url, app.person(0));
    let response = crate::harness::browser::client().post(url).body(mail).send().await.unwrap();
    let answer: Value = response.json().await.unwrap();
    answer["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_long_first_sync_keeps_the_quota_and_lets_new_mail_overtake() {
    let wishes = Wishes {
        messages: Some(MANY.try_into().unwrap()),
        standing_clock: true,
        quota: Some(sandbox::Quota::New),
        settings: vec![("GOOGLE_QUOTA", "new".to_owned())],
        ..Wishes::default()
    };
    on_both_with(wishes, async |app| {
        let (browser, connection) = connected(app).await;
        let inbox = [("folder", "inbox")];
        let _: InboxPage = browser.call("mail/list_inbox", &inbox).await.unwrap();
        let domain = app.domain.clone();
        let worker = tokio::spawn(async move {
            loop {
                domain.run_one_job().await;
                tokio::task::yield_now().await;
            }
        });
        until(app, counted(app, "messages", 130)).await;
        let delivered = deliver(app).await;
        let arrived = format!("messages WHERE remote_id = '{delivered}'");
        until(app, counted(app, &arrived, 1)).await;
        assert!(app.database.count("messages").await < MANY, "new mail waited for old mail");
        let page: InboxPage = browser.call("mail/list_inbox", &inbox).await.unwrap();
        assert_eq!(page.rows.len(), 50, "the first screenful is an inbox full");
        until(app, counted(app, "sync_feeds WHERE stage = 'live'", 1)).await;
        worker.abort();
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert!(sum.is_complete() && sum.stored == MANY + 1, "{sum:?}");
        let requests = app.control("GET", "requests", &Value::Null).await;
        let refused = requests.as_array().unwrap().iter().find(|one| one["status"] == 403 || one["status"] == 429);
        assert_eq!(refused, None, "the provider never has to complain");
    })
    .await;
}

#[tokio::test]
async fn a_listing_whose_place_is_lost_begins_again_and_names_nothing_twice() {
    let wishes = Wishes { messages: Some(TWO_PAGES), standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let (_, connection) = connected(app).await;
        app.control("PUT", "faults", &json!({"path": "/batch$", "delay_ms": 40})).await;
        let domain = app.domain.clone();
        let worker = tokio::spawn(async move { domain.run_one_job().await });
        app.while_time_goes_by(counted(app, "messages", 25)).await;
        let body = json!({"error": {"code": 400, "message": "Invalid pageToken", "status": "INVALID_ARGUMENT",
            "errors": [{"domain": "global", "reason": "invalidArgument", "message": "Invalid pageToken"}]}});
        app.control("PUT", "faults", &json!({"path": "/messages$", "status": 400, "body": body, "times": 1})).await;
        app.while_time_goes_by(worker).await.unwrap();
        app.control("DELETE", "faults", &Value::Null).await;
        app.work_off_queue().await;
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert!(sum.is_complete(), "{sum:?}");
        let truth = app.mailbox_at_provider(app.person(0)).await;
        assert_eq!(app.mailbox_stored(app.person(0)).await, truth);
        let requests = app.control("GET", "requests", &Value::Null).await;
        assert!(requests.as_array().unwrap().iter().any(|one| one["status"] == 400), "the place was lost indeed");
    })
    .await;
}
