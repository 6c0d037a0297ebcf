//! How a job ends, and when it runs next if it does.

use super::{
    Job, JobError, JobOutcome, Priority, back_off,
    queue::Claimed,
    runs::{self, Ended},
};
use crate::{
    clock::Randomness,
    database::{Database, begin_write, hold},
};
use chrono::{DateTime, Utc};
use entity::jobs::{self, Column as C};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, UpdateMany,
    sea_query::{Expr, ExprTrait},
};
use std::time::Duration;
use uuid::Uuid;

/// Writes down how a job ended, and when it runs next if it does; `told` is what is kept of an error. Does nothing to a job that another worker has taken.
pub async fn finish(
    db: &Database,
    randomness: &Randomness,
    now: DateTime<Utc>,
    claimed: &Claimed,
    result: &Result<JobOutcome, JobError>,
    told: fn(&JobError) -> String,
) -> Result<(), DbErr> {
    let held = Condition::all().add(C::Id.eq(claimed.id)).add(C::LeaseOwner.eq(claimed.lease.owner()));
    let tx = begin_write(db).await?;
    // Held, so that nobody asks for it again between reading and writing.
    let Some(row) = hold(&tx, jobs::Entity::find().filter(held.clone())).await? else { return tx.rollback().await };
    let ended = match result {
        Ok(JobOutcome::Done | JobOutcome::Again { .. } | JobOutcome::Yield { .. } | JobOutcome::Resume { .. }) => {
            Some(Ended::Done)
        }
        Ok(JobOutcome::Idle { .. }) => None,
        Err(error @ JobError::Retry { .. }) => Some(Ended::Retry(told(error))),
        Err(error @ JobError::Fail { .. }) => Some(Ended::Failed(told(error))),
    };
    let problem = ended.as_ref().and_then(Ended::detail).map(str::to_owned);
    if let Some(ended) = ended {
        runs::record(&tx, randomness, &row, claimed.started_at, now, ended).await?;
    }
    if row.asked == claimed.asked {
        settle(&tx, randomness, now, claimed, result, problem, held).await?;
    } else {
        // Asked for again while it ran: it may have looked before the change it was asked for.
        let again = released(now).col_expr(C::RunAt, Expr::value(now)).col_expr(C::Attempts, Expr::value(0));
        again.filter(held).exec(&tx).await?;
    }
    tx.commit().await
}

async fn settle(
    tx: &impl ConnectionTrait,
    randomness: &Randomness,
    now: DateTime<Utc>,
    claimed: &Claimed,
    result: &Result<JobOutcome, JobError>,
    problem: Option<String>,
    held: Condition,
) -> Result<(), DbErr> {
    let next = match result {
        Ok(JobOutcome::Done) => {
            jobs::Entity::delete_many().filter(held).exec(tx).await?;
            return Ok(());
        }
        Ok(JobOutcome::Again { at } | JobOutcome::Yield { at } | JobOutcome::Idle { at }) => {
            released(now).col_expr(C::RunAt, Expr::value(*at)).col_expr(C::Attempts, Expr::value(0))
        }
        Ok(JobOutcome::Resume { at }) => released(now).col_expr(C::RunAt, Expr::value(*at)),
        Err(JobError::Retry { after, .. }) => {
            let wait = after.unwrap_or_else(|| jittered(randomness, back_off(claimed.attempts)));
            released(now)
                .col_expr(C::RunAt, Expr::value(now + wait))
                .col_expr(C::Attempts, Expr::value(claimed.attempts + 1))
        }
        Err(JobError::Fail { .. }) => released(now).col_expr(C::State, Expr::value("dead")),
    };
    let priority = match result {
        Ok(JobOutcome::Yield { .. }) => Some(Priority::Last),
        _ => claimed.job.as_ref().map(Job::priority),
    };
    let next = match priority {
        Some(priority) => next.col_expr(C::Priority, Expr::value(priority.number())),
        None => next,
    };
    next.col_expr(C::LastProblem, Expr::value(problem)).filter(held).exec(tx).await?;
    Ok(())
}

/// Half of a wait and a random part of the other half: what failed together does not come back together.
fn jittered(randomness: &Randomness, wait: Duration) -> Duration {
    wait / 2 + randomness.jitter(wait / 2)
}

/// Nobody holds it.
fn released(now: DateTime<Utc>) -> UpdateMany<jobs::Entity> {
    jobs::Entity::update_many()
        .col_expr(C::LeaseOwner, Expr::value(Option::<Uuid>::None))
        .col_expr(C::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(C::StartedAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(C::UpdatedAt, Expr::value(now))
}

/// Takes every job from whoever holds it: for a process that knows that no other lives. How many there were.
pub async fn free_all(db: &Database, randomness: &Randomness, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let tx = begin_write(db).await?;
    let of_the_dead = jobs::Entity::find().filter(C::LeaseOwner.is_not_null()).all(&tx).await?;
    for row in &of_the_dead {
        runs::record(&tx, randomness, row, row.started_at.unwrap_or(now), now, Ended::Died).await?;
    }
    let tried = Expr::col(C::Attempts).add(1);
    let freed = released(now).col_expr(C::Attempts, tried).filter(C::LeaseOwner.is_not_null()).exec(&tx).await?;
    tx.commit().await?;
    Ok(freed.rows_affected)
}
