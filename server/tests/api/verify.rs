//! The sum against the provider's own list: it adds up, it finds what was lost, and what only moved meanwhile is no loss.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, on_both_with};
use app::features::connections::ConnectionsPage;
use domain::sync::Check;
use serde_json::{Value, json};
use uuid::Uuid;

/// More than one page of the provider's list.
const MAILS: usize = 520;

fn wishes() -> Wishes {
    Wishes { messages: Some(MAILS), standing_clock: true, ..Wishes::default() }
}

async fn synced(app: &App) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.connect(app.person(0), Answer::Allow).await;
    app.work_off_queue().await;
    let page: ConnectionsPage = browser.call("connections/list_connections", &[]).await.unwrap();
    (browser, page.cards[0].id)
}

async fn check(app: &App, connection: Uuid) -> Check {
    app.while_time_goes_by(app.domain.sync().check(connection)).await.unwrap()
}

async fn any_id(app: &App, position: usize) -> String {
    app.database.texts("SELECT remote_id FROM messages ORDER BY remote_id").await.remove(position)
}

#[tokio::test]
async fn a_first_sync_ends_with_a_check_that_adds_up() {
    on_both_with(wishes(), async |app| {
        let (_, connection) = synced(app).await;
        let kept = app.domain.sync().last_check(connection).await.unwrap().expect("checked when it was complete");
        assert!(kept.balances(), "{kept:?}");
        let truth = i64::try_from(app.mailbox_at_provider(app.person(0)).await.len()).unwrap();
        assert_eq!((kept.provider, kept.stored, kept.pending), (truth, truth, 0));
        assert_eq!(check(app, connection).await.stored, truth);
    })
    .await;
}

#[tokio::test]
async fn the_card_shows_the_sum_with_its_date_and_is_green_only_when_nothing_is_open() {
    on_both_with(wishes(), async |app| {
        let (browser, _) = synced(app).await;
        let screen = browser.open("/settings/connections").await.body;
        let mails = app.mailbox_at_provider(app.person(0)).await.len();
        let line = |stored, failed, pending| {
            format!("provider {mails} = stored {stored} + excluded 0 + failed {failed} + pending {pending}<")
        };
        assert!(screen.contains("Checked against Google on ") && screen.contains(&line(mails, 0, 0)), "{screen}");
        assert!(screen.contains("sample 50: labels 50 agree, bodies 50 agree"), "{screen}");
        assert!(screen.contains("class=\"check good\""), "{screen}");
        for (open, failed, pending) in [("failed", 1, 0), ("pending", 0, 1), ("missing", 0, 1)] {
            let set = format!("UPDATE mailbox_checks SET failed = 0, pending = 0, missing = 0, stored = {mails} - 1");
            app.database.execute(&set).await;
            app.database.execute(&format!("UPDATE mailbox_checks SET {open} = 1")).await;
            let screen = browser.open("/settings/connections").await.body;
            assert!(screen.contains(&line(mails - 1, failed, pending)), "{screen}");
            assert!(!screen.contains("check good"), "{open}: {screen}");
        }
        let whole = format!("UPDATE mailbox_checks SET missing = 0, stored = {mails}");
        app.database.execute(&whole).await;
        for differs in ["labels_agree", "bodies_agree"] {
            app.database.execute(&format!("UPDATE mailbox_checks SET {differs} = 49")).await;
            let screen = browser.open("/settings/connections").await.body;
            assert!(screen.contains("49 agree") && !screen.contains("check good"), "{screen}");
            app.database.execute(&format!("UPDATE mailbox_checks SET {differs} = 50")).await;
        }
        assert!(browser.open("/settings/connections").await.body.contains("check good"));
        app.database.execute("UPDATE mailbox_checks SET finished_at = NULL").await;
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains("Being checked against Google.") && !screen.contains("class=\"sum\""), "{screen}");
    })
    .await;
}

#[tokio::test]
async fn what_was_lost_here_is_found_and_mended() {
    on_both_with(wishes(), async |app| {
        let (browser, connection) = synced(app).await;
        let (forgotten, emptied) = (any_id(app, 3).await, any_id(app, 400).await);
        app.database.execute(&format!("DELETE FROM feed_items WHERE remote_id = '{forgotten}'")).await;
        app.database.execute(&format!("DELETE FROM messages WHERE remote_id IN ('{forgotten}', '{emptied}')")).await;
        let like = any_id(app, 9).await;
        app.database
            .execute(&format!(
                "INSERT INTO feed_items (feed_id, remote_id, thread_remote_id, rank, state, attempts, updated_at) \
                 SELECT feed_id, 'ffff', 'ffff', 9, 'excluded', 0, updated_at FROM feed_items WHERE remote_id = '{like}'"
            ))
            .await;
        let found = check(app, connection).await;
        assert_eq!((found.missing, found.extra, found.balances()), (2, 1, false), "{found:?}");
        let user = browser.viewer().await.unwrap().user_id;
        app.domain.sync().ask_check(user, connection).await.unwrap();
        app.work_off_queue().await;
        assert_eq!(app.mailbox_stored(app.person(0)).await, app.mailbox_at_provider(app.person(0)).await);
        let mended = check(app, connection).await;
        assert!(mended.balances(), "{mended:?}");
    })
    .await;
}

#[tokio::test]
async fn what_came_and_went_while_nobody_synced_is_no_loss() {
    on_both_with(wishes(), async |app| {
        let (_, connection) = synced(app).await;
        let (person, gone) = (app.person(0), any_id(app, 7).await);
        app.control("DELETE", &format!("mailboxes/{person}/messages/{gone}"), &Value::Null).await;
        app.deliver(person, "From: a@example.org\r\nSubject: New\r\n\r\nNew.\r\n").await;
        let found = check(app, connection).await;
        assert!(found.balances(), "the history since tells of both: {found:?}");
        let elsewhere = app.domain.sync().ask_check(Uuid::new_v4(), connection).await;
        assert!(elsewhere.is_err(), "somebody else's mailbox is not there");
    })
    .await;
}

/// As if labels and texts had been kept wrong: every mail gets a star, and every text is another.
async fn spoil(app: &App) {
    let starred = "(SELECT id FROM labels WHERE remote_id = 'STARRED')";
    app.database
        .execute(&format!(
            "INSERT INTO message_labels (message_id, label_id) SELECT id, {starred} FROM messages WHERE id NOT IN \
             (SELECT message_id FROM message_labels WHERE label_id = {starred})"
        ))
        .await;
    app.database.execute("UPDATE message_bodies SET text = 'something else'").await;
}

/// Checks until a sample agrees: what differed in one is as at the provider in the next.
async fn mended(app: &App, connection: Uuid, mails: i64) {
    let before = app.database.count("message_bodies WHERE text = 'something else'").await;
    assert_eq!(before, mails, "all of them are wrong");
    let found = check(app, connection).await;
    assert_eq!((found.sampled, found.bodies_agree, found.is_whole()), (50, 0, false), "{found:?}");
    assert!(found.balances() && found.labels_agree < 50, "{found:?}");
    let sum = app.domain.sync().verify(connection).await.unwrap();
    assert!(sum.holds() && sum.pending == 50, "what differs is to be fetched again: {sum:?}");
    app.work_off_queue().await;
    let sum = app.domain.sync().verify(connection).await.unwrap();
    assert!(sum.is_complete() && sum.stored == mails, "{sum:?}");
    assert_eq!(app.database.count("message_bodies WHERE text = 'something else'").await, before - 50);
    assert_eq!(app.database.number("SELECT CAST(sum(stored) AS bigint) FROM sync_feeds").await, mails, "counted once");
    let open = "sync_feeds WHERE failed <> 0 OR (kind = 'folder' AND work_left <> 0)";
    assert_eq!(app.database.count(open).await, 0, "and nothing is open");
}

#[tokio::test]
async fn labels_and_texts_that_differ_are_found_by_the_sample_and_fetched_again() {
    on_both_with(Wishes { messages: Some(120), ..wishes() }, async |app| {
        let (_, connection) = synced(app).await;
        spoil(app).await;
        mended(app, connection, 120).await;
    })
    .await;
}

#[tokio::test]
async fn outlooks_labels_and_texts_are_sampled_and_mended_likewise() {
    on_both_with(Wishes { messages: Some(120), ..wishes() }, async |app| {
        let browser = app.signed_up("ada").await;
        browser.travel("microsoft", "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
        let connection = browser.connections().await.cards[0].id;
        app.work_off_queue().await;
        let fine = check(app, connection).await;
        assert!(fine.is_whole() && fine.sampled == 50, "{fine:?}");
        spoil(app).await;
        mended(app, connection, app.database.count("messages").await).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_read_at_the_provider_just_now_is_no_difference() {
    on_both_with(Wishes { messages: Some(60), ..wishes() }, async |app| {
        let browser = app.signed_up("ada").await;
        browser.travel("microsoft", "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
        let connection = browser.connections().await.cards[0].id;
        app.work_off_queue().await;
        let person = app.person(0);
        for id in app.database.texts("SELECT remote_id FROM messages WHERE starred = false").await.into_iter().take(30)
        {
            let url = format!("{}/_sandbox/mailboxes/{person}/messages/{id}", app.sandbox.microsoft_url);
            let change = json!({"read": true, "flagged": true});
            let answer = crate::harness::browser::client().patch(url).json(&change).send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
        }
        let found = check(app, connection).await;
        assert!(found.is_whole() && found.sampled < 50, "the sync learns of it by itself: {found:?}");
    })
    .await;
}

#[tokio::test]
async fn a_token_that_ends_while_the_history_is_read_is_renewed_for_the_next_check() {
    on_both_with(Wishes { messages: Some(30), ..wishes() }, async |app| {
        let (_, connection) = synced(app).await;
        let body = json!({"error": {"code": 401, "message": "Invalid Credentials", "status": "UNAUTHENTICATED",
            "errors": [{"domain": "global", "reason": "authError", "message": "Invalid Credentials"}]}});
        app.control("PUT", "faults", &json!({"path": "/history", "status": 401, "body": body, "times": 1})).await;
        let before = app.database.number("SELECT version FROM oauth_grants").await;
        let failed = app.while_time_goes_by(app.domain.sync().check(connection)).await;
        assert!(failed.is_err(), "{failed:?}");
        assert!(check(app, connection).await.is_whole(), "with a token of its own");
        assert!(app.database.number("SELECT version FROM oauth_grants").await > before);
        assert_eq!(app.database.count("check_ids").await, 0, "nothing is left behind");
    })
    .await;
}
