//! Writes messages: idempotent, a batch in few statements, in the caller's transaction.

use super::payload::Parsed;
use crate::{clock::Randomness, providers::google::gmail::LabelInfo};
use chrono::{DateTime, Utc};
use entity::{attachments, labels, message_bodies, message_labels, messages};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Whose mail is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    pub connection: Uuid,
    pub user: Uuid,
}

/// What a list needs to know of a message's labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    pub unread: bool,
    pub starred: bool,
    pub in_inbox: bool,
    /// Spam or bin.
    pub hidden: bool,
}

impl Flags {
    pub fn of<'a>(labels: impl IntoIterator<Item = &'a str>) -> Self {
        let mut flags = Self::default();
        for label in labels {
            match label {
                "UNREAD" => flags.unread = true,
                "STARRED" => flags.starred = true,
                "INBOX" => flags.in_inbox = true,
                "SPAM" | "TRASH" => flags.hidden = true,
                _ => {}
            }
        }
        flags.in_inbox &= !flags.hidden;
        flags
    }
}

/// Labels of a connection: the provider's id and ours.
pub(crate) type LabelIds = HashMap<String, Uuid>;

/// Every label known of a connection.
pub(crate) async fn known_labels(db: &impl ConnectionTrait, connection: Uuid) -> Result<LabelIds, DbErr> {
    let rows = labels::Entity::find().filter(labels::Column::ConnectionId.eq(connection)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.remote_id, row.id)).collect())
}

/// Adds and renames labels as the provider lists them; forgets those it no longer lists.
pub(crate) async fn replace_labels(
    db: &impl ConnectionTrait,
    randomness: &Randomness,
    connection: Uuid,
    listed: &[LabelInfo],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    upsert_labels(db, randomness, connection, listed, now).await?;
    labels::Entity::delete_many()
        .filter(labels::Column::ConnectionId.eq(connection))
        .filter(labels::Column::RemoteId.is_not_in(listed.iter().map(|label| label.id.as_str())))
        .exec(db)
        .await?;
    Ok(())
}

async fn upsert_labels(
    db: &impl ConnectionTrait,
    randomness: &Randomness,
    connection: Uuid,
    listed: &[LabelInfo],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if listed.is_empty() {
        return Ok(());
    }
    let rows = listed.iter().map(|label| labels::ActiveModel {
        id: Set(randomness.uuid(now)),
        connection_id: Set(connection),
        remote_id: Set(label.id.clone()),
        name: Set(label.name.clone()),
        kind: Set(if label.system { "system" } else { "user" }.to_owned()),
        created_at: Set(now),
        updated_at: Set(now),
    });
    let same = OnConflict::columns([labels::Column::ConnectionId, labels::Column::RemoteId])
        .update_columns([labels::Column::Name, labels::Column::Kind, labels::Column::UpdatedAt])
        .to_owned();
    labels::Entity::insert_many(rows).on_conflict(same).exec_without_returning(db).await?;
    Ok(())
}

/// Ids of all these labels; one not known yet gets its id as a name until the next listing.
pub(crate) async fn ensure_labels<'a>(
    db: &impl ConnectionTrait,
    randomness: &Randomness,
    connection: Uuid,
    wanted: impl IntoIterator<Item = &'a str>,
    now: DateTime<Utc>,
) -> Result<LabelIds, DbErr> {
    let known = known_labels(db, connection).await?;
    let unknown: BTreeSet<&str> = wanted.into_iter().filter(|label| !known.contains_key(*label)).collect();
    if unknown.is_empty() {
        return Ok(known);
    }
    let listed: Vec<LabelInfo> = unknown
        .into_iter()
        .map(|id| LabelInfo { id: id.to_owned(), name: id.to_owned(), system: !id.starts_with("Label_") })
        .collect();
    upsert_labels(db, randomness, connection, &listed, now).await?;
    known_labels(db, connection).await
}

/// Stores a batch, whatever of it is stored already.
pub(crate) async fn save(
    db: &impl ConnectionTrait,
    randomness: &Randomness,
    owner: Owner,
    batch: &[Parsed],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if batch.is_empty() {
        return Ok(());
    }
    upsert_messages(db, randomness, owner, batch, now).await?;
    let ids = message_ids(db, owner.connection, batch.iter().map(|one| one.remote_id.as_str())).await?;
    let of = |one: &Parsed| ids.get(&one.remote_id).copied();
    upsert_bodies(db, batch.iter().filter_map(|one| Some((of(one)?, one))), now).await?;
    attachments::Entity::delete_many()
        .filter(attachments::Column::MessageId.is_in(ids.values().copied()))
        .exec(db)
        .await?;
    let files: Vec<attachments::ActiveModel> = batch
        .iter()
        .filter_map(|one| Some((of(one)?, one)))
        .flat_map(|(message, one)| one.files.iter().map(move |file| (message, file)))
        .map(|(message, file)| attachments::ActiveModel {
            id: Set(randomness.uuid(now)),
            message_id: Set(message),
            part_id: Set(file.part_id.clone()),
            filename: Set(file.filename.clone()),
            mime_type: Set(file.mime_type.clone()),
            size: Set(file.size),
            content_id: Set(file.content_id.clone()),
            inline: Set(file.inline),
            created_at: Set(now),
        })
        .collect();
    if !files.is_empty() {
        attachments::Entity::insert_many(files).exec_without_returning(db).await?;
    }
    let wanted = batch.iter().flat_map(|one| one.label_ids.iter().map(String::as_str));
    let labels = ensure_labels(db, randomness, owner.connection, wanted, now).await?;
    let pairs = batch.iter().filter_map(|one| Some((of(one)?, one))).flat_map(|(message, one)| {
        one.label_ids.iter().filter_map(|label| labels.get(label)).map(move |label| (message, *label)).collect::<Vec<_>>()
    });
    let pairs: HashSet<(Uuid, Uuid)> = pairs.collect();
    message_labels::Entity::delete_many()
        .filter(message_labels::Column::MessageId.is_in(ids.values().copied()))
        .exec(db)
        .await?;
    insert_pairs(db, pairs).await
}

async fn upsert_messages(
    db: &impl ConnectionTrait,
    randomness: &Randomness,
    owner: Owner,
    batch: &[Parsed],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use messages::Column as C;
    let rows = batch.iter().map(|one| {
        let flags = one.flags();
        messages::ActiveModel {
            id: Set(randomness.uuid(now)),
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
            created_at: Set(now),
            updated_at: Set(now),
        }
    });
    // A message never changes but for its thread and its labels.
    let same = OnConflict::columns([C::ConnectionId, C::RemoteId])
        .update_columns([
            C::ThreadRemoteId,
            C::HistoryId,
            C::Unread,
            C::Starred,
            C::InInbox,
            C::Hidden,
            C::HasAttachments,
            C::Snippet,
            C::UpdatedAt,
        ])
        .to_owned();
    messages::Entity::insert_many(rows).on_conflict(same).exec_without_returning(db).await?;
    Ok(())
}

async fn upsert_bodies<'a>(
    db: &impl ConnectionTrait,
    batch: impl Iterator<Item = (Uuid, &'a Parsed)>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use message_bodies::Column as C;
    let rows = batch.map(|(message, one)| message_bodies::ActiveModel {
        message_id: Set(message),
        text: Set(one.text.clone()),
        html: Set(one.html.clone()),
        headers: Set(one.headers.clone()),
        created_at: Set(now),
    });
    let same = OnConflict::column(C::MessageId).update_columns([C::Text, C::Html, C::Headers]).to_owned();
    message_bodies::Entity::insert_many(rows).on_conflict(same).exec_without_returning(db).await?;
    Ok(())
}

async fn insert_pairs(db: &impl ConnectionTrait, pairs: impl IntoIterator<Item = (Uuid, Uuid)>) -> Result<(), DbErr> {
    let rows: Vec<message_labels::ActiveModel> = pairs
        .into_iter()
        .map(|(message, label)| message_labels::ActiveModel { message_id: Set(message), label_id: Set(label) })
        .collect();
    for chunk in rows.chunks(500) {
        let same = OnConflict::columns([message_labels::Column::MessageId, message_labels::Column::LabelId])
            .do_nothing()
            .to_owned();
        message_labels::Entity::insert_many(chunk.to_vec()).on_conflict(same).exec_without_returning(db).await?;
    }
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

/// Adds and takes labels of one stored message, as sets; false when it is not stored (yet).
pub(crate) async fn relabel(
    db: &impl ConnectionTrait,
    labels: &LabelIds,
    connection: Uuid,
    remote_id: &str,
    add: &[String],
    take: &[String],
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let ids = message_ids(db, connection, [remote_id]).await?;
    let Some(message) = ids.get(remote_id).copied() else { return Ok(false) };
    let known = |wanted: &[String]| wanted.iter().filter_map(|label| labels.get(label).copied()).collect::<Vec<_>>();
    let taken = known(take);
    if !taken.is_empty() {
        message_labels::Entity::delete_many()
            .filter(message_labels::Column::MessageId.eq(message))
            .filter(message_labels::Column::LabelId.is_in(taken))
            .exec(db)
            .await?;
    }
    insert_pairs(db, known(add).into_iter().map(|label| (message, label))).await?;
    let names: Vec<String> = labels::Entity::find()
        .select_only()
        .column(labels::Column::RemoteId)
        .filter(
            labels::Column::Id.in_subquery(
                Query::select()
                    .column(message_labels::Column::LabelId)
                    .from(message_labels::Entity)
                    .and_where(message_labels::Column::MessageId.eq(message))
                    .to_owned(),
            ),
        )
        .into_tuple()
        .all(db)
        .await?;
    set_flags(db, message, Flags::of(names.iter().map(String::as_str)), now).await?;
    Ok(true)
}

async fn set_flags(db: &impl ConnectionTrait, message: Uuid, flags: Flags, now: DateTime<Utc>) -> Result<(), DbErr> {
    use messages::Column as C;
    messages::Entity::update_many()
        .col_expr(C::Unread, Expr::value(flags.unread))
        .col_expr(C::Starred, Expr::value(flags.starred))
        .col_expr(C::InInbox, Expr::value(flags.in_inbox))
        .col_expr(C::Hidden, Expr::value(flags.hidden))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::Id.eq(message))
        .exec(db)
        .await?;
    Ok(())
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

/// Makes the stored messages with a label exactly those in `members`.
pub(crate) async fn set_members(
    db: &impl ConnectionTrait,
    connection: Uuid,
    label: &str,
    members: &HashSet<String>,
) -> Result<(), DbErr> {
    let found = labels::Entity::find()
        .filter(labels::Column::ConnectionId.eq(connection))
        .filter(labels::Column::RemoteId.eq(label))
        .one(db)
        .await?;
    let Some(label) = found else { return Ok(()) };
    let stored: Vec<(Uuid, String)> = messages::Entity::find()
        .select_only()
        .columns([messages::Column::Id, messages::Column::RemoteId])
        .filter(messages::Column::ConnectionId.eq(connection))
        .into_tuple()
        .all(db)
        .await?;
    message_labels::Entity::delete_many().filter(message_labels::Column::LabelId.eq(label.id)).exec(db).await?;
    let belongs = stored.into_iter().filter(|(_, remote_id)| members.contains(remote_id));
    insert_pairs(db, belongs.map(|(message, _)| (message, label.id))).await
}

/// Reads every stored message's flags from its labels again, in one statement each.
pub(crate) async fn refresh_flags(
    db: &impl ConnectionTrait,
    connection: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use messages::Column as C;
    let labelled = |names: &[&str]| {
        Expr::col(C::Id).in_subquery(
            Query::select()
                .column(message_labels::Column::MessageId)
                .from(message_labels::Entity)
                .and_where(
                    Expr::col(message_labels::Column::LabelId).in_subquery(
                        Query::select()
                            .column(labels::Column::Id)
                            .from(labels::Entity)
                            .and_where(labels::Column::ConnectionId.eq(connection))
                            .and_where(labels::Column::RemoteId.is_in(names.iter().copied()))
                            .to_owned(),
                    ),
                )
                .to_owned(),
        )
    };
    let hidden = || labelled(&["SPAM", "TRASH"]);
    messages::Entity::update_many()
        .col_expr(C::Unread, labelled(&["UNREAD"]))
        .col_expr(C::Starred, labelled(&["STARRED"]))
        .col_expr(C::InInbox, labelled(&["INBOX"]).and(hidden().not()))
        .col_expr(C::Hidden, hidden())
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::ConnectionId.eq(connection))
        .exec(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Flags;

    #[test]
    fn spam_and_bin_are_never_in_the_inbox() {
        assert_eq!(Flags::of(["INBOX", "UNREAD"]), Flags { unread: true, in_inbox: true, ..Flags::default() });
        assert_eq!(Flags::of(["INBOX", "TRASH"]), Flags { hidden: true, ..Flags::default() });
        assert_eq!(Flags::of(["SPAM", "STARRED"]), Flags { hidden: true, starred: true, ..Flags::default() });
        assert_eq!(Flags::of(["Label_1"]), Flags::default());
    }
}
