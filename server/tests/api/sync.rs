//! Stored mail equals the provider's, whatever happens on the way: faults, lost replies, killed workers, lost cursors.

use crate::harness::{App, PATIENCE, Wishes, browser::Browser, consent::Answer, log::last_words, on_both_with};
use app::features::connections::{ConnectionsPage, SyncStage};
use serde_json::{Value, json};
use uuid::Uuid;

const MAILS: usize = 120;
/// Longer than a job's lease and than the longest wait between two tries.
const LONG: u64 = 16 * 60;

fn standing() -> Wishes {
    Wishes { messages: Some(MAILS), standing_clock: true, ..Wishes::default() }
}

/// Signs up and connects the first person. Nothing is synced yet.
async fn connected(app: &App) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.connect(app.person(0), Answer::Allow).await;
    let connection = page(&browser).await.cards[0].id;
    (browser, connection)
}

async fn page(browser: &Browser) -> ConnectionsPage {
    browser.call("connections/list_connections", &[]).await.unwrap()
}

/// Lets the jobs run, and time go by, until everything the provider named is here.
async fn settle(app: &App, connection: Uuid) {
    for _ in 0..40 {
        app.work_off_queue().await;
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert!(sum.holds(), "nothing may be lost or counted twice, at no time: {sum:?}");
        if sum.is_complete() && sum.provider > 0 {
            // One more turn, for what changed after the last.
            app.advance(LONG).await;
            app.work_off_queue().await;
            return;
        }
        app.advance(LONG).await;
    }
    panic!("the sync does not end: {:?}", app.domain.sync().verify(connection).await);
}

async fn assert_equal_to_provider(app: &App) {
    let (stored, truth) = (app.mailbox_stored(app.person(0)).await, app.mailbox_at_provider(app.person(0)).await);
    let missing: Vec<_> = truth.keys().filter(|id| !stored.contains_key(*id)).collect();
    let surplus: Vec<_> = stored.keys().filter(|id| !truth.contains_key(*id)).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing {missing:?}, surplus {surplus:?}");
    for (id, labels) in &truth {
        assert_eq!(&stored[id], labels, "labels of {id}");
    }
}

/// Waits until so many messages are stored.
async fn stored(app: &App, messages: i64) {
    let enough = async { while app.database.count("messages").await < messages {} };
    assert!(tokio::time::timeout(PATIENCE, enough).await.is_ok(), "nothing comes any more:\n{}", last_words());
}

/// Lets a worker store so many and then die like by kill -9, in the middle of its work: nothing is said, nothing is put away.
async fn worker_dies_having_stored(app: &App, enough: i64) {
    loop {
        let domain = app.domain.clone();
        // Until it dies, also when what it does has to be tried again a moment later.
        let worker = tokio::spawn(async move {
            loop {
                domain.run_one_job().await;
                tokio::task::yield_now().await;
            }
        });
        app.while_time_goes_by(stored(app, enough)).await;
        worker.abort();
        let _ = worker.await;
        // Between two turns nobody holds the mailbox: then it was no death.
        if app.database.count("jobs WHERE kind = 'sync_mailbox' AND lease_owner IS NOT NULL").await > 0 {
            return;
        }
    }
}

async fn fault(app: &App, fault: Value) {
    app.control("PUT", "faults", &fault).await;
}

async fn newest(app: &App) -> String {
    app.database.texts("SELECT remote_id FROM messages ORDER BY received_at DESC, id DESC LIMIT 1").await.remove(0)
}

#[tokio::test]
async fn a_provider_in_trouble_delays_a_sync_and_loses_nothing() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        for trouble in [
            json!({"path": "/messages$", "status": 503, "times": 2}),
            json!({"path": "/batch", "cut": "before", "times": 1}),
            json!({"path": "/batch", "cut": "after", "times": 1}),
            json!({"path": "/batch", "status": 500, "body": "<html>no JSON</html>", "times": 1}),
            json!({"path": "/messages/[0-9a-f]+", "status": 500, "times": 3}),
            json!({"path": "/history", "status": 502, "times": 1}),
        ] {
            fault(app, trouble).await;
        }
        settle(app, connection).await;
        assert_equal_to_provider(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_rate_limit_is_waited_out() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        let body = json!({"error": {"code": 403, "message": "User-rate limit exceeded.", "status": "PERMISSION_DENIED",
            "errors": [{"domain": "usageLimits", "reason": "userRateLimitExceeded", "message": "Rate limit"}]}});
        fault(app, json!({"path": "/messages/[0-9a-f]+", "status": 403, "body": body, "times": 30})).await;
        settle(app, connection).await;
        assert_equal_to_provider(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_cannot_be_fetched_holds_up_nobody_and_is_tried_again_by_itself() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app).await;
        let truth = app.mailbox_at_provider(app.person(0)).await;
        let poison = truth.keys().next().unwrap();
        fault(app, json!({"path": format!("/messages/{poison}"), "status": 500})).await;
        app.work_off_queue().await;
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert!(sum.holds(), "{sum:?}");
        assert_eq!((sum.failed, sum.pending, sum.stored), (1, 0, i64::try_from(MAILS).unwrap() - 1));
        let progress = page(&browser).await.cards[0].progress.clone();
        assert_eq!((progress.stage, progress.failed), (SyncStage::Live, 1), "the others are there: {progress:?}");
        let failing = page(&browser).await.cards[0].failing.clone();
        assert_eq!(failing[0].remote_id, *poison);
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains("1 mail could not be fetched") && screen.contains("Try again"), "{screen}");
        app.control("DELETE", "faults", &Value::Null).await;
        browser.call::<()>("connections/try_again", &[("connection", &connection.to_string())]).await.unwrap();
        app.work_off_queue().await;
        assert!(page(&browser).await.cards[0].failing.is_empty(), "at once, and not when its time comes");
        settle(app, connection).await;
        assert_equal_to_provider(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_killed_worker_is_followed_by_another_that_goes_on() {
    const MANY: usize = 400;
    let many = Wishes { messages: Some(MANY), standing_clock: true, ..Wishes::default() };
    on_both_with(many, async |app| {
        let (_, connection) = connected(app).await;
        fault(app, json!({"path": "/batch$", "delay_ms": 40})).await;
        for enough in [25, 150] {
            worker_dies_having_stored(app, enough).await;
            assert!(app.domain.sync().verify(connection).await.unwrap().holds());
            app.work_off_queue().await;
            assert!(app.database.count("messages").await < i64::try_from(MANY).unwrap(), "the dead one still holds it");
            app.advance(LONG).await;
        }
        settle(app, connection).await;
        assert_equal_to_provider(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_changes_at_the_provider_changes_here() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app).await;
        settle(app, connection).await;
        let (person, gone) = (app.person(0), newest(app).await);
        app.control("DELETE", &format!("mailboxes/{person}/messages/{gone}"), &Value::Null).await;
        let delivered = deliver(app, "Your parcel has arrived").await;
        let nothing: Result<(), _> =
            browser.call("connections/sync_now", &[("connection", &connection.to_string())]).await;
        nothing.unwrap();
        app.work_off_queue().await;
        assert_equal_to_provider(app).await;
        assert_eq!(newest(app).await, delivered);
    })
    .await;
}

#[tokio::test]
async fn mail_that_arrives_and_goes_during_the_first_sync_is_right_in_the_end() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        fault(app, json!({"path": "/batch$", "delay_ms": 40})).await;
        let domain = app.domain.clone();
        let worker = tokio::spawn(async move { domain.run_one_job().await });
        app.while_time_goes_by(stored(app, 50)).await;
        let gone = newest(app).await;
        app.control("DELETE", &format!("mailboxes/{}/messages/{gone}", app.person(0)), &Value::Null).await;
        deliver(app, "In the middle of it").await;
        app.while_time_goes_by(worker).await.unwrap();
        settle(app, connection).await;
        assert_equal_to_provider(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_lost_cursor_lists_everything_again_and_mends_the_difference() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        let gone = newest(app).await;
        app.control("DELETE", &format!("mailboxes/{}/messages/{gone}", app.person(0)), &Value::Null).await;
        deliver(app, "Sent while nobody listened").await;
        // Gmail remembers changes for about a week.
        app.advance(15 * 24 * 3600).await;
        settle(app, connection).await;
        assert_equal_to_provider(app).await;
        let history = app.control("GET", "requests", &Value::Null).await;
        let lost = |request: &&Value| request["status"] == 404 && request["path"].as_str().unwrap().contains("history");
        assert!(history.as_array().unwrap().iter().any(|request| lost(&request)), "the cursor was lost indeed");
    })
    .await;
}

#[tokio::test]
async fn labels_that_changed_while_the_cursor_was_lost_are_right_again() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        let ids = app.database.texts("SELECT remote_id FROM messages ORDER BY remote_id").await;
        // As if read, starred and filed at the provider while nobody listened: here everything is as it was before.
        let message = |id: &str| format!("(SELECT id FROM messages WHERE remote_id = '{id}')");
        let label = |name: &str| format!("(SELECT id FROM labels WHERE remote_id = '{name}')");
        let before = &ids[3];
        app.database.execute(&format!("DELETE FROM message_labels WHERE message_id = {}", message(before))).await;
        let all_wrong = "UPDATE messages SET unread = NOT unread, starred = NOT starred, in_inbox = NOT in_inbox";
        app.database.execute(&format!("{all_wrong} WHERE remote_id = '{before}'")).await;
        for name in ["TRASH", "STARRED"] {
            let pair = format!(
                "INSERT INTO message_labels (message_id, label_id) SELECT {}, {} WHERE NOT EXISTS \
                 (SELECT 1 FROM message_labels WHERE message_id = {0} AND label_id = {1})",
                message(&ids[7]),
                label(name)
            );
            app.database.execute(&pair).await;
        }
        let stored = app.mailbox_stored(app.person(0)).await;
        assert_ne!(stored, app.mailbox_at_provider(app.person(0)).await);
        app.advance(15 * 24 * 3600).await;
        settle(app, connection).await;
        assert_equal_to_provider(app).await;
        for (flag, label) in [("unread", "UNREAD"), ("starred", "STARRED"), ("in_inbox", "INBOX")] {
            let labelled = format!(
                "SELECT message_id FROM message_labels WHERE label_id IN (SELECT id FROM labels WHERE remote_id = '{label}')"
            );
            let wrong = app.database.count(&format!("messages WHERE {flag} <> (id IN ({labelled}))")).await;
            assert_eq!(wrong, 0, "messages whose {flag} is not what the labels say");
        }
    })
    .await;
}

#[tokio::test]
async fn an_access_token_that_ends_in_the_middle_is_renewed() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        let body = json!({"error": {"code": 401, "message": "Invalid Credentials", "status": "UNAUTHENTICATED",
            "errors": [{"domain": "global", "reason": "authError", "message": "Invalid Credentials"}]}});
        fault(app, json!({"path": "/batch$", "status": 401, "body": body, "times": 1})).await;
        let before = app.database.number("SELECT version FROM oauth_grants").await;
        settle(app, connection).await;
        assert!(app.database.number("SELECT version FROM oauth_grants").await > before);
        assert_equal_to_provider(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_grant_that_is_gone_stops_the_sync_and_says_so() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app).await;
        settle(app, connection).await;
        let person = app.person(0).to_owned();
        app.control("POST", &format!("people/{person}/revoke"), &json!({"reason": "removed"})).await;
        app.advance(2 * 3600).await;
        app.work_off_queue().await;
        let card = page(&browser).await.cards.remove(0);
        assert!(matches!(card.state, app::features::connections::ConnectionState::NeedsReconnect { .. }), "{card:?}");
        assert_eq!(card.progress.stage, SyncStage::Blocked);
        browser.connect(&person, Answer::Allow).await;
        settle(app, connection).await;
        assert_eq!(page(&browser).await.cards[0].id, connection, "repaired in place");
        assert_equal_to_provider(app).await;
    })
    .await;
}

async fn deliver(app: &App, subject: &str) -> String {
    let mail = format!(
        "From: Shop <post@shop.example>\r\nTo: {person}\r\nSubject: {subject}\r\nMessage-ID: <{id}@shop.example>\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{subject}.\r\n",
        person = app.person(0),
        id = Uuid::new_v4(),
    );
    let url = format!("{}/_sandbox/mailboxes/{}/deliver", app.sandbox.google_url, app.person(0));
    let response = crate::harness::browser::client().post(url).body(mail).send().await.unwrap();
    let answer: Value = response.json().await.unwrap();
    answer["id"].as_str().unwrap().to_owned()
}
