//! A site with a mailbox at each provider that lives through kills at random moments, lost replies, a message that can
//! never be fetched, lost histories and an emptied Redis; and what is different from the providers' truth afterwards.

use super::{Wishes, database::Backend, dice::Dice, poison::poison, site::Site};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

const PROVIDERS: [&str; 2] = ["google", "microsoft"];
/// Milliseconds of every answer of the pretend providers: what is on its way can be lost.
const LATENCY: u64 = 40;
/// How long a first sync takes that nobody kills, about, and a later one, in milliseconds: kills are spread over that.
const FIRST_SYNC: usize = 2_500;
const LATER_SYNC: usize = 1_200;
/// Longer than a lease, the longest wait after a few failed tries, and a busy machine.
const PATIENCE: Duration = Duration::from_mins(4);
/// A worker may look for its next job this long, in seconds.
const LOOKING_FOR_IT: u32 = 5;
/// How many mails come and go while the history is lost.
const WHILE_LOST: usize = 20;

/// How hard a life is.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    pub backend: Backend,
    /// Everything random follows from it.
    pub seed: u64,
    /// Mails a mailbox.
    pub mails: usize,
    /// Kills during the first sync.
    pub early: usize,
    /// Rounds of changes afterwards, a kill in each.
    pub rounds: usize,
}

/// What came of it.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Outcome {
    pub kills: usize,
    /// Kills that hit a process, or one of several, while a sync was being run.
    pub in_mid_run: usize,
    /// Those of them that hit all processes at once: surely the one that ran it, too.
    pub of_all: usize,
    pub comparisons: usize,
    pub differences: Vec<String>,
    /// The longest time from a kill until everything was equal again, in seconds.
    pub slowest_recovery_s: f64,
    /// Runs of one feed that went on at the same time.
    pub at_once: usize,
    pub seconds: f64,
}

struct Battered {
    site: Site,
    dice: Dice,
    /// Provider, person and connection.
    mailboxes: Vec<(&'static str, String, Uuid)>,
    /// The message of Gmail's that answers 500 for ever, and the one of Outlook's that never comes in time.
    poison: [String; 2],
    outcome: Outcome,
}

/// Lives it.
pub async fn live(life: Life) -> Outcome {
    let started = Instant::now();
    let mut wishes = Wishes { messages: Some(life.mails), latency_ms: LATENCY, ..Wishes::default() };
    if life.backend == Backend::Postgres
        && let Ok(redis) = std::env::var("GATEPOST_TEST_REDIS")
    {
        wishes.settings.push(("REDIS_URL", format!("{redis}/{}", life.seed % 16)));
    }
    let site = Site::start(life.backend, 2, wishes).await;
    site.browser.sign_up("ada").await.unwrap();
    let mut battered = Battered {
        dice: Dice::of(life.seed),
        mailboxes: Vec::new(),
        poison: poison(&site).await,
        outcome: Outcome::default(),
        site,
    };
    battered.first_sync(life.early).await;
    for round in 0..life.rounds {
        if !battered.outcome.differences.is_empty() {
            break;
        }
        battered.round(round).await;
    }
    battered.settle_and_compare("at the end").await;
    battered.count_at_once().await;
    battered.site.end().await;
    Outcome { seconds: started.elapsed().as_secs_f64(), ..battered.outcome }
}

impl Battered {
    async fn first_sync(&mut self, kills: usize) {
        for (at, provider) in PROVIDERS.into_iter().enumerate() {
            let person = self.site.sandbox.addresses[at].clone();
            let connection = self.site.connect(provider, &person).await;
            self.mailboxes.push((provider, person, connection));
        }
        for _ in 0..kills {
            self.lose_replies().await;
            self.kill_within(FIRST_SYNC).await;
        }
        self.settle_and_compare("after the first sync").await;
    }

    async fn round(&mut self, round: usize) {
        match round % 4 {
            0 => self.lose_history().await,
            2 => self.flush_redis().await,
            _ => {}
        }
        for _ in 0..3 {
            self.turmoil().await;
        }
        self.lose_replies().await;
        self.sync_all().await;
        self.kill_within(LATER_SYNC).await;
        // The kill may have come before anybody looked.
        self.sync_all().await;
        self.settle_and_compare(&format!("after round {round}")).await;
    }

    async fn sync_all(&self) {
        for (_, _, connection) in &self.mailboxes {
            self.site.sync_now(*connection).await;
        }
    }

    /// Kills a process, or all, at a random moment of so many milliseconds, and starts it again.
    async fn kill_within(&mut self, within: usize) {
        let processes = self.site.processes();
        // One of them, or all at once.
        let at = self.dice.below(processes + 1);
        let victims = if at == processes { 0..processes } else { at..at + 1 };
        tokio::time::sleep(Duration::from_millis(u64::try_from(self.dice.below(within)).unwrap())).await;
        let running = "jobs WHERE lease_owner IS NOT NULL AND kind = 'sync_mailbox'";
        let in_mid_run = usize::from(self.site.database.count(running).await > 0);
        self.outcome.in_mid_run += in_mid_run;
        if victims.len() == processes {
            self.outcome.of_all += in_mid_run;
        }
        victims.clone().for_each(|at| self.site.kill(at));
        self.outcome.kills += 1;
        for at in victims {
            self.site.revive(at).await;
        }
    }

    /// A few answers are lost on their way, after the provider did what it was asked.
    async fn lose_replies(&mut self) {
        let paths = ["/batch$", "/history", "/messages", "/delta", "/token$"];
        for provider in PROVIDERS {
            let path = paths[self.dice.below(paths.len())];
            let cut = if self.dice.below(2) == 0 { "after" } else { "before" };
            self.site.lever(provider, "PUT", "faults", &json!({"path": path, "cut": cut, "times": 1})).await;
        }
    }

    async fn flush_redis(&self) {
        if let Ok(redis) = std::env::var("GATEPOST_TEST_REDIS") {
            let address = url::Url::parse(&redis).unwrap().socket_addrs(|| None).unwrap()[0];
            tokio::task::spawn_blocking(move || {
                use std::io::{Read, Write};
                let mut redis = std::net::TcpStream::connect(address).unwrap();
                redis.write_all(b"FLUSHALL\r\n").unwrap();
                let mut answer = [0; 5];
                redis.read_exact(&mut answer).unwrap();
                assert_eq!(&answer, b"+OK\r\n");
            })
            .await
            .unwrap();
        }
    }

    /// Both histories are lost while mails come and go.
    async fn lose_history(&mut self) {
        for _ in 0..WHILE_LOST {
            for at in 0..self.mailboxes.len() {
                self.deliver(at).await;
                self.delete(at).await;
            }
        }
        let ways = ["gone", "syncStateNotFound", "syncStateInvalid", "resyncRequired"];
        let way = ways[self.dice.below(ways.len())];
        let (_, person, _) = self.mailboxes[1].clone();
        self.site.lever("microsoft", "POST", &format!("mailboxes/{person}/expire"), &json!({ "how": way })).await;
        // Gmail remembers changes for about a week.
        self.site.lever("google", "POST", "clock", &json!({"advance_s": 15 * 24 * 3600})).await;
    }

    /// Mails come, go, move and are marked.
    async fn turmoil(&mut self) {
        for at in 0..self.mailboxes.len() {
            self.deliver(at).await;
            self.delete(at).await;
            let (provider, person, _) = self.mailboxes[at].clone();
            let Some(id) = self.any(at).await else { continue };
            let path = format!("mailboxes/{person}/messages/{id}");
            let (folders, marks) = (["inbox", "archive", "deleteditems", "junkemail"], ["STARRED", "TRASH", "Label_1"]);
            if provider == "google" {
                let body = json!({"add": [marks[self.dice.below(3)]], "take": ["UNREAD", "INBOX"]});
                self.site.lever(provider, "POST", &format!("{path}/labels"), &body).await;
            } else {
                let body =
                    json!({"folder": folders[self.dice.below(4)], "read": self.dice.below(2) == 0, "flagged": true});
                self.site.lever(provider, "PATCH", &path, &body).await;
            }
        }
    }

    async fn any(&mut self, at: usize) -> Option<String> {
        let (provider, person, _) = self.mailboxes[at].clone();
        let all = self.site.lever(provider, "GET", &format!("mailboxes/{person}/ids"), &Value::Null).await;
        let all = all.as_array().unwrap();
        let id = all.get(self.dice.below(all.len()))?["id"].as_str()?.to_owned();
        (!self.poison.contains(&id)).then_some(id)
    }

    async fn deliver(&mut self, at: usize) {
        let (provider, person, _) = &self.mailboxes[at];
        let base = &self.site.sandbox;
        let base = if *provider == "google" { &base.google_url } else { &base.microsoft_url };
        let number = self.dice.below(usize::MAX);
        let mail = format!(
            "From: Shop <post@shop.example>\r\nSubject: News {number}\r\nMessage-ID: <{number}@shop.example>\r\n\
             Content-Type: text/plain\r\n\r\nNumber {number}.\r\n"
        );
        let url = format!("{base}/_sandbox/mailboxes/{person}/deliver");
        assert!(super::browser::client().post(url).body(mail).send().await.unwrap().status().is_success());
    }

    async fn delete(&mut self, at: usize) {
        if let Some(id) = self.any(at).await {
            let (provider, person, _) = self.mailboxes[at].clone();
            self.site.lever(provider, "DELETE", &format!("mailboxes/{person}/messages/{id}"), &Value::Null).await;
        }
    }

    /// Waits until ids and labels are equal, then compares everything.
    async fn settle_and_compare(&mut self, when: &str) {
        let started = Instant::now();
        let mut look = tokio::time::interval(Duration::from_millis(200));
        while started.elapsed() < PATIENCE && !self.is_equal().await {
            look.tick().await;
        }
        self.outcome.slowest_recovery_s = self.outcome.slowest_recovery_s.max(started.elapsed().as_secs_f64());
        for (provider, person, _) in &self.mailboxes {
            let found = self.site.differences(provider, person, self.but(provider)).await;
            self.outcome.differences.extend(found.into_iter().take(20).map(|one| format!("{when}, {provider}: {one}")));
        }
        let failed = "SELECT remote_id FROM feed_items WHERE state = 'failed'";
        let mut failed = self.site.database.texts(failed).await;
        failed.sort_by_key(|id| *id == self.poison[1]);
        if failed != self.poison {
            self.outcome.differences.push(format!("{when}: shown as failed are {failed:?}"));
        }
        self.outcome.comparisons += 1;
    }

    fn but(&self, provider: &str) -> Option<&str> {
        PROVIDERS.iter().position(|own| *own == provider).map(|at| self.poison[at].as_str())
    }

    async fn is_equal(&self) -> bool {
        for (provider, person, _) in &self.mailboxes {
            if !self.site.differing_labels(provider, person, self.but(provider)).await.is_empty() {
                return false;
            }
        }
        let unsettled = "sync_feeds WHERE kind = 'mailbox' AND stage <> 'live'";
        let pending = "feed_items WHERE state = 'pending'";
        let failed = "feed_items WHERE state = 'failed'";
        self.site.database.count(unsettled).await == 0
            && self.site.database.count(pending).await == 0
            && self.site.database.count(failed).await == 2
    }

    /// No feed was worked on by two at once, as the history of the runs tells. A run is written down with the moment at
    /// which its worker began to look for it: on a busy machine some time before it got it.
    async fn count_at_once(&mut self) {
        let together = match self.site.database.backend() {
            sea_orm::DbBackend::Sqlite => {
                "(min(julianday(a.finished_at), julianday(b.finished_at)) - julianday(b.started_at)) * 86400"
            }
            _ => "EXTRACT(EPOCH FROM least(a.finished_at, b.finished_at) - b.started_at)",
        };
        let overlapping = format!(
            "job_runs a JOIN job_runs b ON a.job_id = b.job_id AND a.id <> b.id AND a.started_at <= b.started_at \
             AND {together} > {LOOKING_FOR_IT}"
        );
        self.outcome.at_once = usize::try_from(self.site.database.count(&overlapping).await).unwrap();
    }
}
