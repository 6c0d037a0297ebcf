//! The mailbox that was chosen stays chosen in this browser, whatever page comes between.

use crate::harness::{
    App,
    browser::{Browser, PASSWORD},
    consent::Answer,
    on_both,
};

/// Whose mail a page of the inbox shows.
async fn shown(browser: &Browser, path: &str) -> String {
    let page = browser.open(path).await;
    assert_eq!(page.status, 200, "{path}");
    let (_, rest) = page.body.split_once("id=\"mailbox-chosen\"").expect("the menu of mailboxes");
    let (_, rest) = rest.split_once('>').expect("its text");
    rest.split(['<']).next().unwrap_or_default().to_owned()
}

async fn two_mailboxes(app: &App) -> Browser {
    let browser = app.signed_up("ada").await;
    for person in [0, 1] {
        browser.connect(app.person(person), Answer::Allow).await;
    }
    app.work_off_queue().await;
    browser
}

#[tokio::test]
async fn the_inbox_opens_at_the_mailbox_looked_at_last() {
    on_both(async |app| {
        let browser = two_mailboxes(app).await;
        let cards = browser.connections().await.cards;
        let (first, second) = (&cards[0], &cards[1]);
        assert_eq!(shown(&browser, "/inbox").await, "All mailboxes");
        assert_eq!(shown(&browser, &format!("/inbox?mailbox={}", second.id)).await, second.address);
        assert_eq!(browser.open("/settings/account").await.status, 200);
        assert_eq!(shown(&browser, "/inbox").await, second.address);
        assert_eq!(shown(&browser, "/inbox?in=all").await, second.address);
        assert_eq!(shown(&browser, &format!("/inbox?mailbox={}", first.id)).await, first.address);
        assert_eq!(shown(&browser, "/inbox").await, first.address);
        // Another browser of the same person looks at what it likes.
        let other = app.browser();
        other.sign_in("ada@example.org", PASSWORD).await.unwrap();
        assert_eq!(shown(&other, "/inbox").await, "All mailboxes");
        assert_eq!(shown(&browser, "/inbox?mailbox=all").await, "All mailboxes");
        assert_eq!(shown(&browser, "/inbox").await, "All mailboxes");
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_was_disconnected_is_not_looked_for() {
    on_both(async |app| {
        let browser = two_mailboxes(app).await;
        let cards = browser.connections().await.cards;
        assert_eq!(shown(&browser, &format!("/inbox?mailbox={}", cards[0].id)).await, cards[0].address);
        browser.call::<()>("connections/disconnect", &[("connection", &cards[0].id.to_string())]).await.unwrap();
        app.work_off_queue().await;
        assert_eq!(shown(&browser, "/inbox").await, cards[1].address, "the only one there is");
        let gone = browser.open(&format!("/inbox?mailbox={}", cards[0].id)).await;
        assert_eq!(gone.status, 404, "named, it is nowhere");
    })
    .await;
}
