//! What is kept apart: the demo from production, one person's tries from the many, and values from keys that are not theirs.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, log, on_both, on_both_with};
use app::{
    error::AppError,
    features::connections::{Cause, ConnectionState, Revocation},
};
use domain::connections::GrantError;
use serde_json::Value;
use uuid::Uuid;

/// The issuers of another world: what a server that was a demo has kept of it.
const OTHERS: [(&str, &str); 2] = [
    ("google", "https://accounts.google.com"),
    ("microsoft", "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"),
];

async fn of_another_world(app: &App, provider: &str, issuer: &str) -> (Browser, Uuid) {
    let browser = app.signed_up(provider).await;
    browser.travel(provider, "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
    let id = browser.connections().await.cards[0].id;
    app.database
        .execute(&format!("UPDATE connected_accounts SET issuer = '{issuer}' WHERE provider = '{provider}'"))
        .await;
    app.control("DELETE", "requests", &Value::Null).await;
    (browser, id)
}

/// What the provider was asked with a token of ours.
async fn asked(app: &App) -> usize {
    app.control("GET", "requests", &Value::Null).await.as_array().unwrap().len()
}

#[tokio::test]
async fn a_connection_of_another_issuer_is_not_used_and_its_tokens_are_shown_to_nobody() {
    on_both(async |app| {
        for (provider, issuer) in OTHERS {
            let (browser, id) = of_another_world(app, provider, issuer).await;
            app.work_off_queue().await;
            let token = app.domain.connections().access_token(id).await;
            assert!(matches!(token, Err(GrantError::NeedsReconnect)), "{provider}");
            let card = browser.connections().await.cards.remove(0);
            let ConnectionState::NeedsReconnect { reason, causes, .. } = &card.state else { panic!("{card:?}") };
            assert_eq!((reason.as_str(), causes.as_slice()), ("other_issuer", [Cause::OtherIssuer].as_slice()));
            browser.call::<()>("connections/disconnect", &[("connection", &id.to_string())]).await.unwrap();
            app.work_off_queue().await;
            assert_eq!(browser.connections().await.receipts[0].revocation, Revocation::Failed);
            assert_eq!(asked(app).await, 0, "{provider}: not even to give it back");
        }
    })
    .await;
}

#[tokio::test]
async fn new_accounts_of_one_network_are_slowed_and_no_others() {
    let settings = vec![("TRUSTED_PROXIES", "127.0.0.1".to_owned())];
    on_both_with(Wishes { settings, standing_clock: true, ..Wishes::default() }, async |app| {
        let sign_up = async |number: usize, from: &str| {
            let fetch = [("accept", "application/json"), ("sec-fetch-site", "same-origin"), ("x-forwarded-for", from)];
            let email = format!("person{number}@example.org");
            let fields =
                [("first_name", "A"), ("last_name", "B"), ("email", &email), ("password", "riddle of the sands 1903")];
            let page = app.browser().post("users/sign_up", &fields, &fetch).await;
            (!page.status.is_success()).then(|| serde_json::from_str::<AppError>(&page.body).unwrap())
        };
        let mut made = 0;
        let refused = loop {
            assert!(made <= 20, "nobody has to wait");
            match sign_up(made, "198.51.100.7").await {
                None => made += 1,
                Some(refused) => break refused,
            }
        };
        assert!(matches!(refused, AppError::SlowDown { .. }) && made == 20, "{made} {refused:?}");
        assert_eq!(sign_up(100, "203.0.113.9").await, None, "another network");
        let AppError::SlowDown { seconds } = refused else { unreachable!() };
        app.advance(seconds).await;
        assert_eq!(sign_up(101, "198.51.100.7").await, None, "waiting was enough");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_starts_names_what_its_keys_do_not_open() {
    let wishes = Wishes::default();
    on_both_with(wishes.clone(), async |app| {
        let browser = app.signed_up("ada").await;
        browser.travel("microsoft", "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
        let told = || log::text().lines().filter(|line| line.contains("keys.unreadable")).map(str::to_owned).collect();
        let before: Vec<String> = told();
        drop(app.another_process(&wishes).await);
        assert_eq!(told(), before, "all of it opens");
        // A token that was moved to the place of another opens nowhere.
        app.database.execute("UPDATE oauth_grants SET sealed_refresh_token = sealed_access_token").await;
        drop(app.another_process(&wishes).await);
        let after: Vec<String> = told();
        assert_eq!(after.len(), before.len() + 1, "{after:?}");
        let told = after.last().unwrap();
        for part in ["oauth_grants", "sealed_refresh_token", "test", "TOKEN_ENCRYPTION_KEYS"] {
            assert!(told.contains(part), "{part} in {told}");
        }
        app.database.execute("DELETE FROM oauth_grants").await;
    })
    .await;
}
