//! Repairing a connection in place, and why it stopped.

use crate::harness::{App, Wishes, browser::Browser, consent::Answer, on_both, on_both_with};
use app::features::connections::{
    AttemptOutcome, AttemptProblem, Cause, ConnectionCard, ConnectionState, Feature, Mailboxes,
};
use serde_json::json;

async fn card(browser: &Browser) -> ConnectionCard {
    browser.connections().await.cards.remove(0)
}

/// The provider ends the grant, and the next sync notices.
async fn end(app: &App, reason: &str) {
    app.control("POST", &format!("people/{}/revoke", app.person(0)), &json!({ "reason": reason })).await;
    let connections = app.domain.connections();
    let connection = connections.briefs(user(app).await).await.unwrap()[0].id;
    // The next call with the old token is refused; so the next token comes from the provider.
    if let Ok(old) = connections.access_token(connection).await {
        connections.refused(connection, &old).await.unwrap();
    }
    assert!(connections.access_token(connection).await.is_err());
}

async fn user(app: &App) -> uuid::Uuid {
    let bytes = match app.database.backend() {
        sea_orm::DbBackend::Sqlite => app.database.bytes("SELECT id FROM users").await.remove(0),
        _ => app.database.texts("SELECT id::text FROM users").await.remove(0).parse::<uuid::Uuid>().unwrap().into(),
    };
    uuid::Uuid::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn a_connection_is_repaired_in_place_with_everything_kept() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let before = card(&browser).await;
        let query = format!("purpose=grant&connection={}&features=send", before.id);
        browser.travel("google", &query, app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let cursor = app.database.texts("SELECT cursor FROM sync_feeds").await;
        end(app, "removed").await;
        let ill = card(&browser).await;
        assert!(matches!(ill.state, ConnectionState::NeedsReconnect { .. }), "{ill:?}");
        app.deliver(app.person(0), "From: a@b.example\r\nSubject: while it was ill\r\n\r\nhello\r\n").await;
        let query = format!("purpose=repair&connection={}", before.id);
        let trip = browser.press("google", &query).await;
        let asked = crate::harness::consent::parameter(&trip.page.url, "scope");
        assert!(asked.contains("gmail.readonly") && asked.contains("gmail.send"), "what is switched on: {asked}");
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        let page = browser.arrive(callback).await;
        browser.follow(page).await;
        let repaired = card(&browser).await;
        assert_eq!((repaired.id, repaired.connected_on), (before.id, before.connected_on));
        assert_eq!(repaired.state, ConnectionState::Active);
        assert_eq!(repaired.features, [Feature::Mail, Feature::Send]);
        app.control("DELETE", "requests", &json!(null)).await;
        app.work_off_queue().await;
        assert_eq!(app.mailbox_stored(app.person(0)).await, app.mailbox_at_provider(app.person(0)).await);
        let requests = app.control("GET", "requests", &json!(null)).await;
        let listed = requests.as_array().unwrap().iter().filter(|line| line["path"] == "/gmail/v1/users/me/messages");
        assert_eq!(listed.count(), 0, "the cursor was kept: nothing is listed again");
        assert_ne!(app.database.texts("SELECT cursor FROM sync_feeds").await, cursor, "and it went on");
    })
    .await;
}

#[tokio::test]
async fn another_mailbox_is_refused_with_both_names() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let before = card(&browser).await;
        for purpose in ["repair", "grant"] {
            let query = format!("purpose={purpose}&connection={}&features=send", before.id);
            let mut trip = browser.press("google", &query).await;
            // At the provider's own page the person goes back and chooses another account.
            let mut url = trip.page.url.clone();
            let pairs: Vec<_> = url
                .query_pairs()
                .filter(|(name, _)| name != "login_hint")
                .map(|(a, b)| (a.into_owned(), b.into_owned()))
                .collect();
            url.query_pairs_mut().clear().extend_pairs(pairs);
            trip.page = browser.send(reqwest::Method::GET, url, &[("accept", "text/html")], None).await;
            let attempt = trip.attempt;
            let callback = trip.answer(app.person(1), Answer::Allow).await;
            let page = browser.arrive(callback).await;
            let page = browser.follow(page).await;
            assert!(
                page.body.contains(&format!("You chose {}, but this was about {}.", app.person(1), app.person(0))),
                "{}",
                page.body
            );
            let Some(AttemptOutcome::Failed { failure, .. }) = browser.outcome(attempt).await else {
                panic!("refused")
            };
            assert_eq!(failure.problem, AttemptProblem::OtherMailbox);
            let named = Mailboxes { chosen: app.person(1).to_owned(), meant: app.person(0).to_owned() };
            assert_eq!(failure.mailboxes, Some(named));
        }
        let page = browser.connections().await;
        assert_eq!(page.cards.len(), 1);
        assert_eq!((page.cards[0].id, &page.cards[0].features), (before.id, &before.features));
        assert!(
            app.domain.connections().access_token(before.id).await.is_ok(),
            "the grant of the right one still works"
        );
    })
    .await;
}

#[tokio::test]
async fn what_the_provider_said_and_the_likely_causes_are_told_and_on_every_page() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        let before = browser.open("/settings/account").await.body;
        assert!(!before.contains("Reconnect"), "{before}");
        end(app, "password_changed").await;
        let ConnectionState::NeedsReconnect { reason, causes, .. } = card(&browser).await.state else { panic!("ill") };
        assert_eq!(reason, "invalid_grant");
        assert!(causes.contains(&Cause::AccessRemoved) && causes.contains(&Cause::PasswordChanged), "{causes:?}");
        assert!(!causes.contains(&Cause::TestingMode) && !causes.contains(&Cause::LongIdle), "{causes:?}");
        let screen = browser.open("/settings/connections").await.body;
        assert!(
            screen.contains("Google says that the access has ended") && screen.contains("Likely because:"),
            "{screen}"
        );
        for path in ["/inbox", "/settings/account", "/settings/connections"] {
            let page = browser.open(path).await.body;
            assert!(
                page.contains("ended the access. What was synced is kept.") && page.contains(">Reconnect<"),
                "{path}: {page}"
            );
        }
        assert!(!app.browser().open("/sign-in").await.body.contains("ended the access"));
    })
    .await;
}

#[tokio::test]
async fn after_seven_days_testing_mode_is_among_the_causes() {
    let wishes = Wishes { standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        app.advance(7 * 86_400 + 60).await;
        end(app, "testing_expired").await;
        let ConnectionState::NeedsReconnect { causes, .. } = card(&browser).await.state else { panic!("ill") };
        assert_eq!(causes.first(), Some(&Cause::TestingMode), "{causes:?}");
    })
    .await;
}

#[tokio::test]
async fn several_mailboxes_of_one_provider_belong_to_one_user() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        for person in [app.person(0), app.person(1), app.person(2), app.person(1)] {
            browser.connect(person, Answer::Allow).await;
        }
        let addresses: Vec<_> = browser.connections().await.cards.into_iter().map(|card| card.address).collect();
        assert_eq!(addresses, [app.person(0), app.person(1), app.person(2)]);
        app.work_off_queue().await;
    })
    .await;
}
