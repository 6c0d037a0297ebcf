//! Every log line of the process, kept for tests that look for what must not be there.

use server::{config::LogFormat, telemetry};
use std::{
    io,
    sync::{Mutex, OnceLock, PoisonError},
};

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static CAPTURED: OnceLock<()> = OnceLock::new();

/// Keeps everything our crates and their libraries log, down to the finest level that can name a secret.
pub fn capture() {
    CAPTURED.get_or_init(|| {
        let filter = "debug,server=trace,domain=trace,sqlx=trace,sandbox=off,h2=info";
        let subscriber = telemetry::subscriber(filter, LogFormat::Json, || Keep);
        // The figures have one of their own, which keeps nothing.
        let _ = tracing::subscriber::set_global_default(subscriber);
    });
}

/// Everything logged so far.
pub fn text() -> String {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&lines).into_owned()
}

struct Keep;

impl io::Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the domain did last, newest first.
pub fn last_words() -> String {
    let log = text();
    let last: Vec<_> = log.lines().rev().filter(|line| line.contains("domain::")).take(20).collect();
    last.join("\n")
}
