//! The figures of `make bench`: each is measured on the real program, with the pretend provider beside it on the same
//! machine, and printed with its baseline and how it was measured. `target/bench/NAME.json` keeps them.

mod backfill;
mod budget;
mod figure;
mod outlook;
mod process;
mod searching;
mod serving;

#[expect(dead_code, clippy::unwrap_used, reason = "the harness of the tests; the figures use a part of it")]
#[path = "../../tests/api"]
mod api {
    pub mod harness;
}
use api::harness;

/// What is measured when nothing is named.
const ALL: [&str; 5] = ["backfill", "budget", "outlook", "searching", "serving"];

#[tokio::main]
async fn main() {
    // What is logged would be measured.
    tracing::subscriber::set_global_default(tracing::subscriber::NoSubscriber::default())
        .expect("the first subscriber");
    // `cargo bench` passes `--bench`; anything else is a name.
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let named = if named.is_empty() { ALL.map(str::to_owned).to_vec() } else { named };
    for name in named {
        let figures = match name.as_str() {
            "backfill" => backfill::measure().await,
            "budget" => budget::measure().await,
            "outlook" => outlook::measure().await,
            "searching" => searching::measure().await,
            "serving" => serving::measure().await,
            other => panic!("there is no figure {other}; there are {}", ALL.join(", ")),
        };
        figure::keep(&name, &figures);
    }
}
