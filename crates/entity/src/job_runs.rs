//! What background work was done, for the operator. A run outlives its job.

use sea_orm::entity::prelude::*;

/// One run of a job.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_runs")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The job, whose row may be gone.
    pub job_id: Uuid,
    /// Which job it was.
    pub kind: String,
    /// When the run began.
    pub started_at: DateTimeUtc,
    /// When it ended; empty while running, or when the process died.
    pub finished_at: Option<DateTimeUtc>,
    /// `running`, `done`, `retry` or `failed`.
    pub outcome: String,
    /// Short text of what it did or why it failed; no personal data.
    pub detail: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
