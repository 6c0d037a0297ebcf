//! Log lines: for eyes on a terminal, one JSON object a line otherwise. Lines name ids and numbers, never an address, a
//! subject, a token or the query of a URL.

use crate::config::LogFormat;
use std::io::IsTerminal;
use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, Layer, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt};

/// A subscriber that writes what passes `filter` to `writer`. A filter that cannot be read counts as `info`.
pub fn subscriber<W>(filter: &str, format: LogFormat, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let layer = match format {
        LogFormat::Json => tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(writer).boxed(),
        LogFormat::Pretty => tracing_subscriber::fmt::layer()
            .with_target(false)
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(writer)
            .boxed(),
    };
    tracing_subscriber::registry().with(filter).with(layer)
}

/// Sends the process's events to its standard error.
pub fn install(filter: &str, format: Option<LogFormat>) {
    let by_place = if std::io::stderr().is_terminal() { LogFormat::Pretty } else { LogFormat::Json };
    // A second call, from a test's second server, keeps the first subscriber.
    let _ = subscriber(filter, format.unwrap_or(by_place), std::io::stderr).try_init();
}
