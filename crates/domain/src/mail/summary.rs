//! What a row of a list says of a whole conversation: who wrote, how many mails, what is marked on any of them.

use chrono::{DateTime, Utc};
use entity::{
    labels, message_labels,
    messages::{Column, Entity},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
    sea_query::{Expr, Func, SimpleExpr},
};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Somebody who wrote in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Name; may be empty.
    pub name: String,
    /// Address; may be empty.
    pub address: String,
    /// Whether something of theirs is not read yet.
    pub unread: bool,
}

/// A conversation in numbers and names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    /// In the order of their first mails, each once.
    pub senders: Vec<Sender>,
    pub messages: u64,
    pub unread: bool,
    pub starred: bool,
    pub has_attachments: bool,
    /// Names of the person's own labels, in alphabetical order.
    pub labels: Vec<String>,
}

/// A conversation: the connection, and the provider's name of the thread.
pub(super) type Thread = (Uuid, String);

/// What one sender wrote in one conversation.
#[derive(FromQueryResult)]
struct Part {
    connection_id: Uuid,
    thread_remote_id: String,
    sender_address: String,
    sender_name: String,
    messages: i64,
    unread: i32,
    starred: i32,
    has_attachments: i32,
    #[expect(dead_code, reason = "what the rows are ordered by")]
    first: DateTime<Utc>,
}

/// Those of these conversations, counting only what is hidden or only what is not. The database counts, so that a thread of
/// thousands of mails costs no more memory than one of two.
pub(super) async fn summaries<'a>(
    db: &impl ConnectionTrait,
    threads: impl Iterator<Item = (Uuid, &'a str)>,
    hidden: bool,
) -> Result<HashMap<Thread, Summary>, DbErr> {
    let which = among(threads);
    if which.is_empty() {
        return Ok(HashMap::new());
    }
    let parts = Entity::find()
        .select_only()
        .columns([Column::ConnectionId, Column::ThreadRemoteId, Column::SenderAddress])
        .column_as(Column::SenderName.max(), "sender_name")
        .column_as(Column::Id.count(), "messages")
        .column_as(any(Column::Unread), "unread")
        .column_as(any(Column::Starred), "starred")
        .column_as(any(Column::HasAttachments), "has_attachments")
        .column_as(Column::ReceivedAt.min(), "first")
        .filter(which.clone())
        .filter(Column::Hidden.eq(hidden))
        .group_by(Column::ConnectionId)
        .group_by(Column::ThreadRemoteId)
        .group_by(Column::SenderAddress)
        .order_by_asc(Column::ReceivedAt.min())
        .into_model::<Part>()
        .all(db)
        .await?;
    let mut found: HashMap<Thread, Summary> = HashMap::new();
    for part in parts {
        let summary = found.entry((part.connection_id, part.thread_remote_id)).or_default();
        summary.messages += u64::try_from(part.messages).unwrap_or_default();
        summary.unread |= part.unread > 0;
        summary.starred |= part.starred > 0;
        summary.has_attachments |= part.has_attachments > 0;
        summary.senders.push(Sender { name: part.sender_name, address: part.sender_address, unread: part.unread > 0 });
    }
    for (thread, label) in carried(db, which, hidden).await? {
        found.entry(thread).or_default().labels.push(label);
    }
    Ok(found)
}

/// The person's own labels on mails of these conversations, each once.
async fn carried(
    db: &impl ConnectionTrait,
    which: Condition,
    hidden: bool,
) -> Result<impl Iterator<Item = (Thread, String)>, DbErr> {
    let rows: Vec<(Uuid, String, String)> = Entity::find()
        .select_only()
        .columns([Column::ConnectionId, Column::ThreadRemoteId])
        .column(labels::Column::Name)
        .distinct()
        .join_rev(JoinType::InnerJoin, message_labels::Relation::Messages.def())
        .join(JoinType::InnerJoin, message_labels::Relation::Labels.def())
        .filter(which)
        .filter(Column::Hidden.eq(hidden))
        .filter(labels::Column::Kind.eq("user"))
        .order_by_asc(labels::Column::Name)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(connection, thread, label)| ((connection, thread), label)))
}

/// 1 when a column is true in any row: SQLite has no `bool_or`, and PostgreSQL no greatest boolean.
fn any(column: Column) -> SimpleExpr {
    Func::max(Expr::case(Expr::col((Entity, column)), 1).finally(0)).into()
}

/// The messages of these conversations. Each connection's names stand together: the index begins with the connection.
fn among<'a>(threads: impl Iterator<Item = (Uuid, &'a str)>) -> Condition {
    let mut by_connection: BTreeMap<Uuid, Vec<&str>> = BTreeMap::new();
    for (connection, thread) in threads {
        by_connection.entry(connection).or_default().push(thread);
    }
    by_connection.into_iter().fold(Condition::any(), |any, (connection, threads)| {
        let all = Condition::all().add(Column::ConnectionId.eq(connection));
        any.add(all.add(Column::ThreadRemoteId.is_in(threads)))
    })
}
