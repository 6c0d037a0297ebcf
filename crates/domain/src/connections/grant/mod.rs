//! A fresh access token on demand: from the cache, then the database, then the provider, each filling the one before.
//!
//! One refresh at a time per connection, over all processes: a lease on the grant's row that outlives the HTTP time-out,
//! and a version condition on the write, so that whoever lost the lease cannot overwrite a newer token. Losers wait and
//! read again; within a process they wait for each other first, so that fifty callers cost the database no more than
//! one. A token that is still valid is used when an early refresh fails, and instead of waiting for one.

mod alarm;
mod cause;
mod flight;
mod keep;
mod renewed;
mod store;

pub use alarm::Alarms;
pub use cause::Cause;
pub(super) use cause::{Dates, likely};
pub(crate) use flight::Flights;
pub(crate) use keep::KEEP_EVERY;
use renewed::Written;
pub(super) use renewed::scopes_of;
pub(super) use store::place;

use super::Connections;
use crate::{
    audit,
    providers::auth::{AuthError, Tokens},
    vault::VaultError,
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{connected_accounts, oauth_grants};
use sea_orm::DbErr;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use uuid::Uuid;

/// Refreshed this long before the provider's expiry …
const EARLY: TimeDelta = TimeDelta::minutes(5);
/// … plus up to this much, so that connections made together do not refresh together.
const JITTER: Duration = Duration::from_mins(1);
/// Longer than the time-out of a token call (20 s) with its connection, so that a lease never ends in mid-refresh.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How often a loser looks whether the winner is done.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// Margin below which a token is not handed out any more: a call must be able to end.
const TOO_LATE: TimeDelta = TimeDelta::seconds(10);
/// After a failed refresh the provider is left alone for this long.
const PAUSE: Duration = Duration::from_secs(15);

/// An access token, to make one call with.
#[derive(Clone)]
pub struct AccessToken(pub(crate) SecretString);

impl AccessToken {
    /// The token itself, for an `Authorization` header and nothing else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Why there is no access token.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The grant is gone: only the person can repair it.
    #[error("the connection has to be connected again")]
    NeedsReconnect,
    /// Try again later; nothing is known to be wrong with the grant.
    #[error("no access token just now")]
    Transient(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no such connection, or it is being taken apart.
    #[error("there is no such connection")]
    NotFound,
}

impl From<DbErr> for GrantError {
    fn from(error: DbErr) -> Self {
        Self::Transient(error.into())
    }
}

impl From<VaultError> for GrantError {
    fn from(error: VaultError) -> Self {
        Self::Transient(error.into())
    }
}

/// A connection that may be used, with its grant.
struct Held {
    account: connected_accounts::Model,
    grant: oauth_grants::Model,
}

impl Connections {
    /// A token that is good for at least one more call.
    pub async fn access_token(&self, connection: Uuid) -> Result<AccessToken, GrantError> {
        if let Some(token) = self.cached(connection).await {
            return Ok(token);
        }
        let flight = self.flights.of(connection);
        let mut turn = if let Ok(turn) = flight.try_lock() {
            turn
        } else {
            // Somebody in this process is at it: a token that still works is better than waiting.
            let held = self.held(connection).await?;
            if let Some((token, until)) = self.stored(&held.grant)?
                && until > self.clock.now() + TOO_LATE
            {
                return Ok(token);
            }
            let turn = flight.lock().await;
            if let Some(token) = self.cached(connection).await {
                return Ok(token);
            }
            turn
        };
        // What went wrong a moment ago is not tried again by everybody who waited.
        let resting = turn.is_some_and(|failed: DateTime<Utc>| self.clock.now() < failed + PAUSE);
        let result = self.stored_or_refreshed(connection, resting).await;
        match &result {
            Ok(_) => *turn = None,
            Err(GrantError::Transient(_)) if !resting => *turn = Some(self.clock.now()),
            Err(_) => {}
        }
        result
    }

    async fn stored_or_refreshed(&self, connection: Uuid, resting: bool) -> Result<AccessToken, GrantError> {
        loop {
            let held = self.held(connection).await?;
            let now = self.clock.now();
            self.note_use(&held.grant, now).await?;
            let fresh_from = now + EARLY + self.randomness.jitter(JITTER);
            let stored = self.stored(&held.grant)?;
            if let Some((token, until)) = &stored
                && *until > fresh_from
            {
                self.fill_cache(&held.grant, held.grant.version, token, *until).await;
                return Ok(token.clone());
            }
            if !resting && let Some(lease) = self.take_lease(&held.grant, now).await? {
                return self.refresh(held, lease).await;
            }
            // Somebody else refreshes, or nobody can: a token that still works is better than waiting.
            if let Some((token, until)) = stored
                && until > now + TOO_LATE
            {
                return Ok(token);
            }
            if resting {
                return Err(GrantError::Transient("the provider did not renew the token a moment ago".into()));
            }
            self.clock.sleep(LOOK_AGAIN).await;
        }
    }

    /// The provider did not accept `token`: forget it, unless a newer one is stored already.
    pub async fn refused(&self, connection: Uuid, token: &AccessToken) -> Result<(), GrantError> {
        self.forget_cached_token(connection).await;
        let grant = self.held(connection).await?.grant;
        if let Some((stored, _)) = self.stored(&grant)?
            && stored.expose() == token.expose()
        {
            self.forget_stored_token(&grant).await?;
        }
        Ok(())
    }

    /// Renews a grant whose lease is ours. It goes on when the caller leaves: a new refresh token may be on its way.
    async fn refresh(&self, held: Held, lease: Uuid) -> Result<AccessToken, GrantError> {
        let this = self.clone();
        self.flights.to_the_end(async move { this.exchange(&held, lease).await }).await
    }

    async fn exchange(&self, held: &Held, lease: Uuid) -> Result<AccessToken, GrantError> {
        let (connection, grant) = (held.account.id, &held.grant);
        match self.ask_provider(held).await {
            Ok(tokens) => {
                let until = tokens.access_expires_at;
                let written = self.write(held, lease, &tokens).await?;
                if written == Written::Lost {
                    // A consent wrote a newer grant meanwhile, or the connection is being taken apart.
                    let newer = self.stored(&self.held(connection).await?.grant)?;
                    let newer = newer.filter(|(_, until)| *until > self.clock.now() + TOO_LATE).map(|(token, _)| token);
                    return newer.ok_or_else(|| GrantError::Transient("the grant was written anew".into()));
                }
                if written == Written::WithoutMail {
                    self.forget_cached_token(connection).await;
                    return Err(GrantError::NeedsReconnect);
                }
                let token = AccessToken(tokens.access_token);
                self.record_refresh(connection).await;
                self.fill_cache(grant, grant.version + 1, &token, until).await;
                Ok(token)
            }
            Err(error) => {
                // A lease that is not ours any more says that a newer grant was written meanwhile.
                let ours = self.release(grant, lease).await?;
                self.count_failure(connection, &error).await;
                self.after_refusal(held, error, ours).await
            }
        }
    }

    async fn after_refusal(&self, held: &Held, error: AuthError, ours: bool) -> Result<AccessToken, GrantError> {
        let connection = held.account.id;
        match &error {
            AuthError::GrantRefused { reason } if ours => {
                self.mark_needs_reconnect(connection, reason, Some(held.grant.version)).await?;
                return Err(GrantError::NeedsReconnect);
            }
            AuthError::ClientRefused { code } => {
                // The operator's fault: no connection may suffer for it.
                let provider = held.account.provider.parse().map_err(|_| DbErr::Type("provider".into()))?;
                self.alarms.raise(provider, code).await;
            }
            error => tracing::warn!(%connection, %error, "grant.not_refreshed: it is tried again"),
        }
        let until = self.stored(&held.grant)?.filter(|(_, until)| *until > self.clock.now() + TOO_LATE);
        let Some((token, until)) = until else { return Err(GrantError::Transient(error.into())) };
        // The old token still works; the next callers use it for a while instead of asking the provider each.
        let pause = TimeDelta::from_std(PAUSE).unwrap_or_default();
        self.fill_cache_for(connection, &token, pause.min(until - TOO_LATE - self.clock.now())).await;
        Ok(token)
    }

    async fn record_refresh(&self, connection: Uuid) {
        let entry = refresh_entry(connection, "done", None);
        let recorded = audit::record(&self.db, &*self.clock, &self.randomness, entry).await;
        unless_recorded(connection, recorded);
    }

    /// What fails is tried again and again: it is counted by the hour.
    async fn count_failure(&self, connection: Uuid, error: &AuthError) {
        let why = error.trouble().told(error);
        let entry = refresh_entry(connection, "failed", Some(&why));
        unless_recorded(connection, audit::count(&self.db, &*self.clock, entry, 1).await);
    }

    async fn ask_provider(&self, held: &Held) -> Result<Tokens, AuthError> {
        let Held { account, grant } = held;
        let not_set_up = || AuthError::ClientRefused { code: "not_set_up".into() };
        let provider = account.provider.parse().map_err(|_| not_set_up())?;
        let server = self.servers.get(provider).ok_or_else(not_set_up)?;
        if self.alarms.is_fresh(provider).await {
            return Err(AuthError::Transient("the provider did not accept this server a moment ago".into()));
        }
        let sealed = grant.sealed_refresh_token.as_deref();
        let sealed = sealed.ok_or(AuthError::GrantRefused { reason: "no_refresh_token".into() })?;
        let token = self
            .vault
            .open_text(&place(account.id, "refresh_token"), sealed)
            .map_err(|error| AuthError::Transient(error.into()))?;
        let tokens = server.refresh(&token, &grant.scopes).await?;
        self.alarms.clear(provider).await;
        Ok(tokens)
    }
}

fn refresh_entry<'a>(connection: Uuid, outcome: &'static str, detail: Option<&'a str>) -> audit::Entry<'a> {
    let connection = Some(connection);
    audit::Entry { connection, action: "grant.refresh", outcome, detail, ..audit::Entry::default() }
}

/// A token that is stored is good whether or not the record of it could be written.
fn unless_recorded(connection: Uuid, recorded: Result<(), DbErr>) {
    if let Err(error) = recorded {
        tracing::error!(%connection, %error, "audit.not_written");
    }
}
