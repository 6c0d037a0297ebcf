//! A grant's row and its copy in the cache. Both hold sealed tokens only.

use super::{AccessToken, EARLY, GrantError, Held, JITTER, LEASE, renewed::joined};
use crate::{
    connections::Connections,
    providers::auth::Tokens,
    vault::{Place, VaultError, digest_of},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{connected_accounts, oauth_grants};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// Whether a grant is in use is written down at most this often.
const USED_EVERY: TimeDelta = TimeDelta::hours(1);
/// How long a token is known to a process of several that share no cache.
const UNSHARED: TimeDelta = TimeDelta::minutes(1);

/// The place of a sealed token in `oauth_grants`; rows are bound by connection.
pub(in crate::connections) fn place(connection: Uuid, purpose: &'static str) -> Place<'static> {
    Place { table: "oauth_grants", row: connection, purpose }
}

fn cache_place(connection: Uuid) -> Place<'static> {
    Place { table: "cache", row: connection, purpose: "access_token" }
}

impl Connections {
    /// The key names the providers too: a cache that outlives a change of them holds no tokens for the new ones.
    fn cache_key(&self, connection: Uuid) -> String {
        format!("token:{}:{connection}", URL_SAFE_NO_PAD.encode(&digest_of(&self.servers.issuers())[..9]))
    }

    pub(super) async fn held(&self, connection: Uuid) -> Result<Held, GrantError> {
        let found = connected_accounts::Entity::find_by_id(connection)
            .find_also_related(oauth_grants::Entity)
            .one(&self.db)
            .await?;
        let (account, grant) = found.ok_or(GrantError::NotFound)?;
        match (account.state.as_str(), grant) {
            ("needs_reconnect", _) => Err(GrantError::NeedsReconnect),
            ("active", Some(grant)) => {
                let provider = account.provider.parse().ok();
                let server = provider.and_then(|provider| self.servers.get(provider));
                // Made with another server of this name, such as the demo's: its tokens are shown to nobody here.
                if server.is_some_and(|server| !server.vouches_for(&account.issuer)) {
                    self.mark_needs_reconnect(connection, "other_issuer", None).await?;
                    return Err(GrantError::NeedsReconnect);
                }
                Ok(Held { account, grant })
            }
            _ => Err(GrantError::NotFound),
        }
    }

    /// The stored access token and when it ends, whether or not that is past.
    pub(super) fn stored(
        &self,
        grant: &oauth_grants::Model,
    ) -> Result<Option<(AccessToken, DateTime<Utc>)>, VaultError> {
        let (Some(sealed), Some(until)) = (&grant.sealed_access_token, grant.access_expires_at) else {
            return Ok(None);
        };
        let token = self.vault.open_text(&place(grant.connection_id, "access_token"), sealed)?;
        Ok(Some((AccessToken(token), until)))
    }

    /// Takes the right to refresh; `None` when somebody else has it, or a newer grant was written meanwhile.
    pub(super) async fn take_lease(
        &self,
        grant: &oauth_grants::Model,
        now: DateTime<Utc>,
    ) -> Result<Option<Uuid>, DbErr> {
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

    /// Gives the lease back; false when it was not ours any more.
    pub(super) async fn release(&self, grant: &oauth_grants::Model, lease: Uuid) -> Result<bool, DbErr> {
        let released = oauth_grants::Entity::update_many()
            .col_expr(oauth_grants::Column::UpdatedAt, Expr::value(self.clock.now()))
            .col_expr(oauth_grants::Column::LeaseOwner, Expr::value(Option::<Uuid>::None))
            .col_expr(oauth_grants::Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
            .filter(oauth_grants::Column::Id.eq(grant.id))
            .filter(oauth_grants::Column::Version.eq(grant.version))
            .filter(oauth_grants::Column::LeaseOwner.eq(lease))
            .exec(&self.db)
            .await?;
        Ok(released.rows_affected == 1)
    }

    /// Writes the tokens of a new consent.
    pub(in crate::connections) async fn upsert_grant(
        &self,
        tx: &impl ConnectionTrait,
        connection: Uuid,
        tokens: &Tokens,
        now: DateTime<Utc>,
    ) -> Result<(), GrantError> {
        let seal = |purpose, token: &SecretString| {
            self.vault.seal(&place(connection, purpose), token.expose_secret().as_bytes())
        };
        let access = seal("access_token", &tokens.access_token)?;
        let refresh = tokens.refresh_token.as_ref().map(|token| seal("refresh_token", token)).transpose()?;
        if refresh.is_none() {
            tracing::warn!("grant.no_refresh_token: the provider gave none although it was asked for offline access");
        }
        let scopes = tokens.scopes.as_ref().map(joined).unwrap_or_default();
        let existing =
            oauth_grants::Entity::find().filter(oauth_grants::Column::ConnectionId.eq(connection)).one(tx).await?;
        let Some(existing) = existing else {
            let row = oauth_grants::ActiveModel {
                id: Set(self.randomness.uuid(now)),
                connection_id: Set(connection),
                sealed_access_token: Set(Some(access)),
                sealed_refresh_token: Set(refresh),
                access_expires_at: Set(Some(tokens.access_expires_at)),
                scopes: Set(scopes),
                consented_at: Set(now),
                refreshed_at: Set(now),
                refresh_expires_at: Set(tokens.refresh_expires_at),
                used_at: Set(now),
                version: Set(1),
                lease_owner: Set(None),
                lease_until: Set(None),
                created_at: Set(now),
                updated_at: Set(now),
            };
            row.insert(tx).await?;
            return Ok(());
        };
        let version = existing.version + 1;
        let mut row = existing.into_active_model();
        row.sealed_access_token = Set(Some(access));
        if refresh.is_some() {
            row.sealed_refresh_token = Set(refresh);
        }
        row.access_expires_at = Set(Some(tokens.access_expires_at));
        row.scopes = Set(scopes);
        row.consented_at = Set(now);
        row.refreshed_at = Set(now);
        row.refresh_expires_at = Set(tokens.refresh_expires_at);
        // A refresh that is under way with the old grant must not write over this one.
        row.version = Set(version);
        row.lease_owner = Set(None);
        row.lease_until = Set(None);
        row.updated_at = Set(now);
        row.update(tx).await?;
        Ok(())
    }

    pub(super) async fn note_use(&self, grant: &oauth_grants::Model, now: DateTime<Utc>) -> Result<(), DbErr> {
        if now - grant.used_at >= USED_EVERY {
            oauth_grants::Entity::update_many()
                .col_expr(oauth_grants::Column::UsedAt, Expr::value(now))
                .filter(oauth_grants::Column::Id.eq(grant.id))
                .exec(&self.db)
                .await?;
        }
        Ok(())
    }

    /// The access token is worth nothing: the next caller gets a new one.
    pub(super) async fn forget_stored_token(&self, grant: &oauth_grants::Model) -> Result<(), DbErr> {
        oauth_grants::Entity::update_many()
            .col_expr(oauth_grants::Column::AccessExpiresAt, Expr::value(Option::<DateTime<Utc>>::None))
            .filter(oauth_grants::Column::Id.eq(grant.id))
            .filter(oauth_grants::Column::Version.eq(grant.version))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    pub(super) async fn cached(&self, connection: Uuid) -> Option<AccessToken> {
        let sealed = self.cache.get(&self.cache_key(connection)).await?;
        self.vault.open_text(&cache_place(connection), &sealed).ok().map(AccessToken)
    }

    /// The grant changed: what the cache holds is old.
    pub(in crate::connections) async fn forget_cached_token(&self, connection: Uuid) {
        self.cache.delete(&self.cache_key(connection)).await;
    }

    /// Keeps the token of the grant's `version` for others. Whoever writes a newer grant clears the cache; if that was
    /// between our reading and now, this clears it once more.
    pub(super) async fn fill_cache(
        &self,
        grant: &oauth_grants::Model,
        version: i64,
        token: &AccessToken,
        until: DateTime<Utc>,
    ) {
        let connection = grant.connection_id;
        let jitter = TimeDelta::from_std(self.randomness.jitter(JITTER)).unwrap_or_default();
        self.fill_cache_for(connection, token, until - EARLY - jitter - self.clock.now()).await;
        let same = oauth_grants::Entity::find_by_id(grant.id).filter(oauth_grants::Column::Version.eq(version));
        if !same.count(&self.db).await.is_ok_and(|count| count == 1) {
            self.forget_cached_token(connection).await;
        }
    }

    pub(super) async fn fill_cache_for(&self, connection: Uuid, token: &AccessToken, life: TimeDelta) {
        // Other processes cannot clear the memory of this one: it knows a grant for a minute without asking.
        let alone = self.cache.is_shared() || self.db.get_database_backend() == DatabaseBackend::Sqlite;
        let life = if alone { life } else { life.min(UNSHARED) };
        let Some(life) = life.to_std().ok().filter(|life| !life.is_zero()) else { return };
        if let Ok(sealed) = self.vault.seal(&cache_place(connection), token.expose().as_bytes()) {
            self.cache.set(&self.cache_key(connection), &sealed, life).await;
        }
    }
}
