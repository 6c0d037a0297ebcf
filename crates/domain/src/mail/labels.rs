//! Labels of a connection, and which message has which: always as sets, so that repeating a change changes nothing.

use super::{acts, store::message_ids};
use crate::{clock::Randomness, database::Database, providers::google::gmail::LabelInfo};
use chrono::{DateTime, Utc};
use entity::{labels, message_labels, messages};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What a list needs to know of a message's labels.
#[expect(clippy::struct_excessive_bools, reason = "each is a label that is there or not")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
    put_labels(db, randomness, connection, listed, now).await?;
    labels::Entity::delete_many()
        .filter(labels::Column::ConnectionId.eq(connection))
        .filter(labels::Column::RemoteId.is_not_in(listed.iter().map(|label| label.id.as_str())))
        .exec(db)
        .await?;
    Ok(())
}

/// Adds and renames labels.
pub(crate) async fn put_labels(
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

/// Forgets a label.
pub(crate) async fn forget_label(db: &impl ConnectionTrait, connection: Uuid, label: &str) -> Result<(), DbErr> {
    labels::Entity::delete_many()
        .filter(labels::Column::ConnectionId.eq(connection))
        .filter(labels::Column::RemoteId.eq(label))
        .exec(db)
        .await?;
    Ok(())
}

/// What the ids of Outlook's categories begin with; their names follow.
pub(super) const CATEGORY: &str = "category:";

/// Ids of all these labels; one not known yet gets its id as a name until the next listing, if it is not a category.
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
        .map(|id| {
            let name = id.strip_prefix(CATEGORY);
            let system = name.is_none() && !id.starts_with("Label_");
            LabelInfo { id: id.to_owned(), name: name.unwrap_or(id).to_owned(), system }
        })
        .collect();
    put_labels(db, randomness, connection, &listed, now).await?;
    known_labels(db, connection).await
}

/// Gives messages labels; a pair that is there already stays.
pub(super) async fn insert_pairs(
    db: &impl ConnectionTrait,
    pairs: impl IntoIterator<Item = (Uuid, Uuid)>,
) -> Result<(), DbErr> {
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
    acts::reread(db, connection, &[remote_id.to_owned()], now).await?;
    Ok(true)
}

/// What a list shows of these messages.
pub(super) async fn set_flags(
    db: &impl ConnectionTrait,
    messages: impl IntoIterator<Item = Uuid>,
    flags: Flags,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use messages::Column as C;
    messages::Entity::update_many()
        .col_expr(C::Unread, Expr::value(flags.unread))
        .col_expr(C::Starred, Expr::value(flags.starred))
        .col_expr(C::InInbox, Expr::value(flags.in_inbox))
        .col_expr(C::Hidden, Expr::value(flags.hidden))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::Id.is_in(messages))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives the stored ones of these messages a label.
pub(crate) async fn add_members(
    db: &impl ConnectionTrait,
    connection: Uuid,
    label: Uuid,
    members: &[String],
) -> Result<(), DbErr> {
    let stored = message_ids(db, connection, members.iter().map(String::as_str)).await?;
    insert_pairs(db, stored.into_values().map(|message| (message, label))).await
}

/// Messages with a label, a page of them after `after`: ours and the provider's id.
pub(crate) async fn members(
    db: &impl ConnectionTrait,
    label: Uuid,
    after: Uuid,
    most: u64,
) -> Result<Vec<(Uuid, String)>, DbErr> {
    message_labels::Entity::find()
        .select_only()
        .column(message_labels::Column::MessageId)
        .column(messages::Column::RemoteId)
        .inner_join(messages::Entity)
        .filter(message_labels::Column::LabelId.eq(label))
        .filter(message_labels::Column::MessageId.gt(after))
        .order_by_asc(message_labels::Column::MessageId)
        .limit(most)
        .into_tuple()
        .all(db)
        .await
}

/// Takes a label from messages.
pub(crate) async fn take_label(
    db: &impl ConnectionTrait,
    label: Uuid,
    messages: impl IntoIterator<Item = Uuid>,
) -> Result<(), DbErr> {
    message_labels::Entity::delete_many()
        .filter(message_labels::Column::LabelId.eq(label))
        .filter(message_labels::Column::MessageId.is_in(messages))
        .exec(db)
        .await?;
    Ok(())
}

/// Reads every stored message's flags from its labels again, in one statement each; what acts are laid over stays.
pub(crate) async fn refresh_flags(db: &Database, connection: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
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
    let tx = acts::begin(db, connection).await?;
    messages::Entity::update_many()
        .col_expr(C::Unread, labelled(&["UNREAD"]))
        .col_expr(C::Starred, labelled(&["STARRED"]))
        .col_expr(C::InInbox, labelled(&["INBOX"]).and(hidden().not()))
        .col_expr(C::Hidden, hidden())
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::ConnectionId.eq(connection))
        .exec(&tx)
        .await?;
    let covered = acts::covered(&tx, connection).await?;
    acts::reread(&tx, connection, &covered, now).await?;
    tx.commit().await
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
