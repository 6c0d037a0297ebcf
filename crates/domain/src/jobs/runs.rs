//! The history: every run that did something or failed. A look that found nothing to do is not history.

use super::Job;
use crate::clock::Randomness;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{job_runs, job_runs::Column as C, jobs};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

/// Runs are kept this long.
const KEPT: TimeDelta = TimeDelta::days(30);

/// How a run ended.
pub(super) enum Ended {
    Done,
    /// It is tried again; why.
    Retry(String),
    /// It is not tried again; why.
    Failed(String),
    /// Its process ended.
    Died,
}

impl Ended {
    fn word(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retry(_) => "retry",
            Self::Failed(_) => "failed",
            Self::Died => "died",
        }
    }

    /// Why, when it did not end well.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Done | Self::Died => None,
            Self::Retry(why) | Self::Failed(why) => Some(why),
        }
    }
}

/// A run as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRun {
    /// The name in `jobs.kind`.
    pub kind: String,
    /// What it was about: the id of a feed, a connection or a notification.
    pub subject: Uuid,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// `done`, `retry`, `failed` or `died`.
    pub outcome: String,
    /// Why, when it did not end well.
    pub detail: Option<String>,
}

/// Writes down a run that ended.
pub(super) async fn record(
    db: &impl ConnectionTrait,
    randomness: &Randomness,
    job: &jobs::Model,
    started_at: DateTime<Utc>,
    now: DateTime<Utc>,
    ended: Ended,
) -> Result<(), DbErr> {
    let subject = serde_json::from_str::<Job>(&job.payload).ok().and_then(|job| job.subject());
    job_runs::ActiveModel {
        id: Set(randomness.uuid(now)),
        job_id: Set(job.id),
        kind: Set(job.kind.clone()),
        subject: Set(subject),
        started_at: Set(started_at),
        finished_at: Set(now),
        outcome: Set(ended.word().to_owned()),
        detail: Set(ended.detail().map(str::to_owned)),
    }
    .insert(db)
    .await?;
    Ok(())
}

/// The newest runs about these subjects, newest first.
pub async fn newest(
    db: &impl ConnectionTrait,
    subjects: impl IntoIterator<Item = Uuid>,
    most: u64,
) -> Result<Vec<JobRun>, DbErr> {
    let rows = job_runs::Entity::find()
        .filter(C::Subject.is_in(subjects))
        .order_by_desc(C::StartedAt)
        .limit(most)
        .all(db)
        .await?;
    let run = |row: job_runs::Model| {
        let job_runs::Model { kind, subject, started_at, finished_at, outcome, detail, .. } = row;
        Some(JobRun { kind, subject: subject?, started_at, finished_at, outcome, detail })
    };
    Ok(rows.into_iter().filter_map(run).collect())
}

/// Deletes the record of runs that began long ago.
pub async fn purge(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    Ok(job_runs::Entity::delete_many().filter(C::StartedAt.lte(now - KEPT)).exec(db).await?.rows_affected)
}
