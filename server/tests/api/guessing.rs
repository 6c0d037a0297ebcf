//! Guessing at one account from many networks, and what its owner notices of it.

use crate::cache::redis;
use crate::harness::{
    App, Wishes,
    browser::{Browser, PASSWORD},
    database::Backend,
    on_both_with, spawn_app,
};
use app::error::AppError;
use uuid::Uuid;

const WRONG: &str = "wrong horse battery staple";

fn wishes() -> Wishes {
    Wishes { standing_clock: true, settings: vec![("TRUSTED_PROXIES", "127.0.0.1".to_owned())], ..Wishes::default() }
}

/// Calls a server function as if from another network; `None` is the test's own.
async fn call_from(
    browser: &Browser,
    network: Option<&str>,
    function: &str,
    fields: &[(&str, &str)],
) -> Result<(), AppError> {
    let mut fetch = vec![("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    fetch.extend(network.map(|network| ("x-forwarded-for", network)));
    let page = browser.post(function, fields, &fetch).await;
    if page.status.is_success() { Ok(()) } else { Err(serde_json::from_str(&page.body).unwrap()) }
}

async fn sign_in_from(app: &App, network: Option<&str>, email: &str, password: &str) -> Result<(), AppError> {
    call_from(&app.browser(), network, "users/sign_in", &[("email", email), ("password", password)]).await
}

/// Guesses once from each of ever new networks until they are slowed; says how many guesses were heard.
async fn guess_from_many_networks(app: &App, email: &str) -> u32 {
    // With Redis, counters outlive this test.
    let run = Uuid::new_v4().as_u128() & 0xffff;
    for guess in 0..200 {
        match sign_in_from(app, Some(&format!("2001:db8:{run:x}:{guess:x}::1")), email, WRONG).await {
            Err(AppError::WrongCredentials) => {}
            Err(AppError::SlowDown { .. }) => return guess,
            other => panic!("{other:?}"),
        }
    }
    panic!("nobody slows these networks down")
}

#[tokio::test]
async fn many_networks_are_slowed_together_and_the_owner_is_let_in_where_they_are_known() {
    on_both_with(wishes(), async |app| {
        let (home, work, cafe) = (None, Some("198.51.100.7"), Some("203.0.113.9"));
        app.signed_up("ada").await;
        app.advance(31 * 86_400).await;
        sign_in_from(app, work, "ada@example.org", PASSWORD).await.unwrap();
        assert_eq!(guess_from_many_networks(app, "ada@example.org").await, 100);
        for (network, why) in [(cafe, "she was never there"), (home, "a network is known for thirty days")] {
            let refused = sign_in_from(app, network, "ada@example.org", PASSWORD).await;
            assert!(matches!(refused, Err(AppError::SlowDown { .. })), "{why}: {refused:?}");
        }
        sign_in_from(app, work, "ada@example.org", PASSWORD).await.expect("she was there today");
        let refused = sign_in_from(app, cafe, "ada@example.org", WRONG).await;
        assert!(matches!(refused, Err(AppError::SlowDown { .. })), "her success gives strangers nothing: {refused:?}");
        // The way back from a network where nobody knows her: the mail that only she reads.
        let browser = app.browser();
        call_from(&browser, cafe, "users/ask_reset", &[("email", "ada@example.org")]).await.unwrap();
        let letters = app.letters().await;
        let link = letters.iter().find(|letter| letter.subject == "Choose a new password").unwrap();
        let chosen = "ten herons over the new bridge";
        let fields = [("token", link.token()), ("password", chosen)];
        call_from(&browser, cafe, "users/reset_password", &fields).await.unwrap();
        sign_in_from(app, cafe, "ada@example.org", chosen).await.expect("she proved who she is");
    })
    .await;
}

#[tokio::test]
async fn with_redis_an_address_without_an_account_is_slowed_in_the_same_way() {
    let mut wishes = wishes();
    wishes.settings.push(("REDIS_URL", redis()));
    let app = spawn_app(Backend::Sqlite, wishes).await;
    let heard = guess_from_many_networks(&app, &format!("nobody{}@example.org", Uuid::new_v4().simple())).await;
    // The first wait is one second of Redis's own time: a slow machine gets a few turns more.
    assert!((100..=105).contains(&heard), "{heard}");
    app.finish().await;
}
