//! The command `sandbox`: starts the pretend providers, prints where they are and who lives there, and ends at once on
//! SIGINT or SIGTERM.

use std::io::Write as _;

use clap::Parser;
use sandbox::{Client, Config, Coop, Folders, Quota, Threads};
use tokio::signal::unix::{SignalKind, signal};

/// A pretend Google and Microsoft on 127.0.0.1, for the demo and the tests.
#[derive(Debug, Parser)]
#[command(name = "sandbox")]
struct Flags {
    /// Port of the pretend Google; 0 takes a free one.
    #[arg(long, default_value_t = 4010)]
    google_port: u16,
    /// Port of the pretend Microsoft; 0 takes a free one.
    #[arg(long, default_value_t = 4020)]
    microsoft_port: u16,
    /// People with an account.
    #[arg(long, default_value_t = 3)]
    people: usize,
    /// Mails per person.
    #[arg(long, default_value_t = 2000)]
    messages: usize,
    /// Calendar events per person.
    #[arg(long, default_value_t = 200)]
    events: usize,
    /// From which everything invented follows.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which of Google's per-person limits is enforced.
    #[arg(long, value_enum, default_value = "off")]
    quota: Quota,
    /// Milliseconds every answer is held back.
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Seconds that go by here in one of the computer's.
    #[arg(long, default_value_t = 1)]
    speed: u32,
    /// How mails form conversations.
    #[arg(long, value_enum, default_value = "talk")]
    threads: Threads,
    /// Where Outlook's mails lie.
    #[arg(long, value_enum, default_value = "marked")]
    folders: Folders,
    /// What Google's pages say about their opener.
    #[arg(long, value_enum, default_value = "report")]
    google_coop: Coop,
    /// A registered OAuth client, written `ID:SECRET:REDIRECT_URI`; may be repeated, also with one id and several URIs.
    #[arg(long = "client")]
    clients: Vec<Client>,
}

impl From<Flags> for Config {
    fn from(flags: Flags) -> Self {
        Self {
            google_port: flags.google_port,
            microsoft_port: flags.microsoft_port,
            people: flags.people,
            messages: flags.messages,
            events: flags.events,
            seed: flags.seed,
            quota: flags.quota,
            latency_ms: flags.latency_ms,
            speed: flags.speed,
            threads: flags.threads,
            folders: flags.folders,
            google_coop: flags.google_coop,
            clients: if flags.clients.is_empty() { Client::demos() } else { flags.clients },
            now: None,
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let running = sandbox::start(Flags::parse().into()).await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "Google    {}", running.google_url)?;
    writeln!(out, "Microsoft {}", running.microsoft_url)?;
    for address in &running.addresses {
        writeln!(out, "Person    {address}")?;
    }
    out.flush()?;
    drop(out);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
