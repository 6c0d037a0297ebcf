//! The sum against the provider's own list: it adds up, it finds what was lost, and what only moved meanwhile is no loss.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, on_both_with};
use app::features::connections::ConnectionsPage;
use domain::sync::Check;
use serde_json::Value;
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
        let sum = format!("{mails} mails at Google = {mails} stored + 0 excluded + 0 failed + 0 pending.");
        assert!(screen.contains("Checked against Google on ") && screen.contains(&sum), "{screen}");
        assert!(screen.contains("class=\"check good\""), "{screen}");
        for open in ["failed", "pending", "missing"] {
            let set = format!("UPDATE mailbox_checks SET failed = 0, pending = 0, missing = 0, stored = {mails} - 1");
            app.database.execute(&set).await;
            app.database.execute(&format!("UPDATE mailbox_checks SET {open} = 1")).await;
            let screen = browser.open("/settings/connections").await.body;
            assert!(
                screen.contains(&format!("{} stored", mails - 1)) && screen.contains(&format!("1 {open}")),
                "{screen}"
            );
            assert!(!screen.contains("check good"), "{open}: {screen}");
        }
        app.database.execute("UPDATE mailbox_checks SET finished_at = NULL").await;
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains("Being checked against Google.") && !screen.contains("mails at Google ="), "{screen}");
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
