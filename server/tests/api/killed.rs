//! The real program, killed with -9 whenever it hurts: its successor goes on at once, and nothing is lost.

use crate::harness::{
    Wishes,
    battered::{Life, live},
    database::Backend,
    program::until,
    site::Site,
};
use serde_json::json;
use std::{collections::BTreeSet, process::Command};

const MAILS: i64 = 300;

/// What `gatepost verify` says beside the running server.
async fn verify(site: &Site) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatepost"));
    command.arg("verify").current_dir(site.data.path()).envs(site.variables());
    // The sandbox answers it from this very thread.
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test]
async fn a_server_killed_in_mid_sync_is_followed_at_once_by_the_next_on_sqlite() {
    let wishes = Wishes { messages: Some(MAILS.try_into().unwrap()), ..Wishes::default() };
    let mut site = Site::start(Backend::Sqlite, 1, wishes).await;
    let address = site.sandbox.addresses[0].clone();
    site.lever("google", "PUT", "faults", &json!({"path": "/batch$", "delay_ms": 300})).await;
    site.browser.sign_up("ada").await.unwrap();
    site.connect("google", &address).await;
    until("some mails are stored", async || site.database.count("messages").await >= 50).await;
    let killed = site.process();
    site.kill(0);
    let before = site.database.count("messages").await;
    assert!(before < MAILS, "killed in the middle");
    // As if it had been killed right after it took a very long lease: waiting for it would never end.
    site.database
        .execute("UPDATE jobs SET lease_until = '2999-01-01T00:00:00+00:00' WHERE lease_owner IS NOT NULL")
        .await;
    assert_eq!(site.database.count("jobs WHERE lease_until > '2998'").await, 1, "the dead one still holds its job");

    site.lever("google", "DELETE", "faults", &json!(null)).await;
    site.revive(0).await;
    assert_ne!(site.process(), killed);
    until("the sync is complete", async || site.database.count("sync_feeds WHERE stage = 'live'").await == 1).await;
    let stored = site.database.texts("SELECT remote_id FROM messages").await;
    let truth = site.lever("google", "GET", &format!("mailboxes/{address}/ids"), &json!(null)).await;
    let ids = truth.as_array().unwrap().iter();
    let truth: BTreeSet<_> = ids.map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(stored.len(), truth.len(), "nothing is doubled");
    assert_eq!(stored.into_iter().collect::<BTreeSet<_>>(), truth, "nothing is lost");

    let (fine, said) = verify(&site).await;
    assert!(
        fine && said.contains("provider 300 = stored 300 + excluded 0 + failed 0 + pending 0")
            && said.contains("sample 50: labels 50 agree, bodies 50 agree"),
        "{said}"
    );
    let lost = truth.first().unwrap();
    site.database.execute(&format!("DELETE FROM messages WHERE remote_id = '{lost}'")).await;
    let (fine, said) = verify(&site).await;
    assert!(
        !fine && said.contains("stored 299") && said.contains("pending 1") && said.contains("1 not known here before"),
        "{said}"
    );
    site.end().await;
}

/// A short sample of `make soak`.
async fn survives(backend: Backend) {
    let outcome = live(Life { backend, seed: 7, mails: 120, early: 1, rounds: 1 }).await;
    assert_eq!(outcome.differences, Vec::<String>::new());
    assert_eq!((outcome.kills, outcome.comparisons, outcome.at_once), (2, 3, 0), "{outcome:?}");
}

#[tokio::test]
async fn whatever_dies_and_whatever_is_lost_both_mailboxes_are_equal_afterwards_on_sqlite() {
    survives(Backend::Sqlite).await;
}

#[tokio::test]
async fn whatever_dies_and_whatever_is_lost_both_mailboxes_are_equal_afterwards_on_postgres() {
    survives(Backend::Postgres).await;
}

#[tokio::test]
async fn of_two_processes_one_works_on_a_mailbox_and_the_other_goes_on_within_a_minute_of_its_death() {
    let wishes = Wishes { messages: Some(2_000), ..Wishes::default() };
    let mut site = Site::start(Backend::Postgres, 2, wishes).await;
    // A few mails a second: it goes on for as long as this test.
    site.lever("google", "PUT", "faults", &json!({"path": "/batch$", "delay_ms": 1_500})).await;
    site.browser.sign_up("ada").await.unwrap();
    site.connect("google", &site.sandbox.addresses[0].clone()).await;
    until("mails come", async || site.database.count("messages").await > 0).await;
    // A turn is longer than a lease: whoever works renews it, and nobody takes the job away.
    let turns = "job_runs WHERE kind = 'sync_mailbox'";
    until("a whole turn is over", async || site.database.count(turns).await > 0).await;
    assert_eq!(site.database.count("job_runs WHERE outcome = 'died'").await, 0, "both live");
    // One of the two holds the job: whichever it is, it is killed.
    for at in 0..site.processes() {
        let before = site.database.count("messages").await;
        site.kill(at);
        until("it goes on", async || site.database.count("messages").await > before + 50).await;
        site.revive(at).await;
    }
    let died = site.database.count("job_runs WHERE outcome = 'died'").await;
    assert!((1..=2).contains(&died), "only those that worked and were killed: {died}");
    let overlapping = "job_runs a JOIN job_runs b ON a.job_id = b.job_id AND a.id < b.id \
                       AND a.started_at < b.finished_at AND b.started_at < a.finished_at";
    assert_eq!(site.database.count(overlapping).await, 0, "two at once");
    assert_eq!(site.database.count("jobs WHERE kind = 'sync_mailbox'").await, 1);
    site.end().await;
}
