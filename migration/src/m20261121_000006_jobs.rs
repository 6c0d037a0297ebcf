//! Background work to do, and the record of what was done. A run has no foreign key: it outlives its job.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    integer, pk_uuid, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::columns::{create, created_at, drop_all, index, one_of, unique, updated_at};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, jobs(), [unique("jobs", &["unique_key"]), index("jobs", &["state", "priority", "run_at"])])
            .await?;
        create(manager, job_runs(), [index("job_runs", &["subject", "started_at"]), index("job_runs", &["started_at"])])
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["job_runs", "jobs"]).await
    }
}

fn jobs() -> TableCreateStatement {
    Table::create()
        .table("jobs")
        .col(pk_uuid("id"))
        .col(text("kind"))
        .col(text("payload"))
        .col(text_null("unique_key"))
        .col(integer("priority"))
        .col(timestamp_with_time_zone("run_at"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(integer("attempts"))
        .col(integer("asked"))
        .col(uuid_null("lease_owner"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(one_of("state", &["queued", "dead"]))
        .col(text_null("last_problem"))
        .col(created_at())
        .col(updated_at())
        .take()
}

fn job_runs() -> TableCreateStatement {
    Table::create()
        .table("job_runs")
        .col(pk_uuid("id"))
        .col(uuid("job_id"))
        .col(text("kind"))
        .col(uuid_null("subject"))
        .col(timestamp_with_time_zone("started_at"))
        .col(timestamp_with_time_zone("finished_at"))
        .col(one_of("outcome", &["done", "retry", "failed", "died"]))
        .col(text_null("detail"))
        .take()
}
