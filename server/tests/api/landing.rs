//! What is under way to a provider ends by itself, whoever asked for it has left: a renewed token exists nowhere else.

use crate::harness::{App, browser::Browser, consent::Answer, on_both};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// Longer than what a caller here is willing to wait, in milliseconds.
const SLOW: u32 = 1_000;
const IMPATIENT: Duration = Duration::from_millis(200);

async fn connected(app: &App) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.connect(app.person(0), Answer::Allow).await;
    let connection = browser.connections().await.cards[0].id;
    (browser, connection)
}

/// How often the provider was asked to renew a grant.
async fn renewals(app: &App) -> usize {
    let log = app.control("GET", "requests", &json!(null)).await;
    let lines = log.as_array().unwrap();
    lines.iter().filter(|line| line["grant"] == "refresh_token").count()
}

#[tokio::test]
async fn a_renewal_goes_on_when_the_caller_leaves() {
    on_both(async |app| {
        let (_, connection) = connected(app).await;
        let connections = app.domain.connections();
        let old = connections.access_token(connection).await.unwrap();
        connections.refused(connection, &old).await.unwrap();
        app.slow_at_provider("/token", SLOW).await;
        let caller = tokio::time::timeout(IMPATIENT, connections.access_token(connection));
        assert!(caller.await.is_err(), "the caller left");
        assert!(app.domain.land().await);
        assert_eq!(app.database.count("oauth_grants WHERE version = 2 AND lease_owner IS NULL").await, 1, "stored");
        let new = connections.access_token(connection).await.unwrap();
        assert_ne!(new.expose(), old.expose());
        assert_eq!(renewals(app).await, 1, "the next caller found it");
    })
    .await;
}

#[tokio::test]
async fn a_window_that_closes_in_mid_exchange_takes_nothing_back() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press("google", "purpose=connect").await;
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        app.slow_at_provider("/token", SLOW).await;
        assert!(tokio::time::timeout(IMPATIENT, browser.arrive(callback)).await.is_err(), "the window closed");
        assert!(app.domain.land().await);
        assert_eq!(browser.connections().await.cards.len(), 1);
    })
    .await;
}
