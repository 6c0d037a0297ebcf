//! Mails that are stored without their words: those of a first sync, whose words follow behind, and those that were stored
//! before there was an index. A job for each mailbox writes them in small steps.

use super::{
    files,
    index::{Entry, write},
    shelves::{Newcomer, keys},
};
use crate::{
    clock::{Clock, Randomness},
    database::{self, Database},
    jobs::{self, Job, JobContext, JobError, JobOutcome},
    mail::Mail,
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    connected_accounts::{Column as A, Entity as Accounts},
    message_bodies,
    messages::{self, Column as M, Entity as Messages},
    sync_feeds,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QuerySelect, Select,
    sea_query::{
        Alias, Expr, ExprTrait, IntoIden, LockBehavior, LockType, Query, TableRef, UpdateStatement, ValueTuple,
    },
};
use std::collections::HashMap;
use uuid::Uuid;

/// Mails of one transaction, as many as a sync stores in one: on SQLite everybody else waits so long.
const STEP: u64 = 400;
/// How far behind the mails of a first sync their words may be: written in large steps they cost less.
const BEHIND: TimeDelta = TimeDelta::minutes(1);

impl Mail {
    /// Writes the words of a connection's mails until all are written; while its first sync goes on, again and again.
    pub(crate) async fn write_words(
        &self,
        connection: Uuid,
        clock: &dyn Clock,
        context: &JobContext,
    ) -> Result<JobOutcome, JobError> {
        let mut written = 0;
        loop {
            if context.stop.is_cancelled() {
                return Ok(JobOutcome::Again { at: clock.now() });
            }
            match step(&self.db, connection, clock.now()).await? {
                0 => break,
                some => written += some,
            }
        }
        tracing::debug!(%connection, messages = written, "search.words_written");
        Ok(if is_first_sync(&self.db, connection).await? {
            JobOutcome::Idle { at: clock.now() + BEHIND }
        } else {
            JobOutcome::Done
        })
    }
}

/// Has the words of a first sync follow behind its mails, however far it is. It is asked for with the first mails that come
/// without, and once more when they are complete.
pub(crate) async fn follow(
    db: &impl ConnectionTrait,
    randomness: &Randomness,
    now: DateTime<Utc>,
    connection: Uuid,
    complete: bool,
) -> Result<(), DbErr> {
    let at = if complete { now } else { now + BEHIND };
    jobs::enqueue(db, randomness, now, &Job::WriteWords { connection }, at).await
}

/// Whether more mails may come without their words.
async fn is_first_sync(db: &impl ConnectionTrait, connection: Uuid) -> Result<bool, DbErr> {
    let incomplete = sync_feeds::Entity::find()
        .filter(sync_feeds::Column::ConnectionId.eq(connection))
        .filter(sync_feeds::Column::CompletedAt.is_null());
    Ok(incomplete.one(db).await?.is_some())
}

/// Has the words written of whatever is stored without.
pub(crate) async fn enqueue_missing(db: &Database, randomness: &Randomness, now: DateTime<Utc>) -> Result<(), DbErr> {
    for connection in behind().into_tuple::<Uuid>().all(db).await? {
        jobs::enqueue(db, randomness, now, &Job::WriteWords { connection }, now).await?;
    }
    Ok(())
}

/// Whether some of somebody's mail cannot be found yet.
pub(super) async fn is_behind(db: &impl ConnectionTrait, user: Uuid) -> Result<bool, DbErr> {
    let one: Option<Uuid> = behind().filter(A::UserId.eq(user)).into_tuple().one(db).await?;
    Ok(one.is_some())
}

/// Connections with mails whose words are not written: one look into an index for each, however many mails there are.
fn behind() -> Select<Accounts> {
    let waiting = Query::select()
        .expr(Expr::val(1))
        .from(Messages)
        .and_where(Expr::col((Messages, M::ConnectionId)).eq(Expr::col((Accounts, A::Id))))
        .and_where(Expr::col((Messages, M::SearchKey)).is_null())
        .to_owned();
    Accounts::find().select_only().column(A::Id).filter(Expr::exists(waiting))
}

/// Mails of a connection whose words are not written.
fn waiting(connection: Uuid) -> Select<Messages> {
    Messages::find().filter(M::SearchKey.is_null()).filter(M::ConnectionId.eq(connection)).limit(STEP)
}

/// Writes the words of a few mails; how many they were.
async fn step(db: &Database, connection: Uuid, now: DateTime<Utc>) -> Result<usize, DbErr> {
    let tx = database::begin_write(db).await?;
    let mut some = waiting(connection);
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        // There is no better way to a few of many mails than the index, whatever the statistics say.
        tx.execute_unprepared("SET LOCAL enable_seqscan = off").await?;
        // One that is deleted at this moment is not waited for.
        some = some.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let mails = some.all(&tx).await?;
    let Some(user) = mails.first().map(|mail| mail.user_id) else { return Ok(0) };
    let newcomers: Vec<Newcomer> =
        mails.iter().map(|mail| Newcomer { id: mail.id, received_at: mail.received_at }).collect();
    let keys = keys(&tx, user, &newcomers, &[], now).await?;
    let (bodies, files) = (bodies(&tx, &mails).await?, files::names(&tx, mails.iter().map(|mail| mail.id)).await?);
    let entries: Vec<Entry<'_>> = mails
        .iter()
        .filter_map(|mail| {
            let body = bodies.get(&mail.id);
            Some(Entry {
                id: mail.id,
                key: *keys.get(&mail.id)?,
                sender_name: &mail.sender_name,
                sender_address: &mail.sender_address,
                recipients: &mail.recipients,
                subject: &mail.subject,
                text: body.and_then(|body| body.text.as_deref()),
                html: body.and_then(|body| body.html.as_deref()),
                files: files.get(&mail.id).into_iter().flatten().map(String::as_str).collect(),
            })
        })
        .collect();
    write(&tx, &entries).await?;
    tx.execute(&with_keys(keys)).await?;
    tx.commit().await?;
    Ok(mails.len())
}

/// Gives every mail its key. Both databases call the columns of such a list `column1` and `column2`.
fn with_keys(keys: HashMap<Uuid, i64>) -> UpdateStatement {
    let list = Alias::new("list");
    let rows = keys.into_iter().map(|(mail, key)| ValueTuple::Two(mail.into(), key.into())).collect();
    Query::update()
        .table(Messages)
        .from(TableRef::ValuesList(rows, list.clone().into_iden()))
        .value(M::SearchKey, Expr::col((list.clone(), Alias::new("column2"))))
        .and_where(Expr::col((Messages, M::Id)).eq(Expr::col((list, Alias::new("column1")))))
        .to_owned()
}

async fn bodies(
    db: &impl ConnectionTrait,
    mails: &[messages::Model],
) -> Result<HashMap<Uuid, message_bodies::Model>, DbErr> {
    let of_these = message_bodies::Column::MessageId.is_in(mails.iter().map(|mail| mail.id));
    let bodies = message_bodies::Entity::find().filter(of_these).all(db).await?;
    Ok(bodies.into_iter().map(|body| (body.message_id, body)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use migration::{Migrator, MigratorTrait};
    use sea_orm::{DatabaseConnection, QueryTrait};

    /// How SQLite would look these rows up.
    async fn plan<E: EntityTrait>(db: &DatabaseConnection, select: Select<E>) -> String {
        let mut statement = select.build(DatabaseBackend::Sqlite);
        statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
        let steps = db.query_all_raw(statement).await.unwrap();
        steps.iter().map(|step| step.try_get::<String>("", "detail").unwrap() + "\n").collect()
    }

    #[tokio::test]
    async fn mails_without_words_are_looked_up_among_themselves() {
        let db = sea_orm::Database::connect("sqlite::memory:").await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        for learned in [false, true] {
            if learned {
                db.execute_unprepared("ANALYZE").await.unwrap();
            }
            for plan in [plan(&db, waiting(Uuid::nil())).await, plan(&db, behind()).await] {
                let looks: Vec<&str> = plan.lines().filter(|line| line.contains(" messages ")).collect();
                let own = |line: &&str| line.ends_with(" USING INDEX ix_messages_without_words (connection_id=?)");
                assert!(looks.len() == 1 && looks.iter().all(own), "{plan}");
            }
        }
    }
}
