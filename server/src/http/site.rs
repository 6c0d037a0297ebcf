//! What every route may use, built once.

use crate::{bridge::Reports, config::Settings, http::session::Cookies};
use app::server::{Client, Ports};
use axum::extract::FromRef;
use domain::{Domain, clock::Randomness, database::Database};
use leptos::config::LeptosOptions;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The state of the router; cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

/// The parts of a [`Site`].
pub struct Parts {
    pub settings: Settings,
    pub domain: Domain,
    /// Asked by the health routes only.
    pub database: Database,
    /// What the screens ask of the server.
    pub ports: Ports,
    /// Names and attributes of our cookies.
    pub cookies: Cookies,
    /// Writes unexpected errors to the log under a report id.
    pub reports: Reports,
    /// Ids that no page made.
    pub randomness: Randomness,
    /// Whether cargo-leptos watches and reloads pages.
    pub watched: bool,
    pub client: Arc<Client>,
    /// Where the built site lies and what its files are called.
    pub leptos: LeptosOptions,
    /// Ends event streams when the server stops.
    pub stop: CancellationToken,
    pub pace: Pace,
}

/// How often the event stream does what it does by the clock.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Numbers are loaded at most once in this time.
    pub gather: Duration,
    /// A comment is sent, and the session looked up, at least this often.
    pub keep_alive: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { gather: Duration::from_secs(1), keep_alive: Duration::from_secs(15) }
    }
}

impl Site {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// An id for an attempt that no page made.
    pub fn new_id(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.randomness.bytes()).into_uuid()
    }
}

impl std::ops::Deref for Site {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<Site> for LeptosOptions {
    fn from_ref(site: &Site) -> Self {
        site.leptos.clone()
    }
}
