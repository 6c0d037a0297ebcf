//! Builds everything once and runs it until it is told to stop.

use crate::{
    bridge::{self, Reports},
    config::{self, Role, Settings},
    foundations::Foundations,
    http::{
        client,
        hooks::HOOK,
        router,
        session::Cookies,
        site::{Pace, Parts, Site},
    },
    presence::Presence,
};
use anyhow::Context;
use axum::Router;
use domain::{
    Domain, DomainSettings,
    cache::{Bus, Cache},
    clock::{Clock, Randomness, SystemClock},
    database::Database,
    providers::{google::GoogleSettings, microsoft::MicrosoftSettings},
};
use leptos::config::LeptosOptions;
use secrecy::ExposeSecret;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

/// How long open requests may take to end after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// What a test replaces.
#[derive(Default)]
pub struct Overrides {
    pub clock: Option<Arc<dyn Clock>>,
    pub randomness: Option<Randomness>,
    /// Already bound, so that its port could be told to others first.
    pub listener: Option<TcpListener>,
    pub pace: Pace,
}

/// A server that is ready to run.
pub struct Application {
    listener: TcpListener,
    address: SocketAddr,
    routes: Router,
    domain: Domain,
    database: Database,
    role: Role,
    streams: CancellationToken,
    /// Held for as long as the server lives.
    _presence: Option<Presence>,
}

impl Application {
    /// Binds the listener, brings the database up to date and builds everything over it.
    ///
    /// A `PUBLIC_URL` with port 0 takes the port that was really bound.
    pub async fn build(mut settings: Settings, overrides: Overrides) -> anyhow::Result<Self> {
        let listener = match overrides.listener {
            Some(listener) => listener,
            None => TcpListener::bind(settings.listen_addr)
                .await
                .with_context(|| format!("cannot listen on {} (LISTEN_ADDR)", settings.listen_addr))?,
        };
        let address = listener.local_addr()?;
        if settings.public_url.port() == Some(0) {
            // Fails only for addresses without a host, which settings do not let in.
            let _ = settings.public_url.set_port(Some(address.port()));
        }
        let clock = overrides.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let randomness = overrides.randomness.unwrap_or_else(Randomness::system);
        let foundations = Foundations::lay(&settings, clock, randomness.clone()).await?;
        let presence = foundations.arrive(&settings).await?;
        let database = foundations.database.clone();
        let domain = foundations.domain(&settings).await?;
        let role = settings.role;
        let cookies = Cookies::new(settings.is_https());
        let reports = Reports::new(randomness.clone());
        let streams = CancellationToken::new();
        let leptos = leptos_options()?;
        let routes = routes(Parts {
            ports: bridge::ports(&domain, cookies, &reports),
            domain: domain.clone(),
            database: database.clone(),
            cookies,
            reports,
            randomness,
            client: Arc::new(client::built(&leptos)),
            leptos,
            watched: std::env::var_os("LEPTOS_WATCH").is_some(),
            stop: streams.clone(),
            pace: overrides.pace,
            settings,
        });
        Ok(Self { listener, address, routes, domain, database, role, streams, _presence: presence })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it serves, for tests that look behind the pages.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Serves and works until `stop`, then ends open requests and running jobs in order.
    pub async fn run_until_stopped(self, stop: CancellationToken) -> anyhow::Result<()> {
        tracing::info!(address = %self.address, role = ?self.role, "server.started");
        let worker = (self.role != Role::Web).then(|| {
            let (domain, stop) = (self.domain.clone(), stop.clone());
            tokio::spawn(async move { domain.run_worker(stop).await })
        });
        let stopped = {
            let (stop, streams) = (stop.clone(), self.streams);
            async move {
                stop.cancelled().await;
                streams.cancel();
            }
        };
        let service = self.routes.into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(self.listener, service).with_graceful_shutdown(stopped).into_future();
        let overdue = async {
            stop.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            served = serving => served.context("the server ended by itself")?,
            () = overdue => tracing::warn!("server.stopped: open requests were cut off"),
        }
        if let Some(worker) = worker {
            stop.cancel();
            worker.await.context("the background work ended by a panic")?;
        }
        if !self.domain.land().await {
            tracing::warn!("server.stopped: a provider did not answer in time; its tokens are asked for again");
        }
        // Closing folds SQLite's log into its file.
        if let Err(error) = self.database.close().await {
            tracing::warn!(error = %error, "database.not_closed");
        }
        tracing::info!("server.stopped");
        Ok(())
    }
}

fn routes(parts: Parts) -> Router {
    let role = parts.settings.role;
    let site = Site::new(parts);
    if role == Role::Worker { router::health_routes(site) } else { router::routes(site) }
}

/// Where the built site lies: told by cargo-leptos, else as in the root `Cargo.toml`.
fn leptos_options() -> anyhow::Result<LeptosOptions> {
    let options = leptos::config::get_configuration(None).context("the built site cannot be found")?.leptos_options;
    Ok(options)
}

/// One implementation of TLS for the process; a second call changes nothing.
pub(crate) fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

pub(crate) async fn connect_cache(settings: &Settings, clock: &Arc<dyn Clock>) -> anyhow::Result<(Cache, Bus)> {
    match &settings.redis_url {
        None => Ok((Cache::in_process(clock.clone()), Bus::in_process())),
        Some(url) => {
            let url = url.expose_secret();
            let cache = Cache::redis(url, clock.clone()).await.context("REDIS_URL")?;
            Ok((cache, Bus::redis(url).await.context("REDIS_URL")?))
        }
    }
}

pub(crate) fn domain_settings(settings: &Settings) -> anyhow::Result<DomainSettings> {
    let google = settings.google.as_ref().map(|google| google_settings(google, &settings.public_url)).transpose()?;
    let microsoft =
        settings.microsoft.as_ref().map(|microsoft| microsoft_settings(microsoft, &settings.public_url)).transpose()?;
    Ok(DomainSettings {
        google,
        microsoft,
        sign_up: settings.sign_up,
        mail: settings.mail.clone(),
        public_url: settings.public_url.clone(),
    })
}

fn microsoft_settings(microsoft: &config::Microsoft, public_url: &Url) -> anyhow::Result<MicrosoftSettings> {
    Ok(MicrosoftSettings {
        client_id: microsoft.client_id.clone(),
        client_secret: microsoft.client_secret.clone(),
        authority: microsoft.authority.as_str().trim_end_matches('/').to_owned(),
        tenant: microsoft.tenant.clone(),
        graph_url: microsoft.graph_url.clone(),
        redirect_uri: public_url.join("/auth/microsoft/callback")?,
        notification_url: microsoft.notifications.then(|| public_url.join(HOOK)).transpose()?,
    })
}

fn google_settings(google: &config::Google, public_url: &Url) -> anyhow::Result<GoogleSettings> {
    Ok(GoogleSettings {
        client_id: google.client_id.clone(),
        client_secret: google.client_secret.clone(),
        // Issuers are compared character by character, and an origin is written without its slash.
        issuer: google.issuer.as_str().trim_end_matches('/').to_owned(),
        api_url: google.api_url.clone(),
        redirect_uri: public_url.join("/auth/google/callback")?,
        quota: google.quota,
        project_quota: google.project_quota,
        pubsub: google.pubsub.clone(),
    })
}
