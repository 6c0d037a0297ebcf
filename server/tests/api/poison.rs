//! One mail that ends every process that touches it, or that the database refuses, holds up no other and is not lost.

use crate::harness::{App, Wishes, browser::client, consent::Answer, mailbox::Mailbox, on_both_with};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const MAILS: usize = 60;
/// Longer than a lease and than any wait between two tries.
const LONG: u64 = 16 * 60;

fn standing() -> Wishes {
    Wishes { messages: Some(MAILS), standing_clock: true, ..Wishes::default() }
}

async fn connected(app: &App, provider: &str) -> Uuid {
    let browser = app.signed_up("ada").await;
    browser.travel(provider, "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
    browser.connections().await.cards[0].id
}

/// Everything the provider has, with its conversation.
async fn at_provider(app: &App, provider: &str) -> Vec<(String, String)> {
    let base = if provider == "google" { &app.sandbox.google_url } else { &app.sandbox.microsoft_url };
    let url = format!("{base}/_sandbox/mailboxes/{}/ids", app.person(0));
    let told: Vec<Value> = client().get(url).send().await.unwrap().json().await.unwrap();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    told.iter().map(|one| (text(one, "id"), text(one, "thread_id"))).collect()
}

async fn stored(app: &App) -> Mailbox {
    app.mailbox_stored(app.person(0)).await
}

/// The message of a conversation of its own that comes in the middle.
fn in_the_middle(all: &[(String, String)]) -> String {
    let alone = |one: &&(String, String)| all.iter().filter(|other| other.1 == one.1).count() == 1;
    let alone: Vec<_> = all.iter().filter(alone).collect();
    alone[alone.len() / 2].0.clone()
}

/// Runs the queue until nothing is pending; fails when that takes more than so many rounds.
async fn until_nothing_is_pending(app: &App, connection: Uuid, mut round: impl AsyncFnMut()) {
    for _ in 0..60 {
        round().await;
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert!(sum.holds(), "{sum:?}");
        if sum.pending == 0 && sum.provider > 1 {
            return;
        }
        app.advance(20).await;
    }
    panic!("one mail holds up the others: {:?}", app.domain.sync().verify(connection).await);
}

#[tokio::test]
async fn a_mail_that_ends_every_process_that_asks_for_it_is_left_to_its_own_next_try() {
    on_both_with(standing(), async |app| {
        let connection = connected(app, "google").await;
        let all = at_provider(app, "google").await;
        let poison = in_the_middle(&all);
        // Whoever asks for it is held for an hour, and killed meanwhile.
        let deadly = json!({"path": format!("/messages/{poison}"), "delay_ms": 3_600_000, "times": 1});
        let mut deaths = 0;
        let mut live_and_die = async || {
            if app.control("GET", "faults", &Value::Null).await == json!([]) {
                app.control("PUT", "faults", &deadly).await;
            }
            let domain = app.domain.clone();
            let mut worker = tokio::spawn(async move { while domain.run_one_job().await {} });
            let mut look = tokio::time::interval(Duration::from_millis(20));
            let killed = app.slowly(async {
                loop {
                    look.tick().await;
                    if worker.is_finished() {
                        return false;
                    }
                    if app.control("GET", "faults", &Value::Null).await == json!([]) {
                        worker.abort();
                        // What it had sent to the database may still arrive.
                        let _ = (&mut worker).await;
                        return true;
                    }
                }
            });
            deaths += i32::from(killed.await);
        };
        until_nothing_is_pending(app, connection, &mut live_and_die).await;
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert_eq!((sum.failed, sum.stored), (1, i64::try_from(MAILS).unwrap() - 1), "{sum:?}");
        assert!(stored(app).await.keys().all(|id| *id != poison));
        let failing = app.domain.sync().failing(connection).await.unwrap().remove(0);
        assert_eq!(failing.remote_id, poison);
        assert_eq!(failing.problem, "unended");
        // Its own next tries kill once each, and never anybody else's.
        app.advance(LONG).await;
        live_and_die().await;
        app.deliver(app.person(0), "From: a@b.example\r\nSubject: Meanwhile\r\n\r\nText\r\n").await;
        app.advance(20).await;
        app.work_off_queue().await;
        assert_eq!(stored(app).await.len(), MAILS, "the others go on");
        let in_ledger = format!("SELECT CAST(attempts AS bigint) FROM feed_items WHERE remote_id = '{poison}'");
        let (tries, deaths) = (app.database.number(&in_ledger).await, i64::from(deaths));
        // Four deaths leave it alone, also when runs come to the end of their turn in between.
        assert!((3..=5).contains(&(deaths - tries)), "{deaths} deaths, of which {tries} were of its own tries");
        app.control("DELETE", "faults", &Value::Null).await;
        app.advance(LONG).await;
        app.work_off_queue().await;
        assert!(stored(app).await.contains_key(&poison), "it comes as soon as it can");
        assert!(app.domain.sync().verify(connection).await.unwrap().is_complete());
    })
    .await;
}

/// A database that refuses one message.
async fn refuse(app: &App, id: &str) {
    for statement in match app.database.backend() {
        sea_orm::DbBackend::Sqlite => vec![format!(
            "CREATE TRIGGER refusal BEFORE INSERT ON messages WHEN NEW.remote_id = '{id}' \
             BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )],
        _ => vec![
            "CREATE FUNCTION refusal() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$ LANGUAGE plpgsql"
                .to_owned(),
            format!(
                "CREATE TRIGGER refusal BEFORE INSERT ON messages FOR EACH ROW WHEN (NEW.remote_id = '{id}') \
                 EXECUTE FUNCTION refusal()"
            ),
        ],
    } {
        app.database.execute(&statement).await;
    }
}

async fn refused_alone(provider: &str) {
    on_both_with(standing(), async |app| {
        let connection = connected(app, provider).await;
        let all = at_provider(app, provider).await;
        let poison = in_the_middle(&all);
        refuse(app, &poison).await;
        // What was written down in its company comes by itself.
        // One that is here and was then written down in that company, too, counts as failed until its own next try.
        let mut missing = Vec::new();
        let mut sum = app.domain.sync().verify(connection).await.unwrap();
        for _ in 0..60 {
            app.advance(70).await;
            app.work_off_queue().await;
            let here = stored(app).await;
            missing = all.iter().map(|one| &one.0).filter(|id| !here.contains_key(*id)).collect();
            sum = app.domain.sync().verify(connection).await.unwrap();
            assert!(sum.holds(), "{sum:?}");
            if missing == [&poison] && (sum.failed, sum.pending) == (1, 0) {
                break;
            }
        }
        assert_eq!(missing, [&poison], "all others are here");
        assert_eq!((sum.failed, sum.pending), (1, 0), "{sum:?}");
        let lift = if app.database.backend() == sea_orm::DbBackend::Sqlite { "" } else { " ON messages" };
        app.database.execute(&format!("DROP TRIGGER refusal{lift}")).await;
        for _ in 0..2 {
            app.advance(LONG).await;
            app.work_off_queue().await;
        }
        assert_eq!(stored(app).await.len(), all.len());
        assert!(app.domain.sync().verify(connection).await.unwrap().is_complete());
    })
    .await;
}

#[tokio::test]
async fn a_mail_of_gmail_that_the_database_refuses_holds_up_no_other() {
    refused_alone("google").await;
}

#[tokio::test]
async fn a_mail_of_outlook_that_the_database_refuses_holds_up_no_other() {
    refused_alone("microsoft").await;
}

#[tokio::test]
async fn a_mail_that_gmail_refuses_to_give_is_failed_by_itself_and_blocks_nothing() {
    on_both_with(standing(), async |app| {
        let all = at_provider(app, "google").await;
        let refused = in_the_middle(&all);
        // Whether it is asked for among others or alone.
        for body in [
            json!({"error": {"code": 403, "message": "Forbidden", "errors": [{"domain": "global", "reason": "forbidden"}]}}),
            json!({"error": {"code": 400, "message": "Precondition", "status": "FAILED_PRECONDITION"}}),
        ] {
            let status = body["error"]["code"].clone();
            let path = format!("/messages/{refused}");
            let fault = json!({"path": path, "status": status, "body": body, "times": 1_000});
            app.control("PUT", "faults", &fault).await;
            let browser = app.signed_up(&format!("ada{status}")).await;
            browser.travel("google", "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
            let card = &browser.connections().await.cards[0];
            for _ in 0..3 {
                app.work_off_queue().await;
                app.advance(LONG).await;
            }
            let sum = app.domain.sync().verify(card.id).await.unwrap();
            assert_eq!((sum.failed, sum.stored), (1, i64::try_from(MAILS).unwrap() - 1), "{sum:?}");
            let failing = app.domain.sync().failing(card.id).await.unwrap().remove(0);
            assert_eq!(failing.remote_id, refused);
            app.control("DELETE", "faults", &Value::Null).await;
            app.advance(LONG).await;
            app.work_off_queue().await;
            assert!(app.domain.sync().verify(card.id).await.unwrap().is_complete());
        }
    })
    .await;
}

#[tokio::test]
async fn absurd_mails_are_stored_like_any_other() {
    on_both_with(Wishes { messages: Some(5), ..standing() }, async |app| {
        let boundaries = |deep: usize| {
            (0..deep).fold(String::new(), |mail, at| {
                mail + &format!("Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n")
            })
        };
        let absurd = [
            format!("Subject: Deep\r\n{}Content-Type: text/plain\r\n\r\nDeep\r\n", boundaries(1_000)),
            format!("{}Subject: Bomb\r\n\r\nBomb\r\n", "X-Bomb: bomb\r\n".repeat(20_000)),
            format!("Subject: {}\r\n\r\nLong\r\n", "long ".repeat(300_000)),
            format!("Subject: Html\r\nContent-Type: text/html\r\n\r\n{}word\r\n", "<div><b>".repeat(50_000)),
            "Subject: \0\u{1}\r\nFrom: =?utf-7?q?+ADw-?= <\0>\r\nDate: never\r\n\r\n\0\r\n".to_owned(),
            "\r\n".to_owned(),
        ];
        for provider in ["google", "microsoft"] {
            let connection = {
                let browser = app.signed_up(provider).await;
                browser.travel(provider, "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
                browser.connections().await.cards[0].id
            };
            let base = if provider == "google" { &app.sandbox.google_url } else { &app.sandbox.microsoft_url };
            let url = format!("{base}/_sandbox/mailboxes/{}/deliver", app.person(0));
            for mail in &absurd {
                let answer = client().post(&url).body(mail.clone()).send().await.unwrap();
                assert!(answer.status().is_success(), "{}", answer.status());
            }
            for _ in 0..2 {
                app.work_off_queue().await;
                app.advance(LONG).await;
            }
            let sum = app.domain.sync().verify(connection).await.unwrap();
            let all = i64::try_from(at_provider(app, provider).await.len()).unwrap();
            assert!(sum.is_complete() && sum.stored == all, "{provider}: {sum:?} of {all}");
        }
    })
    .await;
}
