//! What people did to messages here and their provider has not told back yet.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null, timestamp_with_time_zone_null, uuid};

use crate::columns::{child_of, create, created_at, drop_all, index, one_of, updated_at};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, acts(), [index("acts", &["connection_id", "state", "said"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["acts"]).await
    }
}

fn acts() -> TableCreateStatement {
    Table::create()
        .table("acts")
        .col(uuid("connection_id"))
        .col(text("remote_id"))
        .col(one_of("aspect", &["read", "star", "place"]))
        .col(one_of("act", &["read", "unread", "star", "unstar", "inbox", "restore", "archive", "unhide", "bin"]))
        .col(uuid("said"))
        .col(one_of("state", &["pending", "written", "refused"]))
        .col(text_null("reason"))
        .col(timestamp_with_time_zone_null("written_at"))
        .col(created_at())
        .col(updated_at())
        .primary_key(Index::create().col("connection_id").col("remote_id").col("aspect"))
        .foreign_key(&mut child_of("acts", "connection_id", "connected_accounts"))
        .take()
}
