//! Where a mail stands in the index of words: a number that is higher the newer the mail is, so that the newest come first
//! without sorting, and whose highest bits are its person's, so that nobody's search walks past the mail of others.

use chrono::{DateTime, Utc};
use entity::{
    messages::{Column as M, Entity as Messages},
    search_shelves::{self, Column as C},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, OnConflict, Query},
};
use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};
use uuid::Uuid;

/// Bits for the thousandths of a second; those that are left over are for mails of one instant.
const FRACTION: u32 = 10;
/// Bits for the seconds since 1970: until 2242.
const SECONDS: u32 = 33;
/// Tries to find a number nobody has, while others look for one, too.
const TRIES: usize = 10;

/// One person's part of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shelf(i64);

impl Shelf {
    /// The one a key is on.
    pub fn of(key: i64) -> Self {
        Self(key >> (SECONDS + FRACTION))
    }

    /// The number of its person.
    pub fn number(self) -> i64 {
        self.0
    }

    /// Every key on it.
    pub fn all(self) -> Range<i64> {
        let first = self.0 << (SECONDS + FRACTION);
        first..first + (1 << (SECONDS + FRACTION))
    }

    /// The first key of an instant.
    pub fn key(self, at: DateTime<Utc>) -> i64 {
        let seconds = at.timestamp().clamp(0, (1 << SECONDS) - 1);
        let thousandths = if seconds == at.timestamp() { i64::from(at.timestamp_subsec_millis() % 1_000) } else { 0 };
        self.all().start | seconds << FRACTION | thousandths
    }

    /// The second of a key.
    pub fn instant(self, key: i64) -> DateTime<Utc> {
        let seconds = (key - self.all().start) >> FRACTION;
        DateTime::from_timestamp(seconds, 0).unwrap_or_default()
    }
}

/// The shelf of somebody; `None` before their first mail.
pub(super) async fn find(db: &impl ConnectionTrait, user: Uuid) -> Result<Option<Shelf>, DbErr> {
    Ok(search_shelves::Entity::find_by_id(user).one(db).await?.map(|row| Shelf(row.number)))
}

/// The shelf of somebody, put up where there is none.
async fn find_or_put_up(db: &impl ConnectionTrait, user: Uuid) -> Result<Shelf, DbErr> {
    for _ in 0..TRIES {
        if let Some(shelf) = find(db, user).await? {
            return Ok(shelf);
        }
        let next = Query::select()
            .expr(Expr::val(user))
            .expr(Expr::cust("COALESCE(MAX(number), -1) + 1"))
            .from(search_shelves::Entity)
            // Without a condition SQLite would read ON CONFLICT as one.
            .and_where(Expr::cust("1 = 1"))
            .to_owned();
        let mut insert = Query::insert();
        insert.into_table(search_shelves::Entity).columns([C::UserId, C::Number]);
        insert.select_from(next).map_err(|error| DbErr::Custom(error.to_string()))?;
        insert.on_conflict(OnConflict::new().do_nothing().to_owned());
        db.execute(&insert).await?;
    }
    Err(DbErr::Custom("no shelf was free".to_owned()))
}

/// A mail that needs a key.
#[derive(Clone, Copy, Debug)]
pub(in crate::mail) struct Newcomer {
    pub id: Uuid,
    pub received_at: DateTime<Utc>,
}

/// The keys of these mails: those they have, or new ones. What was received in the future was received now.
pub(in crate::mail) async fn keys(
    db: &impl ConnectionTrait,
    user: Uuid,
    mails: &[Newcomer],
    known: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, i64>, DbErr> {
    let shelf = find_or_put_up(db, user).await?;
    let mut keys = HashMap::with_capacity(mails.len());
    if !known.is_empty() {
        let had: Vec<(Uuid, i64)> = Messages::find()
            .select_only()
            .columns([M::Id, M::SearchKey])
            .filter(M::Id.is_in(known.iter().copied()))
            .filter(M::SearchKey.is_not_null())
            .into_tuple()
            .all(db)
            .await?;
        keys.extend(had);
    }
    let wanted = mails
        .iter()
        .filter(|one| !keys.contains_key(&one.id))
        .map(|one| (one.id, shelf.key(Ord::min(one.received_at, now))));
    let wanted: Vec<(Uuid, i64)> = wanted.collect();
    // Here the key is what the index itself calls a mail by, so no two may share one. There is one writer at a time.
    let free = if db.get_database_backend() == DatabaseBackend::Sqlite { free(db, wanted).await? } else { wanted };
    keys.extend(free);
    Ok(keys)
}

/// Moves keys that are taken on to the next that are not.
async fn free(db: &impl ConnectionTrait, wanted: Vec<(Uuid, i64)>) -> Result<Vec<(Uuid, i64)>, DbErr> {
    if wanted.is_empty() {
        return Ok(wanted);
    }
    let taken: HashSet<i64> = Messages::find()
        .select_only()
        .column(M::SearchKey)
        .filter(M::SearchKey.is_in(wanted.iter().map(|(_, key)| *key)))
        .into_tuple()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let mut given = HashSet::with_capacity(wanted.len());
    let mut free = Vec::with_capacity(wanted.len());
    for (id, mut key) in wanted {
        let mut unsure = taken.contains(&key);
        while unsure || given.contains(&key) {
            if given.contains(&key) {
                key += 1;
                unsure = true;
            } else {
                key = after_the_taken(db, key).await?;
                unsure = false;
            }
        }
        given.insert(key);
        free.push((id, key));
    }
    Ok(free)
}

/// The first key from `key` on that no stored mail has.
async fn after_the_taken(db: &impl ConnectionTrait, key: i64) -> Result<i64, DbErr> {
    let next = Alias::new("next");
    let followed = Query::select()
        .expr(Expr::val(1))
        .from_as(Messages, next.clone())
        .and_where(Expr::col((next, M::SearchKey)).eq(Expr::col((Messages, M::SearchKey)).add(1)))
        .to_owned();
    let is_free: Option<(i64,)> =
        Messages::find().select_only().column(M::SearchKey).filter(M::SearchKey.eq(key)).into_tuple().one(db).await?;
    if is_free.is_none() {
        return Ok(key);
    }
    let last: Option<(i64,)> = Messages::find()
        .select_only()
        .column(M::SearchKey)
        .filter(M::SearchKey.gte(key))
        .filter(Expr::exists(followed).not())
        .order_by_asc(M::SearchKey)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.map_or(key, |(last,)| last + 1))
}
