//! Append-only record of who did what to which connection, from where, with what outcome. No secrets, no mail.
//!
//! Actions are dotted words, their first part the kind: `user`, `session` and `identity` (signing in), `connection`, `grant`
//! (tokens renewed), `sync` (stopped and let go on), `mail` (mails sent, changes a provider did not make), `api` (calls to a provider, counted by the hour), `token` (programs), `keys`. An event is kept for a
//! year. [`activity`]: what a person sees of it.

pub mod activity;

use crate::clock::{Clock, Randomness};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entity::audit_events;
use entity::connected_accounts;
use ring::digest::{SHA256, digest};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

/// One thing done, or tried.
#[derive(Clone, Debug, Default)]
pub struct Entry<'a> {
    /// Who, when known.
    pub user: Option<Uuid>,
    /// Which connection it concerns.
    pub connection: Option<Uuid>,
    /// A dotted word: `session.start`, `connection.made`.
    pub action: &'static str,
    /// `done`, `refused` or `failed`.
    pub outcome: &'static str,
    /// Network address it came from.
    pub address: Option<&'a str>,
    /// A short code that says more; never a secret, never mail.
    pub detail: Option<&'a str>,
}

/// An event goes this long after it happened.
const KEPT: TimeDelta = TimeDelta::days(365);

/// Writes one entry, in the caller's transaction when it has one.
pub async fn record(
    db: &impl ConnectionTrait,
    clock: &dyn Clock,
    randomness: &Randomness,
    entry: Entry<'_>,
) -> Result<(), DbErr> {
    let now = clock.now();
    let id = randomness.uuid(now);
    row(db, id, now, entry, 1).await?.insert(db).await?;
    Ok(())
}

/// Counts things done often: one event an hour for each action and connection, with how many `times`.
pub async fn count(db: &impl ConnectionTrait, clock: &dyn Clock, entry: Entry<'_>, times: i64) -> Result<(), DbErr> {
    if times == 0 {
        return Ok(());
    }
    let now = clock.now();
    let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    let row = row(db, id_of_hour(hour, &entry), hour, entry, times).await?;
    let sum = Expr::col((audit_events::Entity, audit_events::Column::Times)).add(times);
    let add = OnConflict::column(audit_events::Column::Id).value(audit_events::Column::Times, sum).to_owned();
    audit_events::Entity::insert(row).on_conflict(add).exec_without_returning(db).await?;
    Ok(())
}

/// Deletes what is older than a year.
pub async fn purge(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let old = audit_events::Column::CreatedAt.lt(now - KEPT);
    Ok(audit_events::Entity::delete_many().filter(old).exec(db).await?.rows_affected)
}

/// The same id for the same hour, connection, action and outcome; sorted among the others by the hour.
fn id_of_hour(hour: DateTime<Utc>, entry: &Entry<'_>) -> Uuid {
    let name = format!("{:?} {:?} {} {}", entry.user, entry.connection, entry.action, entry.outcome);
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&digest(&SHA256, name.as_bytes()).as_ref()[..10]);
    let millis = u64::try_from(hour.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

async fn row(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
    entry: Entry<'_>,
    times: i64,
) -> Result<audit_events::ActiveModel, DbErr> {
    // What happens to a connection happens to its owner, who may no longer be known when it is gone.
    let user = match (entry.user, entry.connection) {
        (None, Some(connection)) => {
            connected_accounts::Entity::find_by_id(connection).one(db).await?.map(|account| account.user_id)
        }
        (user, _) => user,
    };
    Ok(audit_events::ActiveModel {
        id: Set(id),
        user_id: Set(user),
        connection_id: Set(entry.connection),
        action: Set(entry.action.to_owned()),
        outcome: Set(entry.outcome.to_owned()),
        address: Set(entry.address.map(str::to_owned)),
        detail: Set(entry.detail.map(str::to_owned)),
        times: Set(times),
        created_at: Set(now),
    })
}
