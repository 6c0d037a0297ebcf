//! Gmail may answer with a page of its history that has nothing on it and names a next one.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, on_both_with};
use serde_json::json;

const MAIL: &str =
    "From: Bo <bo@example.com>\r\nSubject: Behind empty pages\r\nContent-Type: text/plain\r\n\r\nHello.\r\n";

async fn look(app: &App, browser: &Browser) {
    let connection = browser.connections().await.cards[0].id.to_string();
    browser.call::<()>("connections/sync_now", &[("connection", &connection)]).await.unwrap();
    app.work_off_queue().await;
    app.advance(60).await;
}

#[tokio::test]
async fn what_stands_behind_empty_pages_is_read_and_the_cursor_waits_for_it() {
    on_both_with(Wishes { standing_clock: true, ..Wishes::default() }, async |app| {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        app.deliver(app.person(0), MAIL).await;
        let cursor = || app.database.texts("SELECT cursor FROM sync_feeds WHERE kind = 'mailbox'");
        let before = cursor().await;
        // Two empty pages, each naming the next; then the provider falls silent.
        let empty = json!({"historyId": "99999999", "nextPageToken": "1"});
        for _ in 0..2 {
            app.control(
                "PUT",
                "faults",
                &json!({"path": "/users/me/history", "status": 200, "body": empty, "times": 1}),
            )
            .await;
        }
        app.control("PUT", "faults", &json!({"path": "/users/me/history", "status": 503, "times": 1})).await;
        look(app, &browser).await;
        assert_eq!(cursor().await, before, "an empty page moves nothing");
        for _ in 0..3 {
            look(app, &browser).await;
        }
        assert_eq!(app.database.count("messages WHERE subject = 'Behind empty pages'").await, 1);
        assert_ne!(cursor().await, before);
        assert_eq!(app.mailbox_stored(app.person(0)).await, app.mailbox_at_provider(app.person(0)).await);
    })
    .await;
}
