//! Signing in with Google and with Microsoft: who gets in, what is asked for, and what is said when nobody does.

use crate::harness::{
    Wishes,
    browser::{Browser, PASSWORD, Page},
    consent::{Answer, Trip, parameter},
    on_both, on_both_with,
};
use app::{
    features::{connections::AttemptProblem, users::Account},
    language::Language,
};
use serde_json::json;
use uuid::Uuid;

const PROVIDERS: [&str; 2] = ["google", "microsoft"];

async fn press<'a>(browser: &'a Browser, provider: &str) -> Trip<'a> {
    let attempt = Uuid::new_v4();
    let query = format!("purpose=sign_in&return_to=/settings/account&attempt={attempt}");
    let start = browser.open(&format!("/auth/{provider}/start?{query}")).await;
    assert!(start.status.is_redirection(), "{}: {}", start.status, start.body);
    let page = browser.follow(start).await;
    assert_ne!(page.url.origin(), browser.site.origin(), "the page is the provider's");
    Trip { browser, attempt, page }
}

/// A whole trip, up to the page that the callback leads to.
async fn enter(browser: &Browser, provider: &str, person: &str) -> Page {
    let trip = press(browser, provider).await;
    let callback = trip.answer(person, Answer::Allow).await;
    browser.arrive(callback).await
}

async fn email(browser: &Browser) -> Option<String> {
    browser.viewer().await.map(|viewer| viewer.email)
}

async fn account(browser: &Browser) -> Account {
    browser.call("users/show_account", &[]).await.unwrap()
}

fn standing(settings: Vec<(&'static str, String)>) -> Wishes {
    Wishes { standing_clock: true, settings, ..Wishes::default() }
}

#[tokio::test]
async fn signing_in_asks_who_it_is_and_nothing_else() {
    on_both(async |app| {
        for provider in PROVIDERS {
            let browser = app.browser();
            let trip = press(&browser, provider).await;
            let asked = &trip.page.url;
            assert_eq!(parameter(asked, "scope"), "openid email profile", "{provider}");
            assert_eq!(parameter(asked, "code_challenge_method"), "S256");
            assert!(!parameter(asked, "nonce").is_empty() && !parameter(asked, "state").is_empty());
            assert_eq!(parameter(asked, "prompt"), "select_account");
            let name = |wanted: &str| asked.query_pairs().any(|(name, _)| name == wanted);
            assert!(!name("include_granted_scopes"), "a sign-in inherits nothing");
            if provider == "google" {
                assert_eq!(parameter(asked, "access_type"), "online");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_person_gets_in_and_is_known_the_next_time() {
    on_both(async |app| {
        for (position, provider) in PROVIDERS.into_iter().enumerate() {
            let browser = app.browser();
            let page = enter(&browser, provider, app.person(position)).await;
            assert_eq!(page.location().path(), "/settings/account", "{provider}");
            assert_eq!(email(&browser).await.as_deref(), Some(app.person(position)));
            let known = account(&browser).await;
            assert!(!known.profile.first_name.is_empty(), "{known:?}");
            assert_eq!(known.ways_in.len(), 1);
            // The grant of a sign-in is worth nothing else: it is not even kept.
            assert_eq!(app.left_behind().await, [0; 5]);
            let again = app.browser();
            enter(&again, provider, app.person(position)).await;
            assert_eq!(again.viewer().await.unwrap().user_id, browser.viewer().await.unwrap().user_id);
            // Who has connected nothing is led to connect something.
            let inbox = again.open("/inbox").await.body;
            assert!(inbox.contains("Connect Gmail") && inbox.contains("Connect Outlook"), "{inbox}");
        }
        assert_eq!(app.database.count("users").await, 2);
        assert_eq!(app.database.count("audit_events WHERE action = 'user.sign_up' AND outcome = 'done'").await, 2);
        assert_eq!(app.database.count("audit_events WHERE action = 'user.sign_in' AND outcome = 'done'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn an_address_with_a_password_opens_its_account_only_after_the_password() {
    on_both(async |app| {
        for (position, provider) in PROVIDERS.into_iter().enumerate() {
            let (person, browser) = (app.person(position), app.browser());
            let owner = app.browser();
            let fields = [("first_name", "A"), ("last_name", "B"), ("email", person), ("password", PASSWORD)];
            owner.call::<()>("users/sign_up", &fields).await.unwrap();
            let page = enter(&browser, provider, person).await;
            assert_eq!(page.location().as_str(), format!("{}/sign-in?link=1&return_to=%2Fsettings%2Faccount", app.url));
            assert_eq!(email(&browser).await, None, "{provider}: not signed in by the address alone");
            let door = browser.follow(page).await.body;
            assert!(door.contains("Sign in to it within ten minutes"), "{door}");
            browser.sign_in(person, PASSWORD).await.unwrap();
            assert_eq!(account(&browser).await.ways_in.len(), 2, "{provider} is another way in now");
            let elsewhere = app.browser();
            enter(&elsewhere, provider, person).await;
            assert_eq!(email(&elsewhere).await.as_deref(), Some(person));
        }
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn where_sign_ups_are_verified_an_unproven_address_gets_a_mail_first() {
    let wishes = Wishes { settings: vec![("SIGN_UP", "verify".to_owned())], ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.browser();
        let page = enter(&browser, "microsoft", app.person(0)).await;
        assert_eq!(page.location().as_str(), format!("{}/verify-email?simple&sent", app.url));
        assert!(browser.cookie("gatepost_waiting").is_some());
        assert_eq!(email(&browser).await, None);
        let letter = app.letters().await.remove(0);
        assert_eq!(letter.to, app.person(0));
        browser.call::<()>("users/confirm", &[("token", letter.token())]).await.unwrap();
        assert_eq!(email(&browser).await.as_deref(), Some(app.person(0)));
    })
    .await;
}

#[tokio::test]
async fn where_nobody_may_sign_up_a_stranger_is_told_so() {
    let wishes = Wishes { settings: vec![("SIGN_UP", "closed".to_owned())], ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.browser();
        let page = enter(&browser, "google", app.person(0)).await;
        let page = browser.follow(page).await;
        assert!(
            page.body.contains("does not take new accounts") && page.body.contains("Not signed in"),
            "{}",
            page.body
        );
        assert!(page.body.contains("/sign-in?return_to=%2Fsettings%2Faccount"), "{}", page.body);
        assert_eq!(app.database.count("users").await + app.database.count("sessions").await, 0);
    })
    .await;
}

#[tokio::test]
async fn who_has_just_signed_in_adds_a_way_in_and_others_are_asked_to_prove_it_first() {
    on_both_with(standing(Vec::new()), async |app| {
        let browser = app.signed_up("ada").await;
        let page = enter(&browser, "google", app.person(0)).await;
        assert_eq!(page.location().path(), "/settings/account");
        assert_eq!(account(&browser).await.ways_in.len(), 2);
        assert_eq!(email(&browser).await.as_deref(), Some("ada@example.org"), "the same account as before");
        app.advance(11 * 60).await;
        let page = enter(&browser, "microsoft", app.person(0)).await;
        let page = browser.follow(page).await;
        assert!(page.body.contains("Not added") && page.body.contains("Confirm that it is you"), "{}", page.body);
        assert!(page.body.contains("href=\"/settings/account\""), "{}", page.body);
        assert_eq!(account(&browser).await.ways_in.len(), 2);
        // Coming back with a way in one has already is such a proof.
        let before = browser.viewer().await.unwrap();
        assert!(!before.fresh);
        enter(&browser, "google", app.person(0)).await;
        let after = browser.viewer().await.unwrap();
        assert!(after.fresh && after.session_id != before.session_id && after.user_id == before.user_id);
        assert_eq!(app.database.count("sessions").await, 1, "the one before has ended");
        enter(&browser, "microsoft", app.person(0)).await;
        assert_eq!(account(&browser).await.ways_in.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_way_into_another_account_is_not_added_and_signs_nobody_in() {
    on_both(async |app| {
        enter(&app.browser(), "google", app.person(0)).await;
        let bob = app.signed_up("bob").await;
        let page = enter(&bob, "google", app.person(0)).await;
        let page = bob.follow(page).await;
        assert!(page.body.contains("is a way into another account here"), "{}", page.body);
        assert_eq!(email(&bob).await.as_deref(), Some("bob@example.org"));
        assert_eq!(account(&bob).await.ways_in.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn every_refusal_says_that_nobody_was_signed_in() {
    on_both(async |app| {
        for provider in PROVIDERS {
            let browser = app.browser();
            let told = async |page: Page, problem: AttemptProblem| {
                let name = if provider == "google" {
                    app::features::connections::Provider::Google
                } else {
                    app::features::connections::Provider::Microsoft
                };
                let page = browser.follow(page).await;
                let sentence = server::http::page::escape(&problem.entering_sentence(Language::en, name));
                assert!(page.body.contains(&sentence), "{provider} {problem:?}: {}", page.body);
                assert!(email(&browser).await.is_none(), "{provider} {problem:?}");
            };
            let denied = press(&browser, provider).await.answer(app.person(0), Answer::Deny).await;
            told(browser.arrive(denied).await, AttemptProblem::Denied).await;
            let callback = press(&browser, provider).await.answer(app.person(0), Answer::Allow).await;
            let thief = app.browser();
            let page = thief.arrive(callback.clone()).await;
            let page = thief.follow(page).await;
            assert!(page.body.contains("belongs to another browser"), "{}", page.body);
            app.fail_at_provider("token$", 503, 1).await;
            told(browser.arrive(callback.clone()).await, AttemptProblem::ProviderDown).await;
            told(browser.arrive(callback).await, AttemptProblem::Replayed).await;
            let foreign = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
            let start = browser.ours(&format!("/auth/{provider}/start?purpose=sign_in"));
            let page = browser.send(reqwest::Method::GET, start, &foreign, None).await;
            assert_eq!(page.status, 403);
            told(page, AttemptProblem::BadStart).await;
        }
        assert_eq!(app.database.count("users").await + app.database.count("sessions").await, 0);
        assert_eq!(app.left_behind().await, [0; 5]);
        let refused = "audit_events WHERE action = 'user.sign_in' AND outcome = 'refused'";
        assert_eq!(app.database.count(refused).await, 4, "denied and not answered, at each");
    })
    .await;
}

#[tokio::test]
async fn keys_that_change_at_the_provider_are_found_and_withdrawn_ones_forgotten() {
    on_both_with(standing(Vec::new()), async |app| {
        let ports = [&app.sandbox.google_url, &app.sandbox.microsoft_url];
        for (position, (port, provider)) in ports.into_iter().zip(PROVIDERS).enumerate() {
            enter(&app.browser(), provider, app.person(position)).await;
            let rotate = format!("{port}/_sandbox/keys/rotate");
            let rotated = crate::harness::browser::client().post(rotate).json(&json!({ "forget": true })).send().await;
            assert!(rotated.unwrap().status().is_success());
            // An unknown key is asked for once a minute at most.
            app.advance(61).await;
            let browser = app.browser();
            enter(&browser, provider, app.person(position)).await;
            assert!(email(&browser).await.is_some(), "{provider}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_of_one_organisation_lets_no_other_in() {
    let tenant = "6f1d2c3e-8a47-4b5c-9d10-27e4c0a1b3f5".to_owned();
    on_both_with(standing(vec![("MICROSOFT_TENANT", tenant)]), async |app| {
        let browser = app.browser();
        enter(&browser, "microsoft", app.person(2)).await;
        assert_eq!(email(&browser).await.as_deref(), Some(app.person(2)));
    })
    .await;
}
