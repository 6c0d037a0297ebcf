//! Whose accounts a server takes at Microsoft: those its tenant setting names, and no others, whatever a token says.

use crate::{
    harness::{
        App, Wishes,
        browser::{Browser, Page, client},
        consent::{Answer, Trip, parameter},
        on_both, on_both_with,
    },
    refusals::{NOTHING, assert_nothing_left},
};
use app::{
    features::connections::{AttemptOutcome, AttemptProblem, Provider},
    language::Language,
};
use serde_json::json;

/// The organisation of the sandbox's third person.
const ORGANISATION: &str = "6f1d2c3e-8a47-4b5c-9d10-27e4c0a1b3f5";
const CONNECT: &str = "purpose=connect&features=mail";

fn of_one_organisation() -> Wishes {
    Wishes { settings: vec![("MICROSOFT_TENANT", ORGANISATION.to_owned())], ..Wishes::default() }
}

async fn rules(app: &App, rules: serde_json::Value) {
    let url = format!("{}/_sandbox/rules", app.sandbox.microsoft_url);
    assert!(client().put(url).json(&rules).send().await.unwrap().status().is_success());
}

/// Signs in with Microsoft as this person; the last page.
async fn enter(browser: &Browser, person: &str) -> Page {
    let start = browser.open("/auth/microsoft/start?purpose=sign_in").await;
    let page = browser.follow(start).await;
    let callback = Trip { browser, attempt: uuid::Uuid::nil(), page }.answer(person, Answer::Allow).await;
    let page = browser.arrive(callback).await;
    browser.follow(page).await
}

async fn assert_refused(app: &App, browser: &Browser, person: &str, problem: AttemptProblem) {
    let (attempt, page) = browser.travel("microsoft", CONNECT, person, Answer::Allow).await;
    let sentence = server::http::page::escape(&problem.sentence(Language::en, Provider::Microsoft));
    assert!(page.body.contains(&sentence) && page.body.contains("OUTLOOK_AUTH_ERROR"), "{problem:?}: {}", page.body);
    assert!(!page.body.contains("AADSTS"), "nothing that an address brings is shown");
    let Some(AttemptOutcome::Failed { failure, .. }) = browser.outcome(attempt).await else { panic!("{problem:?}") };
    assert_eq!(failure.problem, problem);
    assert_nothing_left(app).await;
}

#[tokio::test]
async fn an_account_that_the_tenant_setting_leaves_out_is_told_so_and_nothing_stays() {
    on_both_with(of_one_organisation(), async |app| {
        let browser = app.signed_up("ada").await;
        assert_refused(app, &browser, app.person(0), AttemptProblem::WrongTenant).await;
        let stranger = app.browser();
        let page = enter(&stranger, app.person(0)).await;
        let sentence = AttemptProblem::WrongTenant.entering_sentence(Language::en, Provider::Microsoft);
        assert!(page.body.contains(&server::http::page::escape(&sentence)), "{}", page.body);
        assert!(sentence.contains("MICROSOFT_TENANT"), "what the operator looks for");
        assert!(stranger.viewer().await.is_none());
        assert_eq!(app.database.count("users").await, 1, "only the one with a password");
        // Its own people come in.
        let (_, page) = browser.travel("microsoft", CONNECT, app.person(2), Answer::Allow).await;
        assert!(page.body.contains("OUTLOOK_AUTH_SUCCESS"), "{}", page.body);
        enter(&stranger, app.person(2)).await;
        assert!(stranger.viewer().await.is_some());
    })
    .await;
}

#[tokio::test]
async fn the_wrong_kind_of_account_and_one_that_is_nowhere_are_told_the_same() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        rules(app, json!({ "audience": "work" })).await;
        assert_refused(app, &browser, app.person(0), AttemptProblem::WrongTenant).await;
        let trip = browser.press("microsoft", CONNECT).await;
        let mut callback = browser.ours("/auth/microsoft/callback");
        let state = parameter(&trip.page.url, "state");
        let description = "AADSTS50034: The user account does not exist in the directory.";
        let answer = [("error", "access_denied"), ("error_description", description), ("state", &state)];
        callback.query_pairs_mut().extend_pairs(answer);
        let page = browser.arrive(callback).await;
        let page = browser.follow(page).await;
        let sentence = AttemptProblem::WrongTenant.sentence(Language::en, Provider::Microsoft);
        assert!(page.body.contains(&server::http::page::escape(&sentence)), "{}", page.body);
        assert_eq!(app.left_behind().await, NOTHING);
    })
    .await;
}

#[tokio::test]
async fn a_token_of_another_tenant_is_refused_although_microsoft_let_the_account_through() {
    on_both_with(of_one_organisation(), async |app| {
        rules(app, json!({ "id_token": "tenant" })).await;
        let browser = app.signed_up("ada").await;
        assert_refused(app, &browser, app.person(2), AttemptProblem::IdentityUnproven).await;
        let stranger = app.browser();
        let page = enter(&stranger, app.person(2)).await;
        let sentence = AttemptProblem::IdentityUnproven.entering_sentence(Language::en, Provider::Microsoft);
        assert!(page.body.contains(&server::http::page::escape(&sentence)), "{}", page.body);
        assert!(stranger.viewer().await.is_none());
        assert_eq!(app.database.count("identities WHERE kind = 'microsoft'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_server_for_everybody_takes_the_same_token_as_that_tenants() {
    on_both(async |app| {
        rules(app, json!({ "id_token": "tenant" })).await;
        let browser = app.signed_up("ada").await;
        let (_, page) = browser.travel("microsoft", CONNECT, app.person(2), Answer::Allow).await;
        assert!(
            page.body.contains("OUTLOOK_AUTH_SUCCESS"),
            "what the test before refuses is the tenant: {}",
            page.body
        );
        let issuers = app.database.texts("SELECT issuer FROM connected_accounts").await;
        assert!(!issuers[0].contains(ORGANISATION), "{issuers:?}");
    })
    .await;
}
