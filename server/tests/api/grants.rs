//! The life of a grant: renewed in time, kept alive asleep, ended only when the provider says so.

use crate::harness::{
    App, Wishes,
    browser::{Browser, client},
    consent::Answer,
    log, on_both_with,
};
use app::features::connections::{ConnectionCard, ConnectionState, Provider};
use domain::{
    clock::Randomness,
    connections::GrantError,
    jobs::{self, Job},
};
use serde_json::json;
use uuid::Uuid;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

fn standing() -> Wishes {
    Wishes { standing_clock: true, ..Wishes::default() }
}

async fn card(browser: &Browser) -> ConnectionCard {
    browser.connections().await.cards.remove(0)
}

/// At Microsoft nothing is synced yet: nobody but the test uses the grant.
async fn outlook(app: &App) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.travel("microsoft", "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
    let id = card(&browser).await.id;
    (browser, id)
}

async fn gmail(app: &App) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.connect(app.person(0), Answer::Allow).await;
    app.work_off_queue().await;
    let id = card(&browser).await.id;
    (browser, id)
}

/// The periodic job, now.
async fn keep(app: &App) {
    let now = app.domain.clock().now();
    jobs::enqueue(&app.database.connection, &Randomness::system(), now, &Job::KeepGrants, now).await.unwrap();
    while app.domain.run_one_job().await {}
}

async fn forget_requests(app: &App) {
    app.control("DELETE", "requests", &json!(null)).await;
}

/// A call of Gmail's API with the connection's token, as the sync makes them.
async fn api_call(app: &App, connection: Uuid) -> bool {
    let Ok(token) = app.domain.connections().access_token(connection).await else { return false };
    let url = format!("{}/gmail/v1/users/me/profile", app.sandbox.google_url);
    client().get(url).bearer_auth(token.expose()).send().await.unwrap().status().is_success()
}

/// A paused mailbox sleeps: nobody asks for its token.
async fn put_to_sleep(app: &App) {
    app.database.execute("UPDATE sync_feeds SET stage = 'paused', resumes_as = 'waiting'").await;
}

#[tokio::test]
async fn a_token_endpoint_that_is_down_for_a_minute_fails_no_call_while_the_token_lives() {
    on_both_with(standing(), async |app| {
        let (_, connection) = gmail(app).await;
        // Ten minutes before the end, and where the early refresh begins to fail.
        for left in [600, 240] {
            app.domain.connections().access_token(connection).await.unwrap();
            app.advance(HOUR - left).await;
            app.fail_at_provider("^/token$", 503, 10_000).await;
            let mut failed = 0;
            for _ in 0..60 {
                failed += usize::from(!api_call(app, connection).await);
                app.advance(1).await;
            }
            eprintln!("token endpoint 503 for 60 s, access token has {left} s left: failed API calls {failed} of 60");
            assert_eq!(failed, 0);
            app.control("DELETE", "faults", &json!(null)).await;
            forget_requests(app).await;
            app.advance(600).await;
            assert!(api_call(app, connection).await);
            assert_eq!(app.refresh_calls().await, 1, "as soon as it could");
        }
        assert_eq!(app.database.count("connected_accounts WHERE state = 'active'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_token_comes_from_the_cache_then_the_database_then_the_provider() {
    on_both_with(standing(), async |app| {
        let (_, connection) = outlook(app).await;
        let connections = app.domain.connections();
        forget_requests(app).await;
        let first = connections.access_token(connection).await.unwrap();
        assert_eq!(app.refresh_calls().await, 0, "from the database, where connecting put it");
        app.database.execute("UPDATE oauth_grants SET sealed_access_token = NULL, access_expires_at = NULL").await;
        let second = connections.access_token(connection).await.unwrap();
        assert_eq!((second.expose(), app.refresh_calls().await), (first.expose(), 0), "from the cache");
        app.advance(2 * HOUR).await;
        let third = connections.access_token(connection).await.unwrap();
        assert_ne!(third.expose(), first.expose());
        assert_eq!(app.refresh_calls().await, 1, "from the provider");
        assert_eq!(app.database.count("oauth_grants WHERE access_expires_at IS NOT NULL").await, 1, "and kept");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_secret_alarms_the_operator_and_harms_no_connection() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = gmail(app).await;
        app.control("PUT", "rules", &json!({ "secret": "wrong" })).await;
        app.advance(2 * HOUR).await;
        let refused = app.domain.connections().access_token(connection).await;
        assert!(matches!(refused, Err(GrantError::Transient(_))));
        let page = browser.connections().await;
        assert_eq!((&page.cards[0].state, page.alarms), (&ConnectionState::Active, vec![Provider::Google]));
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains("does not accept this server's own client id or secret"), "{screen}");
        assert!(log::text().contains("provider.client_refused"));
        app.control("DELETE", "rules", &json!(null)).await;
        app.advance(20).await;
        assert!(app.domain.connections().access_token(connection).await.is_ok());
        assert!(browser.connections().await.alarms.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_round_of_renewals_ends_where_the_provider_does_not_accept_the_server() {
    on_both_with(standing(), async |app| {
        let (browser, _) = outlook(app).await;
        for name in ["bob", "eve", "joe", "zoe"] {
            let more = app.signed_up(name).await;
            for position in 0..3 {
                more.travel("microsoft", "purpose=connect&features=mail", app.person(position), Answer::Allow).await;
            }
        }
        put_to_sleep(app).await;
        let rules = format!("{}/_sandbox/rules", app.sandbox.microsoft_url);
        let wrong = client().put(&rules).json(&json!({ "secret": "wrong" })).send().await.unwrap();
        assert!(wrong.status().is_success());
        app.advance(8 * DAY).await;
        forget_requests(app).await;
        keep(app).await;
        let asked = app.refresh_calls().await;
        assert!((1..=4).contains(&asked), "asked {asked} times in one round for 13 mailboxes");
        assert_eq!(browser.connections().await.alarms, [Provider::Microsoft]);
        assert_eq!(app.database.count("connected_accounts WHERE state = 'active'").await, 13);
        client().delete(&rules).send().await.unwrap();
        app.advance(11 * 60).await;
        keep(app).await;
        assert!(browser.connections().await.alarms.is_empty(), "the first that is renewed takes the alarm back");
    })
    .await;
}

#[tokio::test]
async fn renewals_that_fail_again_and_again_are_one_event_an_hour() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = outlook(app).await;
        app.advance(2 * HOUR).await;
        app.fail_at_provider("/oauth2/v2.0/token$", 503, 1_000).await;
        for _ in 0..5 {
            assert!(app.domain.connections().access_token(connection).await.is_err());
            app.advance(20).await;
        }
        let failed = "audit_events WHERE action = 'grant.refresh' AND outcome = 'failed'";
        assert!(app.database.count(failed).await <= 2, "one, or two where the hour turned");
        let times =
            app.database.texts("SELECT CAST(SUM(times) AS TEXT) FROM audit_events WHERE outcome = 'failed'").await;
        assert_eq!(times, ["5"]);
        let screen = browser.open("/settings/activity").await.body;
        assert!(screen.contains("Renewing access, tried "), "{screen}");
    })
    .await;
}

#[tokio::test]
async fn what_is_unknown_or_passes_by_itself_ends_no_grant_and_is_in_the_log() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = gmail(app).await;
        let unknown = json!({ "error": "a_new_word", "error_description": "secret words" }).to_string();
        for (status, body) in [(400, unknown.as_str()), (400, "{}"), (500, "<html>"), (429, "")] {
            app.advance(2 * HOUR).await;
            let fault = json!({ "path": "^/token$", "status": status, "body": body, "times": 1 });
            app.control("PUT", "faults", &fault).await;
            let refused = app.domain.connections().access_token(connection).await;
            assert!(matches!(refused, Err(GrantError::Transient(_))), "{status} {body}");
            assert_eq!(card(&browser).await.state, ConnectionState::Active);
            app.advance(20).await;
            assert!(app.domain.connections().access_token(connection).await.is_ok(), "{status} {body}");
        }
        let log = log::text();
        assert!(log.contains("grant.unknown_error") && log.contains("a_new_word") && !log.contains("secret words"));
    })
    .await;
}

#[tokio::test]
async fn grants_in_use_are_renewed_ahead_of_their_end_by_the_job() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = outlook(app).await;
        app.domain.connections().access_token(connection).await.unwrap();
        forget_requests(app).await;
        keep(app).await;
        assert_eq!(app.refresh_calls().await, 0, "not before it is time");
        let until = card(&browser).await.token_expires_at.unwrap();
        let left = u64::try_from((until - app.domain.clock().now()).num_seconds()).unwrap();
        app.advance(left - 6 * 60).await;
        keep(app).await;
        assert_eq!(app.refresh_calls().await, 1);
        app.advance(3 * 60).await;
        app.domain.connections().access_token(connection).await.unwrap();
        assert_eq!(app.refresh_calls().await, 1, "nobody had to wait");
    })
    .await;
}

#[tokio::test]
async fn sleeping_grants_are_touched_weekly_so_that_no_idle_clock_runs_out() {
    on_both_with(standing(), async |app| {
        let (_, connection) = outlook(app).await;
        put_to_sleep(app).await;
        forget_requests(app).await;
        for week in 1..=15 {
            app.advance(7 * DAY).await;
            keep(app).await;
            assert_eq!(app.refresh_calls().await, week, "once a week");
        }
        assert!(app.domain.connections().access_token(connection).await.is_ok(), "after 105 days without a caller");
        // The same time without the job: Microsoft ends what sleeps for ninety days.
        app.advance(91 * DAY).await;
        assert!(matches!(app.domain.connections().access_token(connection).await, Err(GrantError::NeedsReconnect)));
        assert_eq!(app.database.count("connected_accounts WHERE state = 'needs_reconnect'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_grant_that_cannot_be_renewed_is_left_alone_for_ten_minutes() {
    on_both_with(standing(), async |app| {
        let (_, connection) = outlook(app).await;
        put_to_sleep(app).await;
        app.advance(7 * DAY).await;
        app.fail_at_provider("/oauth2/v2.0/token$", 503, 100).await;
        forget_requests(app).await;
        keep(app).await;
        let tried = app.refresh_calls().await;
        assert!(tried > 0);
        app.advance(9 * 60).await;
        keep(app).await;
        assert_eq!(app.refresh_calls().await, tried, "others come first");
        app.control("DELETE", "faults", &json!(null)).await;
        app.advance(60).await;
        keep(app).await;
        assert!(app.refresh_calls().await > tried);
        assert!(app.domain.connections().access_token(connection).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn an_end_that_the_provider_tells_beforehand_is_counted_down() {
    on_both_with(standing(), async |app| {
        app.control("PUT", "rules", &json!({ "refresh_token_expires_in": 7 * DAY })).await;
        let (browser, _) = gmail(app).await;
        assert!(card(&browser).await.ends_at.is_some());
        app.advance(2 * DAY).await;
        assert_eq!(card(&browser).await.days_left, Some(4), "whole days");
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains("Google ends this access by itself in 4 days"), "{screen}");
        app.advance(5 * DAY).await;
        let id = card(&browser).await.id;
        assert!(app.domain.connections().access_token(id).await.is_err());
        assert!(matches!(card(&browser).await.state, ConnectionState::NeedsReconnect { .. }));
    })
    .await;
}
