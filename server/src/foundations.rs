//! What every command that does more than migrate stands on: the database, up to date, and the domain over it.

use crate::{
    config::Settings,
    presence::Presence,
    startup::{connect_cache, connect_database, domain_settings, install_tls, migrate, sqlite_file},
};
use anyhow::Context;
use domain::{
    Deps, Domain,
    clock::{Clock, Randomness, SystemClock},
    installation, jobs,
    vault::{Vault, VaultKey},
};
use sea_orm::DatabaseConnection;
use secrecy::ExposeSecret;
use std::sync::Arc;

/// A database that is up to date, with time and chance.
pub(crate) struct Foundations {
    pub database: DatabaseConnection,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
}

impl Foundations {
    /// For a command that runs beside the server.
    pub async fn of_command(settings: &Settings) -> anyhow::Result<Self> {
        Self::lay(settings, Arc::new(SystemClock), Randomness::system()).await
    }

    /// Opens the database and brings it up to date.
    pub async fn lay(settings: &Settings, clock: Arc<dyn Clock>, randomness: Randomness) -> anyhow::Result<Self> {
        install_tls();
        let database = connect_database(settings).await?;
        migrate(&database).await?;
        Ok(Self { database, clock, randomness })
    }

    /// Frees the jobs of processes that are known to be dead. On PostgreSQL others may live: there a silent one's leases
    /// have to end by themselves.
    pub async fn arrive(&self, settings: &Settings) -> anyhow::Result<Option<Presence>> {
        let Some(file) = sqlite_file(settings.database_url.expose_secret()) else { return Ok(None) };
        let mut presence = Presence::come(file);
        if presence.is_alone() {
            let freed = jobs::free_all(&self.database, self.clock.now()).await?;
            tracing::debug!(freed, "jobs.freed: no other process lives");
        }
        presence.share();
        Ok(Some(presence))
    }

    /// Everything the product does, over this database.
    pub async fn domain(self, settings: &Settings) -> anyhow::Result<Domain> {
        let Self { database, clock, randomness } = self;
        let (cache, bus) = connect_cache(settings, &clock).await?;
        let keys = settings.keys.iter().map(|key| VaultKey { id: key.id.clone(), key: key.bytes }).collect();
        let vault = Vault::new(keys, randomness.clone()).context("TOKEN_ENCRYPTION_KEYS cannot be used")?;
        installation::check(&database, &vault, &*clock, &randomness).await.context(
            "this database was sealed with other keys (TOKEN_ENCRYPTION_KEYS): start with the keys it was made with",
        )?;
        let settings = domain_settings(settings)?;
        Ok(Domain::new(Deps { db: database, cache, bus, clock, randomness, vault, settings })?)
    }
}
