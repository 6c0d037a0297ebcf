//! A refresh token is exchanged once: what a lost answer, a thief, a crowd and a guesser get.

use super::{made, me, post, refresh, refreshed, standing};
use crate::harness::{browser::client, on_both, on_both_with};
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn a_refresh_token_is_exchanged_once_and_gives_the_same_successor_for_twenty_seconds() {
    on_both_with(standing(), async |app| {
        let first = made(&app.signed_up("ada").await).await;
        let second = refreshed(app, &first.refresh).await;
        assert_ne!(first.refresh, second.refresh);
        app.advance(19).await;
        assert_eq!(refreshed(app, &first.refresh).await.refresh, second.refresh, "the answer was lost: the same again");
        assert_eq!(app.database.count("refresh_tokens").await, 2, "no branch was made");
        assert_eq!(me(app, &second.access).await.0, 200);
        app.advance(1).await;
        app.work_off_queue().await;
        assert_eq!(app.database.count("refresh_tokens WHERE sealed_successor IS NOT NULL").await, 0, "hashes only");
        let (status, body) = refresh(app, &first.refresh).await;
        assert_eq!(status, 401, "{body}");
        assert!(body.contains("reused"), "{body}");
        assert_eq!(refresh(app, &second.refresh).await.0, 401, "the whole family has ended");
        assert_eq!(me(app, &second.access).await.0, 401, "at once, not after a quarter of an hour");
        assert_eq!(app.database.count("audit_events WHERE action = 'token.reused'").await, 1);
        let told = app.letters().await;
        let told = told.iter().find(|letter| letter.subject == "A program's access was ended");
        assert_eq!(told.unwrap().to, "ada@example.org", "the person is told");
    })
    .await;
}

#[tokio::test]
async fn a_token_that_was_followed_twice_ends_the_family_even_within_the_grace() {
    on_both_with(standing(), async |app| {
        let first = made(&app.signed_up("ada").await).await;
        let second = refreshed(app, &first.refresh).await;
        let third = refreshed(app, &second.refresh).await;
        assert_eq!(refresh(app, &first.refresh).await.0, 401);
        assert_eq!(refresh(app, &third.refresh).await.0, 401);
    })
    .await;
}

#[tokio::test]
async fn many_that_come_at_once_get_one_successor() {
    on_both(async |app| {
        let first = made(&app.signed_up("ada").await).await;
        let answers = futures::future::join_all((0..8).map(|_| refreshed(app, &first.refresh))).await;
        let successors: std::collections::BTreeSet<_> = answers.into_iter().map(|pair| pair.refresh).collect();
        assert_eq!(successors.len(), 1);
        assert_eq!(app.database.count("refresh_tokens").await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_eleventh_refresh_of_a_minute_waits_and_harms_nothing() {
    on_both_with(standing(), async |app| {
        let mut pair = made(&app.signed_up("ada").await).await;
        for _ in 0..10 {
            pair = refreshed(app, &pair.refresh).await;
        }
        let response = client()
            .post(format!("{}/auth/refresh-token", app.url))
            .json(&json!({ "refresh_token": pair.refresh }))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 429);
        let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
        app.advance(wait).await;
        refreshed(app, &pair.refresh).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_no_token_request_is_answered_with_a_sentence() {
    on_both(async |app| {
        for (body, status) in
            [(json!({}), 400), (json!({ "refresh_token": 7 }), 400), (json!({ "refresh_token": "x" }), 401)]
        {
            let (answered, text) = post(app, "/auth/refresh-token", &body).await;
            assert_eq!(answered, status, "{body}");
            let refusal: Value = serde_json::from_str(&text).unwrap();
            assert!(refusal["message"].as_str().unwrap().ends_with('.'), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn guessing_at_refresh_tokens_is_slowed_and_the_right_one_is_heard_after_the_wait() {
    on_both_with(standing(), async |app| {
        let pair = made(&app.signed_up("ada").await).await;
        let mut tried = 0;
        let answer = loop {
            let (status, body) = refresh(app, &format!("guess-{tried}")).await;
            if status != StatusCode::UNAUTHORIZED {
                break (status, body);
            }
            tried += 1;
            assert!(tried < 100, "nobody slows this address down");
        };
        assert_eq!(answer.0, StatusCode::TOO_MANY_REQUESTS, "{}", answer.1);
        assert_eq!(refresh(app, &pair.refresh).await.0, StatusCode::TOO_MANY_REQUESTS, "guesses are not told apart");
        app.advance(5).await;
        refreshed(app, &pair.refresh).await;
    })
    .await;
}

#[tokio::test]
async fn many_exchanges_at_one_moment_count_one_by_one() {
    on_both_with(standing(), async |app| {
        let pair = made(&app.signed_up("ada").await).await;
        let asked = (0..40).map(|_| refresh(app, &pair.refresh));
        let answers = futures::future::join_all(asked).await;
        let given = answers.iter().filter(|(status, _)| *status == StatusCode::OK).count();
        assert_eq!(given, 10, "ten a minute");
        assert_eq!(app.database.count("refresh_tokens").await, 2, "and no branch");
    })
    .await;
}
