//! Trips to the provider that never begin.

use crate::{
    harness::{Wishes, on_both, on_both_with},
    refusals::{assert_nothing_left, sentence},
};
use app::features::connections::AttemptProblem;
use uuid::Uuid;

#[tokio::test]
async fn a_provider_that_is_down_at_the_start_is_told_in_the_popup() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        app.fail_at_provider("openid-configuration", 503, 100).await;
        let page =
            browser.open(&format!("/auth/google/start?purpose=connect&attempt={}&popup=1", Uuid::new_v4())).await;
        assert_eq!(page.status, 502);
        assert!(page.body.contains(&sentence(AttemptProblem::ProviderDown)), "{}", page.body);
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_provider_without_credentials_is_told_in_the_popup() {
    let wishes = Wishes { without_google: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        let page = browser.open("/auth/google/start?purpose=connect").await;
        assert_eq!(page.status, 503);
        assert!(page.body.contains(&sentence(AttemptProblem::NotSetUp)), "{}", page.body);
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_trip_starts_from_our_pages_only() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let start = browser.site.join("/auth/google/start?purpose=connect").unwrap();
        let page = browser.arrive(start).await;
        assert_eq!(page.status, 403);
        assert!(page.body.contains(&sentence(AttemptProblem::BadStart)), "{}", page.body);
        for query in [
            "purpose=everything",
            "attempt=no-uuid",
            "features=everything",
            "return_to=https%3A%2F%2Fevil.example",
            "return_to=%2F%2Fevil.example",
            "connection=no-uuid",
        ] {
            let page = browser.open(&format!("/auth/google/start?{query}")).await;
            assert_eq!(page.status, 403, "{query}");
        }
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_attempts_id_is_used_once() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let attempt = browser.press_connect().await.attempt;
        let page = browser.open(&format!("/auth/google/start?purpose=connect&attempt={attempt}&popup=1")).await;
        assert_eq!(page.status, 403, "{}", page.body);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_starts_one_trip_after_another_has_to_wait() {
    let wishes = Wishes { standing_clock: true, ..Wishes::default() };
    on_both_with(wishes, async |app| {
        let browser = app.signed_up("ada").await;
        let start = async || browser.open("/auth/google/start?purpose=connect").await;
        let mut begun = 0;
        let refused = loop {
            let page = start().await;
            if !page.status.is_redirection() {
                break page;
            }
            begun += 1;
        };
        assert_eq!((begun, refused.status.as_u16()), (20, 429));
        assert!(refused.body.contains("Too many tries"), "{}", refused.body);
        let attempts = app.database.count("oauth_attempts").await;
        assert_eq!(attempts, begun, "a refused start leaves nothing");
        let other = app.signed_up("bob").await;
        assert!(other.open("/auth/google/start?purpose=connect").await.status.is_redirection(), "another session");
        app.advance(2).await;
        assert!(start().await.status.is_redirection(), "waiting was enough");
    })
    .await;
}
