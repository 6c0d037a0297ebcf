//! The commands.

mod rotate_keys;
mod verify;

use crate::{
    config::Settings,
    database::{connect_database, migrate},
    startup::{Application, Overrides},
    telemetry,
};
use anyhow::Context;
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Gatepost keeps your mail accounts connected and in sync.
#[derive(Debug, Parser)]
#[command(name = "gatepost", version)]
pub struct Command {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Serve pages and do the background work (the default).
    Serve,
    /// Bring the database up to date and stop.
    Migrate,
    /// Seal every secret anew with the first of `TOKEN_ENCRYPTION_KEYS`, while the server works.
    RotateKeys {
        /// Fail when this key is still in use afterwards.
        #[arg(long, value_name = "ID")]
        drop: Option<String>,
    },
    /// Compare mailboxes with the provider's own list of them, and have mended what differs.
    Verify {
        /// Only this one: its address or its id.
        #[arg(long, value_name = "ADDRESS OR ID")]
        connection: Option<String>,
    },
}

impl Command {
    /// Does what was asked for.
    pub async fn run(self) -> anyhow::Result<()> {
        let settings = Settings::from_environment()?;
        telemetry::install(&settings.log_filter, settings.log_format);
        match self.what.unwrap_or(What::Serve) {
            What::Serve => {
                let stop = stop_on_signal()?;
                let application = Application::build(settings, Overrides::default()).await?;
                application.run_until_stopped(stop).await
            }
            What::Migrate => {
                let database = connect_database(&settings).await?;
                migrate(&database).await?;
                tracing::info!("the database is up to date");
                Ok(())
            }
            What::RotateKeys { drop } => rotate_keys::run(&settings, drop.as_deref()).await,
            What::Verify { connection } => verify::run(&settings, connection.as_deref()).await,
        }
    }
}

/// Ctrl-C or a polite kill ends the server in order.
fn stop_on_signal() -> anyhow::Result<CancellationToken> {
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for the signal to end")?;
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
        told.cancel();
    });
    Ok(stop)
}
