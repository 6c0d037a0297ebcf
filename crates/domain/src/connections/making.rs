//! What a redeemed code becomes: connection, grant, feed, first job, the attempt's outcome and the record, in one
//! transaction.

use super::{Connections, Problem, Purpose, attempt::succeed, grant};
use crate::{
    audit,
    cache::{Notice, What},
    database::{begin_write, hold},
    jobs::{self, Job},
    providers::{
        Features,
        auth::{AuthServer, Granted},
    },
};
use chrono::{DateTime, Utc};
use entity::{connected_accounts, oauth_grants, sync_feeds};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, Select,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is to be made, and for whom.
pub(super) struct Making<'a> {
    /// Whose connection.
    pub user: Uuid,
    /// What the trip was for.
    pub purpose: Purpose,
    /// The features asked for.
    pub wanted: &'a Features,
    /// The attempt to close, where there was one.
    pub attempt: Option<Uuid>,
    /// Network address, for the record.
    pub visitor: &'a str,
}

/// What the new grant means for an account: the features that are on from now on, and those that were not allowed.
struct Settled {
    features: Features,
    refused: Features,
    /// Whether the grant from before covers more, still works and is kept.
    keep_old: bool,
}

impl Connections {
    /// Makes the connection, or repairs the one that is there, and tells open screens.
    pub(super) async fn make(
        &self,
        making: &Making<'_>,
        server: &dyn AuthServer,
        granted: &Granted,
    ) -> Result<Uuid, Problem> {
        let old_works = self.old_works(making, server, granted).await?;
        let made = self.write_connection(making, server, granted, old_works).await?;
        self.forget_cached_token(made).await;
        self.alarms.clear(server.provider()).await;
        self.bus.publish(Notice { user: making.user, what: What::Connection { connection: made } }).await;
        Ok(made)
    }

    /// Whether the grant from before covers more than the new one and works: the provider is asked, outside of any
    /// transaction. One that died unnoticed must not be kept in the place of one that lives.
    async fn old_works(
        &self,
        making: &Making<'_>,
        server: &dyn AuthServer,
        granted: &Granted,
    ) -> Result<bool, Problem> {
        if making.purpose != Purpose::Connect {
            return Ok(false);
        }
        let existing = same_account(making.user, granted).one(&self.db).await.map_err(unexpected)?;
        let Some(account) = existing.filter(|account| account.state == "active") else { return Ok(false) };
        let before: Features = account.features.parse().map_err(unexpected)?;
        let scopes = granted.tokens.scopes.clone().unwrap_or_default();
        let covers_more = before.without(&server.allowed(&before, &scopes)) != Features::default();
        Ok(covers_more && self.prove(account.id).await)
    }

    async fn write_connection(
        &self,
        making: &Making<'_>,
        server: &dyn AuthServer,
        granted: &Granted,
        old_works: bool,
    ) -> Result<Uuid, Problem> {
        let now = self.clock.now();
        let tx = begin_write(&self.db).await.map_err(unexpected)?;
        let existing = self.account_of(&tx, making.user, granted).await.map_err(unexpected)?;
        if existing.as_ref().is_some_and(|account| account.state == "disconnecting") {
            return Err(Problem::BeingRemoved);
        }
        let old = if old_works { self.scopes_before(&tx, existing.as_ref()).await.map_err(unexpected)? } else { None };
        let settled = settle(making, server, granted, existing.as_ref(), old)?;
        let renewed = existing.is_some();
        let keeps_old = settled.keep_old;
        let account = self.upsert_account(&tx, making, server, granted, existing, &settled, now).await;
        let account = account.map_err(unexpected)?;
        if !keeps_old {
            self.upsert_grant(&tx, account, &granted.tokens, now).await.map_err(|error| match error {
                grant::GrantError::Transient(source) => {
                    tracing::error!(error = %source, "grant.not_written");
                    Problem::Unexpected
                }
                _ => Problem::Unexpected,
            })?;
        }
        let feed = self.feed(&tx, account, now).await.map_err(unexpected)?;
        let first = Job::SyncMailbox { feed };
        jobs::enqueue(&tx, &self.randomness, now, &first, now).await.map_err(unexpected)?;
        if let Some(attempt) = making.attempt {
            succeed(&tx, attempt, Some((account, &settled.refused))).await?;
        }
        let entry = audit::Entry {
            user: Some(making.user),
            connection: Some(account),
            action: if renewed { "connection.renewed" } else { "connection.made" },
            outcome: "done",
            address: Some(making.visitor),
            ..audit::Entry::default()
        };
        audit::record(&tx, &*self.clock, &self.randomness, entry).await.map_err(unexpected)?;
        tx.commit().await.map_err(unexpected)?;
        Ok(account)
    }

    /// The account connected before: it is repaired in place, with the same id, the same data and the cursor kept.
    async fn account_of(
        &self,
        tx: &DatabaseTransaction,
        user: Uuid,
        granted: &Granted,
    ) -> Result<Option<connected_accounts::Model>, DbErr> {
        // Nobody begins to take it apart, and no switch moves, until this is decided.
        hold(tx, same_account(user, granted)).await
    }

    /// What the grant from before covers, while its connection still works.
    async fn scopes_before(
        &self,
        tx: &impl ConnectionTrait,
        existing: Option<&connected_accounts::Model>,
    ) -> Result<Option<BTreeSet<String>>, DbErr> {
        let Some(account) = existing.filter(|account| account.state == "active") else { return Ok(None) };
        let of_account = oauth_grants::Column::ConnectionId.eq(account.id);
        let grant = oauth_grants::Entity::find().filter(of_account).one(tx).await?;
        Ok(grant.map(|grant| grant::scopes_of(&grant)))
    }

    #[expect(clippy::too_many_arguments, reason = "one row from everything that is known about it")]
    async fn upsert_account(
        &self,
        tx: &impl ConnectionTrait,
        making: &Making<'_>,
        server: &dyn AuthServer,
        granted: &Granted,
        existing: Option<connected_accounts::Model>,
        settled: &Settled,
        now: DateTime<Utc>,
    ) -> Result<Uuid, DbErr> {
        let identity = &granted.identity;
        let Some(account) = existing else {
            let id = self.randomness.uuid(now);
            let account = connected_accounts::ActiveModel {
                id: Set(id),
                user_id: Set(making.user),
                provider: Set(server.provider().as_str().to_owned()),
                issuer: Set(identity.issuer.clone()),
                subject: Set(identity.subject.clone()),
                address: Set(identity.address.clone()),
                display_name: Set(identity.name.clone().unwrap_or_default()),
                features: Set(settled.features.to_string()),
                refused_features: Set(settled.refused.to_string()),
                state: Set("active".to_owned()),
                state_reason: Set(None),
                state_since: Set(now),
                connected_at: Set(now),
                created_at: Set(now),
                updated_at: Set(now),
            };
            account.insert(tx).await?;
            return Ok(id);
        };
        let id = account.id;
        let was_active = account.state == "active";
        let mut account = account.into_active_model();
        account.address = Set(identity.address.clone());
        account.features = Set(settled.features.to_string());
        account.refused_features = Set(settled.refused.to_string());
        account.state = Set("active".to_owned());
        account.state_reason = Set(None);
        if !was_active {
            account.state_since = Set(now);
        }
        account.updated_at = Set(now);
        account.update(tx).await?;
        Ok(id)
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
        let id = self.randomness.uuid(now);
        new_feed(id, connection, "mailbox", "", now).insert(tx).await?;
        Ok(id)
    }
}

/// A feed of which nothing is known yet.
pub(crate) fn new_feed(
    id: Uuid,
    connection: Uuid,
    kind: &str,
    remote_id: &str,
    now: DateTime<Utc>,
) -> sync_feeds::ActiveModel {
    sync_feeds::ActiveModel {
        id: Set(id),
        connection_id: Set(connection),
        kind: Set(kind.to_owned()),
        remote_id: Set(remote_id.to_owned()),
        label: Set(None),
        stage: Set("waiting".to_owned()),
        resumes_as: Set(None),
        cursor: Set(None),
        page_token: Set(None),
        expected: Set(0),
        listed: Set(0),
        stored: Set(0),
        failed: Set(0),
        excluded: Set(0),
        work_left: Set(0),
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
}

/// This user's connection of the account that consented.
fn same_account(user: Uuid, granted: &Granted) -> Select<connected_accounts::Entity> {
    connected_accounts::Entity::find()
        .filter(connected_accounts::Column::UserId.eq(user))
        .filter(connected_accounts::Column::Issuer.eq(granted.identity.issuer.as_str()))
        .filter(connected_accounts::Column::Subject.eq(granted.identity.subject.as_str()))
}

/// Compares what was granted with what was wanted, feature by feature. `old`: what a grant covers that works and may be
/// kept instead.
fn settle(
    making: &Making<'_>,
    server: &dyn AuthServer,
    granted: &Granted,
    existing: Option<&connected_accounts::Model>,
    old: Option<BTreeSet<String>>,
) -> Result<Settled, Problem> {
    let scopes = granted.tokens.scopes.clone().unwrap_or_default();
    let read = |words: &str| words.parse::<Features>().map_err(unexpected);
    let before = existing.map(|account| read(&account.features)).transpose()?.unwrap_or_default();
    let refused_before = existing.map(|account| read(&account.refused_features)).transpose()?.unwrap_or_default();
    let wanted = making.wanted.and(&before);
    let with_new = server.allowed(&wanted, &scopes);
    let with_old = old.map(|old| server.allowed(&wanted, &old));
    // Pressing connect again asks for mail only. A grant that works and covers more is not traded for that.
    let (features, keep_old) = match with_old {
        Some(with_old) if before.without(&with_new) != Features::default() => (with_old, true),
        _ => (with_new, false),
    };
    let refused = refused_before.and(&wanted).without(&features);
    Ok(Settled { features, refused, keep_old })
}

fn unexpected(error: impl std::error::Error) -> Problem {
    tracing::error!(error = %error, "connection.not_written");
    Problem::Unexpected
}
