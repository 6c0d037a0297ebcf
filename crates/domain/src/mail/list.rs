//! Lists of conversations by keyset: a page begins after the last row of the page before, so that a mailbox of 1,000,000
//! lists its last page as fast as its first, and mail that arrives meanwhile shifts nothing.
//!
//! Which conversations there are is nowhere written down, and so is never wrong: a row is the newest message of its
//! conversation in the folder, which the index over threads answers for each message on the way.

use super::{
    MailError,
    cursor::Cursor,
    place::{Asked, Place, places},
    summary::{Sender, Summary, summaries},
};
use crate::database::Database;
use chrono::{DateTime, Utc};
use entity::{
    connected_accounts,
    messages::{Column, Entity},
};
use sea_orm::{
    ColumnTrait, Condition, DbErr, DeriveIden, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr},
};
use std::cmp::Reverse;
use uuid::Uuid;

/// Rows on one page.
const PAGE: usize = 50;

/// Which mails a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Folder {
    /// Those in the inbox.
    #[default]
    Inbox,
    /// Everything but spam and bin.
    All,
    /// Spam and bin.
    Hidden,
}

impl Folder {
    /// The column that tells its mails from others, and what it holds for them.
    fn mark(self) -> (Column, bool) {
        match self {
            Self::Inbox => (Column::InInbox, true),
            Self::All => (Column::Hidden, false),
            Self::Hidden => (Column::Hidden, true),
        }
    }
}

/// One conversation as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its newest message of the folder.
    pub id: Uuid,
    /// The connection it lies in.
    pub connection: Uuid,
    /// The provider's name of the conversation; with the connection, what it is known by while messages come and go.
    pub thread: String,
    /// Who wrote: in the order of their first mails, each once.
    pub senders: Vec<Sender>,
    /// How many mails it has; those in spam and bin are counted only there.
    pub messages: u64,
    /// Subject of its newest mail; may be empty.
    pub subject: String,
    /// First words of its newest mail.
    pub snippet: String,
    /// When the provider received its newest mail.
    pub received_at: DateTime<Utc>,
    /// Some mail of it is not read yet.
    pub unread: bool,
    /// Some mail of it is starred.
    pub starred: bool,
    /// Something is attached to some mail of it.
    pub has_attachments: bool,
    /// Names of the person's own labels on its mails.
    pub labels: Vec<String>,
    /// Where its newest mail is.
    pub place: Place,
}

/// The newest message of a conversation as the database gives it.
#[derive(FromQueryResult)]
struct Head {
    id: Uuid,
    connection_id: Uuid,
    remote_id: String,
    thread_remote_id: String,
    subject: String,
    snippet: String,
    received_at: DateTime<Utc>,
    in_inbox: bool,
    hidden: bool,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// At most 50, newest first.
    pub rows: Vec<Row>,
    /// What the next page begins after; `None` on the last.
    pub next: Option<String>,
}

/// Where a page begins: after this instant and message.
type After = (DateTime<Utc>, Uuid);

pub(super) async fn read(
    db: &Database,
    user: Uuid,
    connection: Option<Uuid>,
    folder: Folder,
    after: Option<&str>,
) -> Result<Page, MailError> {
    let after = after.map(|after| begins(after).ok_or(MailError::NoSuchPage)).transpose()?;
    // Each mailbox by its own index, and the newest of all: however many mails another mailbox of theirs has.
    let mut newest = Vec::new();
    for connection in connections(db, user, connection).await? {
        newest.extend(heads(db, connection, folder, after).await?);
    }
    newest.sort_by_key(|head| Reverse((head.received_at, head.id)));
    let more = newest.len() > PAGE;
    newest.truncate(PAGE);
    let rows = whole(db, newest, folder).await?;
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| Cursor { number: row.received_at.timestamp_micros(), id: row.id }.text());
    Ok(Page { rows, next })
}

/// The connections of a user, or the one of them that is asked for: nobody lists another's mailbox.
async fn connections(db: &Database, user: Uuid, only: Option<Uuid>) -> Result<Vec<Uuid>, DbErr> {
    connected_accounts::Entity::find()
        .select_only()
        .column(connected_accounts::Column::Id)
        .filter(connected_accounts::Column::UserId.eq(user))
        .apply_if(only, |query, id| query.filter(connected_accounts::Column::Id.eq(id)))
        .into_tuple()
        .all(db)
        .await
}

/// The newest messages of the conversations of one connection: one more than a page shows.
async fn heads(db: &Database, connection: Uuid, folder: Folder, after: Option<After>) -> Result<Vec<Head>, DbErr> {
    let (mark, value) = folder.mark();
    let columns = [
        Column::Id,
        Column::ConnectionId,
        Column::RemoteId,
        Column::ThreadRemoteId,
        Column::Subject,
        Column::Snippet,
        Column::ReceivedAt,
        Column::InInbox,
        Column::Hidden,
    ];
    Entity::find()
        .select_only()
        .columns(columns)
        .filter(Column::ConnectionId.eq(connection))
        .filter(mark.eq(value))
        .filter(is_newest(folder))
        .apply_if(after, |query, (at, id)| {
            // The first comparison lets the database begin at the right place of the index.
            let same_instant = Condition::any().add(Column::ReceivedAt.lt(at)).add(Column::Id.lt(id));
            query.filter(Column::ReceivedAt.lte(at)).filter(same_instant)
        })
        .order_by_desc(Column::ReceivedAt)
        .order_by_desc(Column::Id)
        .limit(u64::try_from(PAGE + 1).unwrap_or(u64::MAX))
        .into_model::<Head>()
        .all(db)
        .await
}

/// The other messages of the conversation, beside the one that is looked at.
#[derive(Clone, Copy, DeriveIden)]
struct Other;

/// Whether a message is the newest of its conversation in the folder. The lookup is written so that it stays one for each
/// message: as a join, PostgreSQL may prefer to read the whole table first.
fn is_newest(folder: Folder) -> SimpleExpr {
    let (mark, value) = folder.mark();
    let newest: SelectStatement = Query::select()
        .column((Other, Column::Id))
        .from_as(Entity, Other)
        .and_where(Expr::col((Other, Column::ConnectionId)).equals((Entity, Column::ConnectionId)))
        .and_where(Expr::col((Other, Column::ThreadRemoteId)).equals((Entity, Column::ThreadRemoteId)))
        .and_where(Expr::col((Other, mark)).eq(value))
        .order_by((Other, Column::ReceivedAt), Order::Desc)
        .order_by((Other, Column::Id), Order::Desc)
        .limit(1)
        .to_owned();
    Expr::col((Entity, Column::Id)).eq(SimpleExpr::from(newest))
}

/// The rows of these conversations, in the same order.
async fn whole(db: &Database, heads: Vec<Head>, folder: Folder) -> Result<Vec<Row>, DbErr> {
    let asked = heads.iter().map(|head| Asked {
        id: head.id,
        connection: head.connection_id,
        remote_id: &head.remote_id,
        in_inbox: head.in_inbox,
        hidden: head.hidden,
    });
    let places = places(db, &asked.collect::<Vec<_>>()).await?;
    let threads = heads.iter().map(|head| (head.connection_id, head.thread_remote_id.as_str()));
    let mut summaries = summaries(db, threads, folder == Folder::Hidden).await?;
    let row = |(head, place): (Head, Place)| {
        let of = (head.connection_id, head.thread_remote_id);
        let Summary { senders, messages, unread, starred, has_attachments, labels } =
            summaries.remove(&of).unwrap_or_default();
        let (connection, thread) = of;
        Row {
            id: head.id,
            connection,
            thread,
            senders,
            messages,
            subject: head.subject,
            snippet: head.snippet,
            received_at: head.received_at,
            unread,
            starred,
            has_attachments,
            labels,
            place,
        }
    };
    Ok(heads.into_iter().zip(places).map(row).collect())
}

/// Rows are ordered by the microsecond they were received in.
fn begins(after: &str) -> Option<After> {
    let Cursor { number, id } = Cursor::read(after)?;
    Some((DateTime::from_timestamp_micros(number)?, id))
}
