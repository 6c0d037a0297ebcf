//! The long trials of `make soak`: the real program is killed with -9 again and again, and afterwards nothing may be lost,
//! doubled or stuck. `target/soak/NAME.json` keeps what came of it; any difference ends it with 1.
//!
//! `GATEPOST_SOAK_TRIALS` (200) kills a database, `GATEPOST_SOAK_JOBS` (10 000), `GATEPOST_SOAK_MAILS` (200) at each
//! provider, `GATEPOST_SOAK_SEED` (1): everything
//! random follows from it. `GATEPOST_SOAK_LANES` (3) lives go on at the same time.

mod jobs;
mod kills;
mod send;

#[expect(dead_code, clippy::unwrap_used, reason = "the harness of the tests; the trials use a part of it")]
#[path = "../../tests/api"]
mod api {
    pub mod harness;
}
use api::harness;

use serde::Serialize;
use std::path::PathBuf;

/// What is tried when nothing is named.
const ALL: [&str; 3] = ["jobs", "kills", "send"];

#[tokio::main]
async fn main() -> std::process::ExitCode {
    // `cargo bench` passes `--bench`; anything else is a name.
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let named = if named.is_empty() { ALL.map(str::to_owned).to_vec() } else { named };
    let mut fine = true;
    for name in named {
        fine &= match name.as_str() {
            "jobs" => jobs::trial().await,
            "kills" => kills::trial().await,
            "send" => send::trial().await,
            other => panic!("there is no trial {other}; there are {}", ALL.join(", ")),
        };
    }
    std::process::ExitCode::from(u8::from(!fine))
}

/// A number that the environment may set.
fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

/// Writes `target/soak/NAME.json`.
fn keep(name: &str, results: &impl Serialize) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/soak");
    std::fs::create_dir_all(&folder).expect("a folder for the results");
    let json = serde_json::to_string_pretty(results).expect("results are plain numbers and words");
    std::fs::write(folder.join(format!("{name}.json")), json).expect("the results are kept");
}
