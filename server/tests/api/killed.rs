//! The real program, killed with -9 in the middle of a first sync: its successor goes on at once, and nothing is lost.

use crate::harness::{
    Wishes,
    browser::{Browser, client},
    consent::Answer,
    database::{Backend, TestDatabase},
    program::{Program, until},
    start_sandbox, variables,
};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

const MAILS: i64 = 300;

/// What `gatepost verify` says beside the running server.
async fn verify(variables: &BTreeMap<&'static str, String>, folder: &Path) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatepost"));
    command.arg("verify").current_dir(folder).envs(variables);
    // The sandbox answers it from this very thread.
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test]
async fn a_server_killed_in_mid_sync_is_followed_at_once_by_the_next_on_sqlite() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://localhost:{port}");
    let wishes = Wishes {
        messages: Some(MAILS.try_into().unwrap()),
        worker: true,
        settings: vec![("LISTEN_ADDR", format!("127.0.0.1:{port}"))],
        ..Wishes::default()
    };
    let (sandbox, data) = (start_sandbox(&wishes, &url).await, tempfile::tempdir().unwrap());
    let database = TestDatabase::create(Backend::Sqlite, data.path()).await;
    let folder = data.path().to_str().unwrap();
    let variables = variables(&wishes, &url, &sandbox, &database.url, folder);
    let control = |path: &str| format!("{}/_sandbox/{path}", sandbox.google_url);
    let slow = json!({"path": "/batch$", "delay_ms": 300});
    client().put(control("faults")).json(&slow).send().await.unwrap();

    let first = Program::start(&variables, data.path(), &url).await;
    let browser = Browser::new(&url, &sandbox.google_url);
    browser.sign_up("ada").await.unwrap();
    browser.connect(&sandbox.addresses[0], Answer::Allow).await;
    until("some mails are stored", async || database.count("messages").await >= 50).await;
    let killed = first.id();
    first.kill_9();
    let before = database.count("messages").await;
    assert!(before < MAILS, "killed in the middle");
    // As if it had been killed right after it took a very long lease: waiting for it would never end.
    database.execute("UPDATE jobs SET lease_until = '2999-01-01T00:00:00+00:00' WHERE lease_owner IS NOT NULL").await;
    assert_eq!(database.count("jobs WHERE lease_until > '2998'").await, 1, "the dead one still holds its job");

    client().delete(control("faults")).send().await.unwrap();
    let second = Program::start(&variables, data.path(), &url).await;
    assert_ne!(second.id(), killed);
    until("the sync is complete", async || database.count("sync_feeds WHERE stage = 'live'").await == 1).await;
    let stored = database.texts("SELECT remote_id FROM messages").await;
    let truth: Vec<serde_json::Value> = client()
        .get(control(&format!("mailboxes/{}/ids", sandbox.addresses[0])))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let truth: BTreeSet<_> = truth.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(stored.len(), truth.len(), "nothing is doubled");
    assert_eq!(stored.into_iter().collect::<BTreeSet<_>>(), truth, "nothing is lost");

    let (fine, said) = verify(&variables, data.path()).await;
    assert!(fine && said.contains("300 at the provider = 300 stored"), "{said}");
    let lost = truth.first().unwrap();
    database.execute(&format!("DELETE FROM messages WHERE remote_id = '{lost}'")).await;
    let (fine, said) = verify(&variables, data.path()).await;
    assert!(!fine && said.contains("+ 1 LOST"), "{said}");
}
