//! New mail is on screen within half a minute while its person looks, within minutes otherwise, and asking for it costs
//! what the budget has for it.

use crate::harness::{
    App, Wishes,
    browser::{Browser, client},
    consent::Answer,
    on_both_with,
};
use app::features::mail::InboxPage;
use serde_json::Value;
use uuid::Uuid;

fn base<'a>(app: &'a App, provider: &str) -> &'a str {
    if provider == "google" { &app.sandbox.google_url } else { &app.sandbox.microsoft_url }
}

async fn connected(app: &App, provider: &str) -> (Browser, Uuid) {
    let browser = app.signed_up(provider).await;
    browser.travel(provider, "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
    app.work_off_queue().await;
    let connection = browser.connections().await.cards[0].id;
    assert!(app.domain.sync().verify(connection).await.unwrap().is_complete());
    (browser, connection)
}

async fn look(browser: &Browser) -> usize {
    let page: InboxPage = browser.call("mail/list_inbox", &[("folder", "inbox")]).await.unwrap();
    page.rows.len()
}

/// Seconds until a mail that arrives now is stored, looked at in such steps.
async fn seconds_until_here(app: &App, provider: &str, step: u64) -> u64 {
    let url = format!("{}/_sandbox/mailboxes/{}/deliver", base(app, provider), app.person(0));
    let mail = "From: Shop <post@shop.example>\r\nSubject: Just in\r\nContent-Type: text/plain\r\n\r\nJust in.\r\n";
    let answer: Value = client().post(url).body(mail).send().await.unwrap().json().await.unwrap();
    let here = format!("messages WHERE remote_id = '{}'", answer["id"].as_str().unwrap());
    for steps in 0..50 {
        app.work_off_queue().await;
        if app.database.count(&here).await == 1 {
            return steps * step;
        }
        app.advance(step).await;
    }
    panic!("it never comes");
}

/// How often so many steps of so many seconds without news look for some.
async fn looks_in(app: &App, provider: &str, (steps, seconds): (u64, u64), at_each: impl AsyncFn()) -> usize {
    let url = format!("{}/_sandbox/requests", base(app, provider));
    client().delete(&url).send().await.unwrap();
    for _ in 0..steps {
        at_each().await;
        app.advance(seconds).await;
        app.work_off_queue().await;
    }
    let requests: Vec<Value> = client().get(&url).send().await.unwrap().json().await.unwrap();
    let look = if provider == "google" { "/history" } else { "/mailFolders/delta" };
    requests.iter().filter(|one| one["path"].as_str().unwrap().ends_with(look)).count()
}

#[tokio::test]
async fn new_mail_is_here_within_half_a_minute_while_somebody_looks_and_within_minutes_otherwise() {
    on_both_with(Wishes { messages: Some(5), standing_clock: true, ..Wishes::default() }, async |app| {
        for provider in ["google", "microsoft"] {
            let (browser, _) = connected(app, provider).await;
            look(&browser).await;
            app.work_off_queue().await;
            // The queue's own look, the calls and a busy worker take the rest of the half minute.
            let seconds = seconds_until_here(app, provider, 2).await;
            assert!(seconds <= 22, "{provider}: {seconds} s");
            let looks = looks_in(app, provider, (20, 10), async || assert!(look(&browser).await > 0)).await;
            assert!((8..=11).contains(&looks), "{provider}: {looks} looks in 200 seconds");
            // Nobody looks any more.
            app.advance(600).await;
            app.work_off_queue().await;
            let seconds = seconds_until_here(app, provider, 20).await;
            assert!((40..=300).contains(&seconds), "{provider}: {seconds} s");
            let looks = looks_in(app, provider, (30, 60), async || {}).await;
            assert!((5..=7).contains(&looks), "{provider}: {looks} looks in half an hour");
        }
    })
    .await;
}
