//! Connecting Gmail in a popup, and the first sync it starts.

use crate::harness::{Wishes, consent::Answer, on_both, on_both_with};
use app::features::{
    connections::{AttemptOutcome, ConnectionState, ConnectionsPage, Consent, Feature, Provider, Success, SyncStage},
    mail::InboxPage,
};
use uuid::Uuid;

#[tokio::test]
async fn connecting_gmail_shows_a_card_and_closes_the_popup() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let (attempt, done) = browser.connect(app.person(0), Answer::Allow).await;
        assert_eq!(done.url.as_str(), format!("{}/auth/done?attempt={attempt}", app.url), "the address is clean");
        assert!(done.body.contains(&format!("{} is connected", app.person(0))), "{}", done.body);
        assert!(done.body.contains("data-type=\"GMAIL_AUTH_SUCCESS\"") && done.body.contains("data-close-after=\"0\""));
        assert!(done.header("content-security-policy").contains("script-src 'self';"));
        let page: ConnectionsPage = browser.call("connections/list_connections", &[]).await.unwrap();
        let [card] = page.cards.as_slice() else { panic!("one card: {page:?}") };
        assert_eq!((card.address.as_str(), card.provider), (app.person(0), Provider::Google));
        assert_eq!((&card.state, card.features.as_slice()), (&ConnectionState::Active, [Feature::Mail].as_slice()));
        let expected = AttemptOutcome::Succeeded {
            provider: Provider::Google,
            connection_id: Some(card.id),
            success: Success { address: Some(card.address.clone()), consent: Consent::First, refused: Vec::new() },
        };
        assert_eq!(browser.outcome(attempt).await, Some(expected));
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn connecting_gmail_starts_a_first_sync_that_ends_equal_to_the_provider() {
    let wishes = Wishes { messages: Some(150), ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        assert_eq!(app.mailbox_stored(app.person(0)).await, app.mailbox_at_provider(app.person(0)).await);
        let page: ConnectionsPage = browser.call("connections/list_connections", &[]).await.unwrap();
        let progress = &page.cards[0].progress;
        assert_eq!((progress.stage, progress.stored, progress.failed), (SyncStage::Live, 150, 0), "{progress:?}");
        assert!(page.cards[0].last_sync_at.is_some());
        let inbox: InboxPage = browser.call("mail/list_inbox", &[("folder", "all")]).await.unwrap();
        assert_eq!(inbox.rows.len(), 50);
        assert!(inbox.rows.is_sorted_by(|one, two| one.received_at >= two.received_at), "newest first");
    })
    .await;
}

#[tokio::test]
async fn two_popups_at_once_connect_two_mailboxes() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let (first, second) = (browser.press_connect().await, browser.press_connect().await);
        let one = first.answer(app.person(0), Answer::Allow).await;
        let two = second.answer(app.person(1), Answer::Allow).await;
        for callback in [two, one] {
            let page = browser.arrive(callback).await;
            let done = browser.follow(page).await;
            assert!(done.body.contains("GMAIL_AUTH_SUCCESS"), "{}", done.body);
        }
        for trip in [&first, &second] {
            assert!(matches!(browser.outcome(trip.attempt).await, Some(AttemptOutcome::Succeeded { .. })));
        }
        let page: ConnectionsPage = browser.call("connections/list_connections", &[]).await.unwrap();
        assert_eq!(page.cards.len(), 2);
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn connecting_the_same_mailbox_again_renews_its_grant() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let (_, done) = browser.connect(app.person(0), Answer::Allow).await;
        assert!(done.body.contains("GMAIL_AUTH_SUCCESS"), "{}", done.body);
        app.work_off_queue().await;
        assert_eq!(app.database.count("connected_accounts").await, 1);
        assert_eq!(app.database.count("oauth_grants").await, 1);
        assert_eq!(app.database.count("sync_feeds").await, 1);
        assert_eq!(app.mailbox_stored(app.person(0)).await, app.mailbox_at_provider(app.person(0)).await);
    })
    .await;
}

#[tokio::test]
async fn without_scripts_the_whole_page_goes_to_the_provider_and_comes_back() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let start =
            browser.open("/auth/google/start?purpose=connect&features=mail&return_to=%2Fsettings%2Fconnections").await;
        let page = browser.follow(start).await;
        let trip = crate::harness::consent::Trip { browser: &browser, attempt: Uuid::nil(), page };
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        let page = browser.arrive(callback).await;
        let back = page.location();
        assert_eq!(back.path(), "/settings/connections");
        assert!(back.query_pairs().all(|(name, _)| name == "attempt"), "{back}");
        assert_eq!(browser.open(back.path()).await.status, 200);
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn the_cookie_of_an_attempt_goes_when_it_ends() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        let name = format!("gatepost_attempt_{}", trip.attempt);
        assert!(browser.cookie(&name).is_some());
        assert!(browser.open("/auth/done").await.status.is_success());
        let callback = trip.answer(app.person(0), Answer::Deny).await;
        browser.arrive(callback).await;
        assert_eq!(browser.cookie(&name), None);
    })
    .await;
}
