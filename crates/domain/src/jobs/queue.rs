//! The queue in SQL: enqueue and claim.

use super::{
    Job, LEASE, Lease, Priority,
    runs::{self, Ended},
};
use crate::database::begin_write;
use crate::{clock::Randomness, database::Database};
use chrono::{DateTime, Utc};
use entity::jobs;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict},
};
use uuid::Uuid;

/// A job this worker holds.
pub struct Claimed {
    /// `jobs.id`
    pub id: Uuid,
    /// What to do; `None` when the row was written by another version and cannot be read.
    pub job: Option<Job>,
    /// Tries before this one that failed, or ended with their process.
    pub attempts: i32,
    /// The hold on it.
    pub lease: Lease,
    /// Since when.
    pub started_at: DateTime<Utc>,
    pub(super) asked: i32,
}

/// Queues a job to run at `run_at`. One with the same key that is already queued is only brought forward; one that is
/// running runs once more after that, because it may have looked before the change it is queued for.
pub async fn enqueue(
    db: &impl ConnectionTrait,
    randomness: &Randomness,
    now: DateTime<Utc>,
    job: &Job,
    run_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let payload = serde_json::to_string(job).map_err(|error| DbErr::Custom(error.to_string()))?;
    let row = jobs::ActiveModel {
        id: Set(randomness.uuid(now)),
        kind: Set(job.kind().to_owned()),
        payload: Set(payload),
        unique_key: Set(Some(job.unique_key())),
        priority: Set(job.priority().number()),
        run_at: Set(run_at),
        started_at: Set(None),
        attempts: Set(0),
        asked: Set(0),
        lease_owner: Set(None),
        lease_until: Set(None),
        state: Set("queued".to_owned()),
        last_problem: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let earlier = Expr::case(Expr::col((jobs::Entity, jobs::Column::RunAt)).gt(Expr::val(run_at)), Expr::val(run_at))
        .finally(Expr::col((jobs::Entity, jobs::Column::RunAt)));
    let keep_one = OnConflict::column(jobs::Column::UniqueKey)
        .value(jobs::Column::RunAt, earlier)
        .value(jobs::Column::Asked, Expr::col((jobs::Entity, jobs::Column::Asked)).add(1))
        .value(jobs::Column::State, "queued")
        .value(jobs::Column::UpdatedAt, now)
        .to_owned();
    jobs::Entity::insert(row).on_conflict(keep_one).exec_without_returning(db).await?;
    Ok(())
}

/// Takes the most urgent job that is due and that nobody holds, and of these the one that is due longest; of the priorities
/// in `among`, the most urgent first.
pub async fn claim(
    db: &Database,
    randomness: &Randomness,
    owner: Uuid,
    now: DateTime<Utc>,
    among: &[Priority],
) -> Result<Option<Claimed>, DbErr> {
    // One question each, answered by the first entry of the index: however many jobs wait, none of them is sorted.
    for priority in among {
        let first = free(now).add(jobs::Column::Priority.eq(priority.number()));
        // An idle worker only reads: SQLite's one write lock is for those who write.
        if jobs::Entity::find().filter(first.clone()).limit(1).one(db).await?.is_none() {
            continue;
        }
        let tx = begin_write(db).await?;
        if let Some(claimed) = take(db, &tx, randomness, owner, first, now).await? {
            tx.commit().await?;
            return Ok(Some(claimed));
        }
    }
    Ok(None)
}

async fn take(
    db: &Database,
    tx: &DatabaseTransaction,
    randomness: &Randomness,
    owner: Uuid,
    which: Condition,
    now: DateTime<Utc>,
) -> Result<Option<Claimed>, DbErr> {
    let mut query = jobs::Entity::find().filter(which).order_by_asc(jobs::Column::RunAt).limit(1);
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let Some(row) = query.one(tx).await? else { return Ok(None) };
    // Whoever held it fell silent: perhaps because of it.
    if let Some(started_at) = row.started_at {
        runs::record(tx, randomness, &row, started_at, now, Ended::Died).await?;
    }
    let attempts = row.attempts + i32::from(row.started_at.is_some());
    // Whoever asks looks at the clock first, and gets the job when the one before is done with it: maybe a moment later.
    let started_at = Ord::max(now, row.updated_at);
    jobs::Entity::update_many()
        .col_expr(jobs::Column::LeaseOwner, Expr::value(Some(owner)))
        .col_expr(jobs::Column::LeaseUntil, Expr::value(Some(now + LEASE)))
        .col_expr(jobs::Column::StartedAt, Expr::value(Some(started_at)))
        .col_expr(jobs::Column::Attempts, Expr::value(attempts))
        .filter(jobs::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    let lease = Lease::new(db.clone(), row.id, owner);
    let job = serde_json::from_str(&row.payload).ok();
    Ok(Some(Claimed { id: row.id, job, attempts, lease, started_at, asked: row.asked }))
}

/// How many jobs are due and held by nobody.
pub async fn due(db: &Database, now: DateTime<Utc>) -> Result<u64, DbErr> {
    jobs::Entity::find().filter(free(now)).count(db).await
}

fn free(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(jobs::Column::State.eq("queued"))
        .add(jobs::Column::RunAt.lte(now))
        .add(Condition::any().add(jobs::Column::LeaseUntil.is_null()).add(jobs::Column::LeaseUntil.lte(now)))
}
