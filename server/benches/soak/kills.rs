//! kill -9 at random moments of first and later syncs, at both providers, on both databases: see the harness for all that
//! goes wrong besides.

use crate::{
    harness::{
        battered::{Life, Outcome, live},
        database::Backend,
    },
    keep, setting,
};
use futures::{StreamExt, stream};
use serde::Serialize;
use std::time::Instant;

/// Mails of a mailbox; of every fourth so many that Gmail's list of them has several pages.
const MAILS: usize = 150;
const SEVERAL_PAGES: usize = 1_200;
/// Kills of one life: during the first sync, and one in each round after it.
const EARLY: usize = 3;
const ROUNDS: usize = 7;

/// What came of all lives on one database.
#[derive(Default, Serialize)]
struct Row {
    database: String,
    lives: usize,
    kills: usize,
    in_mid_run: usize,
    of_all: usize,
    comparisons: usize,
    differences: Vec<String>,
    at_once: usize,
    slowest_recovery_s: f64,
    seconds: f64,
}

/// Whether everything was equal afterwards.
pub async fn trial() -> bool {
    let (trials, seed) = (setting("GATEPOST_SOAK_TRIALS", 200), setting("GATEPOST_SOAK_SEED", 1));
    let lanes = setting("GATEPOST_SOAK_LANES", 3);
    let only = std::env::var("GATEPOST_SOAK_DATABASE").ok();
    let mut rows = Vec::new();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let name = format!("{backend:?}");
        if only.as_ref().is_some_and(|only| !only.eq_ignore_ascii_case(&name)) {
            continue;
        }
        let started = Instant::now();
        let mut row = Row { database: name.clone(), ..Row::default() };
        let lives = (0..trials.div_ceil(EARLY + ROUNDS)).map(|number| {
            let seed = u64::try_from(seed * 1_000 + number).expect("a small number");
            // A thread each: a panic of one is a difference, and ends no other.
            let mails = if number % 4 == 3 { SEVERAL_PAGES } else { MAILS };
            let life = Life { backend, seed, mails, early: EARLY, rounds: ROUNDS };
            async move { (seed, tokio::task::spawn_blocking(move || apart(life)).await) }
        });
        let mut lives = stream::iter(lives).buffer_unordered(lanes);
        while let Some((seed, outcome)) = lives.next().await {
            let outcome = outcome.unwrap_or_else(|error| Outcome {
                differences: vec![format!("it broke: {error}")],
                ..Outcome::default()
            });
            println!(
                "{name} seed {seed}: {} kills ({} in mid-run, {} of them of all processes), {} comparisons, {} differences, {} at once, recovered in {:.0} s at most, {:.0} s",
                outcome.kills,
                outcome.in_mid_run,
                outcome.of_all,
                outcome.comparisons,
                outcome.differences.len(),
                outcome.at_once,
                outcome.slowest_recovery_s,
                outcome.seconds,
            );
            outcome.differences.iter().for_each(|one| println!("    {one}"));
            row.add(seed, outcome);
            row.seconds = started.elapsed().as_secs_f64();
            keep(&format!("kills-{}", name.to_lowercase()), &row);
        }
        rows.push(row);
    }
    println!(
        "\n{:<10} {:>6} {:>11} {:>12} {:>12} {:>8} {:>9} {:>8}",
        "database", "kills", "in mid-run", "comparisons", "differences", "at once", "recovery", "seconds"
    );
    for row in &rows {
        println!(
            "{:<10} {:>6} {:>11} {:>12} {:>12} {:>8} {:>7.0} s {:>8.0}",
            row.database,
            row.kills,
            row.in_mid_run,
            row.comparisons,
            row.differences.len(),
            row.at_once,
            row.slowest_recovery_s,
            row.seconds
        );
    }
    rows.iter().all(|row| row.differences.is_empty() && row.at_once == 0)
}

fn apart(life: Life) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(live(life))
}

impl Row {
    fn add(&mut self, seed: u64, outcome: Outcome) {
        self.lives += 1;
        self.kills += outcome.kills;
        self.in_mid_run += outcome.in_mid_run;
        self.of_all += outcome.of_all;
        self.comparisons += outcome.comparisons;
        self.differences.extend(outcome.differences.into_iter().map(|one| format!("seed {seed}: {one}")));
        self.at_once += outcome.at_once;
        self.slowest_recovery_s = self.slowest_recovery_s.max(outcome.slowest_recovery_s);
    }
}
