//! What a card says of a sync: one of five words, whether it is the first time, what it waits for and until when, and what
//! was found when everything was read again.

use crate::{
    events::Stream,
    harness::{App, Wishes, browser::Browser, consent::Answer, on_both_with},
};
use app::{
    features::connections::{ConnectionCard, SyncReach, SyncStatus, SyncWait},
    live::LiveEvent,
};
use serde_json::{Value, json};
use uuid::Uuid;

const MAILS: usize = 120;
/// Longer than any wait between two looks or tries.
const LONG: u64 = 16 * 60;

fn standing() -> Wishes {
    Wishes { messages: Some(MAILS), standing_clock: true, ..Wishes::default() }
}

async fn connected(app: &App, provider: &str) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.travel(provider, "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
    let connection = card(&browser).await.id;
    (browser, connection)
}

async fn card(browser: &Browser) -> ConnectionCard {
    browser.connections().await.cards.remove(0)
}

async fn screen(browser: &Browser) -> String {
    browser.open("/settings/connections").await.body
}

/// Both words, as attributes and as text.
async fn assert_says(browser: &Browser, status: &str, reach: &str, line: &str) {
    let screen = screen(browser).await;
    for part in [
        format!("data-status=\"{status}\""),
        format!(">{status}<"),
        format!("data-reach=\"{reach}\""),
        format!(">{reach}<"),
        line.to_owned(),
    ] {
        assert!(screen.contains(&part), "no {part} on {screen}");
    }
}

async fn fault(app: &App, fault: Value) {
    app.control("PUT", "faults", &fault).await;
}

#[tokio::test]
async fn a_card_says_in_five_words_how_a_sync_is_and_what_it_waits_for() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app, "google").await;
        let argument = connection.to_string();
        assert_says(&browser, "PENDING", "INITIAL", "Waiting to start.").await;

        // The list cannot be read: the job backs off, and says until when.
        fault(app, json!({"path": "/messages$", "status": 503})).await;
        app.work_off_queue().await;
        assert_says(&browser, "IN_PROGRESS", "INITIAL", "The last try failed: tried again at ").await;
        assert!(matches!(card(&browser).await.progress.wait, Some(SyncWait::BackOff { .. })));

        // The provider asks to wait: the very instant is on the card.
        app.control("DELETE", "faults", &Value::Null).await;
        let body = json!({"error": {"code": 429, "message": "Too many", "status": "RESOURCE_EXHAUSTED",
            "errors": [{"domain": "usageLimits", "reason": "rateLimitExceeded", "message": "Too many"}]}});
        let asked =
            json!({"path": "/messages$", "status": 429, "headers": {"Retry-After": "90"}, "body": body, "times": 1});
        fault(app, asked).await;
        app.advance(LONG).await;
        app.work_off_queue().await;
        assert_says(&browser, "IN_PROGRESS", "INITIAL", "No more may be asked of Google until ").await;
        let Some(SyncWait::Provider { until }) = card(&browser).await.progress.wait else { panic!("it waits") };
        let ahead = (until - app.domain.clock().now()).num_seconds();
        assert!((30..=90).contains(&ahead), "{ahead} s");

        app.advance(LONG).await;
        app.work_off_queue().await;
        assert_says(&browser, "COMPLETED", "INCREMENTAL", "Next look for changes at ").await;
        let Some(SyncWait::NextLook { at }) = card(&browser).await.progress.wait else { panic!("it waits") };
        assert!(at > app.domain.clock().now());

        browser.call::<()>("connections/pause_sync", &[("connection", &argument), ("paused", "true")]).await.unwrap();
        assert_says(&browser, "PAUSED", "INCREMENTAL", "Paused by you").await;
        browser.call::<()>("connections/pause_sync", &[("connection", &argument), ("paused", "false")]).await.unwrap();
        app.work_off_queue().await;

        app.control("POST", &format!("people/{}/revoke", app.person(0)), &json!({"reason": "removed"})).await;
        app.advance(2 * 3600).await;
        app.work_off_queue().await;
        assert_says(&browser, "FAILED", "INCREMENTAL", "Google has to allow it again").await;
    })
    .await;
}

#[tokio::test]
async fn the_words_are_told_live() {
    on_both_with(standing(), async |app| {
        let browser = app.signed_up("ada").await;
        let mut stream = Stream::open(&browser).await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        loop {
            let (_, event) = stream.next().await.expect("the stream goes on");
            let LiveEvent::Sync { progress, .. } = event else { continue };
            if progress.status == SyncStatus::Completed {
                assert_eq!(progress.reach, SyncReach::Incremental);
                if matches!(progress.wait, Some(SyncWait::NextLook { .. })) {
                    break;
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_lost_its_place_is_read_again_and_says_what_was_found() {
    on_both_with(standing(), async |app| {
        let (browser, _) = connected(app, "google").await;
        app.work_off_queue().await;
        assert!(!screen(&browser).await.contains("e-read"), "it was read once");
        let person = app.person(0);
        let ids = app.database.texts("SELECT remote_id FROM messages ORDER BY remote_id").await;
        for gone in &ids[..2] {
            app.control("DELETE", &format!("mailboxes/{person}/messages/{gone}"), &Value::Null).await;
        }
        for subject in ["One", "Two", "Three"] {
            app.deliver(person, &format!("From: a@b.example\r\nSubject: {subject}\r\n\r\nText\r\n")).await;
        }
        // Gmail remembers changes for about a week.
        app.advance(15 * 24 * 3600).await;
        app.work_off_queue().await;
        let found = "3 mails missing and fetched, 2 mails deleted meanwhile and taken out.";
        let text = screen(&browser).await;
        assert!(text.contains("Re-read on ") && text.contains(found), "{text}");
        let reread = card(&browser).await.reread.unwrap();
        assert!(reread.ended_at.is_some_and(|at| at >= reread.began_at));
        let history = browser.open("/settings/activity").await.body;
        assert!(history.contains("Mailbox re-read") && history.contains(found), "{history}");
    })
    .await;
}

#[tokio::test]
async fn folders_that_lost_their_links_say_what_was_found() {
    on_both_with(standing(), async |app| {
        let (browser, _) = connected(app, "microsoft").await;
        app.work_off_queue().await;
        let person = app.person(0);
        let inbox = "SELECT remote_id FROM messages WHERE in_inbox = true ORDER BY remote_id";
        let gone = app.database.texts(inbox).await.remove(0);
        let microsoft = |path: String| format!("{}/_sandbox/{path}", app.sandbox.microsoft_url);
        let client = crate::harness::browser::client();
        client.delete(microsoft(format!("mailboxes/{person}/messages/{gone}"))).send().await.unwrap();
        let mail = "From: a@b.example\r\nSubject: New\r\n\r\nText\r\n";
        client.post(microsoft(format!("mailboxes/{person}/deliver"))).body(mail).send().await.unwrap();
        let lost = json!({ "how": "gone" });
        client.post(microsoft(format!("mailboxes/{person}/expire"))).json(&lost).send().await.unwrap();
        for _ in 0..2 {
            app.advance(LONG).await;
            app.work_off_queue().await;
        }
        let text = screen(&browser).await;
        let found = "1 mail missing and fetched, 1 mail deleted meanwhile and taken out.";
        assert!(text.contains("Re-read on ") && text.contains(found), "{text}");
        assert!(browser.open("/settings/activity").await.body.contains(found));
    })
    .await;
}
