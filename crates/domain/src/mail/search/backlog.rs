//! Mails that were stored before there was an index: their words are written in small steps by a job for each mailbox.

use super::{
    files,
    index::{Entry, write},
    shelves::{Newcomer, keys},
};
use crate::{
    clock::Randomness,
    database::{self, Database},
    jobs::{self, Job, JobContext, JobError, JobOutcome},
    mail::Mail,
};
use chrono::{DateTime, Utc};
use entity::{
    message_bodies,
    messages::{self, Column as M, Entity as Messages},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LockBehavior, LockType},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Mails of one transaction: on SQLite everybody else waits so long.
const STEP: u64 = 100;

impl Mail {
    /// Writes the words of a connection's mails until all are written.
    pub(crate) async fn write_words(
        &self,
        connection: Uuid,
        now: DateTime<Utc>,
        context: &JobContext,
    ) -> Result<JobOutcome, JobError> {
        let mut written = 0;
        loop {
            if context.stop.is_cancelled() {
                return Ok(JobOutcome::Again { at: now });
            }
            match step(&self.db, connection, now).await? {
                0 => break,
                some => written += some,
            }
        }
        tracing::info!(%connection, messages = written, "search.words_written");
        Ok(JobOutcome::Done)
    }
}

/// Has the words written of whatever is stored without.
pub(crate) async fn enqueue_missing(db: &Database, randomness: &Randomness, now: DateTime<Utc>) -> Result<(), DbErr> {
    let connections: Vec<Uuid> = Messages::find()
        .select_only()
        .column(M::ConnectionId)
        .filter(M::SearchKey.is_null())
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    for connection in connections {
        jobs::enqueue(db, randomness, now, &Job::WriteWords { connection }, now).await?;
    }
    Ok(())
}

/// Whether some of somebody's mail cannot be found yet.
pub(super) async fn is_behind(db: &impl ConnectionTrait, user: Uuid) -> Result<bool, DbErr> {
    let one: Option<(Uuid,)> = Messages::find()
        .select_only()
        .column(M::Id)
        .filter(M::SearchKey.is_null())
        .filter(M::UserId.eq(user))
        .into_tuple()
        .one(db)
        .await?;
    Ok(one.is_some())
}

/// Writes the words of a few mails; how many they were.
async fn step(db: &Database, connection: Uuid, now: DateTime<Utc>) -> Result<usize, DbErr> {
    let tx = database::begin_write(db).await?;
    let mut some = Messages::find().filter(M::SearchKey.is_null()).filter(M::ConnectionId.eq(connection)).limit(STEP);
    if tx.get_database_backend() == DatabaseBackend::Postgres {
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
    for (mail, key) in &keys {
        Messages::update_many().col_expr(M::SearchKey, Expr::value(*key)).filter(M::Id.eq(*mail)).exec(&tx).await?;
    }
    tx.commit().await?;
    Ok(mails.len())
}

async fn bodies(
    db: &impl ConnectionTrait,
    mails: &[messages::Model],
) -> Result<HashMap<Uuid, message_bodies::Model>, DbErr> {
    let of_these = message_bodies::Column::MessageId.is_in(mails.iter().map(|mail| mail.id));
    let bodies = message_bodies::Entity::find().filter(of_these).all(db).await?;
    Ok(bodies.into_iter().map(|body| (body.message_id, body)).collect())
}
