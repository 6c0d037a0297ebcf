//! The features of a connection as switches: what a trip asks for, what its answer turns on and off.

use crate::harness::{
    App,
    browser::Browser,
    consent::{Answer, parameter},
    on_both,
};
use app::{
    error::AppError,
    features::connections::{AttemptOutcome, ConnectionCard, Consent, Feature, FeatureSwitch, Provider},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A signed-up browser with one connected mailbox.
async fn connected(app: &App) -> (Browser, ConnectionCard) {
    let browser = app.signed_up("ada").await;
    browser.connect(app.person(0), Answer::Allow).await;
    app.work_off_queue().await;
    let card = browser.connections().await.cards.remove(0);
    (browser, card)
}

async fn card(browser: &Browser) -> ConnectionCard {
    browser.connections().await.cards.remove(0)
}

fn switch(card: &ConnectionCard, feature: Feature) -> FeatureSwitch {
    *card.switches.iter().find(|switch| switch.feature == feature).unwrap()
}

fn grant(connection: Uuid, features: &str) -> String {
    format!("purpose=grant&connection={connection}&features={features}")
}

/// The scopes a popup asked for, as the provider saw them, without Google's prefix.
fn asked(page: &url::Url) -> BTreeSet<String> {
    let scope = parameter(page, "scope");
    scope.split(' ').map(|scope| scope.trim_start_matches("https://www.googleapis.com/auth/").to_owned()).collect()
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test]
async fn a_switch_asks_for_what_it_lacks_and_what_the_others_need() {
    on_both(async |app| {
        let (browser, card_before) = connected(app).await;
        assert!(!switch(&card_before, Feature::Calendar).on && !switch(&card_before, Feature::Calendar).granted);
        let trip = browser.press("google", &grant(card_before.id, "calendar")).await;
        let expected =
            set(&["openid", "email", "gmail.readonly", "calendar.calendarlist.readonly", "calendar.events.readonly"]);
        assert_eq!(asked(&trip.page.url), expected, "the old features with the new one, and nothing else");
        assert_eq!(parameter(&trip.page.url, "access_type"), "offline");
        assert!(!parameter(&trip.page.url, "login_hint").is_empty());
        assert!(trip.page.url.query_pairs().all(|(name, _)| name != "include_granted_scopes"));
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        let page = browser.arrive(callback).await;
        browser.follow(page).await;
        let card = card(&browser).await;
        assert_eq!(card.id, card_before.id);
        assert_eq!(card.features, [Feature::Mail, Feature::Calendar]);
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn an_unticked_box_turns_that_feature_off_and_says_so() {
    on_both(async |app| {
        let (browser, before) = connected(app).await;
        let query = grant(before.id, "send,calendar");
        let (attempt, page) = browser.travel("google", &query, app.person(0), Answer::Without("gmail.send")).await;
        assert!(page.body.contains("Not allowed at Google, so switched off: Send mail."), "{}", page.body);
        let Some(AttemptOutcome::Succeeded { provider, success, .. }) = browser.outcome(attempt).await else {
            panic!("it succeeded")
        };
        assert_eq!((provider, success.refused), (Provider::Google, vec![Feature::Send]));
        assert_eq!(success.consent, Consent::More { granted: vec![Feature::Mail, Feature::Calendar] });
        let told = card(&browser).await;
        assert_eq!(told.features, [Feature::Mail, Feature::Calendar]);
        assert!(switch(&told, Feature::Send).refused && !switch(&told, Feature::Send).granted);
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains("Off: not allowed at Google") && screen.contains("Allow at Google"), "{screen}");
        // The one missing permission is offered, and mends it.
        browser.travel("google", &grant(before.id, "send"), app.person(0), Answer::Allow).await;
        let mended = card(&browser).await;
        assert_eq!(mended.features, [Feature::Mail, Feature::Send, Feature::Calendar]);
        assert!(!switch(&mended, Feature::Send).refused);
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn unticking_mail_for_one_more_feature_changes_nothing() {
    on_both(async |app| {
        let (browser, before) = connected(app).await;
        let query = grant(before.id, "send");
        let (attempt, _) = browser.travel("google", &query, app.person(0), Answer::Without("gmail.readonly")).await;
        assert!(matches!(browser.outcome(attempt).await, Some(AttemptOutcome::Failed { .. })));
        let after = card(&browser).await;
        assert_eq!((after.features, after.state), (before.features, before.state));
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn switching_off_and_on_again_needs_no_provider() {
    on_both(async |app| {
        let (browser, before) = connected(app).await;
        browser.travel("google", &grant(before.id, "send"), app.person(0), Answer::Allow).await;
        app.work_off_queue().await;
        app.control("DELETE", "requests", &serde_json::Value::Null).await;
        let id = before.id.to_string();
        let flip = async |on: &str| {
            let arguments = [("connection", id.as_str()), ("feature", "send"), ("on", on)];
            browser.call::<()>("connections/switch_feature", &arguments).await
        };
        flip("false").await.unwrap();
        let off = card(&browser).await;
        assert_eq!(off.features, [Feature::Mail]);
        assert!(switch(&off, Feature::Send).granted, "the provider still allows it");
        flip("true").await.unwrap();
        assert_eq!(card(&browser).await.features, [Feature::Mail, Feature::Send]);
        let asked = app.control("GET", "requests", &serde_json::Value::Null).await;
        assert_eq!(asked.as_array().unwrap().len(), 0, "{asked}");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_granted_is_not_switched_on_and_mail_is_not_switched_off() {
    on_both(async |app| {
        let (browser, before) = connected(app).await;
        let id = before.id.to_string();
        for (feature, on) in [("sheets", "true"), ("mail", "false")] {
            let arguments = [("connection", id.as_str()), ("feature", feature), ("on", on)];
            let answer = browser.call::<()>("connections/switch_feature", &arguments).await;
            assert!(matches!(answer, Err(AppError::Invalid { .. })), "{feature}: {answer:?}");
        }
        assert_eq!(card(&browser).await.features, [Feature::Mail]);
    })
    .await;
}

#[tokio::test]
async fn pressing_connect_again_does_not_narrow_a_working_grant() {
    on_both(async |app| {
        let (browser, before) = connected(app).await;
        browser.travel("google", &grant(before.id, "send"), app.person(0), Answer::Allow).await;
        browser.connect(app.person(0), Answer::Allow).await;
        let after = card(&browser).await;
        assert_eq!(after.features, [Feature::Mail, Feature::Send]);
        assert!(switch(&after, Feature::Send).granted);
        app.work_off_queue().await;
        assert!(app.domain.connections().access_token(before.id).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_grant_for_somebody_elses_connection_does_not_start() {
    on_both(async |app| {
        let (_, ada) = connected(app).await;
        let bob = app.signed_up("bob").await;
        for connection in [ada.id, Uuid::nil()] {
            let page = bob.open(&format!("/auth/google/start?{}", grant(connection, "send"))).await;
            assert_eq!(page.status, 403, "{}", page.body);
            let page = bob.open(&format!("/auth/google/start?purpose=repair&connection={connection}")).await;
            assert_eq!(page.status, 403, "{}", page.body);
        }
    })
    .await;
}
