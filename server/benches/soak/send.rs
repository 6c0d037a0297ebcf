//! Mails that are sent while processes die and the providers answer late, wrongly or never: each has to arrive once.
//!
//! Each mail meets at most one fault of its own at each provider: an answer that is lost before or after the work, work that
//! is done long after the connection was cut, a slow answer, a refusal that says to come back, a fault of the provider's.
//! Whenever it hurts, a process is killed with -9. In the end the inbox of whoever got the mails is counted by `Message-ID`.

use crate::{
    harness::{Wishes, consent::Answer, database::Backend, dice::Dice, program::until, site::Site, variables},
    keep, setting,
};
use domain::writing::{Beginning, DraftText};
use serde::Serialize;
use serde_json::{Value, json};
use server::{
    config::Settings,
    startup::{Application, Overrides},
};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio::net::TcpListener;
use uuid::Uuid;

/// Processes on PostgreSQL.
const PROCESSES: usize = 2;
/// Milliseconds of every answer: what is on its way can be lost.
const LATENCY: u64 = 40;
/// Milliseconds between two mails, at most.
const BETWEEN: usize = 400;
/// One mail in so many is followed by a kill.
const KILL_EVERY: usize = 8;
/// Mails that are still on their way after this have got stuck.
const PATIENCE: Duration = Duration::from_mins(30);
/// What is asked of each provider for a mail.
const STEPS: [(&str, &[&str]); 2] =
    [("google", &["/messages/send$"]), ("microsoft", &["/me/messages$", "/send$", "/me/messages$|/send$"])];

/// What came of it at one provider, on one database.
#[derive(Serialize)]
struct Row {
    database: String,
    provider: String,
    mails: usize,
    faults: usize,
    kills: usize,
    /// Runs of this job that ended with their process, at both providers.
    died: i64,
    arrived_once: usize,
    lost: usize,
    doubled: usize,
    not_sent: i64,
    seconds: f64,
}

impl Row {
    fn is_fine(&self) -> bool {
        self.arrived_once == self.mails && self.lost + self.doubled == 0 && self.not_sent == 0
    }
}

/// Whether every mail arrived once, at both providers, on both databases.
pub async fn trial() -> bool {
    let (mails, seed) = (setting("GATEPOST_SOAK_MAILS", 200), setting("GATEPOST_SOAK_SEED", 1));
    let only = std::env::var("GATEPOST_SOAK_DATABASE").ok();
    let mut fine = true;
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let name = format!("{backend:?}");
        if only.as_ref().is_some_and(|only| !only.eq_ignore_ascii_case(&name)) {
            continue;
        }
        let rows = on(backend, mails, u64::try_from(seed).expect("a small number")).await;
        for row in &rows {
            println!(
                "{} {}: {} mails, {} faults, {} kills, {} runs died, {} arrived once, {} lost, {} doubled, {} not sent, {:.0} s",
                row.database,
                row.provider,
                row.mails,
                row.faults,
                row.kills,
                row.died,
                row.arrived_once,
                row.lost,
                row.doubled,
                row.not_sent,
                row.seconds
            );
            fine &= row.is_fine();
        }
        keep(&format!("send-{}", name.to_lowercase()), &rows);
    }
    fine
}

async fn on(backend: Backend, mails: usize, seed: u64) -> Vec<Row> {
    let started = Instant::now();
    let wishes = Wishes { messages: Some(3), latency_ms: LATENCY, ..Wishes::default() };
    let mut site = Site::start(backend, PROCESSES, wishes.clone()).await;
    site.browser.sign_up("ada").await.expect("signed up");
    let user = site.browser.viewer().await.expect("somebody is signed in").user_id;
    let mut connections = Vec::new();
    for (at, (provider, _)) in STEPS.iter().enumerate() {
        connections.push(connect(&site, provider, at).await);
    }
    until("both are here", async || {
        site.database.count("sync_feeds WHERE kind = 'mailbox' AND stage = 'live'").await == 2
    })
    .await;
    let writer = writer(&site, &wishes).await;
    let to = site.sandbox.addresses[2].clone();
    let (mut dice, mut kills, mut faults) = (Dice::of(seed), 0, [0; 2]);
    for number in 0..mails {
        for (at, (provider, steps)) in STEPS.iter().enumerate() {
            if let Some(fault) = trouble(&mut dice, steps[number % steps.len()]) {
                site.lever(provider, "PUT", "faults", &fault).await;
                faults[at] += 1;
            }
            queue(&writer, user, connections[at], &to, number).await;
        }
        let wait = u64::try_from(dice.below(BETWEEN)).expect("a wait");
        tokio::time::sleep(Duration::from_millis(wait)).await;
        if dice.below(KILL_EVERY) == 0 {
            kills += kill(&mut site, &mut dice).await;
        }
    }
    // Until every fault was met, and then in peace.
    while on_their_way(&site).await > 0 && started.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let met = site.lever("google", "GET", "faults", &Value::Null).await;
        if met.as_array().is_some_and(|left| !left.is_empty()) && dice.below(4) == 0 {
            kills += kill(&mut site, &mut dice).await;
        }
    }
    let died = site.database.count("job_runs WHERE outcome = 'died' AND kind = 'send_written'").await;
    let mut rows = Vec::new();
    for (at, (provider, _)) in STEPS.iter().enumerate() {
        let of_provider = format!("connection_id IN (SELECT id FROM connected_accounts WHERE provider = '{provider}')");
        let ids = site.database.texts(&format!("SELECT rfc_message_id FROM written_mails WHERE {of_provider}")).await;
        let told = site.lever(provider, "GET", &format!("mailboxes/{to}/copies"), &Value::Null).await;
        let copies: BTreeMap<String, u32> = serde_json::from_value(told).expect("numbers by id");
        let of = |id: &String| copies.get(id).copied().unwrap_or_default();
        rows.push(Row {
            database: format!("{backend:?}"),
            provider: (*provider).to_owned(),
            mails,
            faults: faults[at],
            kills,
            died,
            arrived_once: ids.iter().filter(|id| of(id) == 1).count(),
            lost: ids.iter().filter(|id| of(id) == 0).count(),
            doubled: ids.iter().filter(|id| of(id) > 1).count(),
            not_sent: site.database.count(&format!("written_mails WHERE state <> 'sent' AND {of_provider}")).await,
            seconds: started.elapsed().as_secs_f64(),
        });
    }
    site.end().await;
    rows
}

/// A fault for a call, or none.
fn trouble(dice: &mut Dice, path: &str) -> Option<Value> {
    let late = dice.below(20_000);
    Some(match dice.below(8) {
        0 => json!({ "path": path, "times": 1, "cut": "before" }),
        1 => json!({ "path": path, "times": 1, "cut": "after" }),
        2 => json!({ "path": path, "times": 1, "cut": "late", "delay_ms": late }),
        3 => json!({ "path": path, "times": 1, "delay_ms": late / 4 }),
        4 => json!({ "path": path, "times": 1, "status": 503 }),
        5 => json!({ "path": path, "times": 1, "status": 429, "headers": { "Retry-After": "2" } }),
        _ => return None,
    })
}

async fn connect(site: &Site, provider: &str, person: usize) -> Uuid {
    let address = &site.sandbox.addresses[person];
    let (_, page) = site.browser.travel(provider, "purpose=connect&features=mail,send", address, Answer::Allow).await;
    assert!(page.body.contains("_AUTH_SUCCESS"), "{}", page.body);
    let cards = site.browser.connections().await.cards;
    cards.iter().find(|card| card.address == *address).expect("its card").id
}

/// Writes what the processes send; it works off nothing itself, and nobody kills it.
async fn writer(site: &Site, wishes: &Wishes) -> Application {
    let folder = site.data.path().to_str().expect("a path");
    let url = site.browser.site.as_str().trim_end_matches('/').to_owned();
    let mut variables = variables(wishes, &url, &site.sandbox, &site.database.url, folder);
    variables.insert("ROLE", "web".to_owned());
    let settings = Settings::read(&|name| variables.get(name).cloned()).expect("settings");
    let listener = Some(TcpListener::bind("127.0.0.1:0").await.expect("a port"));
    Application::build(settings, Overrides { listener, ..Overrides::default() }).await.expect("a server")
}

async fn queue(writer: &Application, user: Uuid, connection: Uuid, to: &str, number: usize) {
    let writing = writer.domain().writing();
    let draft = writing.start(user, Beginning::New { connection, to: String::new() }, None).await.expect("a draft");
    let text = DraftText {
        connection,
        to: to.to_owned(),
        cc: String::new(),
        bcc: String::new(),
        subject: format!("Mail {number}"),
        body: "It arrives once.".to_owned(),
    };
    let saved = writing.save(user, draft.id, draft.version, text).await.expect("it is saved");
    writing.send(user, draft.id, saved.version).await.expect("it is queued");
}

async fn kill(site: &mut Site, dice: &mut Dice) -> usize {
    let at = dice.below(site.processes());
    site.kill(at);
    site.revive(at).await;
    1
}

async fn on_their_way(site: &Site) -> i64 {
    site.database.count("written_mails WHERE state IN ('queued', 'sending')").await
}
