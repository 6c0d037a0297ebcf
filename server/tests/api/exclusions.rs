//! What a person leaves out: kept in the ledger with its reason, counted in the sum, brought in again when they say so. And
//! spam and bin, which are shown under their names only.

use crate::harness::{App, Wishes, browser::Browser, browser::client, consent::Answer, on_both_with};
use app::features::mail::InboxPage;
use serde_json::{Value, json};
use uuid::Uuid;

const MAILS: usize = 100;
/// Longer than any wait between two looks or tries.
const LONG: u64 = 16 * 60;

fn standing() -> Wishes {
    Wishes { messages: Some(MAILS), standing_clock: true, ..Wishes::default() }
}

async fn connected(app: &App, provider: &str) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    browser.travel(provider, "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
    let connection = browser.connections().await.cards[0].id;
    (browser, connection)
}

async fn choose(browser: &Browser, connection: Uuid, kind: &str, value: &str, on: bool) {
    let (connection, on) = (connection.to_string(), on.to_string());
    let arguments = [("connection", connection.as_str()), ("kind", kind), ("value", value), ("on", on.as_str())];
    browser.call::<()>("connections/set_exclusion", &arguments).await.unwrap();
}

/// Lets the jobs run, and time go by, until nothing is open. The sum holds at all times.
async fn settle(app: &App, connection: Uuid) {
    for _ in 0..20 {
        app.work_off_queue().await;
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert!(sum.holds(), "nothing may be lost or counted twice, at no time: {sum:?}");
        app.advance(LONG).await;
        if sum.is_complete() && sum.provider > 0 && app.database.count("sync_feeds WHERE stage = 'waiting'").await == 0
        {
            app.work_off_queue().await;
            return;
        }
    }
    panic!("the sync does not end: {:?}", app.domain.sync().verify(connection).await);
}

/// Everything is accounted for: so many left out for this reason, the rest stored, and the provider says the same.
async fn assert_left_out(app: &App, connection: Uuid, reason: &str, expected: i64) {
    let sum = app.domain.sync().verify(connection).await.unwrap();
    let all = i64::try_from(MAILS).unwrap();
    assert_eq!((sum.provider, sum.excluded, sum.stored), (all, expected, all - expected), "{sum:?}");
    let of = format!("feed_items WHERE state = 'excluded' AND reason = '{reason}'");
    assert_eq!(app.database.count(&of).await, expected);
    assert_eq!(
        app.database.number("SELECT CAST(sum(excluded) AS bigint) FROM sync_feeds").await,
        expected,
        "as the screens know it"
    );
    assert_eq!(app.database.number("SELECT CAST(sum(stored) AS bigint) FROM sync_feeds").await, all - expected);
}

/// Gmail or Graph says the same.
async fn assert_provider_agrees(app: &App, connection: Uuid, expected: i64) {
    let check = app.while_time_goes_by(app.domain.sync().check(connection)).await.unwrap();
    assert!(check.is_whole() && check.excluded == expected && check.provider == check.stored + expected, "{check:?}");
}

/// A choice made before the first sync, taken back, and made again afterwards: nothing is lost on the way.
async fn there_and_back(app: &App, provider: &str, kind: &str, value: &str, matching: &str) {
    let (browser, connection) = connected(app, provider).await;
    settle(app, connection).await;
    let expected = app.database.count(&format!("messages WHERE {matching}")).await;
    assert!(expected > 0 && expected < i64::try_from(MAILS).unwrap(), "{expected} match {matching}");
    let reason = if value.is_empty() { kind.to_owned() } else { format!("{kind}:{value}") };
    for _ in 0..2 {
        choose(&browser, connection, kind, value, true).await;
        settle(app, connection).await;
        assert_eq!(app.database.count(&format!("messages WHERE {matching}")).await, 0, "taken out");
        assert_left_out(app, connection, &reason, expected).await;
        let screen = browser.open("/settings/connections").await.body;
        assert!(screen.contains(&format!("{expected} mails left out by your choice")), "{screen}");
        assert_provider_agrees(app, connection, expected).await;
        choose(&browser, connection, kind, value, false).await;
        settle(app, connection).await;
        assert_left_out(app, connection, &reason, 0).await;
        assert_eq!(app.database.count(&format!("messages WHERE {matching}")).await, expected, "brought in");
    }
}

#[tokio::test]
async fn spam_and_bin_can_be_left_out_of_gmail_and_brought_in_again() {
    on_both_with(standing(), async |app| there_and_back(app, "google", "spam_and_bin", "", "hidden = true").await)
        .await;
}

#[tokio::test]
async fn spam_and_bin_can_be_left_out_of_outlook_and_brought_in_again() {
    on_both_with(standing(), async |app| there_and_back(app, "microsoft", "spam_and_bin", "", "hidden = true").await)
        .await;
}

/// A day with mail on both sides of it.
async fn some_day(app: &App) -> String {
    let middle = "SELECT CAST(received_at AS text) FROM messages ORDER BY received_at LIMIT 1 OFFSET 40";
    app.database.texts(middle).await.remove(0)[..10].to_owned()
}

async fn leave_out_old_mail(provider: &str) {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app, provider).await;
        settle(app, connection).await;
        let day = some_day(app).await;
        let expected = app.database.count(&format!("messages WHERE received_at < '{day}'")).await;
        choose(&browser, connection, "older_than", &day, true).await;
        settle(app, connection).await;
        assert_left_out(app, connection, &format!("older_than:{day}"), expected).await;
        choose(&browser, connection, "older_than", &day, false).await;
        settle(app, connection).await;
        assert_left_out(app, connection, &format!("older_than:{day}"), 0).await;
        assert_provider_agrees(app, connection, 0).await;

        // Chosen before everything is fetched: Gmail's old mail is not fetched at all.
        choose(&browser, connection, "older_than", &day, true).await;
        app.database.execute("DELETE FROM messages").await;
        app.database.execute("UPDATE feed_items SET state = 'pending', reason = NULL").await;
        app.database.execute("UPDATE sync_feeds SET stored = 0").await;
        app.control("DELETE", "requests", &Value::Null).await;
        settle(app, connection).await;
        assert_left_out(app, connection, &format!("older_than:{day}"), expected).await;
        let requests = app.control("GET", "requests", &Value::Null).await;
        let paths: Vec<&str> = requests.as_array().unwrap().iter().filter_map(|one| one["path"].as_str()).collect();
        let fetched = |id: &String| paths.iter().any(|path| path.ends_with(&format!("/messages/{id}")));
        let ids = async |state| {
            app.database.texts(&format!("SELECT remote_id FROM feed_items WHERE state = '{state}'")).await
        };
        if provider == "google" {
            assert!(ids("stored").await.iter().any(fetched), "what is wanted is");
            assert!(!ids("excluded").await.iter().any(fetched), "what is left out is not");
        }
    })
    .await;
}

#[tokio::test]
async fn old_mail_can_be_left_out_of_gmail_and_brought_in_again() {
    leave_out_old_mail("google").await;
}

#[tokio::test]
async fn old_mail_can_be_left_out_of_outlook_and_brought_in_again() {
    leave_out_old_mail("microsoft").await;
}

async fn leave_out_a_label(provider: &str) {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app, provider).await;
        settle(app, connection).await;
        let carried = "SELECT remote_id FROM labels WHERE kind = 'user' AND id IN \
             (SELECT label_id FROM message_labels) ORDER BY remote_id";
        let label = app.database.texts(carried).await.remove(0);
        let of = format!(
            "messages WHERE id IN (SELECT message_id FROM message_labels WHERE label_id IN \
             (SELECT id FROM labels WHERE remote_id = '{label}'))"
        );
        let expected = app.database.count(&of).await;
        choose(&browser, connection, "label", &label, true).await;
        settle(app, connection).await;
        assert_left_out(app, connection, &format!("label:{label}"), expected).await;
        assert_provider_agrees(app, connection, expected).await;
        choose(&browser, connection, "label", &label, false).await;
        settle(app, connection).await;
        assert_left_out(app, connection, &format!("label:{label}"), 0).await;
        assert_eq!(app.database.count(&of).await, expected);
    })
    .await;
}

#[tokio::test]
async fn what_has_a_label_can_be_left_out_of_gmail_and_brought_in_again() {
    leave_out_a_label("google").await;
}

#[tokio::test]
async fn what_has_a_label_can_be_left_out_of_outlook_and_brought_in_again() {
    leave_out_a_label("microsoft").await;
}

/// Somebody bins a mail at the provider, or takes it out of the bin.
async fn bin(app: &App, provider: &str, id: &str, binned: bool) {
    let path = format!("mailboxes/{}/messages/{id}", app.person(0));
    if provider == "google" {
        let (gets, loses) = if binned { ("TRASH", "INBOX") } else { ("INBOX", "TRASH") };
        app.control("POST", &format!("{path}/labels"), &json!({ "add": [gets], "take": [loses] })).await;
        return;
    }
    let folder = if binned { "deleteditems" } else { "inbox" };
    let url = format!("{}/_sandbox/{path}", app.sandbox.microsoft_url);
    let answer = client().patch(url).json(&json!({ "folder": folder })).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
}

async fn bin_and_bring_back(provider: &str) {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app, provider).await;
        choose(&browser, connection, "spam_and_bin", "", true).await;
        settle(app, connection).await;
        let before = app.domain.sync().verify(connection).await.unwrap();
        let inbox = "SELECT remote_id FROM messages WHERE in_inbox = true ORDER BY remote_id";
        let id = app.database.texts(inbox).await.remove(0);
        for (binned, more) in [(true, 1), (false, 0)] {
            bin(app, provider, &id, binned).await;
            settle(app, connection).await;
            let sum = app.domain.sync().verify(connection).await.unwrap();
            let expected = (before.excluded + more, before.stored - more);
            assert_eq!((sum.excluded, sum.stored), expected, "{provider}, {binned}: {sum:?}");
            let here = app.database.count(&format!("messages WHERE remote_id = '{id}'")).await;
            assert_eq!(here, i64::from(!binned));
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_binned_later_at_gmail_is_taken_out_and_what_comes_out_of_the_bin_is_brought_in() {
    bin_and_bring_back("google").await;
}

#[tokio::test]
async fn what_is_binned_later_at_outlook_is_taken_out_and_what_comes_out_of_the_bin_is_brought_in() {
    bin_and_bring_back("microsoft").await;
}

#[tokio::test]
async fn a_paused_connection_takes_a_choice_and_stays_paused() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app, "google").await;
        settle(app, connection).await;
        let id = connection.to_string();
        let hidden = app.database.count("messages WHERE hidden = true").await;
        browser.call::<()>("connections/pause_sync", &[("connection", &id), ("paused", "true")]).await.unwrap();
        choose(&browser, connection, "spam_and_bin", "", true).await;
        app.work_off_queue().await;
        assert_eq!(app.database.count("messages WHERE hidden = true").await, hidden, "it is paused");
        browser.call::<()>("connections/pause_sync", &[("connection", &id), ("paused", "false")]).await.unwrap();
        settle(app, connection).await;
        assert_left_out(app, connection, "spam_and_bin", hidden).await;
    })
    .await;
}

async fn show_under_their_names(provider: &str) {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app, provider).await;
        settle(app, connection).await;
        let hidden = app.database.texts("SELECT remote_id FROM messages WHERE hidden = true").await;
        assert!(!hidden.is_empty(), "there is spam, or something in the bin");
        let carry = "messages WHERE hidden <> (id IN (SELECT message_id FROM message_labels WHERE label_id IN \
                (SELECT id FROM labels WHERE remote_id IN ('SPAM', 'TRASH'))))";
        assert_eq!(app.database.count(carry).await, 0, "hidden is what carries their labels, and nothing else");
        for folder in ["inbox", "all", "hidden"] {
            let page: InboxPage = browser.call("mail/list_inbox", &[("folder", folder)]).await.unwrap();
            for row in &page.rows {
                let is_hidden =
                    app.database.count(&format!("messages WHERE hidden = true AND id = {}", quoted(app, row.id))).await
                        == 1;
                assert_eq!(is_hidden, folder == "hidden", "{folder}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn spam_and_bin_of_gmail_are_shown_under_their_names_only() {
    show_under_their_names("google").await;
}

#[tokio::test]
async fn spam_and_bin_of_outlook_are_shown_under_their_names_only() {
    show_under_their_names("microsoft").await;
}

/// An id as each database writes it.
fn quoted(app: &App, id: Uuid) -> String {
    match app.database.backend() {
        sea_orm::DbBackend::Sqlite => format!("X'{}'", id.simple()),
        _ => format!("'{id}'"),
    }
}
