//! From a search to rows: what both databases are asked for in the same words.

use super::{
    super::cursor::Cursor,
    places::Places,
    query::{Clause, Query, What},
    shelves::Shelf,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::messages::{Column as M, Entity as Messages};
use sea_orm::{
    FromQueryResult,
    sea_query::{Condition, Expr, ExprTrait, IntoColumnRef, Query as Sql, SelectStatement},
};
use std::ops::Range;
use uuid::Uuid;

/// A mail that was found, as the database gives it.
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Found {
    pub id: Uuid,
    pub connection_id: Uuid,
    pub remote_id: String,
    pub sender_name: String,
    pub sender_address: String,
    pub recipients: String,
    pub subject: String,
    pub snippet: String,
    pub received_at: DateTime<Utc>,
    pub unread: bool,
    pub starred: bool,
    pub in_inbox: bool,
    pub hidden: bool,
    pub has_attachments: bool,
    pub search_key: i64,
}

/// What is read of every mail; with its key where it has one.
pub(super) const COLUMNS: [M; 14] = [
    M::Id,
    M::ConnectionId,
    M::RemoteId,
    M::SenderName,
    M::SenderAddress,
    M::Recipients,
    M::Subject,
    M::Snippet,
    M::ReceivedAt,
    M::Unread,
    M::Starred,
    M::InInbox,
    M::Hidden,
    M::HasAttachments,
];

/// Whose mail is looked through, and when it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    pub user: Uuid,
    pub connection: Option<Uuid>,
    pub zone: Tz,
    pub now: DateTime<Utc>,
}

/// What a mail must be besides what it must say.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub shelf: Shelf,
    /// Keys of the time looked at.
    pub keys: Range<i64>,
    /// The last mail of the page before.
    pub after: Option<Cursor>,
    /// Rows.
    pub most: usize,
    what: Condition,
}

impl Wanted {
    pub fn new(
        query: &Query,
        reader: Reader,
        places: &Places,
        shelf: Shelf,
        after: Option<Cursor>,
        most: usize,
    ) -> Self {
        let column = |column| Expr::col((Messages, column));
        let mut what = Condition::all()
            .add(column(M::UserId).eq(reader.user))
            .add_option(reader.connection.map(|connection| column(M::ConnectionId).eq(connection)));
        if !query.asks_for_hidden() {
            what = what.add(column(M::Hidden).eq(false));
        }
        // No mail was received later than now, whatever it says.
        let mut keys = shelf.all().start..shelf.key(reader.now + chrono::TimeDelta::days(1));
        if let Some(after) = after {
            // The mail itself is left out by what it is called; others may share its key.
            keys.end = Ord::min(keys.end, after.number.saturating_add(1));
        }
        for Clause { not, what: clause } in &query.clauses {
            let condition = match clause {
                What::Says(_) => continue,
                What::Before(_) | What::After(_) | What::NewerThan(_) | What::OlderThan(_) => {
                    narrow(&mut keys, *not, clause, reader, shelf);
                    continue;
                }
                What::HasFiles => column(M::HasAttachments).eq(true),
                What::Unread => column(M::Unread).eq(true),
                What::Read => column(M::Unread).eq(false),
                What::Starred => column(M::Starred).eq(true),
                What::In(place) => match places.condition(place, query.phrases(false).next().is_some()) {
                    Some(condition) => condition,
                    None => continue,
                },
            };
            what = what.add(if *not { condition.not() } else { condition });
        }
        Self { shelf, keys, after, most, what }
    }

    /// The columns, what a mail must be, and how many.
    pub fn select(&self) -> SelectStatement {
        let most = u64::try_from(self.most).unwrap_or(u64::MAX);
        let columns = COLUMNS.into_iter().chain([M::SearchKey]).map(|column| (Messages, column));
        Sql::select().columns(columns).cond_where(self.what.clone()).limit(most).to_owned()
    }

    /// Leaves out what the pages before have shown.
    pub fn after_cursor(&self, select: &mut SelectStatement, key: impl IntoColumnRef, id: impl IntoColumnRef) {
        if let Some(after) = self.after {
            select.cond_where(Condition::any().add(Expr::col(key).lt(after.number)).add(Expr::col(id).lt(after.id)));
        }
    }
}

/// Days and spans are stretches of the keys.
fn narrow(keys: &mut Range<i64>, not: bool, clause: &What, reader: Reader, shelf: Shelf) {
    let (instant, is_after) = match clause {
        What::Before(day) => (day.begins(reader.zone), false),
        What::After(day) => (day.begins(reader.zone), true),
        What::NewerThan(span) => (span.before(reader.now), true),
        What::OlderThan(span) => (span.before(reader.now), false),
        _ => return,
    };
    let key = shelf.key(instant);
    if is_after == not {
        keys.end = Ord::min(keys.end, key);
    } else {
        keys.start = Ord::max(keys.start, key);
    }
}
