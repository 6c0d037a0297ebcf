//! What every command that does more than migrate stands on: the database, up to date, and the domain over it.

use crate::{
    config::Settings,
    database::{connect_database, migrate, sqlite_file},
    presence::Presence,
    startup::{connect_cache, domain_settings, install_tls},
};
use anyhow::Context;
use domain::{
    Deps, Domain,
    clock::{Clock, Randomness, SystemClock},
    database::Database,
    installation, jobs,
    keys::{self, Progress, Rotated},
    reading::outside::Outside,
    vault::{Vault, VaultKey},
};
use secrecy::ExposeSecret;
use std::{net::IpAddr, sync::Arc};

/// A database that is up to date, with time and chance.
pub(crate) struct Foundations {
    pub database: Database,
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
            let freed = jobs::free_all(&self.database, &self.randomness, self.clock.now()).await?;
            tracing::debug!(freed, "jobs.freed: no other process lives");
        }
        presence.share();
        Ok(Some(presence))
    }

    /// The keys, once it is known that they are the ones of this database.
    pub async fn vault(&self, settings: &Settings) -> anyhow::Result<Vault> {
        let keys = settings.keys.iter().map(|key| VaultKey { id: key.id.clone(), key: key.bytes }).collect();
        let vault = Vault::new(keys, self.randomness.clone()).context("TOKEN_ENCRYPTION_KEYS cannot be used")?;
        installation::check(&self.database, &vault, &*self.clock, &self.randomness)
            .await
            .context("these are the keys of another installation (TOKEN_ENCRYPTION_KEYS): start with the keys this database was made with")?;
        Ok(vault)
    }

    /// Says what the keys do not open. The server works all the same: what does open is worth having, and each connection
    /// that does not says so on its card.
    pub async fn report_unreadable(&self, vault: &Vault) -> anyhow::Result<()> {
        for one in keys::survey(&self.database, vault).await? {
            let Err(reason) = one.opens else { continue };
            tracing::error!(
                table = one.table, column = one.column, values = one.values, row = %one.row, key = one.key.as_deref().unwrap_or("?"),
                "keys.unreadable: {reason}; add the key to TOKEN_ENCRYPTION_KEYS again, or have these connected again"
            );
        }
        Ok(())
    }

    /// Seals everything anew with the first key.
    pub async fn rotate(&self, vault: &Vault, tell: impl FnMut(Progress) + Send) -> anyhow::Result<Rotated> {
        Ok(keys::rotate(&self.database, vault, &*self.clock, &self.randomness, tell).await?)
    }

    /// Everything the product does, over this database.
    pub async fn domain(self, settings: &Settings) -> anyhow::Result<Domain> {
        let vault = self.vault(settings).await?;
        self.report_unreadable(&vault).await?;
        let Self { database, clock, randomness } = self;
        let (cache, bus) = connect_cache(settings, &clock).await?;
        let outside = outside(settings);
        let settings = domain_settings(settings)?;
        Ok(Domain::new(Deps { db: database, cache, bus, clock, randomness, vault, outside, settings })?)
    }
}

/// Where pictures of mails may be fetched from. In the demo the sandbox plays the rest of the world, too: outside of it
/// nothing of this machine can be reached.
fn outside(settings: &Settings) -> Outside {
    let google = settings.google.as_ref().and_then(|google| google.api_url.as_ref());
    let microsoft = settings.microsoft.as_ref().map(|microsoft| &microsoft.graph_url);
    let sandbox = [google, microsoft].into_iter().flatten().filter(|_| settings.demo);
    let addresses =
        sandbox.filter_map(|url| Some((url.host_str()?.parse::<IpAddr>().ok()?, url.port_or_known_default()?)));
    addresses.fold(Outside::internet(), |outside, (ip, port)| outside.admitting((ip, port).into()))
}
