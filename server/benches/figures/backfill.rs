//! How fast a whole mailbox comes here when no quota slows it down: the real program and the pretend provider on the same
//! cores; beside it the loop of the guides.

use crate::{
    figure::Figure,
    harness::{Wishes, database::Backend, site::Site},
    process,
};
use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// Messages of the two mailboxes.
const SIZES: [usize; 2] = [10_000, 100_000];
/// Messages of the straightforward loop: it is slow, and its pace does not change.
const SAMPLE: usize = 1_000;

/// What one backfill took.
struct Backfill {
    seconds: f64,
    /// CPU time a message in our process, in microseconds.
    cpu: f64,
    /// Likewise, for writing the index of words once more.
    words: f64,
    /// Megabytes.
    memory: f64,
}

/// Measures everything. `GATEPOST_BENCH_SIZES` takes other sizes, such as `10000`.
pub async fn measure() -> Vec<Figure> {
    let asked = std::env::var("GATEPOST_BENCH_SIZES").ok();
    let sizes =
        asked.map_or(SIZES.to_vec(), |text| text.split(',').map(|size| size.parse().expect("a size")).collect());
    let mut figures = Vec::new();
    for (latency, what) in [(0, "no latency"), (50, "50 ms a request")] {
        let loop_of_guides = straightforward(latency);
        for backend in [Backend::Sqlite, Backend::Postgres] {
            // With latency the small mailbox says it all.
            let sizes = if latency == 0 { sizes.as_slice() } else { &sizes[..1] };
            let mut first: Option<f64> = None;
            for size in sizes {
                let name = |of: &str| format!("{of}: {size} messages, {backend:?}, {what}");
                let how = "release build; from the popup's end to the stage live; server and sandbox on the same cores";
                let took = backfill(backend, *size, latency).await;
                let messages = f64::from(u32::try_from(*size).expect("a mailbox"));
                let rate = messages / took.seconds;
                figures.push(
                    Figure::new(name("rate"), rate, "messages/s", how)
                        .beside(loop_of_guides, "list, get, commit one by one"),
                );
                let cpu = Figure::new(name("CPU a message"), took.cpu, "µs", "utime + stime of the server");
                figures.push(match first {
                    Some(smaller) => cpu.beside(smaller, "the smaller mailbox"),
                    None => cpu,
                });
                first.get_or_insert(took.cpu);
                let how = "when they are written once more, by themselves, for mails that are stored";
                figures.push(Figure::new(name("CPU for a message's words"), took.words, "µs", how));
                figures.push(Figure::new(
                    name("peak memory"),
                    took.memory,
                    "MB",
                    "VmHWM of the server from connecting on",
                ));
                crate::figure::keep("backfill", &figures[figures.len() - 4..]);
            }
        }
    }
    figures
}

async fn backfill(backend: Backend, messages: usize, latency_ms: u64) -> Backfill {
    let mut site = Site::start(backend, 1, Wishes { messages: Some(messages), latency_ms, ..Wishes::default() }).await;
    site.browser.sign_up("ada").await.expect("signed up");
    // Hashing a password takes more memory than most of what follows, for a moment.
    process::forget_peak(site.process());
    let (cpu, started) = (process::cpu(site.process()), Instant::now());
    site.connect("google", &site.sandbox.addresses[0]).await;
    let mut look = tokio::time::interval(Duration::from_millis(50));
    while site.database.count("sync_feeds WHERE stage = 'live'").await == 0 {
        look.tick().await;
    }
    let seconds = started.elapsed().as_secs_f64();
    let cpu = process::cpu(site.process()).saturating_sub(cpu);
    assert_eq!(site.database.count("messages").await, i64::try_from(messages).expect("a size"), "everything is here");
    let memory = process::peak_memory(site.process());
    site.kill(0);
    site.database.execute("DELETE FROM search_index").await;
    site.database.execute("UPDATE messages SET search_key = NULL").await;
    site.revive(0).await;
    let words = words(&site).await;
    site.end().await;
    let a_message = |cpu: Duration| cpu.as_secs_f64() * 1e6 / f64::from(u32::try_from(messages).expect("a mailbox"));
    Backfill { seconds, cpu: a_message(cpu), words: a_message(words), memory }
}

/// CPU time of writing the words of everything that is stored.
async fn words(site: &Site) -> Duration {
    let cpu = process::cpu(site.process());
    let mut look = tokio::time::interval(Duration::from_millis(50));
    while site.database.count("messages WHERE search_key IS NULL").await > 0 {
        look.tick().await;
    }
    process::cpu(site.process()).saturating_sub(cpu)
}

/// Messages a second of the straightforward loop with Google's own client library.
fn straightforward(latency_ms: u64) -> f64 {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/straightforward.py");
    let python = std::env::var("PYTHON").expect("PYTHON names an interpreter with Google's library: `make bench` does");
    let output = Command::new(python)
        .arg(script)
        .args([SAMPLE.to_string(), latency_ms.to_string()])
        .output()
        .expect("bench/straightforward.py can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim().parse().unwrap_or_else(|_| panic!("not a rate: {said}"))
}
