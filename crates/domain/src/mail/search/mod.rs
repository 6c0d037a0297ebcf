//! Finds mails by their words, newest first.
//!
//! A search is read by `parse` into a `Query`, which never fails; what was not understood is told in hints. Its words are made
//! by `words`, which also makes those of the index (`index`) and those that are marked (`marks`), so that SQLite and
//! PostgreSQL, each with its own way to look up (`sqlite`, `postgres`), find the same.

mod backlog;
mod dates;
mod excerpts;
mod files;
mod find;
mod index;
mod letters;
mod marks;
mod named;
mod parse;
mod places;
mod plain;
mod postgres;
mod query;
mod shelves;
mod sqlite;
mod wording;
mod words;

pub(crate) use backlog::{enqueue_missing, follow};
pub use excerpts::Part;
pub(super) use index::{Entry, write};
pub use marks::Marked;
pub(crate) use named::named;
pub use query::Hint;
pub(super) use shelves::{Newcomer, keys};
pub(crate) use wording::{Seen, Wording};

use super::{
    MailError,
    cursor::Cursor,
    place::{Asked, Place, places},
};
use crate::database::Database;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use excerpts::Excerpts;
use find::{Found as Row, Reader, Wanted};
use places::Places;
use query::{Field, Phrase};
use sea_orm::{ConnectionTrait, DatabaseBackend};
use uuid::Uuid;

/// Hits on one page.
const PAGE: usize = 50;

/// What somebody looks for.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// Whose mail is looked through.
    pub user: Uuid,
    /// One connection of theirs, or all.
    pub connection: Option<Uuid>,
    /// As they wrote it.
    pub text: &'a str,
    /// [`Hits::next`] of the page before.
    pub after: Option<&'a str>,
    /// The zone they live in, by its name in the IANA database; UTC where it is none.
    pub zone: Option<&'a str>,
    /// When they look.
    pub now: DateTime<Utc>,
}

/// One page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// At most 50, newest first.
    pub hits: Vec<Hit>,
    /// What the next page begins after; `None` on the last.
    pub next: Option<String>,
    /// What was not understood.
    pub hints: Vec<Hint>,
}

/// A mail that was found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The message.
    pub id: Uuid,
    /// The connection it lies in.
    pub connection: Uuid,
    /// Name of the sender, or the address; both when it was found by the address.
    pub sender: Marked,
    /// Subject; may be empty.
    pub subject: Marked,
    /// Where the words are in the rest of the mail; its first words where they are not.
    pub excerpt: Marked,
    /// What the excerpt is cut from.
    pub from: Part,
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

pub(super) async fn search(db: &Database, search: Search<'_>) -> Result<Hits, MailError> {
    let mut query = parse::parse(search.text);
    if backlog::is_behind(db, search.user).await? {
        query.hint(Hint::StillReading);
    }
    let after = search.after.map(|after| Cursor::read(after).ok_or(MailError::NoSuchPage)).transpose()?;
    let places = Places::of(db, search.user, search.connection, &mut query).await?;
    let shelf = shelves::find(db, search.user).await?.filter(|_| query.asks());
    let Some(shelf) = shelf else { return Ok(Hits { hints: query.hints, ..Hits::default() }) };
    let zone: Tz = search.zone.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC);
    let reader = Reader { user: search.user, connection: search.connection, zone, now: search.now };
    let wanted = Wanted::new(&query, reader, &places, shelf, after, PAGE + 1);
    let mut rows = match db.get_database_backend() {
        DatabaseBackend::Sqlite => sqlite::rows(db, &query, &wanted).await?,
        _ => postgres::rows(db, &query, &wanted).await?,
    };
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|last| Cursor { number: last.search_key, id: last.id }.text());
    let phrases: Vec<&Phrase> = query.phrases(false).collect();
    let hits = hits(db, rows, &phrases).await?;
    Ok(Hits { hits, next, hints: query.hints })
}

async fn hits(db: &Database, rows: Vec<Row>, phrases: &[&Phrase]) -> Result<Vec<Hit>, MailError> {
    let asked = rows.iter().map(|one| Asked {
        id: one.id,
        connection: one.connection_id,
        remote_id: &one.remote_id,
        in_inbox: one.in_inbox,
        hidden: one.hidden,
    });
    let places = places(db, &asked.collect::<Vec<_>>()).await?;
    let excerpts = Excerpts::of(db, &rows, phrases).await?;
    let hit = |(row, place): (Row, Place)| {
        let (excerpt, from) = excerpts.cut(&row, phrases);
        Hit {
            id: row.id,
            connection: row.connection_id,
            sender: sender(&row, phrases),
            subject: Marked::of(&row.subject, &marks::sought_in(phrases, Field::Subject)),
            excerpt,
            from,
            received_at: row.received_at,
            unread: row.unread,
            starred: row.starred,
            has_attachments: row.has_attachments,
            place,
        }
    };
    Ok(rows.into_iter().zip(places).map(hit).collect())
}

/// The name where there is one, and the address where it is what was found.
fn sender(row: &Row, phrases: &[&Phrase]) -> Marked {
    let phrases = marks::sought_in(phrases, Field::Sender);
    let shown = if row.sender_name.is_empty() { &row.sender_address } else { &row.sender_name };
    let shown = Marked::of(shown, &phrases);
    if shown.is_marked() || row.sender_name.is_empty() {
        return shown;
    }
    let both = Marked::of(&format!("{} <{}>", row.sender_name, row.sender_address), &phrases);
    if both.is_marked() { both } else { shown }
}
