//! Append-only record of who did what to which connection, from where, with what outcome.

use crate::clock::{Clock, Randomness};
use entity::audit_events;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr};
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

/// Writes one entry, in the caller's transaction when it has one.
pub async fn record(
    db: &impl ConnectionTrait,
    clock: &dyn Clock,
    randomness: &Randomness,
    entry: Entry<'_>,
) -> Result<(), DbErr> {
    let now = clock.now();
    audit_events::ActiveModel {
        id: Set(randomness.uuid(now)),
        user_id: Set(entry.user),
        connection_id: Set(entry.connection),
        action: Set(entry.action.to_owned()),
        outcome: Set(entry.outcome.to_owned()),
        address: Set(entry.address.map(str::to_owned)),
        detail: Set(entry.detail.map(str::to_owned)),
        created_at: Set(now),
    }
    .insert(db)
    .await?;
    Ok(())
}
