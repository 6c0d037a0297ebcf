//! What must not hold up or mislead the rest: a pause, one message nobody can ask for, a draft that is written anew.

use super::{LONG, assert_equal, change, connected, in_folder, lever, settle, standing, truth, turmoil};
use crate::harness::{App, browser::client, on_both_with};
use futures::FutureExt;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn deliver(app: &App, labels: &str, raw: &str) -> String {
    let url = format!("{}/_sandbox/mailboxes/{}/deliver?labels={labels}", app.sandbox.microsoft_url, app.person(0));
    let told: Value = client().post(url).body(raw.to_owned()).send().await.unwrap().json().await.unwrap();
    told["id"].as_str().unwrap().to_owned()
}

fn letter(subject: &str) -> String {
    format!(
        "From: Ada <ada@example.com>\r\nTo: bob@example.com\r\nSubject: {subject}\r\nContent-Type: text/plain\r\n\r\nHello.\r\n"
    )
}

#[tokio::test]
async fn a_pause_in_the_middle_or_at_rest_loses_nothing_and_leaves_one_job() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app).await;
        // Its folders are known and not yet read.
        lever(app, "PUT", "faults", &json!({"path": "/messages/delta", "status": 503, "times": 9})).await;
        app.work_off_queue().await;
        assert!(app.database.count("sync_feeds WHERE kind = 'folder'").await > 3);
        lever(app, "DELETE", "faults", &Value::Null).await;
        let id = connection.to_string();
        for _ in 0..2 {
            for paused in ["true", "false"] {
                let arguments = [("connection", id.as_str()), ("paused", paused)];
                browser.call::<()>("connections/pause_sync", &arguments).await.unwrap();
                if paused == "true" {
                    app.work_off_queue().await;
                    turmoil(app).await;
                }
            }
            assert_eq!(app.database.count("jobs WHERE kind = 'sync_mailbox'").await, 1, "one for the whole mailbox");
            settle(app, connection).await;
            settle(app, connection).await;
            assert_equal(app).await;
        }
    })
    .await;
}

/// The folders whose changes were asked for, by their labels here; and forgets what was asked.
async fn looked_at(app: &App) -> BTreeSet<String> {
    let asked = lever(app, "GET", "requests", &Value::Null).await;
    lever(app, "DELETE", "requests", &Value::Null).await;
    let paths: Vec<_> = asked.as_array().unwrap().iter().map(|line| line["path"].as_str().unwrap()).collect();
    let folders = app.database.texts("SELECT remote_id || ' ' || label FROM sync_feeds WHERE label <> ''").await;
    let is_asked = |id: &str| paths.iter().any(|path| path.contains(id) && path.ends_with("/messages/delta"));
    let folders = folders.iter().map(|folder| folder.split_once(' ').unwrap());
    folders.filter(|(id, _)| is_asked(id.trim_end_matches('='))).map(|(_, label)| label.to_owned()).collect()
}

#[tokio::test]
async fn folders_that_are_read_wait_while_others_are_read_for_the_first_time() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        lever(app, "PUT", "faults", &json!({"path": "/messages/delta", "status": 503, "times": 9})).await;
        app.work_off_queue().await;
        let sent = app.database.texts("SELECT remote_id FROM sync_feeds WHERE label = 'SENT'").await.remove(0);
        lever(app, "DELETE", "faults", &Value::Null).await;
        let path = format!("{}.*/messages/delta", sent.trim_end_matches('='));
        lever(app, "PUT", "faults", &json!({"path": path, "status": 503, "times": 1_000})).await;
        app.advance(LONG).await;
        app.work_off_queue().await;
        assert!(looked_at(app).await.len() > 4, "all the others are read");
        app.advance(60).await;
        app.work_off_queue().await;
        let (waited_for, inbox) = ("SENT".to_owned(), "INBOX".to_owned());
        assert_eq!(looked_at(app).await, BTreeSet::from([waited_for, inbox]));
        app.advance(LONG).await;
        app.work_off_queue().await;
        assert!(looked_at(app).await.len() > 4, "but not for long");
        lever(app, "DELETE", "faults", &Value::Null).await;
        settle(app, connection).await;
        assert_equal(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_message_that_left_its_folder_and_cannot_be_asked_for_waits_alone() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        let lost = in_folder(app, "INBOX").await.remove(0);
        // The sign at its end may be written in two ways.
        let path = format!("/me/messages/{}", lost.trim_end_matches('='));
        lever(app, "PUT", "faults", &json!({"path": path, "status": 500, "times": 1_000})).await;
        lever(app, "DELETE", &format!("mailboxes/{}/messages/{lost}", app.person(0)), &Value::Null).await;
        for round in 0..4 {
            deliver(app, "inbox", &letter(&format!("Round {round}"))).await;
            app.advance(LONG).await;
            app.work_off_queue().await;
            let here = app.database.count(&format!("messages WHERE subject = 'Round {round}'")).await;
            assert_eq!(here, 1, "nobody waits for it");
        }
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert_eq!((sum.failed, sum.pending), (1, 0), "{sum:?}");
        lever(app, "DELETE", "faults", &Value::Null).await;
        settle(app, connection).await;
        settle(app, connection).await;
        assert_equal(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_message_whose_text_never_comes_fails_alone_and_holds_up_nobody_in_its_folder() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        let poison = in_folder(app, "SENT").await.remove(3);
        lever(app, "PUT", "graph", &json!({ "unanswerable": [poison] })).await;
        let mut sum = app.domain.sync().verify(connection).await.unwrap();
        for round in 0..12 {
            app.work_off_queue().await;
            if round == 6 {
                deliver(app, "sentitems", &letter("After the poison")).await;
            }
            if round == 8 {
                // Only its names are read by now.
                let coming_back = in_folder(app, "SENT").await.remove(5);
                for folder in ["archive", "sentitems"] {
                    change(app, &coming_back, &json!({"folder": folder, "flagged": true})).await;
                }
            }
            sum = app.domain.sync().verify(connection).await.unwrap();
            assert!(sum.holds(), "{sum:?}");
            app.advance(LONG).await;
        }
        let there = i64::try_from(truth(app).await.len()).unwrap();
        assert_eq!((sum.provider, sum.stored, sum.failed, sum.pending), (there, there - 1, 1, 0), "{sum:?}");
        assert_eq!(app.database.count("messages WHERE subject = 'After the poison'").await, 1);
        let mut there = truth(app).await;
        there.remove(&poison);
        assert_eq!(app.mailbox_stored(app.person(0)).await, there);
        lever(app, "PUT", "graph", &json!({})).await;
        app.advance(24 * 3600).await;
        settle(app, connection).await;
        assert_equal(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_is_written_anew_under_its_id_is_here_as_it_is_there() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        let draft = deliver(app, "drafts,DRAFT", &letter("First thoughts")).await;
        settle(app, connection).await;
        let of = format!("FROM messages WHERE remote_id = '{draft}'");
        assert_eq!(app.database.texts(&format!("SELECT subject {of}")).await, ["First thoughts"]);
        let anew = letter("Second thoughts").replace("bob@example.com", "eve@example.com");
        change(app, &draft, &json!({"raw": anew})).await;
        settle(app, connection).await;
        assert_eq!(app.database.texts(&format!("SELECT subject {of}")).await, ["Second thoughts"]);
        assert!(app.database.texts(&format!("SELECT recipients {of}")).await[0].contains("eve@example.com"));
    })
    .await;
}

#[tokio::test]
async fn what_leaves_comes_back_and_goes_for_good_between_two_looks_is_gone_once() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        let inbox = in_folder(app, "INBOX").await;
        for id in &inbox[..3] {
            change(app, id, &json!({"folder": "archive"})).await;
            change(app, id, &json!({"folder": "inbox"})).await;
            lever(app, "DELETE", &format!("mailboxes/{}/messages/{id}", app.person(0)), &Value::Null).await;
        }
        app.database.execute("DELETE FROM job_runs").await;
        settle(app, connection).await;
        assert_equal(app).await;
        assert_eq!(app.database.count("job_runs WHERE outcome <> 'done'").await, 0, "no run failed for it");
    })
    .await;
}

#[tokio::test]
async fn a_link_to_another_host_is_never_followed() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        let stranger = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let elsewhere = format!("http://{}/v1.0", stranger.local_addr().unwrap());
        lever(app, "PUT", "graph", &json!({ "links": elsewhere })).await;
        for _ in 0..3 {
            app.work_off_queue().await;
            app.advance(LONG).await;
        }
        assert!(stranger.accept().now_or_never().is_none(), "nobody came with a token");
        assert!(app.domain.sync().progress(connection).await.unwrap().problem.is_some(), "its person is told");
        lever(app, "PUT", "graph", &json!({ "links": null })).await;
        settle(app, connection).await;
        assert_equal(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_told_only_in_part_changes_nothing_else() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        let inbox = in_folder(app, "INBOX").await;
        let texts = "SELECT m.remote_id || m.subject || m.sender_address || COALESCE(b.text, '') || COALESCE(b.html, '') \
                     FROM messages m JOIN message_bodies b ON b.message_id = m.id ORDER BY m.remote_id";
        let before = app.database.texts(texts).await;
        lever(app, "DELETE", "requests", &Value::Null).await;
        for (at, id) in inbox[..8].iter().enumerate() {
            change(app, id, &json!({"read": at % 2 == 0, "flagged": at % 3 == 0})).await;
        }
        app.work_off_queue().await;
        app.advance(LONG).await;
        app.work_off_queue().await;
        assert_equal(app).await;
        assert_eq!(app.database.texts(texts).await, before);
        let requests = lever(app, "GET", "requests", &Value::Null).await;
        let alone = |one: &&Value| one["path"].as_str().unwrap().contains("/me/messages/");
        assert_eq!(requests.as_array().unwrap().iter().filter(alone).count(), 0, "nothing had to be asked for");
        assert!(app.domain.sync().verify(connection).await.unwrap().is_complete());
    })
    .await;
}
