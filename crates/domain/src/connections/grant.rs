//! A fresh access token on demand: from the cache, then the database, then the provider, each filling the one before.
//!
//! One refresh at a time per connection, over all processes: a lease on the grant's row that outlives the HTTP time-out,
//! and a version condition on the write, so that whoever lost the lease cannot overwrite a newer token. Losers wait and
//! read again. A token that is still valid is used when an early refresh fails.

use super::Connections;
use crate::{
    audit,
    providers::google::auth::{AuthError, Tokens},
    vault::{Place, VaultError},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::oauth_grants;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
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
    /// There is no such connection.
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

/// The place of a sealed token in `oauth_grants`; rows are bound by connection.
pub(super) fn place(connection: Uuid, purpose: &'static str) -> Place<'static> {
    Place { table: "oauth_grants", row: connection, purpose }
}

fn cache_place(connection: Uuid) -> Place<'static> {
    Place { table: "cache", row: connection, purpose: "access_token" }
}

fn cache_key(connection: Uuid) -> String {
    format!("token:{connection}")
}

impl Connections {
    /// A token that is good for at least one more call.
    pub async fn access_token(&self, connection: Uuid) -> Result<AccessToken, GrantError> {
        if let Some(token) = self.cached(connection).await {
            return Ok(token);
        }
        loop {
            let grant = self.grant(connection).await?;
            let now = self.clock.now();
            let fresh_from = now + EARLY + self.randomness.jitter(JITTER);
            if let Some((token, until)) = self.stored(&grant)?
                && until > fresh_from
            {
                self.fill_cache(connection, &token, until).await;
                return Ok(token);
            }
            if let Some(lease) = self.take_lease(&grant, now).await? {
                return self.refresh(&grant, lease).await;
            }
            // Somebody else refreshes: a token that still works is better than waiting.
            if let Some((token, until)) = self.stored(&grant)?
                && until > now + TOO_LATE
            {
                return Ok(token);
            }
            self.clock.sleep(LOOK_AGAIN).await;
        }
    }

    /// The provider did not accept `token`: forget it, unless a newer one is stored already.
    pub async fn refused(&self, connection: Uuid, token: &AccessToken) -> Result<(), GrantError> {
        self.forget_cached_token(connection).await;
        let grant = self.grant(connection).await?;
        if let Some((stored, _)) = self.stored(&grant)?
            && stored.expose() == token.expose()
        {
            oauth_grants::Entity::update_many()
                .col_expr(oauth_grants::Column::AccessExpiresAt, Expr::value(Option::<DateTime<Utc>>::None))
                .filter(oauth_grants::Column::Id.eq(grant.id))
                .filter(oauth_grants::Column::Version.eq(grant.version))
                .exec(&self.db)
                .await?;
        }
        Ok(())
    }

    async fn refresh(&self, grant: &oauth_grants::Model, lease: Uuid) -> Result<AccessToken, GrantError> {
        let result = self.ask_provider(grant).await;
        let now = self.clock.now();
        match result {
            Ok(tokens) => {
                let written = self.write(grant, lease, &tokens).await?;
                if written {
                    self.record_refresh(grant.connection_id, "done", None).await?;
                    self.fill_cache(
                        grant.connection_id,
                        &AccessToken(tokens.access_token.clone()),
                        tokens.access_expires_at,
                    )
                    .await;
                }
                Ok(AccessToken(tokens.access_token))
            }
            Err(error) => {
                self.release(grant, lease).await?;
                self.record_refresh(grant.connection_id, "failed", Some(&error.to_string())).await?;
                let still_valid = self.stored(grant)?.filter(|(_, until)| *until > now + TOO_LATE);
                match (error, still_valid) {
                    (AuthError::GrantRefused { subtype }, _) => {
                        let reason = subtype.as_deref().unwrap_or("invalid_grant");
                        self.mark_needs_reconnect(grant.connection_id, reason).await?;
                        Err(GrantError::NeedsReconnect)
                    }
                    (error, Some((token, _))) => {
                        tracing::warn!(connection = %grant.connection_id, error = %error, "grant.early_refresh_failed: the old token still works");
                        Ok(token)
                    }
                    (error @ AuthError::ClientRefused { .. }, None) => {
                        // The operator's fault: no connection may suffer for it.
                        tracing::error!(error = %error, "provider.client_refused: check client id and secret");
                        Err(GrantError::Transient(error.into()))
                    }
                    (error, None) => Err(GrantError::Transient(error.into())),
                }
            }
        }
    }

    async fn record_refresh(&self, connection: Uuid, outcome: &'static str, why: Option<&str>) -> Result<(), DbErr> {
        let entry = audit::Entry {
            connection: Some(connection),
            action: "grant.refresh",
            outcome,
            detail: why,
            ..audit::Entry::default()
        };
        audit::record(&self.db, &*self.clock, &self.randomness, entry).await
    }

    async fn ask_provider(&self, grant: &oauth_grants::Model) -> Result<Tokens, AuthError> {
        let google = self.google.as_ref().ok_or_else(|| AuthError::ClientRefused { code: "not_set_up".into() })?;
        let sealed = grant.sealed_refresh_token.as_deref();
        let sealed = sealed.ok_or(AuthError::GrantRefused { subtype: Some("no_refresh_token".into()) })?;
        let token = self
            .vault
            .open_text(&place(grant.connection_id, "refresh_token"), sealed)
            .map_err(|error| AuthError::Transient(error.into()))?;
        google.refresh(&token).await
    }

    async fn write(&self, grant: &oauth_grants::Model, lease: Uuid, tokens: &Tokens) -> Result<bool, GrantError> {
        let access = self
            .vault
            .seal(&place(grant.connection_id, "access_token"), tokens.access_token.expose_secret().as_bytes())?;
        let mut update = oauth_grants::Entity::update_many()
            .col_expr(oauth_grants::Column::SealedAccessToken, Expr::value(Some(access)))
            .col_expr(oauth_grants::Column::AccessExpiresAt, Expr::value(Some(tokens.access_expires_at)))
            .col_expr(oauth_grants::Column::Version, Expr::value(grant.version + 1))
            .col_expr(oauth_grants::Column::UpdatedAt, Expr::value(self.clock.now()))
            .col_expr(oauth_grants::Column::LeaseOwner, Expr::value(Option::<Uuid>::None))
            .col_expr(oauth_grants::Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None));
        if let Some(refresh) = &tokens.refresh_token {
            let place = place(grant.connection_id, "refresh_token");
            let sealed = self.vault.seal(&place, refresh.expose_secret().as_bytes())?;
            update = update.col_expr(oauth_grants::Column::SealedRefreshToken, Expr::value(Some(sealed)));
        }
        let written = update
            .filter(oauth_grants::Column::Id.eq(grant.id))
            .filter(oauth_grants::Column::Version.eq(grant.version))
            .filter(oauth_grants::Column::LeaseOwner.eq(lease))
            .exec(&self.db)
            .await?;
        Ok(written.rows_affected == 1)
    }

    async fn take_lease(&self, grant: &oauth_grants::Model, now: DateTime<Utc>) -> Result<Option<Uuid>, DbErr> {
        let lease = self.randomness.uuid(now);
        let free = Condition::any()
            .add(oauth_grants::Column::LeaseUntil.is_null())
            .add(oauth_grants::Column::LeaseUntil.lte(now));
        let taken = oauth_grants::Entity::update_many()
            .col_expr(oauth_grants::Column::LeaseOwner, Expr::value(Some(lease)))
            .col_expr(oauth_grants::Column::LeaseUntil, Expr::value(Some(now + LEASE)))
            .filter(oauth_grants::Column::Id.eq(grant.id))
            .filter(oauth_grants::Column::Version.eq(grant.version))
            .filter(free)
            .exec(&self.db)
            .await?;
        Ok((taken.rows_affected == 1).then_some(lease))
    }

    async fn release(&self, grant: &oauth_grants::Model, lease: Uuid) -> Result<(), DbErr> {
        oauth_grants::Entity::update_many()
            .col_expr(oauth_grants::Column::LeaseOwner, Expr::value(Option::<Uuid>::None))
            .col_expr(oauth_grants::Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
            .filter(oauth_grants::Column::Id.eq(grant.id))
            .filter(oauth_grants::Column::LeaseOwner.eq(lease))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    async fn grant(&self, connection: Uuid) -> Result<oauth_grants::Model, GrantError> {
        let account = entity::connected_accounts::Entity::find_by_id(connection).one(&self.db).await?;
        if account.ok_or(GrantError::NotFound)?.state == "needs_reconnect" {
            return Err(GrantError::NeedsReconnect);
        }
        oauth_grants::Entity::find()
            .filter(oauth_grants::Column::ConnectionId.eq(connection))
            .one(&self.db)
            .await?
            .ok_or(GrantError::NotFound)
    }

    fn stored(&self, grant: &oauth_grants::Model) -> Result<Option<(AccessToken, DateTime<Utc>)>, VaultError> {
        let (Some(sealed), Some(until)) = (&grant.sealed_access_token, grant.access_expires_at) else {
            return Ok(None);
        };
        let token = self.vault.open_text(&place(grant.connection_id, "access_token"), sealed)?;
        Ok(Some((AccessToken(token), until)))
    }

    async fn cached(&self, connection: Uuid) -> Option<AccessToken> {
        let sealed = self.cache.get(&cache_key(connection)).await?;
        self.vault.open_text(&cache_place(connection), &sealed).ok().map(AccessToken)
    }

    /// The grant changed: what the cache holds is old.
    pub(super) async fn forget_cached_token(&self, connection: Uuid) {
        self.cache.delete(&cache_key(connection)).await;
    }

    async fn fill_cache(&self, connection: Uuid, token: &AccessToken, until: DateTime<Utc>) {
        let life = (until - EARLY - self.clock.now()).to_std().unwrap_or_default();
        let life = life.saturating_sub(self.randomness.jitter(JITTER));
        if life.is_zero() {
            return;
        }
        if let Ok(sealed) = self.vault.seal(&cache_place(connection), token.expose().as_bytes()) {
            self.cache.set(&cache_key(connection), &sealed, life).await;
        }
    }
}
