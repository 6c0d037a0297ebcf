//! The real program, killed with -9 in the middle of a first sync: its successor goes on at once, and nothing is lost.

use crate::harness::{
    Wishes,
    browser::{Browser, client},
    consent::Answer,
    database::{Backend, TestDatabase},
    start_sandbox, variables,
};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

const MAILS: i64 = 300;
/// Longer than a debug build takes to start on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server in a process of its own; killed when the test ends.
struct Program(Child);

impl Program {
    async fn start(variables: &BTreeMap<&'static str, String>, folder: &Path, url: &str) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_gatepost"))
            .current_dir(folder)
            .envs(variables)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let program = Self(child);
        until("the server answers", async || {
            client().get(format!("{url}/healthz")).send().await.is_ok_and(|answer| answer.status().is_success())
        })
        .await;
        program
    }

    fn kill_9(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What `gatepost verify` says beside the running server.
async fn verify(variables: &BTreeMap<&'static str, String>, folder: &Path) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatepost"));
    command.arg("verify").current_dir(folder).envs(variables);
    // The sandbox answers it from this very thread.
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let wait = async {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        while !is_so().await {
            look.tick().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "not in time: {what}");
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
    first.kill_9();
    let before = database.count("messages").await;
    assert!(before < MAILS, "killed in the middle");
    // As if it had been killed right after it took a very long lease: waiting for it would never end.
    database.execute("UPDATE jobs SET lease_until = '2999-01-01T00:00:00+00:00' WHERE lease_owner IS NOT NULL").await;
    assert_eq!(database.count("jobs WHERE lease_until > '2998'").await, 1, "the dead one still holds its job");

    client().delete(control("faults")).send().await.unwrap();
    let _second = Program::start(&variables, data.path(), &url).await;
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
