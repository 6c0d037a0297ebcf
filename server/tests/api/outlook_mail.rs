//! Outlook's mail here equals Outlook's mail there: folders, moves, lost links, odd pages, limits.

mod troubles;

use crate::harness::{
    App, Wishes,
    browser::Browser,
    browser::client,
    consent::Answer,
    mailbox::{Mailbox, of_outlook},
    on_both_with,
};
use app::features::mail::InboxPage;
use serde_json::{Value, json};
use uuid::Uuid;

const MAILS: usize = 160;
/// Longer than any wait between two looks or tries.
const LONG: u64 = 16 * 60;

fn standing() -> Wishes {
    Wishes { messages: Some(MAILS), standing_clock: true, ..Wishes::default() }
}

/// Something of the sandbox's own routes, at Microsoft's port.
pub async fn lever(app: &App, method: &str, path: &str, body: &Value) -> Value {
    let url = format!("{}/_sandbox/{path}", app.sandbox.microsoft_url);
    let answer = client().request(method.parse().unwrap(), url).json(body).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.unwrap_or(Value::Null)
}

async fn connected(app: &App) -> (Browser, Uuid) {
    let browser = app.signed_up("ada").await;
    let (_, page) = browser.travel("microsoft", "purpose=connect&features=mail", app.person(0), Answer::Allow).await;
    assert!(page.body.contains("OUTLOOK_AUTH_SUCCESS"), "{}", page.body);
    let connection = browser.connections().await.cards[0].id;
    (browser, connection)
}

/// What Outlook has, with the names that labels bear here.
async fn truth(app: &App) -> Mailbox {
    let told = lever(app, "GET", &format!("mailboxes/{}/ids", app.person(0)), &Value::Null).await;
    of_outlook(&told)
}

/// Lets the jobs run, and time go by, until everything is here.
async fn settle(app: &App, connection: Uuid) {
    for _ in 0..40 {
        app.work_off_queue().await;
        let sum = app.domain.sync().verify(connection).await.unwrap();
        assert!(sum.holds(), "nothing may be lost or counted twice, at no time: {sum:?}");
        app.advance(LONG).await;
        if sum.is_complete() && sum.provider > 0 {
            app.work_off_queue().await;
            return;
        }
    }
    let said = app.database.texts("SELECT last_problem FROM jobs WHERE last_problem IS NOT NULL").await;
    panic!("the sync does not end: {:?}, {said:?}", app.domain.sync().verify(connection).await);
}

async fn assert_equal(app: &App) {
    let (stored, truth) = (app.mailbox_stored(app.person(0)).await, truth(app).await);
    let missing: Vec<_> = truth.keys().filter(|id| !stored.contains_key(*id)).collect();
    let surplus: Vec<_> = stored.keys().filter(|id| !truth.contains_key(*id)).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing {missing:?}, surplus {surplus:?}");
    for (id, labels) in &truth {
        assert_eq!(&stored[id], labels, "labels of {id}");
    }
}

/// The ids in a folder, by the label it has here.
async fn in_folder(app: &App, label: &str) -> Vec<String> {
    let all = truth(app).await;
    all.into_iter().filter(|(_, labels)| labels.contains(label)).map(|(id, _)| id).collect()
}

async fn change(app: &App, id: &str, body: &Value) {
    lever(app, "PATCH", &format!("mailboxes/{}/messages/{id}", app.person(0)), body).await;
}

/// Mails come, go, move and are read.
async fn turmoil(app: &App) {
    let person = app.person(0);
    let inbox = in_folder(app, "INBOX").await;
    change(app, &inbox[0], &json!({"folder": "archive"})).await;
    change(app, &inbox[1], &json!({"folder": "deleteditems", "read": true})).await;
    change(app, &inbox[2], &json!({"read": true, "flagged": true, "categories": ["Blue category", "Tax 2026"]})).await;
    change(app, &inbox[3], &json!({"folder": "archive"})).await;
    change(app, &inbox[3], &json!({"folder": "inbox"})).await;
    lever(app, "DELETE", &format!("mailboxes/{person}/messages/{}", inbox[4]), &Value::Null).await;
    let mail = "From: Shop <post@shop.example>\r\nSubject: Just in\r\nContent-Type: text/plain\r\n\r\nJust in.\r\n";
    let url = format!("{}/_sandbox/mailboxes/{person}/deliver", app.sandbox.microsoft_url);
    assert!(client().post(url).body(mail).send().await.unwrap().status().is_success());
}

#[tokio::test]
async fn a_first_sync_brings_every_folder_and_the_card_says_so() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app).await;
        settle(app, connection).await;
        assert_equal(app).await;
        let card = browser.connections().await.cards.remove(0);
        assert_eq!(card.progress.stored, u64::try_from(truth(app).await.len()).unwrap(), "{:?}", card.progress);
        let check = app.domain.sync().check(connection).await.unwrap();
        assert!(check.balances() && check.stored == i64::try_from(truth(app).await.len()).unwrap(), "{check:?}");
        let bodies = "message_bodies WHERE text <> '' OR html <> ''";
        assert!(app.database.count(bodies).await * 10 > app.database.count("messages").await * 9, "texts came along");
    })
    .await;
}

#[tokio::test]
async fn categories_are_labels_of_their_mails_and_follow_outlook() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app).await;
        settle(app, connection).await;
        let mail = "From: Ana <ana@x.example>\r\nSubject: Receipts\r\n\r\nAll of them.\r\n";
        let url = format!("{}/_sandbox/mailboxes/{}/deliver", app.sandbox.microsoft_url, app.person(0));
        let told: Value = client().post(url).body(mail).send().await.unwrap().json().await.unwrap();
        for names in [&["Blue category", "Tax 2026"][..], &["Tax 2026"], &[]] {
            change(app, told["id"].as_str().unwrap(), &json!({"categories": names})).await;
            app.advance(LONG).await;
            settle(app, connection).await;
            let page: InboxPage = browser.call("mail/list_inbox", &[("folder", "inbox")]).await.unwrap();
            let row = page.rows.iter().find(|row| row.subject == "Receipts").unwrap();
            assert_eq!(row.labels, names);
        }
        assert_equal(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_lost_or_left_over_here_is_found_by_the_check_and_mended() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        let inbox = in_folder(app, "INBOX").await;
        for (table, id) in [("feed_items", &inbox[0]), ("messages", &inbox[0]), ("messages", &inbox[1])] {
            app.database.execute(&format!("DELETE FROM {table} WHERE remote_id = '{id}'")).await;
        }
        let copy = format!("UPDATE feed_items SET remote_id = 'nowhere' WHERE remote_id = '{}'", inbox[2]);
        app.database.execute(&copy).await;
        let check = app.domain.sync().check(connection).await.unwrap();
        assert_eq!((check.missing, check.extra, check.balances()), (3, 1, false), "{check:?}");
        app.advance(8 * 24 * 3600).await;
        app.work_off_queue().await;
        app.advance(LONG).await;
        settle(app, connection).await;
        assert_equal(app).await;
        assert!(app.domain.sync().check(connection).await.unwrap().balances());
    })
    .await;
}

#[tokio::test]
async fn what_moves_comes_and_goes_there_does_so_here_and_keeps_its_id() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        let moved = in_folder(app, "INBOX").await.remove(0);
        let id_here =
            format!("SELECT remote_id FROM messages WHERE id IN (SELECT id FROM messages WHERE remote_id = '{moved}')");
        let before = app.database.texts(&id_here).await;
        turmoil(app).await;
        settle(app, connection).await;
        assert_equal(app).await;
        assert_eq!(app.database.texts(&id_here).await, before, "a move is no new message");
    })
    .await;
}

#[tokio::test]
async fn sync_now_looks_into_every_folder_at_once_and_a_look_that_finds_nothing_writes_to_none() {
    on_both_with(standing(), async |app| {
        let (browser, connection) = connected(app).await;
        settle(app, connection).await;
        let folders = "SELECT CAST(updated_at AS text) FROM sync_feeds WHERE kind = 'folder' ORDER BY id";
        let before = app.database.texts(folders).await;
        let argument = connection.to_string();
        let sync_now = async || {
            app.advance(1).await;
            browser.call::<()>("connections/sync_now", &[("connection", argument.as_str())]).await.unwrap();
            app.work_off_queue().await;
        };
        lever(app, "DELETE", "requests", &Value::Null).await;
        sync_now().await;
        let requests = lever(app, "GET", "requests", &Value::Null).await;
        let delta = |one: &&Value| one["path"].as_str().unwrap().contains("/messages/delta");
        assert_eq!(requests.as_array().unwrap().iter().filter(delta).count(), before.len(), "each folder once");
        assert_eq!(app.database.texts(folders).await, before);
        turmoil(app).await;
        sync_now().await;
        assert_equal(app).await;
        assert_ne!(app.database.texts(folders).await, before);
    })
    .await;
}

#[tokio::test]
async fn lost_links_read_the_folders_again_however_graph_says_it() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        for how in ["gone", "syncStateNotFound", "syncStateInvalid", "resyncRequired"] {
            turmoil(app).await;
            lever(app, "POST", &format!("mailboxes/{}/expire", app.person(0)), &json!({ "how": how })).await;
            settle(app, connection).await;
            assert_equal(app).await;
        }
    })
    .await;
}

/// A folder of the person's own with mails in it: its id.
async fn own_folder(app: &App) -> String {
    let told = lever(app, "GET", &format!("mailboxes/{}/folders", app.person(0)), &Value::Null).await;
    let own = |one: &&Value| {
        let known = ["INBOX", "SENT", "DRAFT", "TRASH", "SPAM"];
        let name = one["name"].as_str().unwrap();
        one["messages"].as_u64() > Some(1)
            && !known.contains(&name)
            && name.chars().next().is_some_and(char::is_uppercase)
    };
    told.as_array().unwrap().iter().find(own).unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_folder_that_went_while_the_link_of_the_folders_was_lost_goes_here_too() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        let person = app.person(0);
        let folder = own_folder(app).await;
        let moved = in_folder(app, &folder).await.remove(0);
        change(app, &moved, &json!({"folder": "archive"})).await;
        lever(app, "DELETE", &format!("mailboxes/{person}/folders/{folder}"), &Value::Null).await;
        lever(app, "POST", &format!("mailboxes/{person}/expire"), &json!({"how": "syncStateNotFound"})).await;
        settle(app, connection).await;
        assert_equal(app).await;
        assert!(truth(app).await.contains_key(&moved), "what was moved out of it before is still there");
        for table in ["labels", "sync_feeds"] {
            assert_eq!(app.database.count(&format!("{table} WHERE remote_id = '{folder}'")).await, 0, "{table}");
        }
        assert_eq!(app.database.count("jobs WHERE attempts > 0").await, 0, "no job keeps failing");
    })
    .await;
}

#[tokio::test]
async fn a_folder_whose_messages_are_not_known_for_a_moment_is_kept() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        let folder = own_folder(app).await;
        let feed = format!("SELECT created_at || '' FROM sync_feeds WHERE remote_id = '{folder}'");
        let before = app.database.texts(&feed).await;
        let missing = json!({"error": {"code": "ErrorItemNotFound", "message": "The specified object was not found."}});
        let fault = json!({"path": format!("{}.*/messages/delta", folder.trim_end_matches('=')), "status": 404, "body": missing, "times": 1});
        lever(app, "PUT", "faults", &fault).await;
        turmoil(app).await;
        settle(app, connection).await;
        // The job is tried again a little later.
        settle(app, connection).await;
        assert_equal(app).await;
        assert_eq!(lever(app, "GET", "faults", &Value::Null).await, json!([]), "it was told so");
        assert_eq!(app.database.texts(&feed).await, before, "it was never let go");
    })
    .await;
}

#[tokio::test]
async fn limits_faults_and_pages_that_are_too_large_delay_a_sync_and_lose_nothing() {
    on_both_with(standing(), async |app| {
        let (_, connection) = connected(app).await;
        lever(app, "PUT", "graph", &json!({"page_bytes": 40_000})).await;
        for trouble in [
            json!({"path": "/delta", "status": 429, "headers": {"Retry-After": "7"}, "body": {"error": {"code": "ApplicationThrottled"}}, "times": 2}),
            json!({"path": "/messages/delta", "status": 503, "times": 2}),
            json!({"path": "/messages/delta", "cut": "before", "times": 1}),
            json!({"path": "/messages/delta", "cut": "after", "times": 1}),
            json!({"path": "/messages/delta", "status": 504, "times": 3}),
        ] {
            lever(app, "PUT", "faults", &trouble).await;
        }
        settle(app, connection).await;
        assert_equal(app).await;
    })
    .await;
}

#[tokio::test]
async fn never_more_than_four_calls_at_once_and_never_a_complaint() {
    let wishes = Wishes { quota: Some(sandbox::Quota::New), ..standing() };
    on_both_with(wishes, async |app| {
        let (_, connection) = connected(app).await;
        settle(app, connection).await;
        turmoil(app).await;
        settle(app, connection).await;
        assert_equal(app).await;
        let requests = lever(app, "GET", "requests", &Value::Null).await;
        let graph = |one: &&Value| one["path"].as_str().unwrap().contains("/v1.0/");
        let refused: Vec<_> =
            requests.as_array().unwrap().iter().filter(graph).filter(|one| one["status"] == 429).collect();
        assert!(refused.is_empty(), "{refused:?}");
    })
    .await;
}
