//! Writes messages: idempotent, a batch in few statements, in the caller's transaction.

use super::{
    acts::{self, Acts},
    labels::{ensure_labels, insert_pairs},
    payload::Parsed,
    search,
};
use crate::clock::Randomness;
use chrono::{DateTime, Utc};
use entity::{attachments, message_bodies, message_labels, messages};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Rows of one statement: SQLite binds no more than 32,766 values.
const ROWS: usize = 500;

/// Whose mail is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    pub connection: Uuid,
    pub user: Uuid,
}

/// When the words of what is stored are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// With the mail: what is stored can be found.
    Now,
    /// Those of new mail by a job, in a minute at most ([`super::follow_with_words`]).
    Later,
}

/// Stores a batch, whatever of it is stored already.
pub(crate) async fn save(
    db: &impl ConnectionTrait,
    randomness: &Randomness,
    owner: Owner,
    batch: &[Parsed],
    words: Words,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if batch.is_empty() {
        return Ok(());
    }
    // Most of what is stored is new: only what is not has something to be replaced, or something laid over it.
    let known = message_ids(db, owner.connection, batch.iter().map(|one| one.remote_id.as_str())).await?;
    let mut laid_over = Acts::new();
    if !known.is_empty() {
        forget_parts(db, known.values().copied().collect()).await?;
        laid_over = acts::laid_over(db, owner.connection, known.keys().map(String::as_str)).await?;
    }
    let id = |one: &Parsed| known.get(&one.remote_id).copied().unwrap_or_else(|| randomness.uuid(now));
    let batch: Vec<(Uuid, &Parsed)> = batch.iter().map(|one| (id(one), one)).collect();
    let known: Vec<Uuid> = known.into_values().collect();
    let found_now = batch.iter().filter(|(id, _)| words == Words::Now || known.contains(id));
    let places = found_now.map(|(id, one)| search::Newcomer { id: *id, received_at: one.received_at });
    let keys = search::keys(db, owner.user, &places.collect::<Vec<_>>(), &known, now).await?;
    for some in batch.chunks(ROWS) {
        upsert_messages(db, owner, some, &laid_over, &keys, now).await?;
        upsert_bodies(db, some, now).await?;
    }
    search::write(db, &entries(&batch, &keys)).await?;
    insert_files(db, randomness, &batch, now).await?;
    let wanted = batch.iter().flat_map(|(_, one)| one.label_ids.iter().map(String::as_str));
    let labels = ensure_labels(db, randomness, owner.connection, wanted, now).await?;
    let pairs: HashSet<(Uuid, Uuid)> = batch
        .iter()
        .flat_map(|(message, one)| one.label_ids.iter().map(move |label| (message, label)))
        .filter_map(|(message, label)| Some((*message, *labels.get(label)?)))
        .collect();
    insert_pairs(db, pairs).await
}

/// What can be found of each that has a key.
fn entries<'a>(batch: &'a [(Uuid, &Parsed)], keys: &HashMap<Uuid, i64>) -> Vec<search::Entry<'a>> {
    let entry = |(id, one): &'a (Uuid, &Parsed)| {
        Some(search::Entry {
            id: *id,
            key: *keys.get(id)?,
            sender_name: &one.sender_name,
            sender_address: &one.sender_address,
            recipients: &one.recipients,
            subject: &one.subject,
            text: one.text.as_deref(),
            html: one.html.as_deref(),
            files: one.files.iter().map(|file| file.filename.as_str()).collect(),
        })
    };
    batch.iter().filter_map(entry).collect()
}

/// Forgets what is written anew with a message.
async fn forget_parts(db: &impl ConnectionTrait, messages: Vec<Uuid>) -> Result<(), DbErr> {
    attachments::Entity::delete_many()
        .filter(attachments::Column::MessageId.is_in(messages.iter().copied()))
        .exec(db)
        .await?;
    message_labels::Entity::delete_many().filter(message_labels::Column::MessageId.is_in(messages)).exec(db).await?;
    Ok(())
}

async fn insert_files(
    db: &impl ConnectionTrait,
    randomness: &Randomness,
    batch: &[(Uuid, &Parsed)],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let files: Vec<attachments::ActiveModel> = batch
        .iter()
        .flat_map(|(message, one)| one.files.iter().map(move |file| (message, file)))
        .map(|(message, file)| attachments::ActiveModel {
            id: Set(randomness.uuid(now)),
            message_id: Set(*message),
            part_id: Set(file.part_id.clone()),
            filename: Set(file.filename.clone()),
            mime_type: Set(file.mime_type.clone()),
            size: Set(file.size),
            content_id: Set(file.content_id.clone()),
            inline: Set(file.inline),
            created_at: Set(now),
        })
        .collect();
    for chunk in files.chunks(500) {
        attachments::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

async fn upsert_messages(
    db: &impl ConnectionTrait,
    owner: Owner,
    batch: &[(Uuid, &Parsed)],
    acts: &Acts,
    keys: &HashMap<Uuid, i64>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use messages::Column as C;
    let rows = batch.iter().map(|(id, one)| {
        let flags = acts::with_acts(one.flags(), acts.get(&one.remote_id));
        messages::ActiveModel {
            id: Set(*id),
            connection_id: Set(owner.connection),
            user_id: Set(owner.user),
            remote_id: Set(one.remote_id.clone()),
            thread_remote_id: Set(one.thread_remote_id.clone()),
            history_id: Set(one.history_id),
            rfc_message_id: Set(one.rfc_message_id.clone()),
            sender_name: Set(one.sender_name.clone()),
            sender_address: Set(one.sender_address.clone()),
            recipients: Set(one.recipients.clone()),
            subject: Set(one.subject.clone()),
            snippet: Set(one.snippet.clone()),
            received_at: Set(one.received_at),
            size: Set(one.size),
            unread: Set(flags.unread),
            starred: Set(flags.starred),
            in_inbox: Set(flags.in_inbox),
            hidden: Set(flags.hidden),
            has_attachments: Set(one.has_attachments()),
            search_key: Set(keys.get(id).copied()),
            created_at: Set(now),
            updated_at: Set(now),
        }
    });
    // Mail changes only in its thread and its labels; but a draft is written anew under its id, and sent under it.
    let same = OnConflict::columns([C::ConnectionId, C::RemoteId])
        .update_columns([
            C::ThreadRemoteId,
            C::HistoryId,
            C::RfcMessageId,
            C::SenderName,
            C::SenderAddress,
            C::Recipients,
            C::Subject,
            C::Snippet,
            C::ReceivedAt,
            C::Size,
            C::Unread,
            C::Starred,
            C::InInbox,
            C::Hidden,
            C::HasAttachments,
            C::SearchKey,
            C::UpdatedAt,
        ])
        .to_owned();
    messages::Entity::insert_many(rows).on_conflict(same).exec_without_returning(db).await?;
    Ok(())
}

async fn upsert_bodies(db: &impl ConnectionTrait, batch: &[(Uuid, &Parsed)], now: DateTime<Utc>) -> Result<(), DbErr> {
    use message_bodies::Column as C;
    let rows = batch.iter().map(|(message, one)| message_bodies::ActiveModel {
        message_id: Set(*message),
        text: Set(one.text.clone()),
        html: Set(one.html.clone()),
        headers: Set(one.headers.clone()),
        created_at: Set(now),
    });
    let same = OnConflict::column(C::MessageId).update_columns([C::Text, C::Html, C::Headers]).to_owned();
    message_bodies::Entity::insert_many(rows).on_conflict(same).exec_without_returning(db).await?;
    Ok(())
}

/// Our ids of these messages, as far as they are stored.
pub(crate) async fn message_ids<'a>(
    db: &impl ConnectionTrait,
    connection: Uuid,
    remote_ids: impl IntoIterator<Item = &'a str>,
) -> Result<HashMap<String, Uuid>, DbErr> {
    let rows: Vec<(String, Uuid)> = messages::Entity::find()
        .select_only()
        .columns([messages::Column::RemoteId, messages::Column::Id])
        .filter(messages::Column::ConnectionId.eq(connection))
        .filter(messages::Column::RemoteId.is_in(remote_ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Forgets messages that are gone at the provider.
pub(crate) async fn delete(db: &impl ConnectionTrait, connection: Uuid, remote_ids: &[String]) -> Result<u64, DbErr> {
    let mut gone = 0;
    for chunk in remote_ids.chunks(500) {
        let deleted = messages::Entity::delete_many()
            .filter(messages::Column::ConnectionId.eq(connection))
            .filter(messages::Column::RemoteId.is_in(chunk.iter().map(String::as_str)))
            .exec(db)
            .await?;
        gone += deleted.rows_affected;
    }
    Ok(gone)
}

/// Whether the inbox of a connection holds so many messages.
pub(crate) async fn inbox_holds(db: &impl ConnectionTrait, connection: Uuid, messages: u64) -> Result<bool, DbErr> {
    let rows = messages::Entity::find()
        .filter(messages::Column::ConnectionId.eq(connection))
        .filter(messages::Column::InInbox.eq(true));
    Ok(rows.count(db).await? >= messages)
}

/// Whether any message was stored before `instant`.
pub(crate) async fn any_stored_before(
    db: &impl ConnectionTrait,
    connection: Uuid,
    instant: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let one = messages::Entity::find()
        .filter(messages::Column::ConnectionId.eq(connection))
        .filter(messages::Column::CreatedAt.lt(instant))
        .one(db)
        .await?;
    Ok(one.is_some())
}
