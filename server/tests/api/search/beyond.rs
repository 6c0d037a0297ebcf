//! Search at the provider: what is not stored yet is found, comes before everything else, and is counted once.

use super::{deliver, mail, reader, standing, sync, whole};
use crate::{
    harness::{App, Wishes, browser::Browser, consent::Answer, on_both_with},
    outlook_mail::lever,
};
use app::features::mail::{SoughtPage, WhyUnreached};
use serde_json::{Value, json};
use uuid::Uuid;

async fn seek(browser: &Browser, text: &str) -> SoughtPage {
    browser.call("mail/search_at_provider", &[("text", text)]).await.unwrap()
}

fn subjects(page: &SoughtPage) -> Vec<String> {
    page.hits.iter().map(|hit| whole(&hit.subject)).collect()
}

async fn holds(app: &App, connection: Uuid) {
    let sum = app.domain.sync().verify(connection).await.unwrap();
    assert!(sum.holds(), "nothing may be lost or counted twice: {sum:?}");
}

#[tokio::test]
async fn mail_that_nobody_fetched_yet_is_found_and_here_a_moment_later() {
    on_both_with(standing(), async |app| {
        let ada = reader(app, "ada", 0).await;
        let connection = ada.connections().await.cards[0].id;
        let before = app.database.count("messages").await;
        app.deliver(app.person(0), &mail("Bo <bo@example.com>", "Acta número 7", "Nada más.")).await;
        app.deliver(app.person(0), &mail("Bo <bo@example.com>", "Otra cosa", "Nada más.")).await;
        let first = seek(&ada, "subject:\"acta numero\"").await;
        assert_eq!((first.hits.len(), first.fetching), (0, 1), "{first:?}");
        app.work_off_queue().await;
        let page = seek(&ada, "subject:\"acta numero\"").await;
        assert_eq!((subjects(&page), page.fetching), (vec!["Acta número 7".to_owned()], 0));
        assert!(page.hits[0].subject.iter().any(|piece| piece.marked), "what was looked for is marked");
        holds(app, connection).await;
        sync(app, &ada).await;
        holds(app, connection).await;
        assert_eq!(app.database.count("messages").await, before + 2, "each is stored once");
        assert_eq!(app.database.count("sought_messages").await, 0);
    })
    .await;
}

#[tokio::test]
async fn in_a_first_sync_what_was_looked_for_overtakes_what_is_newer() {
    let settings = vec![("GOOGLE_QUOTA", "new".to_owned())];
    let wishes = Wishes { messages: Some(500), settings, ..standing() };
    on_both_with(wishes, async |app| {
        let ada = app.signed_up("ada").await;
        ada.connect(app.person(0), Answer::Allow).await;
        let connection = ada.connections().await.cards[0].id;
        // A turn of twenty seconds at a hundred units each.
        while app.database.count("messages").await < 50 {
            app.while_time_goes_by(app.domain.run_one_job()).await;
        }
        let page = app.while_time_goes_by(seek(&ada, "older_than:18m")).await;
        assert!(page.hits.is_empty() && page.fetching > 5, "{page:?}");
        let before = app.database.count("messages").await;
        app.while_time_goes_by(app.domain.run_one_job()).await;
        let now = app.while_time_goes_by(seek(&ada, "older_than:18m")).await;
        assert_eq!((now.hits.len() as u64, now.fetching), (page.fetching, 0));
        let stored = app.database.count("messages").await;
        assert!(stored < 450, "the rest goes on in its order: {before}, {stored}");
        holds(app, connection).await;
        app.work_off_queue().await;
        holds(app, connection).await;
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert!(sum.is_complete() && sum.provider == 500, "{sum:?}");
    })
    .await;
}

#[tokio::test]
async fn outlook_finds_what_its_folders_have_not_told_yet() {
    let wishes = Wishes { messages: Some(160), ..standing() };
    on_both_with(wishes, async |app| {
        let ada = app.signed_up("ada").await;
        ada.travel("microsoft", "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
        let connection = ada.connections().await.cards[0].id;
        // The newest of the inbox are here; no folder can be read.
        let headers = json!({"Retry-After": "5"});
        let closed = json!({"path": "/messages/delta", "status": 429, "headers": headers, "times": 1_000});
        lever(app, "PUT", "faults", &closed).await;
        let some_jobs = async || {
            for _ in 0..4 {
                app.while_time_goes_by(app.domain.run_one_job()).await;
            }
            app.advance(60).await;
        };
        some_jobs().await;
        let own = format!("from:{} ", app.person(0));
        let page = seek(&ada, &own).await;
        assert!(page.fetching > 2, "{page:?}");
        some_jobs().await;
        app.advance(120).await;
        let now = seek(&ada, &own).await;
        assert_eq!((now.fetching, now.hits.len()), (0, page.hits.len() + usize::try_from(page.fetching).unwrap()));
        let elsewhere = seek(&ada, &format!("{own} in:inbox")).await;
        assert_eq!(elsewhere.hits.len(), 0, "they lie in the folder of what was sent");
        holds(app, connection).await;
        lever(app, "DELETE", "faults", &Value::Null).await;
        for _ in 0..2 {
            app.advance(900).await;
            app.work_off_queue().await;
            holds(app, connection).await;
        }
        let (stored, told) = (
            app.mailbox_stored(app.person(0)).await,
            lever(app, "GET", &format!("mailboxes/{}/ids", app.person(0)), &Value::Null).await,
        );
        assert_eq!(stored, crate::harness::mailbox::of_outlook(&told));
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_cannot_be_asked_says_so_and_the_others_answer() {
    on_both_with(standing(), async |app| {
        let ada = reader(app, "ada", 0).await;
        ada.connect(app.person(1), Answer::Allow).await;
        app.work_off_queue().await;
        deliver(app, &ada, &mail("Bo <bo@example.com>", "Acta", "Texto.")).await;
        app.fail_at_provider("/users/me/messages", 503, 1).await;
        let page = seek(&ada, "subject:acta ").await;
        let reached = 2 - page.unreached.len();
        assert_eq!((reached, page.unreached[0].why), (1, WhyUnreached::Unavailable), "{page:?}");
        let nobody = ada
            .call::<SoughtPage>("mail/search_at_provider", &[("text", "x"), ("mailbox", &Uuid::nil().to_string())])
            .await;
        assert_eq!(nobody.unwrap_err(), app::error::AppError::NotFound);
        let nothing = seek(&ada, "-acta").await;
        assert_eq!((nothing.hits.len(), nothing.hints.len()), (0, 1), "hints, as everywhere");
    })
    .await;
}
