//! Ten thousand jobs while workers die: mails of the product's own, queued as the product queues them, counted where they
//! arrive. A mail is a file named by its id, written whole or not at all: writing it again is the same effect. A job whose end
//! is recorded twice ran twice to its end.

use crate::{
    harness::{Wishes, database::Backend, dice::Dice, site::Site},
    keep, setting,
};
use domain::{
    clock::{Randomness, SystemClock},
    notifications::{Kind, News, tell},
};
use sea_orm::{DbBackend, TransactionTrait};
use serde::Serialize;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Processes on PostgreSQL.
const PROCESSES: usize = 3;
/// A process dies about this often, in milliseconds: at least, and at most so much later.
const DIES_AFTER: (usize, usize) = (500, 2_500);
/// Jobs that are still there after this have got stuck.
const PATIENCE: Duration = Duration::from_mins(20);

/// What came of it on one database.
#[derive(Serialize)]
struct Row {
    database: String,
    jobs: usize,
    kills: usize,
    /// Runs that ended with their process.
    died: i64,
    lost: usize,
    /// Jobs whose end is recorded more than once.
    ended_twice: i64,
    stuck: i64,
    left_half_written: usize,
    seconds: f64,
}

/// Whether every job was done once, on both databases.
pub async fn trial() -> bool {
    let (jobs, seed) = (setting("GATEPOST_SOAK_JOBS", 10_000), setting("GATEPOST_SOAK_SEED", 1));
    let mut fine = true;
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let row = on(backend, jobs, u64::try_from(seed).expect("a small number")).await;
        println!(
            "{}: {} jobs, {} kills, {} runs died, {} lost, {} ended twice, {} stuck, {} half written, {:.0} s",
            row.database,
            row.jobs,
            row.kills,
            row.died,
            row.lost,
            row.ended_twice,
            row.stuck,
            row.left_half_written,
            row.seconds
        );
        fine &= row.lost + row.left_half_written == 0 && row.ended_twice + row.stuck == 0;
        keep(&format!("jobs-{}", row.database.to_lowercase()), &row);
    }
    fine
}

async fn on(backend: Backend, jobs: usize, seed: u64) -> Row {
    let started = Instant::now();
    let wishes = Wishes { messages: Some(1), ..Wishes::default() };
    let mut site = Site::start(backend, PROCESSES, wishes).await;
    site.browser.sign_up("ada").await.expect("signed up");
    let told = queue(&site, jobs).await;
    let (mut dice, mut kills) = (Dice::of(seed), 0);
    while left(&site).await > 0 && started.elapsed() < PATIENCE {
        let wait = DIES_AFTER.0 + dice.below(DIES_AFTER.1);
        tokio::time::sleep(Duration::from_millis(u64::try_from(wait).expect("a wait"))).await;
        let at = dice.below(site.processes());
        site.kill(at);
        kills += 1;
        site.revive(at).await;
    }
    let mut arrived: BTreeSet<Uuid> = BTreeSet::new();
    let mut left_half_written = 0;
    for entry in std::fs::read_dir(site.data.path().join("outbox")).expect("the outbox") {
        let name = entry.expect("a mail").file_name().to_string_lossy().into_owned();
        match name.strip_suffix(".eml").and_then(|name| name.get(name.len().checked_sub(36)?..)?.parse().ok()) {
            Some(id) => drop(arrived.insert(id)),
            None => left_half_written += 1,
        }
    }
    let ends = "(SELECT job_id FROM job_runs WHERE outcome = 'done' GROUP BY job_id, kind \
                HAVING count(*) > 1 AND kind = 'send_mail') twice";
    let row = Row {
        database: format!("{backend:?}"),
        jobs,
        kills,
        died: site.database.count("job_runs WHERE outcome = 'died'").await,
        lost: told.iter().filter(|id| !arrived.contains(id)).count(),
        ended_twice: site.database.count(ends).await,
        stuck: left(&site).await,
        left_half_written,
        seconds: started.elapsed().as_secs_f64(),
    };
    site.end().await;
    row
}

/// Queues so many mails to one person, each in the transaction that makes it necessary, and many at a time.
async fn queue(site: &Site, jobs: usize) -> Vec<Uuid> {
    let user = ids(site, "users").await[0];
    let randomness = Randomness::system();
    for _ in 0..jobs.div_ceil(500) {
        let tx = site.database.connection.begin().await.expect("a transaction");
        for _ in 0..500.min(jobs) {
            let news = News { kind: Kind::PasswordChanged, user: Some(user), proof: None, detail: None };
            tell(&tx, &SystemClock, &randomness, news).await.expect("a mail is queued");
        }
        tx.commit().await.expect("all of them");
    }
    ids(site, "notifications WHERE kind = 'password_changed'").await
}

async fn ids(site: &Site, from: &str) -> Vec<Uuid> {
    if site.database.backend() == DbBackend::Sqlite {
        let ids = site.database.bytes(&format!("SELECT id FROM {from}")).await;
        return ids.iter().map(|id| Uuid::from_slice(id).expect("an id")).collect();
    }
    let ids = site.database.texts(&format!("SELECT id::text FROM {from}")).await;
    ids.iter().map(|id| id.parse().expect("an id")).collect()
}

async fn left(site: &Site) -> i64 {
    site.database.count("jobs WHERE kind = 'send_mail'").await
}
