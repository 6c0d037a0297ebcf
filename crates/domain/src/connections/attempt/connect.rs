//! What a redeemed code becomes: connection, grant, feed, first job, outcome and record, in one transaction.

use super::{Attempts, Problem, finish::Callback, unexpected};
use crate::{
    audit,
    cache::{Notice, What},
    connections::grant,
    database::begin_write,
    jobs::{self, Job},
    providers::{Features, google::auth::Granted},
};
use chrono::{DateTime, Utc};
use entity::{connected_accounts, oauth_attempts, oauth_grants, sync_feeds};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::Expr,
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

impl Attempts {
    /// Makes the connection, or repairs the one that is there, and tells open screens.
    pub(super) async fn connect(
        &self,
        row: &oauth_attempts::Model,
        callback: &Callback,
        granted: &Granted,
        features: &Features,
    ) -> Result<Uuid, Problem> {
        let user = row.user_id.ok_or(Problem::SignedOut)?;
        let made = self.write(row, user, callback, granted, features).await?;
        self.connections.forget_cached_token(made).await;
        self.connections.bus.publish(Notice { user, what: What::Connection { connection: made } }).await;
        Ok(made)
    }

    async fn write(
        &self,
        row: &oauth_attempts::Model,
        user: Uuid,
        callback: &Callback,
        granted: &Granted,
        features: &Features,
    ) -> Result<Uuid, Problem> {
        let Attempts { connections } = self;
        let now = connections.clock.now();
        let tx = begin_write(&connections.db).await.map_err(unexpected)?;
        let account = self.upsert_account(&tx, row, user, granted, features, now).await?;
        self.upsert_grant(&tx, account, granted, now).await?;
        let feed = self.feed(&tx, account, now).await.map_err(unexpected)?;
        jobs::enqueue(&tx, &connections.randomness, now, &Job::SyncMailbox { feed }, now).await.map_err(unexpected)?;
        let succeeded = oauth_attempts::Entity::update_many()
            .col_expr(oauth_attempts::Column::Outcome, Expr::value("succeeded"))
            .col_expr(oauth_attempts::Column::ConnectionId, Expr::value(Some(account)))
            .filter(oauth_attempts::Column::Id.eq(row.id))
            .filter(oauth_attempts::Column::Outcome.ne("failed"))
            .exec(&tx)
            .await
            .map_err(unexpected)?;
        // Cancelled while the code was being redeemed: everything above is rolled back.
        if succeeded.rows_affected == 0 {
            return Err(Problem::Cancelled);
        }
        let entry = audit::Entry {
            user: Some(user),
            connection: Some(account),
            action: "connection.made",
            outcome: "done",
            address: Some(&callback.address),
            ..audit::Entry::default()
        };
        audit::record(&tx, &*connections.clock, &connections.randomness, entry).await.map_err(unexpected)?;
        tx.commit().await.map_err(unexpected)?;
        Ok(account)
    }

    /// The mailbox connected before is repaired in place: same id, same data, cursor kept.
    async fn upsert_account(
        &self,
        tx: &impl ConnectionTrait,
        row: &oauth_attempts::Model,
        user: Uuid,
        granted: &Granted,
        features: &Features,
        now: DateTime<Utc>,
    ) -> Result<Uuid, Problem> {
        let existing = connected_accounts::Entity::find()
            .filter(connected_accounts::Column::UserId.eq(user))
            .filter(connected_accounts::Column::Issuer.eq(row.issuer.as_str()))
            .filter(connected_accounts::Column::Subject.eq(granted.identity.subject.as_str()))
            .one(tx)
            .await
            .map_err(unexpected)?;
        if row.purpose == "repair" && existing.as_ref().map(|account| account.id) != row.connection_id {
            return Err(Problem::OtherMailbox);
        }
        let name = granted.identity.name.clone().unwrap_or_default();
        let Some(account) = existing else {
            let id = self.connections.randomness.uuid(now);
            let account = connected_accounts::ActiveModel {
                id: Set(id),
                user_id: Set(user),
                provider: Set(row.provider.clone()),
                issuer: Set(row.issuer.clone()),
                subject: Set(granted.identity.subject.clone()),
                address: Set(granted.identity.address.clone()),
                display_name: Set(name),
                features: Set(features.to_string()),
                state: Set("active".to_owned()),
                state_reason: Set(None),
                state_since: Set(now),
                connected_at: Set(now),
                created_at: Set(now),
                updated_at: Set(now),
            };
            account.insert(tx).await.map_err(unexpected)?;
            return Ok(id);
        };
        let id = account.id;
        let mut account = account.into_active_model();
        account.address = Set(granted.identity.address.clone());
        account.features = Set(features.to_string());
        account.state = Set("active".to_owned());
        account.state_reason = Set(None);
        account.state_since = Set(now);
        account.updated_at = Set(now);
        account.update(tx).await.map_err(unexpected)?;
        Ok(id)
    }

    async fn upsert_grant(
        &self,
        tx: &impl ConnectionTrait,
        connection: Uuid,
        granted: &Granted,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        let seal = |purpose, token: &SecretString| {
            let place = grant::place(connection, purpose);
            self.connections.vault.seal(&place, token.expose_secret().as_bytes()).map_err(unexpected)
        };
        let tokens = &granted.tokens;
        let access = seal("access_token", &tokens.access_token)?;
        let refresh = tokens.refresh_token.as_ref().map(|token| seal("refresh_token", token)).transpose()?;
        let scopes = tokens.scopes.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        let existing = oauth_grants::Entity::find()
            .filter(oauth_grants::Column::ConnectionId.eq(connection))
            .one(tx)
            .await
            .map_err(unexpected)?;
        let Some(existing) = existing else {
            if refresh.is_none() {
                tracing::warn!(
                    "grant.no_refresh_token: the provider gave none although it was asked for offline access"
                );
            }
            let row = oauth_grants::ActiveModel {
                id: Set(self.connections.randomness.uuid(now)),
                connection_id: Set(connection),
                sealed_access_token: Set(Some(access)),
                sealed_refresh_token: Set(refresh),
                access_expires_at: Set(Some(tokens.access_expires_at)),
                scopes: Set(scopes),
                version: Set(1),
                lease_owner: Set(None),
                lease_until: Set(None),
                created_at: Set(now),
                updated_at: Set(now),
            };
            return row.insert(tx).await.map(drop).map_err(unexpected);
        };
        let version = existing.version + 1;
        let mut row = existing.into_active_model();
        row.sealed_access_token = Set(Some(access));
        if refresh.is_some() {
            row.sealed_refresh_token = Set(refresh);
        }
        row.access_expires_at = Set(Some(tokens.access_expires_at));
        row.scopes = Set(scopes);
        // A refresh that is under way with the old grant must not write over this one.
        row.version = Set(version);
        row.lease_owner = Set(None);
        row.lease_until = Set(None);
        row.updated_at = Set(now);
        row.update(tx).await.map(drop).map_err(unexpected)
    }

    async fn feed(&self, tx: &impl ConnectionTrait, connection: Uuid, now: DateTime<Utc>) -> Result<Uuid, DbErr> {
        let existing = sync_feeds::Entity::find()
            .filter(sync_feeds::Column::ConnectionId.eq(connection))
            .filter(sync_feeds::Column::Kind.eq("mailbox"))
            .one(tx)
            .await?;
        if let Some(feed) = existing {
            return Ok(feed.id);
        }
        let id = self.connections.randomness.uuid(now);
        sync_feeds::ActiveModel {
            id: Set(id),
            connection_id: Set(connection),
            kind: Set("mailbox".to_owned()),
            remote_id: Set(String::new()),
            stage: Set("waiting".to_owned()),
            cursor: Set(None),
            page_token: Set(None),
            expected: Set(0),
            listed: Set(0),
            stored: Set(0),
            failed: Set(0),
            started_at: Set(None),
            completed_at: Set(None),
            last_synced_at: Set(None),
            next_run_at: Set(None),
            last_problem: Set(None),
            lease_owner: Set(None),
            lease_until: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
        }
        .insert(tx)
        .await?;
        Ok(id)
    }
}
