//! The append-only record of who did what. No foreign keys: an event outlives what it speaks of.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, pk_uuid, text, text_null, uuid_null};

use crate::columns::{create, created_at, drop_all, index};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            audit_events(),
            [
                index("audit_events", &["user_id", "id"]),
                index("audit_events", &["connection_id", "created_at"]),
                index("audit_events", &["created_at"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["audit_events"]).await
    }
}

fn audit_events() -> TableCreateStatement {
    Table::create()
        .table("audit_events")
        .col(pk_uuid("id"))
        .col(uuid_null("user_id"))
        .col(uuid_null("connection_id"))
        .col(text("action"))
        .col(text("outcome"))
        .col(text_null("address"))
        .col(text_null("detail"))
        .col(big_integer("times"))
        .col(created_at())
        .take()
}
