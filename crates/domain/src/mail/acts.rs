//! The acts that the provider has not told back, laid over what it said.
//!
//! `message_labels` holds what the provider said last, and only the sync writes there. What a list shows (`unread`,
//! `starred`, `in_inbox`, `hidden`) is that with the acts laid over it. So a sync that arrives in between undoes nothing on
//! screen; an act that is refused is deleted, and what the provider said is there again; and an act that was written is
//! deleted as soon as the sync has heard of it, whatever others did afterwards.

use super::{act::Act, labels::Flags, meaning::Meaning};
use crate::{
    clock::Randomness,
    database::{Database, begin_write},
};
use chrono::{DateTime, Utc};
use entity::{
    acts::{self, Column as C},
    connected_accounts, labels, message_labels, messages,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Rows named in one statement.
const AT_ONCE: usize = 500;

/// Acts by the provider's id of their message.
pub(crate) type Acts = HashMap<String, Vec<Act>>;

/// Begins a transaction that changes mail of a connection. Until it ends, nobody else changes what is shown of that
/// connection: an act and a sync that read and write the same marks at once would undo each other.
pub(crate) async fn begin(db: &Database, connection: Uuid) -> Result<DatabaseTransaction, DbErr> {
    let tx = begin_write(db).await?;
    hold(&tx, connection).await?;
    Ok(tx)
}

/// The same for a transaction that is open. SQLite has one writer, and needs no more.
pub(crate) async fn hold(tx: &DatabaseTransaction, connection: Uuid) -> Result<(), DbErr> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        // Not against those who only refer to the row.
        let held =
            connected_accounts::Entity::find_by_id(connection).select_only().column(connected_accounts::Column::Id);
        held.lock(LockType::NoKeyUpdate).into_tuple::<Uuid>().one(tx).await?;
    }
    Ok(())
}

fn read(rows: Vec<(String, String)>) -> Acts {
    let mut acts = Acts::new();
    for (id, word) in rows {
        // A word of a later version is laid over by that version.
        if let Ok(act) = word.parse() {
            acts.entry(id).or_default().push(act);
        }
    }
    acts
}

/// What is laid over these messages.
pub(crate) async fn laid_over<'a>(
    db: &impl ConnectionTrait,
    connection: Uuid,
    remote_ids: impl IntoIterator<Item = &'a str>,
) -> Result<Acts, DbErr> {
    let rows = acts::Entity::find()
        .select_only()
        .columns([C::RemoteId, C::Act])
        .filter(C::ConnectionId.eq(connection))
        .filter(C::State.ne("refused"))
        .filter(C::RemoteId.is_in(remote_ids));
    Ok(read(rows.into_tuple().all(db).await?))
}

/// The flags of a message, with what is laid over it.
pub(crate) fn with_acts(mut flags: Flags, acts: Option<&Vec<Act>>) -> Flags {
    for act in acts.into_iter().flatten() {
        act.lay_over(&mut flags);
    }
    flags
}

/// Writes acts down, each in the place of the one before on the same aspect of its message.
pub(crate) async fn say(
    db: &impl ConnectionTrait,
    randomness: &Randomness,
    connection: Uuid,
    said: &[Meaning],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = |one: &Meaning| acts::ActiveModel {
        connection_id: Set(connection),
        remote_id: Set(one.remote_id.clone()),
        aspect: Set(one.act.aspect().as_str().to_owned()),
        act: Set(one.act.as_str().to_owned()),
        said: Set(randomness.uuid(now)),
        state: Set("pending".to_owned()),
        reason: Set(None),
        written_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let last = OnConflict::columns([C::ConnectionId, C::RemoteId, C::Aspect])
        .update_columns([C::Act, C::Said, C::State, C::Reason, C::WrittenAt, C::CreatedAt, C::UpdatedAt])
        .to_owned();
    for chunk in said.chunks(AT_ONCE) {
        acts::Entity::insert_many(chunk.iter().map(row)).on_conflict(last.clone()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// What the provider has to be told, in the order it was said.
pub(crate) async fn pending(db: &impl ConnectionTrait, connection: Uuid, most: u64) -> Result<Vec<acts::Model>, DbErr> {
    acts::Entity::find()
        .filter(C::ConnectionId.eq(connection))
        .filter(C::State.eq("pending"))
        .order_by_asc(C::Said)
        .limit(most)
        .all(db)
        .await
}

/// The provider has done these. One that was followed by another meanwhile stays as it is.
pub(crate) async fn mark_written(
    db: &impl ConnectionTrait,
    said: &[Uuid],
    connection: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for chunk in said.chunks(AT_ONCE) {
        acts::Entity::update_many()
            .col_expr(C::State, Expr::value("written"))
            .col_expr(C::WrittenAt, Expr::value(Some(now)))
            .col_expr(C::UpdatedAt, Expr::value(now))
            .filter(C::ConnectionId.eq(connection))
            .filter(C::State.eq("pending"))
            .filter(C::Said.is_in(chunk.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// The provider will not do these: what it said is shown again. Says how many of them were still wanted.
pub(crate) async fn refuse(
    tx: &DatabaseTransaction,
    connection: Uuid,
    said: &[acts::Model],
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let mut refused = 0;
    for chunk in said.chunks(AT_ONCE) {
        let done = acts::Entity::update_many()
            .col_expr(C::State, Expr::value("refused"))
            .col_expr(C::Reason, Expr::value(Some(reason)))
            .col_expr(C::UpdatedAt, Expr::value(now))
            .filter(C::ConnectionId.eq(connection))
            .filter(C::State.eq("pending"))
            .filter(C::Said.is_in(chunk.iter().map(|one| one.said)))
            .exec(tx)
            .await?;
        refused += done.rows_affected;
    }
    let ids: Vec<String> = said.iter().map(|one| one.remote_id.clone()).collect();
    reread(tx, connection, &ids, now).await?;
    Ok(refused)
}

/// The sync has heard everything that happened at the provider before `heard`: what was written by then is laid over
/// nothing any more.
pub(crate) async fn confirm(
    db: &Database,
    connection: Uuid,
    heard: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let written = || {
        acts::Entity::find()
            .select_only()
            .column(C::RemoteId)
            .filter(C::ConnectionId.eq(connection))
            .filter(C::State.eq("written"))
            .filter(C::WrittenAt.lt(heard))
    };
    // Most looks find nothing: they take no lock.
    if written().into_tuple::<String>().one(db).await?.is_none() {
        return Ok(false);
    }
    let tx = begin(db, connection).await?;
    let ids: Vec<String> = written().into_tuple().all(&tx).await?;
    acts::Entity::delete_many()
        .filter(C::ConnectionId.eq(connection))
        .filter(C::State.eq("written"))
        .filter(C::WrittenAt.lt(heard))
        .exec(&tx)
        .await?;
    reread(&tx, connection, &ids, now).await?;
    tx.commit().await?;
    Ok(true)
}

/// Every message of a connection that something is laid over.
pub(super) async fn covered(db: &impl ConnectionTrait, connection: Uuid) -> Result<Vec<String>, DbErr> {
    acts::Entity::find()
        .select_only()
        .column(C::RemoteId)
        .filter(C::ConnectionId.eq(connection))
        .filter(C::State.ne("refused"))
        .into_tuple()
        .all(db)
        .await
}

/// Works out what is shown of these messages again: what the provider said, with the acts laid over it.
pub(crate) async fn reread(
    db: &impl ConnectionTrait,
    connection: Uuid,
    remote_ids: &[String],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for chunk in remote_ids.chunks(AT_ONCE) {
        let names = || chunk.iter().map(String::as_str);
        let acts = laid_over(db, connection, names()).await?;
        let mut found: HashMap<Uuid, (String, Vec<String>)> = messages::Entity::find()
            .select_only()
            .columns([messages::Column::Id, messages::Column::RemoteId])
            .filter(messages::Column::ConnectionId.eq(connection))
            .filter(messages::Column::RemoteId.is_in(names()))
            .into_tuple::<(Uuid, String)>()
            .all(db)
            .await?
            .into_iter()
            .map(|(id, remote_id)| (id, (remote_id, Vec::new())))
            .collect();
        let carried: Vec<(Uuid, String)> = message_labels::Entity::find()
            .select_only()
            .column(message_labels::Column::MessageId)
            .column(labels::Column::RemoteId)
            .inner_join(labels::Entity)
            .filter(message_labels::Column::MessageId.is_in(found.keys().copied()))
            .into_tuple()
            .all(db)
            .await?;
        for (message, label) in carried {
            if let Some((_, labels)) = found.get_mut(&message) {
                labels.push(label);
            }
        }
        let mut alike: HashMap<Flags, HashSet<Uuid>> = HashMap::new();
        for (id, (remote_id, labels)) in found {
            let flags = with_acts(Flags::of(labels.iter().map(String::as_str)), acts.get(&remote_id));
            alike.entry(flags).or_default().insert(id);
        }
        for (flags, ids) in alike {
            super::labels::set_flags(db, ids, flags, now).await?;
        }
    }
    Ok(())
}
