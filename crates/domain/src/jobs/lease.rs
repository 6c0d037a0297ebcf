//! A worker's hold on a job.

use super::LEASE;
use crate::database::Database;
use chrono::{DateTime, Utc};
use entity::jobs;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

/// The hold on one job by one worker.
#[derive(Clone, Debug)]
pub struct Lease {
    db: Database,
    job: Uuid,
    owner: Uuid,
}

/// Why a lease could not be renewed.
#[derive(Debug, thiserror::Error)]
pub enum LeaseLost {
    /// Another worker has the job: this one was silent too long.
    #[error("another worker took the job")]
    Taken,
    /// The database did not answer; the lease may still hold.
    #[error("the lease could not be renewed")]
    Database(#[source] DbErr),
}

impl Lease {
    pub(super) fn new(db: Database, job: Uuid, owner: Uuid) -> Self {
        Self { db, job, owner }
    }

    pub(super) fn owner(&self) -> Uuid {
        self.owner
    }

    /// Holds the job for another [`LEASE`] from `now`.
    pub async fn renew(&self, now: DateTime<Utc>) -> Result<(), LeaseLost> {
        let renewed = jobs::Entity::update_many()
            .col_expr(jobs::Column::LeaseUntil, Expr::value(Some(now + LEASE)))
            .filter(jobs::Column::Id.eq(self.job))
            .filter(jobs::Column::LeaseOwner.eq(self.owner))
            .exec(&self.db)
            .await
            .map_err(LeaseLost::Database)?;
        if renewed.rows_affected == 0 { Err(LeaseLost::Taken) } else { Ok(()) }
    }
}
