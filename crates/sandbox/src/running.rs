//! Starting and stopping a sandbox.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Extension;
use axum::middleware::from_fn_with_state;
use chrono::{DateTime, NaiveTime, Utc};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::Config;
use crate::faults::Faults;
use crate::quota::Windows;
use crate::requests::Requests;
use crate::signer::Signer;
use crate::state::{Provider, Sandbox, Side};
use crate::wire::{Cut, Gate};
use crate::world::World;
use crate::{control, door, google, microsoft};

/// How long [`Running::stop`] waits for answers under way.
const PATIENCE: Duration = Duration::from_secs(1);

/// A sandbox that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    /// Google's origin, which is also its issuer: `http://127.0.0.1:PORT`.
    pub google_url: String,
    /// Microsoft's origin.
    pub microsoft_url: String,
    /// The addresses of the people, the sample person first.
    pub addresses: Vec<String>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Stops listening, lets answers under way finish for a second, and returns when both ports are free.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        for task in std::mem::take(&mut self.tasks) {
            let abort = task.abort_handle();
            if tokio::time::timeout(PATIENCE, task).await.is_err() {
                abort.abort();
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Starts a sandbox on 127.0.0.1; fails when a port is taken.
pub async fn start(config: Config) -> anyhow::Result<Running> {
    let google_port = listen(config.google_port).await?;
    let microsoft_port = listen(config.microsoft_port).await?;
    let google_url = format!("http://{}", google_port.local_addr()?);
    let microsoft_url = format!("http://{}", microsoft_port.local_addr()?);

    let clock = Clock::new(config.speed);
    let now = clock.now();
    let base = config.now.unwrap_or_else(|| start_of_day(now));
    let world = {
        let config = config.clone();
        tokio::task::spawn_blocking(move || World::build(&config, base, now)).await?
    };
    let addresses = world.residents().iter().map(|resident| resident.person.address.clone()).collect();
    let sandbox = Arc::new(Sandbox {
        clock,
        world,
        google: Side::new(&google_url, &google::manners::MANNERS),
        microsoft: Side::new(&microsoft_url, &microsoft::manners::MANNERS),
        graph: microsoft::graph::Desk::default(),
        pubsub: google::pubsub::desk::Desk::default(),
        quota: Windows::new(config.quota),
        faults: Faults::default(),
        requests: Requests::default(),
        google_signer: Signer::load("google")?,
        service_signer: Signer::load(google::service_account::SIGNER)?,
        work_signer: Signer::load("microsoft work")?,
        personal_signer: Signer::load("microsoft personal")?,
        config,
    });

    let (stop, stopped) = watch::channel(false);
    let app = |provider: Provider| {
        control::router()
            .fallback(door::enter)
            .layer(from_fn_with_state(Arc::clone(&sandbox), door::tell))
            .layer(Extension(provider))
            .with_state(Arc::clone(&sandbox))
    };
    let tasks = [(google_port, app(Provider::Google)), (microsoft_port, app(Provider::Microsoft))]
        .into_iter()
        .map(|(listener, app)| tokio::spawn(serve(listener, app, stopped.clone())))
        .collect();
    Ok(Running { google_url, microsoft_url, addresses, stop, tasks })
}

async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.with_context(|| format!("cannot listen on 127.0.0.1:{port}"))
}

async fn serve(listener: TcpListener, app: axum::Router, mut stopped: watch::Receiver<bool>) {
    let service = app.into_make_service_with_connect_info::<Cut>();
    let until_stopped = async move {
        // An error means that the sender is gone, which is a stop as well.
        if stopped.wait_for(|stop| *stop).await.is_err() {
            tracing::debug!("the sandbox was dropped");
        }
    };
    if let Err(error) = axum::serve(Gate(listener), service).with_graceful_shutdown(until_stopped).await {
        tracing::error!(%error, "a port of the sandbox failed");
    }
}

fn start_of_day(now: DateTime<Utc>) -> DateTime<Utc> {
    now.date_naive().and_time(NaiveTime::MIN).and_utc()
}
