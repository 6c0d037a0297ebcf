//! Whose mail is found, and what is found no more.

use super::{deliver, look, mail, reader, standing, subjects, sync};
use crate::harness::{App, Wishes, consent::Answer, on_both_with};
use app::{
    error::AppError,
    features::mail::{Hint, SearchPage},
};
use serde_json::json;

/// Mails in the index of words, whether anything can be found by them or not.
async fn indexed(app: &App) -> i64 {
    match app.database.backend() {
        sea_orm::DbBackend::Sqlite => app.database.count("search_index_docsize").await,
        _ => app.database.count("search_index").await,
    }
}

#[tokio::test]
async fn two_people_with_the_same_words_find_their_own() {
    on_both_with(standing(), async |app| {
        let ada = reader(app, "ada", 0).await;
        let bob = reader(app, "bob", 1).await;
        app.deliver(app.person(0), &mail("x@example.com", "Wombat for Ada", "same words")).await;
        app.deliver(app.person(1), &mail("x@example.com", "Wombat for Bob", "same words")).await;
        sync(app, &ada).await;
        sync(app, &bob).await;
        for search in ["wombat ", "\"same words\"", "from:x@example.com wombat ", "womb", "wombat in:anywhere "] {
            assert_eq!(subjects(&ada, search).await, ["Wombat for Ada"], "{search}");
            assert_eq!(subjects(&bob, search).await, ["Wombat for Bob"], "{search}");
        }
        // Another's mailbox is none.
        let of_bob = bob.connections().await.cards[0].id.to_string();
        let refused = ada.call::<SearchPage>("mail/search_mail", &[("text", "wombat"), ("mailbox", &of_bob)]).await;
        assert_eq!(refused, Err(AppError::NotFound));
        // Neither is the place after somebody else's mail.
        let hit = &look(&bob, "wombat ").await.hits[0];
        let after = format!("{}.{}", i64::MAX, hit.id);
        let page: SearchPage = ada.call("mail/search_mail", &[("text", "wombat "), ("after", &after)]).await.unwrap();
        assert_eq!(page.hits.len(), 1);
        assert_eq!(indexed(app).await, app.database.count("messages").await);
    })
    .await;
}

#[tokio::test]
async fn of_several_mailboxes_all_or_one_is_searched() {
    on_both_with(standing(), async |app| {
        let browser = reader(app, "ada", 0).await;
        browser.connect(app.person(1), Answer::Allow).await;
        app.work_off_queue().await;
        app.deliver(app.person(0), &mail("x@example.com", "First dingo", "x")).await;
        app.deliver(app.person(1), &mail("x@example.com", "Second dingo", "x")).await;
        sync(app, &browser).await;
        let mut found = subjects(&browser, "dingo ").await;
        found.sort();
        assert_eq!(found, ["First dingo", "Second dingo"]);
        for card in browser.connections().await.cards {
            let id = card.id.to_string();
            let page: SearchPage =
                browser.call("mail/search_mail", &[("text", "dingo "), ("mailbox", &id)]).await.unwrap();
            assert_eq!((page.hits.len(), page.only.as_ref()), (1, Some(&card.address)));
            let screen = browser.open(&format!("/inbox?mailbox={id}&q=dingo")).await.body;
            assert!(screen.contains(&format!("name=\"mailbox\" value=\"{id}\"")), "{screen}");
            assert!(screen.contains(&format!("Only {} was searched.", card.address)), "{screen}");
            assert!(screen.contains("href=\"/inbox?mailbox=all&amp;q=dingo\""), "{screen}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_deleted_mail_is_not_found_and_a_disconnected_mailbox_leaves_no_word() {
    on_both_with(standing(), async |app| {
        let browser = reader(app, "ada", 0).await;
        deliver(app, &browser, &mail("x@example.com", "Platypus", "x")).await;
        assert_eq!(subjects(&browser, "platypus ").await, ["Platypus"]);
        let id = app.database.texts("SELECT remote_id FROM messages WHERE subject = 'Platypus'").await.remove(0);
        app.control("DELETE", &format!("mailboxes/{}/messages/{id}", app.person(0)), &json!(null)).await;
        sync(app, &browser).await;
        assert_eq!(subjects(&browser, "platypus ").await, [""; 0]);
        assert_eq!(indexed(app).await, app.database.count("messages").await);
        let connection = browser.connections().await.cards[0].id.to_string();
        browser.call::<()>("connections/disconnect", &[("connection", &connection)]).await.unwrap();
        app.work_off_queue().await;
        assert_eq!((app.database.count("messages").await, indexed(app).await), (0, 0));
        assert!(look(&browser, "in:anywhere").await.hits.is_empty());
        assert_eq!(words_on_disk(app).await, 0, "the words of nobody are kept");
    })
    .await;
}

/// Words that are still written down somewhere.
async fn words_on_disk(app: &App) -> i64 {
    match app.database.backend() {
        sea_orm::DbBackend::Sqlite => {
            let table = "CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search_index, row)";
            sea_orm::ConnectionTrait::execute_unprepared(&app.database.connection, table).await.unwrap();
            app.database.number("SELECT count(*) FROM temp.words").await
        }
        _ => app.database.count("search_index").await,
    }
}

#[tokio::test]
async fn pages_follow_each_other_while_mail_arrives_and_goes() {
    let wishes = Wishes { messages: Some(130), ..standing() };
    on_both_with(wishes, async |app| {
        let browser = reader(app, "ada", 0).await;
        let shown = app.database.count("messages WHERE NOT hidden").await;
        let mut ids = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut arguments = vec![("text", "in:all")];
            arguments.extend(after.as_deref().map(|after| ("after", after)));
            let page: SearchPage = browser.call("mail/search_mail", &arguments).await.unwrap();
            let times: Vec<_> = page.hits.iter().map(|hit| hit.received_at).collect();
            assert!(times.is_sorted_by(|one, next| one >= next), "newest first");
            ids.extend(page.hits.iter().map(|hit| hit.id));
            deliver(app, &browser, &mail("x@example.com", "Later", "x")).await;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(i64::try_from(ids.len()).unwrap(), shown);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(i64::try_from(ids.len()).unwrap(), shown, "nothing twice, nothing left out");
    })
    .await;
}

#[tokio::test]
async fn mails_stored_before_there_was_an_index_are_found_when_their_words_are_written() {
    on_both_with(Wishes { messages: Some(150), ..standing() }, async |app| {
        let browser = reader(app, "ada", 0).await;
        app.deliver(app.person(0), &mail("x@example.com", "Echidna", "<p>x</p>")).await;
        sync(app, &browser).await;
        app.database.execute("DELETE FROM search_index").await;
        app.database.execute("UPDATE messages SET search_key = NULL").await;
        app.database.execute("DELETE FROM job_runs").await;
        let page = look(&browser, "echidna ").await;
        assert_eq!((page.hints.as_slice(), page.hits.len()), (&[Hint::StillReading][..], 0));
        // As after an upgrade: the worker finds them when it starts.
        let stop = tokio_util::sync::CancellationToken::new();
        let (domain, token) = (app.domain.clone(), stop.clone());
        let worker = tokio::spawn(async move { domain.run_worker(token).await });
        app.while_time_goes_by(async {
            while app.database.count("job_runs WHERE kind = 'write_words'").await == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
        stop.cancel();
        app.while_time_goes_by(worker).await.unwrap();
        app.work_off_queue().await;
        assert_eq!(subjects(&browser, "echidna ").await, ["Echidna"]);
        assert_eq!(indexed(app).await, app.database.count("messages").await);
        assert_eq!(app.database.count("messages WHERE search_key IS NULL").await, 0);
        assert_eq!(app.database.count("job_runs WHERE kind = 'write_words' AND outcome = 'done'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_words_of_a_first_sync_follow_behind_its_mails_and_all_later_ones_come_with_them() {
    on_both_with(standing(), async |app| {
        // Everything is stored, and the last step fails: the first sync is not complete.
        app.fail_at_provider("/history$", 503, 1_000).await;
        let browser = app.signed_up("ada").await;
        browser.connect(app.person(0), Answer::Allow).await;
        app.slowly(async { while app.domain.run_one_job().await {} }).await;
        let stored = app.database.count("messages").await;
        assert_eq!((stored > 0, indexed(app).await), (true, 0));
        assert_eq!(look(&browser, "in:anywhere").await.hints, [Hint::StillReading]);
        app.advance(60).await;
        app.work_off_queue().await;
        assert_eq!((app.database.count("messages").await, indexed(app).await), (stored, stored));
        assert_eq!(app.database.count("sync_feeds WHERE completed_at IS NULL").await, 1);
        assert_eq!(app.database.count("jobs WHERE kind = 'write_words'").await, 1, "more may come");
        app.control("DELETE", "faults", &json!(null)).await;
        app.advance(16 * 60).await;
        app.work_off_queue().await;
        assert_eq!(app.database.count("sync_feeds WHERE completed_at IS NULL").await, 0);
        assert_eq!(app.database.count("jobs WHERE kind = 'write_words'").await, 0);
        deliver(app, &browser, &mail("x@example.com", "Bandicoot", "x")).await;
        assert_eq!(subjects(&browser, "bandicoot ").await, ["Bandicoot"]);
        assert_eq!(app.database.count("jobs WHERE kind = 'write_words'").await, 0);
    })
    .await;
}
