//! Cancel on the page that waits for a provider's window: nothing is connected after it, whatever the window does.

use crate::{
    harness::{App, browser::PASSWORD, consent::Answer, on_both},
    refusals::{assert_nothing_left, sentence},
};
use app::features::connections::{AttemptOutcome, AttemptProblem, Failure, Provider};
use reqwest::Method;
use uuid::Uuid;

const CANCELLED: AttemptOutcome = AttemptOutcome::Failed {
    provider: Provider::Google,
    failure: Failure { problem: AttemptProblem::Cancelled, mailboxes: None, admin_link: None },
};

async fn cancellations_recorded(app: &App) -> i64 {
    app.database.count("audit_events WHERE action = 'connection.made' AND detail = 'cancelled'").await
}

#[tokio::test]
async fn a_window_that_answers_after_cancel_connects_nothing_and_says_why() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        for _ in 0..2 {
            let answer = browser.cancel(&trip.attempt.to_string()).await;
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""), "as often as it is pressed");
        }
        assert_eq!(browser.outcome(trip.attempt).await, Some(CANCELLED));
        assert_nothing_left(app).await;
        assert_eq!(cancellations_recorded(app).await, 1);
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        let page = browser.arrive(callback.clone()).await;
        let done = browser.follow(page).await;
        assert!(done.body.contains(&sentence(AttemptProblem::Cancelled)), "{}", done.body);
        assert!(done.body.contains("GMAIL_AUTH_ERROR"), "{}", done.body);
        // The answer in another browser learns nothing of that.
        let stranger = app.browser();
        let page = stranger.arrive(callback).await;
        let done = stranger.follow(page).await;
        assert!(done.body.contains(&sentence(AttemptProblem::Replayed)), "{}", done.body);
        assert_nothing_left(app).await;
    })
    .await;
}

#[tokio::test]
async fn cancel_while_the_code_is_redeemed_wins_and_gives_the_grant_back() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let trip = browser.press_connect().await;
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        app.slow_at_provider("^/token", 3_000).await;
        let window = browser.copy();
        let arrival = window.arrive(callback);
        let cancel = async {
            // The attempt is taken, and its secrets are gone, before the provider is asked.
            while app.database.count("oauth_attempts WHERE sealed_secrets IS NOT NULL").await > 0 {
                tokio::task::yield_now().await;
            }
            browser.cancel(&trip.attempt.to_string()).await
        };
        let (page, answer) = tokio::join!(arrival, cancel);
        assert_eq!(answer.status, 204);
        let done = window.follow(page).await;
        assert!(done.body.contains(&sentence(AttemptProblem::Cancelled)), "{}", done.body);
        assert_eq!(browser.outcome(trip.attempt).await, Some(CANCELLED));
        assert_nothing_left(app).await;
        let requests = app.control("GET", "requests", &serde_json::Value::Null).await;
        let revoked = requests.as_array().unwrap().iter().any(|request| request["path"] == "/revoke");
        assert!(revoked, "the grant nobody will use is given back");
    })
    .await;
}

#[tokio::test]
async fn cancel_after_the_mailbox_was_connected_says_that_it_is() {
    on_both(async |app| {
        let browser = app.signed_up("ada").await;
        let (attempt, _) = browser.connect(app.person(0), Answer::Allow).await;
        let outcome = browser.outcome(attempt).await.unwrap();
        let answer = browser.cancel(&attempt.to_string()).await;
        assert_eq!(answer.status, 409);
        assert_eq!(serde_json::from_str::<AttemptOutcome>(&answer.body).unwrap(), outcome);
        assert_eq!(browser.outcome(attempt).await, Some(outcome), "it stays connected");
        assert_eq!(cancellations_recorded(app).await, 0);
        app.work_off_queue().await;
    })
    .await;
}

#[tokio::test]
async fn only_the_session_that_made_an_attempt_can_cancel_it() {
    on_both(async |app| {
        let ada = app.signed_up("ada").await;
        let trip = ada.press_connect().await;
        let attempt = trip.attempt.to_string();
        assert_eq!(app.browser().cancel(&attempt).await.status, 401);
        let elsewhere = app.browser();
        elsewhere.sign_in("ada@example.org", PASSWORD).await.unwrap();
        for stranger in [app.signed_up("bob").await, elsewhere] {
            let (real, unknown) = (stranger.cancel(&attempt).await, stranger.cancel(&Uuid::new_v4().to_string()).await);
            assert_eq!((real.status.as_u16(), real.body), (404, unknown.body));
            assert_eq!(unknown.status, 404);
        }
        assert_eq!(ada.cancel("nonsense").await.status, 404);
        let foreign = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "cors")];
        let address = ada.site.join(&format!("/auth/attempts/{attempt}")).unwrap();
        assert_eq!(ada.send(Method::DELETE, address, &foreign, None).await.status, 403);
        assert_eq!(ada.outcome(trip.attempt).await, Some(AttemptOutcome::Pending { provider: Provider::Google }));
        let callback = trip.answer(app.person(0), Answer::Allow).await;
        let page = ada.arrive(callback).await;
        assert!(ada.follow(page).await.body.contains("GMAIL_AUTH_SUCCESS"));
        app.work_off_queue().await;
    })
    .await;
}
