//! The queue in SQL: enqueue, claim, finish.

use super::{Job, JobError, JobOutcome, LEASE, Lease, back_off};
use crate::clock::Randomness;
use crate::database::begin_write;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{job_runs, jobs};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, EntityTrait, PaginatorTrait,
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
    /// Failed tries before this one.
    pub attempts: i32,
    /// The hold on it.
    pub lease: Lease,
    run: Uuid,
    asked: i32,
}

/// Ended runs are kept this long.
const RUNS_KEPT: TimeDelta = TimeDelta::days(30);

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
        run_at: Set(run_at),
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

/// Takes the job that is due longest and that nobody holds.
pub async fn claim(
    db: &DatabaseConnection,
    randomness: &Randomness,
    owner: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Claimed>, DbErr> {
    // An idle worker only reads: SQLite's one write lock is for those who write.
    if due(db, now).await? == 0 {
        return Ok(None);
    }
    let tx = begin_write(db).await?;
    let mut query = jobs::Entity::find().filter(free(now)).order_by_asc(jobs::Column::RunAt).limit(1);
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let Some(row) = query.one(&tx).await? else { return Ok(None) };
    let taken = jobs::Entity::update_many()
        .col_expr(jobs::Column::LeaseOwner, Expr::value(Some(owner)))
        .col_expr(jobs::Column::LeaseUntil, Expr::value(Some(now + LEASE)))
        .filter(jobs::Column::Id.eq(row.id))
        .filter(free(now))
        .exec(&tx)
        .await?;
    if taken.rows_affected == 0 {
        return Ok(None);
    }
    let run = randomness.uuid(now);
    job_runs::ActiveModel {
        id: Set(run),
        job_id: Set(row.id),
        kind: Set(row.kind),
        started_at: Set(now),
        finished_at: Set(None),
        outcome: Set("running".to_owned()),
        detail: Set(None),
    }
    .insert(&tx)
    .await?;
    tx.commit().await?;
    let lease = Lease::new(db.clone(), row.id, owner);
    let job = serde_json::from_str(&row.payload).ok();
    Ok(Some(Claimed { id: row.id, job, attempts: row.attempts, lease, run, asked: row.asked }))
}

/// Writes down how a job ended, and when it runs next if it does. Does nothing to a job that another worker has taken.
pub async fn finish(
    db: &DatabaseConnection,
    now: DateTime<Utc>,
    claimed: &Claimed,
    result: &Result<JobOutcome, JobError>,
) -> Result<(), DbErr> {
    let held =
        Condition::all().add(jobs::Column::Id.eq(claimed.id)).add(jobs::Column::LeaseOwner.eq(claimed.lease.owner()));
    let tx = begin_write(db).await?;
    ask_again(&tx, now, claimed, held.clone()).await?;
    let mine = held.add(jobs::Column::Asked.eq(claimed.asked));
    let released = jobs::Entity::update_many()
        .col_expr(jobs::Column::LeaseOwner, Expr::value(Option::<Uuid>::None))
        .col_expr(jobs::Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(jobs::Column::UpdatedAt, Expr::value(now));
    let detail = result.as_ref().err().map(chain);
    let outcome = match result {
        Ok(JobOutcome::Done) => {
            jobs::Entity::delete_many().filter(mine).exec(&tx).await?;
            "done"
        }
        Ok(JobOutcome::Again { at }) => {
            released
                .col_expr(jobs::Column::RunAt, Expr::value(*at))
                .col_expr(jobs::Column::Attempts, Expr::value(0))
                .col_expr(jobs::Column::LastProblem, Expr::value(Option::<String>::None))
                .filter(mine)
                .exec(&tx)
                .await?;
            "done"
        }
        Err(JobError::Retry { after, .. }) => {
            let wait = after.unwrap_or_else(|| back_off(claimed.attempts));
            released
                .col_expr(jobs::Column::RunAt, Expr::value(now + wait))
                .col_expr(jobs::Column::Attempts, Expr::value(claimed.attempts + 1))
                .col_expr(jobs::Column::LastProblem, Expr::value(detail.clone()))
                .filter(mine)
                .exec(&tx)
                .await?;
            "retry"
        }
        Err(JobError::Fail { .. }) => {
            released
                .col_expr(jobs::Column::State, Expr::value("dead"))
                .col_expr(jobs::Column::LastProblem, Expr::value(detail.clone()))
                .filter(mine)
                .exec(&tx)
                .await?;
            "failed"
        }
    };
    job_runs::Entity::update_many()
        .col_expr(job_runs::Column::FinishedAt, Expr::value(Some(now)))
        .col_expr(job_runs::Column::Outcome, Expr::value(outcome))
        .col_expr(job_runs::Column::Detail, Expr::value(detail))
        .filter(job_runs::Column::Id.eq(claimed.run))
        .exec(&tx)
        .await?;
    tx.commit().await
}

/// Gives a job back to run at once when it was asked for again while it ran.
async fn ask_again(
    tx: &impl ConnectionTrait,
    now: DateTime<Utc>,
    claimed: &Claimed,
    held: Condition,
) -> Result<(), DbErr> {
    jobs::Entity::update_many()
        .col_expr(jobs::Column::LeaseOwner, Expr::value(Option::<Uuid>::None))
        .col_expr(jobs::Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(jobs::Column::RunAt, Expr::value(now))
        .col_expr(jobs::Column::Attempts, Expr::value(0))
        .col_expr(jobs::Column::UpdatedAt, Expr::value(now))
        .filter(held.add(jobs::Column::Asked.ne(claimed.asked)))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes the record of runs that began long ago.
pub async fn purge_runs(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let old = job_runs::Column::StartedAt.lte(now - RUNS_KEPT);
    Ok(job_runs::Entity::delete_many().filter(old).exec(db).await?.rows_affected)
}

/// Takes every job from whoever holds it: for a process that knows that no other lives. How many there were.
pub async fn free_all(db: &DatabaseConnection, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let tx = begin_write(db).await?;
    let freed = jobs::Entity::update_many()
        .col_expr(jobs::Column::LeaseOwner, Expr::value(Option::<Uuid>::None))
        .col_expr(jobs::Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
        .filter(jobs::Column::LeaseOwner.is_not_null())
        .exec(&tx)
        .await?;
    job_runs::Entity::update_many()
        .col_expr(job_runs::Column::FinishedAt, Expr::value(Some(now)))
        .col_expr(job_runs::Column::Outcome, Expr::value("retry"))
        .col_expr(job_runs::Column::Detail, Expr::value(Some("the process ended")))
        .filter(job_runs::Column::Outcome.eq("running"))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(freed.rows_affected)
}

/// How many jobs are due and held by nobody.
pub async fn due(db: &DatabaseConnection, now: DateTime<Utc>) -> Result<u64, DbErr> {
    jobs::Entity::find().filter(free(now)).count(db).await
}

fn free(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(jobs::Column::State.eq("queued"))
        .add(jobs::Column::RunAt.lte(now))
        .add(Condition::any().add(jobs::Column::LeaseUntil.is_null()).add(jobs::Column::LeaseUntil.lte(now)))
}

fn chain(error: &JobError) -> String {
    let mut text = String::new();
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
