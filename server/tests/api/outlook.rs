//! Connecting Outlook: the same popup and the same code path, with Microsoft's own manners.

use crate::harness::{
    App, Wishes,
    browser::{Browser, Page, client},
    consent::{Answer, parameter},
    on_both, on_both_with,
};
use app::{
    features::connections::{
        AttemptOutcome, AttemptProblem, Cause, ConnectionCard, ConnectionState, Feature, Provider, Revocation,
        SyncStage,
    },
    language::Language,
};
use serde_json::{Value, json};

const CONNECT: &str = "purpose=connect&features=mail";

/// Something of the sandbox's own routes, at Microsoft's port.
async fn lever(app: &App, method: &str, path: &str, body: &Value) {
    let url = format!("{}/_sandbox/{path}", app.sandbox.microsoft_url);
    let answer = client().request(method.parse().unwrap(), url).json(body).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
}

async fn card(browser: &Browser) -> ConnectionCard {
    browser.connections().await.cards.remove(0)
}

async fn connected(app: &App, position: usize) -> (Browser, ConnectionCard) {
    let browser = app.signed_up("ada").await;
    let (_, page) = browser.travel("microsoft", CONNECT, app.person(position), Answer::Allow).await;
    assert!(page.body.contains("OUTLOOK_AUTH_SUCCESS"), "{}", page.body);
    let card = card(&browser).await;
    (browser, card)
}

fn standing() -> Wishes {
    Wishes { standing_clock: true, ..Wishes::default() }
}

/// The wanted problem's sentence is on the popup's last page.
fn assert_told(page: &Page, problem: AttemptProblem) {
    let sentence = server::http::page::escape(&problem.sentence(Language::en, Provider::Microsoft));
    assert!(page.body.contains(&sentence) && page.body.contains("OUTLOOK_AUTH_ERROR"), "{problem:?}: {}", page.body);
}

#[tokio::test]
async fn personal_and_work_accounts_are_connected_for_what_the_table_says() {
    on_both(async |app| {
        for position in [0, 2] {
            let browser = app.signed_up(&format!("user{position}")).await;
            let trip = browser.press("microsoft", CONNECT).await;
            let asked = &trip.page.url;
            assert_eq!(parameter(asked, "scope"), "openid email profile offline_access User.Read Mail.Read");
            assert_eq!(
                (parameter(asked, "response_mode"), parameter(asked, "prompt")),
                ("query".into(), "select_account".into())
            );
            let callback = trip.answer(app.person(position), Answer::Allow).await;
            let page = browser.arrive(callback).await;
            let page = browser.follow(page).await;
            assert!(page.body.contains("OUTLOOK_AUTH_SUCCESS"), "{}", page.body);
            let card = card(&browser).await;
            assert_eq!((card.provider, card.address.as_str()), (Provider::Microsoft, app.person(position)));
            assert_eq!(
                (card.state.clone(), card.features.as_slice()),
                (ConnectionState::Active, [Feature::Mail].as_slice())
            );
            assert!(
                card.switches.iter().all(|switch| switch.feature != Feature::Sheets),
                "Microsoft has no such thing"
            );
            assert!(app.domain.connections().access_token(card.id).await.is_ok());
            assert_eq!((card.progress.stage, card.last_sync_at), (SyncStage::Waiting, None));
        }
        let issuers = app.database.texts("SELECT issuer FROM connected_accounts ORDER BY issuer").await;
        let of = |tenant: &str| format!("{}/{tenant}/v2.0", app.sandbox.microsoft_url);
        assert_eq!(issuers, [of("6f1d2c3e-8a47-4b5c-9d10-27e4c0a1b3f5"), of("9188040d-6c67-4c5b-b112-36a304b66dad")]);
    })
    .await;
}

#[tokio::test]
async fn an_unticked_scope_turns_its_feature_off_and_a_broader_one_is_enough() {
    on_both(async |app| {
        let (browser, before) = connected(app, 0).await;
        let query = format!("purpose=grant&connection={}&features=send,calendar", before.id);
        let trip = browser.press("microsoft", &query).await;
        let scope = parameter(&trip.page.url, "scope");
        let expected =
            "openid email profile offline_access User.Read Calendars.Read Mail.Read Mail.ReadWrite Mail.Send";
        assert_eq!(scope, expected, "what the switches need, and no more");
        assert_eq!(parameter(&trip.page.url, "login_hint"), app.person(0));
        let callback = trip.answer(app.person(0), Answer::Without("Calendars.Read")).await;
        let page = browser.arrive(callback).await;
        let page = browser.follow(page).await;
        assert!(page.body.contains("Not allowed at Microsoft, so switched off: Read calendars."), "{}", page.body);
        let after = card(&browser).await;
        assert_eq!((after.id, after.features), (before.id, vec![Feature::Mail, Feature::Send]));
        let manage = after.switches.iter().find(|switch| switch.feature == Feature::Manage).unwrap();
        assert!(manage.granted && !manage.on, "Mail.ReadWrite is enough for it");
    })
    .await;
}

#[tokio::test]
async fn every_refresh_brings_a_new_refresh_token_and_the_newest_is_kept() {
    on_both_with(standing(), async |app| {
        let (_, card) = connected(app, 2).await;
        let connections = app.domain.connections();
        let mut tokens = vec![connections.access_token(card.id).await.unwrap().expose().to_owned()];
        let mut sealed = app.database.bytes("SELECT sealed_refresh_token FROM oauth_grants").await;
        for _ in 0..2 {
            app.advance(7_200).await;
            tokens.push(connections.access_token(card.id).await.unwrap().expose().to_owned());
            sealed.extend(app.database.bytes("SELECT sealed_refresh_token FROM oauth_grants").await);
        }
        tokens.sort();
        tokens.dedup();
        sealed.sort();
        sealed.dedup();
        assert_eq!((tokens.len(), sealed.len()), (3, 3));
    })
    .await;
}

#[tokio::test]
async fn what_only_the_person_can_mend_is_told_in_either_form() {
    let reasons = [
        ("interaction_required", "interaction_required:50076", Cause::SignInAgain),
        ("sessions_revoked", "invalid_grant:50173", Cause::AccessRemoved),
        ("removed", "invalid_grant:65001", Cause::AccessRemoved),
        ("idle", "invalid_grant:70008", Cause::LongIdle),
        ("account_disabled", "invalid_grant:50057", Cause::AccountDisabled),
        ("admin_policy", "interaction_required:53003", Cause::AdminPolicy),
    ];
    on_both_with(standing(), async |app| {
        let (browser, before) = connected(app, 0).await;
        for (reason, code, cause) in reasons {
            lever(app, "POST", &format!("people/{}/revoke", app.person(0)), &json!({ "reason": reason })).await;
            app.advance(7_200).await;
            assert!(app.domain.connections().access_token(before.id).await.is_err(), "{reason}");
            let ConnectionState::NeedsReconnect { reason: said, causes, .. } = card(&browser).await.state else {
                panic!("{reason}: ill")
            };
            assert_eq!((said.as_str(), causes.first()), (code, Some(&cause)), "{reason}");
            lever(app, "DELETE", &format!("people/{}/revoke", app.person(0)), &json!({})).await;
            let query = format!("purpose=repair&connection={}", before.id);
            let start = browser.open(&format!("/auth/microsoft/start?{query}")).await;
            let hint = parameter(&start.location(), "login_hint");
            assert_eq!(hint, app.person(0), "one click");
            let mut page = browser.follow(start).await;
            if page.url.origin() != browser.site.origin() {
                let trip = crate::harness::consent::Trip { browser: &browser, attempt: uuid::Uuid::nil(), page };
                let callback = trip.answer(app.person(0), Answer::Allow).await;
                page = browser.arrive(callback).await;
                page = browser.follow(page).await;
            }
            assert_eq!(page.status, 200, "{}", page.body);
            let repaired = card(&browser).await;
            assert_eq!((repaired.id, &repaired.state), (before.id, &ConnectionState::Active), "{reason}");
        }
        let subjects = app.subjects_to("ada@example.org").await;
        assert_eq!(subjects, vec![format!("{} needs you", app.person(0)); reasons.len()]);
    })
    .await;
}

#[tokio::test]
async fn a_changed_password_ends_nothing_at_microsoft() {
    on_both_with(standing(), async |app| {
        let (_, card) = connected(app, 0).await;
        let revoke = format!("people/{}/revoke", app.person(0));
        lever(app, "POST", &revoke, &json!({ "reason": "password_changed" })).await;
        app.advance(7_200).await;
        assert!(app.domain.connections().access_token(card.id).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn where_an_administrator_has_to_allow_it_first_the_person_is_given_the_address_for_them() {
    on_both(async |app| {
        lever(app, "PUT", "rules", &json!({ "admin_consent": true })).await;
        let browser = app.signed_up("ada").await;
        let trip = browser.press("microsoft", CONNECT).await;
        let attempt = trip.attempt;
        let page = {
            let form = crate::harness::form::Form::read(&trip.page.body);
            let url = trip.page.url.join(&form.action).unwrap();
            let body = form.press(app.person(2));
            let wall = browser.send(reqwest::Method::POST, url, &[("accept", "text/html")], Some(body)).await;
            let form = crate::harness::form::Form::read(&wall.body);
            let url = wall.url.join(&form.action).unwrap();
            let back = form.press("unapproved");
            let answer = browser.send(reqwest::Method::POST, url, &[("accept", "text/html")], Some(back)).await;
            let page = browser.arrive(answer.location()).await;
            browser.follow(page).await
        };
        assert_told(&page, AttemptProblem::AdminConsent);
        assert!(page.body.contains("/organizations/v2.0/adminconsent?client_id="), "{}", page.body);
        let Some(AttemptOutcome::Failed { failure, .. }) = browser.outcome(attempt).await else { panic!("refused") };
        assert!(failure.admin_link.is_some());
        assert_eq!(app.left_behind().await, [0; 5]);
    })
    .await;
}

#[tokio::test]
async fn declining_and_a_wrong_secret_leave_nothing_behind() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let (_, page) = browser.travel("microsoft", CONNECT, app.person(0), Answer::Deny).await;
        assert_told(&page, AttemptProblem::Denied);
        let (_, page) = browser.travel("microsoft", CONNECT, app.person(0), Answer::Without("Mail.Read")).await;
        assert_told(&page, AttemptProblem::ScopeMissing);
        lever(app, "PUT", "rules", &json!({ "secret": "expired" })).await;
        let (_, page) = browser.travel("microsoft", CONNECT, app.person(0), Answer::Allow).await;
        assert_told(&page, AttemptProblem::NotSetUp);
        assert_eq!(app.left_behind().await, [0; 5]);
    })
    .await;
}

#[tokio::test]
async fn disconnecting_says_where_to_end_the_access_at_microsoft() {
    on_both(async |app| {
        let (browser, card) = connected(app, 0).await;
        browser.call::<()>("connections/disconnect", &[("connection", &card.id.to_string())]).await.unwrap();
        assert_eq!(app.database.count("oauth_grants").await, 0);
        app.work_off_queue().await;
        let page = browser.connections().await;
        assert!(page.cards.is_empty());
        assert_eq!(page.receipts[0].revocation, Revocation::Unsupported);
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains("https://account.live.com/consent/Manage"), "{screen}");
    })
    .await;
}

#[tokio::test]
async fn two_providers_mailboxes_of_one_person_are_two_connections() {
    on_both(async |app| {
        let (browser, outlook) = connected(app, 0).await;
        browser.connect(app.person(0), Answer::Allow).await;
        browser.travel("microsoft", CONNECT, app.person(2), Answer::Allow).await;
        browser.travel("microsoft", CONNECT, app.person(0), Answer::Allow).await;
        let cards = browser.connections().await.cards;
        assert_eq!(cards.len(), 3);
        assert_eq!(cards.iter().filter(|card| card.provider == Provider::Microsoft).count(), 2);
        assert!(cards.iter().any(|card| card.id == outlook.id));
        app.work_off_queue().await;
    })
    .await;
}
