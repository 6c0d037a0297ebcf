//! The queue as a person sees it: what runs, what waits and until when, what was given up.

use super::Job;
use chrono::{DateTime, Utc};
use entity::{jobs, jobs::Column as C};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

/// A job that is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// `jobs.id`
    pub id: Uuid,
    /// The name in `jobs.kind`.
    pub kind: String,
    /// What it is about: the id of a feed, a connection or a notification.
    pub subject: Option<Uuid>,
    /// Whether it runs.
    pub state: QueuedState,
    /// Failed tries in a row.
    pub attempts: i32,
    /// Why the last try failed.
    pub problem: Option<String>,
}

/// Whether a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueuedState {
    /// Somebody works on it.
    Running {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// It runs at this time, or as soon as somebody is free.
    Waiting {
        /// When.
        until: DateTime<Utc>,
    },
    /// It is not tried again by itself.
    GivenUp,
}

/// Those of these jobs that are queued, the next first.
pub async fn queued(
    db: &impl ConnectionTrait,
    jobs: impl IntoIterator<Item = Job>,
    now: DateTime<Utc>,
) -> Result<Vec<Queued>, DbErr> {
    let keys = jobs.into_iter().map(|job| job.unique_key());
    let rows = jobs::Entity::find().filter(C::UniqueKey.is_in(keys)).order_by_asc(C::RunAt).all(db).await?;
    Ok(rows.into_iter().map(|row| read(row, now)).collect())
}

fn read(row: jobs::Model, now: DateTime<Utc>) -> Queued {
    let held = row.lease_until.is_some_and(|until| until > now);
    let state = match row.started_at.filter(|_| held) {
        _ if row.state == "dead" => QueuedState::GivenUp,
        Some(since) => QueuedState::Running { since },
        None => QueuedState::Waiting { until: row.run_at },
    };
    let subject = serde_json::from_str::<Job>(&row.payload).ok().and_then(|job| job.subject());
    Queued { id: row.id, kind: row.kind, subject, state, attempts: row.attempts, problem: row.last_problem }
}
