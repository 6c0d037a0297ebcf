//! Lists of messages by keyset: a page begins after the last row of the page before, so that a mailbox of 100,000 lists
//! its last page as fast as its first, and mail that arrives meanwhile shifts nothing.

use super::{
    MailError,
    place::{Asked, Place, places},
};
use chrono::{DateTime, Utc};
use entity::messages::{Column, Entity};
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
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

/// One message as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The message.
    pub id: Uuid,
    /// The connection it lies in.
    pub connection: Uuid,
    /// Name of the sender; may be empty.
    pub sender_name: String,
    /// Address of the sender; may be empty.
    pub sender_address: String,
    /// Subject; may be empty.
    pub subject: String,
    /// First words.
    pub snippet: String,
    /// When the provider received it.
    pub received_at: DateTime<Utc>,
    /// Not read yet.
    pub unread: bool,
    /// Starred.
    pub starred: bool,
    /// Something is attached.
    pub has_attachments: bool,
    /// Where it is.
    pub place: Place,
}

/// A row as the database gives it.
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
#[derive(FromQueryResult)]
struct Found {
    id: Uuid,
    connection_id: Uuid,
    remote_id: String,
    sender_name: String,
    sender_address: String,
    subject: String,
    snippet: String,
    received_at: DateTime<Utc>,
    unread: bool,
    starred: bool,
    in_inbox: bool,
    hidden: bool,
    has_attachments: bool,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// At most 50, newest first.
    pub rows: Vec<Row>,
    /// What the next page begins after; `None` on the last.
    pub next: Option<String>,
}

pub(super) async fn read(
    db: &DatabaseConnection,
    user: Uuid,
    connection: Option<Uuid>,
    folder: Folder,
    after: Option<&str>,
) -> Result<Page, MailError> {
    // The user is named even where a connection is: nobody lists another's mailbox.
    let mut query = Entity::find().filter(Column::UserId.eq(user)).filter(match folder {
        Folder::Inbox => Column::InInbox.eq(true),
        Folder::All => Column::Hidden.eq(false),
        Folder::Hidden => Column::Hidden.eq(true),
    });
    if let Some(connection) = connection {
        query = query.filter(Column::ConnectionId.eq(connection));
    }
    if let Some(after) = after {
        let (at, id) = parse(after).ok_or(MailError::NoSuchPage)?;
        // The first comparison lets the database begin at the right place of the index.
        let same_instant = Condition::any().add(Column::ReceivedAt.lt(at)).add(Column::Id.lt(id));
        query = query.filter(Column::ReceivedAt.lte(at)).filter(same_instant);
    }
    let columns = [
        Column::Id,
        Column::ConnectionId,
        Column::RemoteId,
        Column::SenderName,
        Column::SenderAddress,
        Column::Subject,
        Column::Snippet,
        Column::ReceivedAt,
        Column::Unread,
        Column::Starred,
        Column::InInbox,
        Column::Hidden,
        Column::HasAttachments,
    ];
    let mut found = query
        .select_only()
        .columns(columns)
        .order_by_desc(Column::ReceivedAt)
        .order_by_desc(Column::Id)
        .limit(u64::try_from(PAGE + 1).unwrap_or(u64::MAX))
        .into_model::<Found>()
        .all(db)
        .await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let rows = placed(db, found).await?;
    let next = rows.last().filter(|_| more).map(|row| format!("{}.{}", row.received_at.timestamp_micros(), row.id));
    Ok(Page { rows, next })
}

async fn placed(db: &DatabaseConnection, found: Vec<Found>) -> Result<Vec<Row>, DbErr> {
    let asked = found.iter().map(|one| Asked {
        id: one.id,
        connection: one.connection_id,
        remote_id: &one.remote_id,
        in_inbox: one.in_inbox,
        hidden: one.hidden,
    });
    let places = places(db, &asked.collect::<Vec<_>>()).await?;
    let row = |(one, place): (Found, Place)| Row {
        id: one.id,
        connection: one.connection_id,
        sender_name: one.sender_name,
        sender_address: one.sender_address,
        subject: one.subject,
        snippet: one.snippet,
        received_at: one.received_at,
        unread: one.unread,
        starred: one.starred,
        has_attachments: one.has_attachments,
        place,
    };
    Ok(found.into_iter().zip(places).map(row).collect())
}

/// Microseconds and id, with a dot between.
fn parse(after: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (micros, id) = after.split_once('.')?;
    Some((DateTime::from_timestamp_micros(micros.parse().ok()?)?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_page_names_are_read() {
        assert!(parse("1790000000000000.0191d3c0-0000-7000-8000-000000000001").is_some());
        for wrong in ["", "1", "x.0191d3c0-0000-7000-8000-000000000001", "1.x", "1790000000000000.", "' or 1=1"] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
