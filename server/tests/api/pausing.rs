//! A person stops a sync and lets it go on: nothing is fetched meanwhile, and nothing is lost.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, on_both_with};
use app::features::connections::{ConnectionsPage, SyncStage};
use uuid::Uuid;

const MAILS: usize = 200;

async fn set(browser: &Browser, connection: Uuid, paused: bool) {
    let arguments = [("connection", connection.to_string()), ("paused", paused.to_string())];
    let arguments: Vec<(&str, &str)> = arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.call::<()>("connections/pause_sync", &arguments).await.unwrap();
}

async fn stage(browser: &Browser) -> SyncStage {
    let page: ConnectionsPage = browser.call("connections/list_connections", &[]).await.unwrap();
    page.cards[0].progress.stage
}

/// How often the mailbox was listed.
async fn asked(app: &App) -> usize {
    let requests = app.control("GET", "requests", &serde_json::Value::Null).await;
    let lists = |one: &&serde_json::Value| one["path"].as_str().unwrap().ends_with("/messages");
    requests.as_array().unwrap().iter().filter(lists).count()
}

#[tokio::test]
async fn a_paused_sync_asks_nothing_and_goes_on_where_it_was() {
    let wishes = Wishes { messages: Some(MAILS), standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        let page: ConnectionsPage = browser.call("connections/list_connections", &[]).await.unwrap();
        let connection = page.cards[0].id;
        set(&browser, connection, true).await;
        assert_eq!(stage(&browser).await, SyncStage::Paused);
        app.work_off_queue().await;
        assert_eq!((asked(app).await, app.database.count("messages").await), (0, 0));
        // Neither the person's looking nor the clock starts it.
        let _: app::features::mail::InboxPage = browser.call("mail/list_inbox", &[("folder", "inbox")]).await.unwrap();
        app.advance(3600).await;
        app.work_off_queue().await;
        assert_eq!(asked(app).await, 0);
        assert!(browser.open("/settings/connections").await.body.contains("Resume"));

        set(&browser, connection, false).await;
        app.work_off_queue().await;
        assert_eq!(stage(&browser).await, SyncStage::Live);
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert!(sum.is_complete() && sum.stored == i64::try_from(MAILS).unwrap(), "{sum:?}");

        // Paused when everything is here: what changed meanwhile comes when it goes on, without listing anew.
        set(&browser, connection, true).await;
        app.deliver(app.person(0), "From: a@b.example\r\nSubject: Meanwhile\r\n\r\nText\r\n").await;
        app.advance(3600).await;
        app.work_off_queue().await;
        assert_eq!(app.database.count("messages").await, i64::try_from(MAILS).unwrap());
        let lists = asked(app).await;
        set(&browser, connection, false).await;
        app.work_off_queue().await;
        assert_eq!(app.database.count("messages").await, i64::try_from(MAILS).unwrap() + 1);
        assert_eq!(asked(app).await - lists, 0, "its history was asked for, and no list");
    })
    .await;
}
