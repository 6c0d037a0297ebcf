//! Disconnecting: tokens at once, mail by a job, the grant given back only where that is safe, and a receipt.

use crate::harness::{
    App,
    browser::{Browser, PASSWORD},
    consent::{Answer, Trip},
    on_both,
};
use app::features::connections::{AttemptOutcome, AttemptProblem, ConnectionState, Revocation};
use serde_json::json;
use uuid::Uuid;

async fn connected(app: &App, name: &str) -> (Browser, Uuid) {
    let browser = app.signed_up(name).await;
    browser.connect(app.person(0), Answer::Allow).await;
    app.work_off_queue().await;
    let id = browser.connections().await.cards[0].id;
    (browser, id)
}

async fn press_disconnect(browser: &Browser, connection: Uuid) {
    browser.call::<()>("connections/disconnect", &[("connection", &connection.to_string())]).await.unwrap();
}

async fn revocations(app: &App) -> usize {
    let requests = app.control("GET", "requests", &json!(null)).await;
    requests.as_array().unwrap().iter().filter(|line| line["path"] == "/revoke").count()
}

#[tokio::test]
async fn disconnecting_deletes_tokens_at_once_and_mail_after_that_and_leaves_a_receipt() {
    on_both(async |app| {
        let (browser, connection) = connected(app, "ada").await;
        let stored = app.database.count("messages").await;
        assert!(stored > 0);
        press_disconnect(&browser, connection).await;
        assert_eq!(app.database.count("oauth_grants").await, 0, "the tokens are gone");
        assert!(app.domain.connections().access_token(connection).await.is_err());
        let page = browser.connections().await;
        let total = u64::try_from(stored).unwrap();
        assert_eq!(page.cards[0].state, ConnectionState::Disconnecting { total, left: total });
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains("The tokens are deleted. 0 of"), "{screen}");
        app.work_off_queue().await;
        for table in ["connected_accounts", "sync_feeds", "feed_items", "messages", "message_bodies", "labels"] {
            assert_eq!(app.database.count(table).await, 0, "{table}");
        }
        let page = browser.connections().await;
        assert!(page.cards.is_empty());
        let [receipt] = page.receipts.as_slice() else { panic!("one receipt: {page:?}") };
        assert_eq!((receipt.messages, receipt.revocation), (total, Revocation::Revoked));
        assert!(receipt.finished_at.is_some() && receipt.address == app.person(0));
        assert_eq!(revocations(app).await, 1);
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains("Google took the access back."), "{screen}");
    })
    .await;
}

#[tokio::test]
async fn a_grant_that_somebody_elses_connection_hangs_on_is_not_given_back() {
    on_both(async |app| {
        let (ada, of_ada) = connected(app, "ada").await;
        let (bob, of_bob) = connected(app, "bob").await;
        press_disconnect(&ada, of_ada).await;
        assert_eq!(revocations(app).await, 0, "Google would end Bob's, too");
        assert_eq!(ada.connections().await.receipts[0].revocation, Revocation::Kept);
        let screen = ada.open("/settings/connections").await.body;
        assert!(screen.contains("https://myaccount.google.com/connections"), "{screen}");
        assert!(app.domain.connections().access_token(of_bob).await.is_ok());
        press_disconnect(&bob, of_bob).await;
        assert_eq!(revocations(app).await, 1, "nothing hangs on it any more");
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_does_not_answer_keeps_nothing_here() {
    on_both(async |app| {
        let (browser, connection) = connected(app, "ada").await;
        app.fail_at_provider("^/revoke", 503, 10).await;
        press_disconnect(&browser, connection).await;
        assert_eq!(app.database.count("oauth_grants").await, 0);
        assert_eq!(browser.connections().await.receipts[0].revocation, Revocation::Failed);
        app.work_off_queue().await;
        assert_eq!(app.database.count("messages").await, 0);
    })
    .await;
}

#[tokio::test]
async fn pressing_twice_is_once_and_the_mailbox_can_be_connected_again_when_it_is_gone() {
    on_both(async |app| {
        let (browser, connection) = connected(app, "ada").await;
        press_disconnect(&browser, connection).await;
        press_disconnect(&browser, connection).await;
        assert_eq!(app.database.count("disconnections").await, 1);
        let (attempt, page) = browser.connect(app.person(0), Answer::Allow).await;
        assert!(page.body.contains("still being removed"), "{}", page.body);
        let Some(AttemptOutcome::Failed { failure, .. }) = browser.outcome(attempt).await else { panic!("refused") };
        assert_eq!(failure.problem, AttemptProblem::BeingRemoved);
        app.work_off_queue().await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let page = browser.connections().await;
        assert_ne!(page.cards[0].id, connection);
        assert_eq!(app.mailbox_stored(app.person(0)).await, app.mailbox_at_provider(app.person(0)).await);
    })
    .await;
}

#[tokio::test]
async fn disconnecting_works_without_scripts() {
    on_both(async |app| {
        let (browser, connection) = connected(app, "ada").await;
        let page = browser.open(&format!("/settings/connections?disconnect={connection}")).await.body;
        assert!(page.contains("Its tokens are deleted at once"), "{page}");
        let plain = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")];
        let id = connection.to_string();
        let answer = browser.post("connections/disconnect", &[("connection", &id)], &plain).await;
        assert_eq!(answer.location().path(), "/settings/connections");
        app.work_off_queue().await;
        assert!(browser.connections().await.cards.is_empty());
    })
    .await;
}

#[tokio::test]
async fn deleting_the_account_gives_its_grants_back_but_for_those_that_others_hang_on() {
    on_both(async |app| {
        let (ada, _) = connected(app, "ada").await;
        // Her own way in with the same account goes with her, and keeps nothing.
        let start = ada.open("/auth/google/start?purpose=sign_in").await;
        let trip = Trip { browser: &ada, attempt: Uuid::nil(), page: ada.follow(start).await };
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        let page = ada.arrive(callback).await;
        ada.follow(page).await;
        assert_eq!(app.database.count("identities WHERE kind = 'google'").await, 1);
        ada.connect(app.person(1), Answer::Allow).await;
        ada.travel("microsoft", "purpose=connect&features=mail", app.person(2), Answer::Allow).await;
        let bob = app.signed_up("bob").await;
        bob.connect(app.person(1), Answer::Allow).await;
        app.work_off_queue().await;
        let of_bob = bob.connections().await.cards[0].id;
        ada.call::<()>("users/delete_account", &[("password", PASSWORD)]).await.unwrap();
        let requests = app.control("GET", "requests", &json!(null)).await;
        let given_back = requests.as_array().unwrap().iter().filter(|line| line["path"] == "/revoke");
        assert_eq!(given_back.map(|line| line["status"].as_u64()).collect::<Vec<_>>(), [Some(200)], "one of two");
        let connections = app.domain.connections();
        let old = connections.access_token(of_bob).await.unwrap();
        connections.refused(of_bob, &old).await.unwrap();
        assert!(connections.access_token(of_bob).await.is_ok(), "Bob's still renews");
        app.work_off_queue().await;
        assert_eq!(app.database.count("users").await + app.database.count("oauth_grants").await, 2, "Bob and his");
    })
    .await;
}

#[tokio::test]
async fn an_account_is_deleted_although_the_provider_takes_nothing_back() {
    on_both(async |app| {
        let (ada, _) = connected(app, "ada").await;
        app.fail_at_provider("^/revoke", 503, 10).await;
        ada.call::<()>("users/delete_account", &[("password", PASSWORD)]).await.unwrap();
        assert!(revocations(app).await > 0);
        app.work_off_queue().await;
        for table in ["users", "connected_accounts", "oauth_grants", "messages"] {
            assert_eq!(app.database.count(table).await, 0, "{table}");
        }
    })
    .await;
}
