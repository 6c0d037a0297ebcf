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
    /// What it was about: the id of a feed, a connection, a notification …
    pub subject: Option<Uuid>,
    /// When the run began.
    pub started_at: DateTimeUtc,
    /// When it ended; when its process died, when that was noticed.
    pub finished_at: DateTimeUtc,
    /// `done`, `retry`, `failed` or `died`.
    pub outcome: String,
    /// Short text of what it did or why it failed; no personal data.
    pub detail: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
