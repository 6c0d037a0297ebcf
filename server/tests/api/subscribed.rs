//! Graph tells of news by itself: it posts to this server. What it forgets to tell, tells twice, or never said, harms nobody.

use crate::harness::{
    App, Wishes,
    browser::{Browser, client},
    consent::Answer,
    on_both_with,
    provider::control_of,
};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

const MAIL: &str = "From: Shop <post@shop.example>\r\nSubject: Just in\r\nContent-Type: text/plain\r\n\r\nJust in.\r\n";
/// Shorter than the time between two looks.
const MOMENT: u64 = 3;
const HOUR: u64 = 3_600;
const HOOK: &str = "hooks/microsoft";

fn wishes() -> Wishes {
    let settings = vec![("MICROSOFT_NOTIFICATIONS", "true".to_owned())];
    Wishes { messages: Some(5), standing_clock: true, settings, ..Wishes::default() }
}

async fn connected(app: &App, name: &str) -> (Browser, Uuid) {
    let browser = app.signed_up(name).await;
    browser.travel("microsoft", "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
    app.work_off_queue().await;
    let connection = browser.connections().await.cards[0].id;
    assert!(app.domain.sync().verify(connection).await.unwrap().is_complete());
    pass(app, 600).await;
    (browser, connection)
}

/// Lets time go by, and everything that is told arrive.
async fn pass(app: &App, seconds: u64) {
    app.advance(seconds).await;
    told(app).await;
    app.work_off_queue().await;
}

async fn lever(app: &App, method: &str, path: &str, body: &Value) -> Value {
    control_of(&app.sandbox.microsoft_url, method, path, body).await
}

/// Waits until nothing is on its way here.
async fn told(app: &App) {
    while subscriptions(app).await["on_their_way"] != 0 {
        tokio::task::yield_now().await;
    }
}

async fn subscriptions(app: &App) -> Value {
    lever(app, "GET", "subscriptions", &Value::Null).await
}

async fn deliver(app: &App) {
    let url = format!("{}/_sandbox/mailboxes/{}/deliver", app.sandbox.microsoft_url, app.person(0));
    assert!(client().post(url).body(MAIL).send().await.unwrap().status().is_success());
    told(app).await;
}

async fn stored(app: &App) -> i64 {
    app.database.count("messages").await
}

/// How many requests to Graph there were of such a method and path.
async fn asked(app: &App, method: &str, path: &str) -> usize {
    let requests = lever(app, "GET", "requests", &Value::Null).await;
    let like = |line: &&Value| line["method"] == method && line["path"].as_str().unwrap().contains(path);
    requests.as_array().unwrap().iter().filter(like).count()
}

async fn looks(app: &App) -> usize {
    asked(app, "GET", "/mailFolders/delta").await
}

async fn forget_requests(app: &App) {
    lever(app, "DELETE", "requests", &Value::Null).await;
}

async fn seconds_until(app: &App, mails: i64, step: u64) -> u64 {
    for steps in 0..60 {
        if stored(app).await == mails {
            return steps * step;
        }
        pass(app, step).await;
    }
    panic!("they never come");
}

async fn post(app: &App, body: impl Into<String>) -> Response {
    let request = client().post(format!("{}/{HOOK}", app.url)).header("content-type", "application/json");
    request.body(body.into()).send().await.unwrap()
}

/// What Graph would post for the first subscription; `change` spoils it.
async fn notice(app: &App, change: impl FnOnce(&mut Value)) -> String {
    let first = subscriptions(app).await["subscriptions"][0].clone();
    let mut notice =
        json!({"subscriptionId": first["id"], "clientState": first["client_state"], "changeType": "created"});
    change(&mut notice);
    json!({"value": [notice]}).to_string()
}

#[tokio::test]
async fn new_mail_is_here_in_moments_although_nobody_looks() {
    on_both_with(wishes(), async |app| {
        connected(app, "ada").await;
        for mails in 6..9 {
            deliver(app).await;
            pass(app, MOMENT).await;
            assert_eq!(stored(app).await, mails, "told, and looked at once");
        }
        let there = subscriptions(app).await;
        assert_eq!(
            (there["undelivered"].clone(), there["subscriptions"][0]["immutable"].clone()),
            (json!(0), json!(true))
        );
        let secret = there["subscriptions"][0]["client_state"].as_str().unwrap();
        assert!(secret.len() >= 43, "256 bits");
        let hashes = app.database.bytes("SELECT secret_hash FROM channels").await;
        assert_eq!((hashes.len(), hashes[0].len()), (1, 32), "kept as a hash");
    })
    .await;
}

#[tokio::test]
async fn what_is_never_told_is_found_by_looking_within_minutes() {
    on_both_with(wishes(), async |app| {
        connected(app, "ada").await;
        lever(app, "PUT", "subscriptions", &json!({"silent": true})).await;
        deliver(app).await;
        let seconds = seconds_until(app, 6, 60).await;
        assert!((180..=660).contains(&seconds), "{seconds} s");
        forget_requests(app).await;
        for _ in 0..60 {
            pass(app, 60).await;
        }
        let hour = looks(app).await;
        assert!((5..=7).contains(&hour), "{hour} looks in an hour");
    })
    .await;
}

#[tokio::test]
async fn notices_that_are_doubled_lead_to_one_look_and_those_that_do_not_know_the_secret_to_none() {
    on_both_with(wishes(), async |app| {
        connected(app, "ada").await;
        forget_requests(app).await;
        let wrong = json!("A".repeat(43));
        for forged in [
            notice(app, |notice| notice["clientState"] = wrong.clone()).await,
            notice(app, |notice| notice["clientState"] = Value::Null).await,
            notice(app, |notice| notice["subscriptionId"] = json!("nobody's")).await,
            notice(app, |notice| {
                (notice["clientState"], notice["lifecycleEvent"]) = (wrong.clone(), json!("subscriptionRemoved"));
            })
            .await,
            json!({"value": []}).to_string(),
        ] {
            assert_eq!(post(app, forged).await.status(), StatusCode::ACCEPTED, "nobody learns what exists");
        }
        for nonsense in ["", "hello", "{}", "[]", r#"{"value": 7}"#] {
            assert_eq!(post(app, nonsense).await.status(), StatusCode::BAD_REQUEST, "{nonsense}");
        }
        pass(app, MOMENT).await;
        assert_eq!((looks(app).await, asked(app, "POST", "/subscriptions").await), (0, 0));
        for _ in 0..5 {
            let good = notice(app, |_| {}).await;
            assert_eq!(post(app, good).await.status(), StatusCode::ACCEPTED);
        }
        pass(app, MOMENT).await;
        assert_eq!((looks(app).await, stored(app).await), (1, 5));
    })
    .await;
}

#[tokio::test]
async fn the_handshake_gives_back_plain_text_and_large_or_many_posts_are_refused() {
    on_both_with(wishes(), async |app| {
        let ask = async |question: &str| {
            let mut url = reqwest::Url::parse(&format!("{}/{HOOK}", app.url)).unwrap();
            url.query_pairs_mut().append_pair("validationToken", question);
            client().post(url).send().await.unwrap()
        };
        let question = "Validation: a+b & <script>alert(1)</script> é";
        let answer = ask(question).await;
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!((answer.status(), kind.as_str()), (StatusCode::OK, "text/plain; charset=utf-8"));
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        assert_eq!(answer.text().await.unwrap(), question);
        assert_eq!(ask(&"x".repeat(5_000)).await.status(), StatusCode::BAD_REQUEST);
        assert_eq!(post(app, "x".repeat(2 * 1024 * 1024)).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let mut answers = Vec::new();
        let (graph, hook) = (client(), format!("{}/{HOOK}", app.url));
        for _ in 0..700 {
            answers.push(graph.post(&hook).body(r#"{"value": []}"#).send().await.unwrap().status());
        }
        let refused = answers.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count();
        assert!((90..=110).contains(&refused), "{refused} of 700");
        app.advance(61).await;
        assert_eq!(post(app, r#"{"value": []}"#).await.status(), StatusCode::ACCEPTED);
    })
    .await;
}

#[tokio::test]
async fn a_subscription_is_renewed_every_day_long_before_its_week_is_over() {
    on_both_with(wishes(), async |app| {
        connected(app, "ada").await;
        forget_requests(app).await;
        for _ in 0..20 {
            pass(app, 12 * HOUR).await;
            assert_eq!(subscriptions(app).await["subscriptions"].as_array().unwrap().len(), 1, "never without one");
        }
        let (renewed, made) =
            (asked(app, "PATCH", "/subscriptions/").await, asked(app, "POST", "/subscriptions").await);
        assert!((9..=20).contains(&renewed) && made == 0, "{renewed} renewals in ten days, {made} made anew");
        let before = stored(app).await;
        deliver(app).await;
        pass(app, MOMENT).await;
        assert_eq!(stored(app).await, before + 1);
    })
    .await;
}

#[tokio::test]
async fn what_becomes_of_a_subscription_is_answered() {
    on_both_with(wishes(), async |app| {
        connected(app, "ada").await;
        let happen = async |event: &str| {
            let path = format!("people/{}/lifecycle", app.person(0));
            lever(app, "POST", &path, &json!({"event": event})).await;
            forget_requests(app).await;
            pass(app, MOMENT).await;
        };
        happen("reauthorizationRequired").await;
        assert_eq!((asked(app, "PATCH", "/subscriptions/").await, asked(app, "POST", "/subscriptions").await), (1, 0));
        assert_eq!(subscriptions(app).await["subscriptions"][0]["paused"], false);
        happen("missed").await;
        assert_eq!(looks(app).await, 1);
        happen("subscriptionRemoved").await;
        assert_eq!((asked(app, "POST", "/subscriptions").await, looks(app).await), (1, 1), "made anew, and looked");
        deliver(app).await;
        pass(app, MOMENT).await;
        assert_eq!(stored(app).await, 6);
    })
    .await;
}

#[tokio::test]
async fn a_subscription_whose_making_was_not_heard_of_is_replaced() {
    on_both_with(wishes(), async |app| {
        connected(app, "ada").await;
        // As it is here when the answer to the making was lost.
        let lost =
            "UPDATE channels SET remote_id = NULL, secret_hash = NULL, expires_at = created_at, renew_at = created_at";
        app.database.execute(lost).await;
        app.database.execute("UPDATE jobs SET run_at = created_at WHERE kind = 'keep_channel'").await;
        pass(app, MOMENT).await;
        assert_eq!(subscriptions(app).await["subscriptions"].as_array().unwrap().len(), 1, "one, and a known one");
        deliver(app).await;
        pass(app, MOMENT).await;
        assert_eq!(stored(app).await, 6);
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_leaves_is_not_told_of_any_more_unless_somebody_else_reads_it() {
    on_both_with(wishes(), async |app| {
        let (ada, of_ada) = connected(app, "ada").await;
        let (bob, of_bob) = connected(app, "bob").await;
        deliver(app).await;
        pass(app, MOMENT).await;
        assert_eq!(stored(app).await, 12, "both are told by one subscription");
        for (browser, connection, left) in [(ada, of_ada, 1), (bob, of_bob, 0)] {
            browser.call::<()>("connections/disconnect", &[("connection", &connection.to_string())]).await.unwrap();
            app.work_off_queue().await;
            assert_eq!(subscriptions(app).await["subscriptions"].as_array().unwrap().len(), left);
        }
        assert_eq!(app.database.count("channels").await, 0);
    })
    .await;
}

#[tokio::test]
async fn unless_it_is_switched_on_nothing_is_asked_of_graph_and_nobody_may_post() {
    on_both_with(Wishes { settings: Vec::new(), ..wishes() }, async |app| {
        connected(app, "ada").await;
        pass(app, 2 * 24 * HOUR).await;
        assert_eq!((asked(app, "POST", "/subscriptions").await, app.database.count("channels").await), (0, 0));
        assert_eq!(post(app, r#"{"value": []}"#).await.status(), StatusCode::NOT_FOUND);
        let asked = client().post(format!("{}/{HOOK}?validationToken=x", app.url)).send().await.unwrap();
        assert_eq!(asked.status(), StatusCode::NOT_FOUND);
    })
    .await;
}
