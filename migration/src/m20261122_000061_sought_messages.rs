//! Messages that a search at the provider found and that are not stored yet: their mailbox's run fetches them first.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, timestamp_with_time_zone, uuid};

use crate::columns::{child_of, create, drop_all, index};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("sought_messages")
            .col(uuid("connection_id"))
            .col(text("remote_id"))
            .col(text("thread_remote_id"))
            .col(timestamp_with_time_zone("sought_at"))
            .primary_key(Index::create().col("connection_id").col("remote_id"))
            .foreign_key(&mut child_of("sought_messages", "connection_id", "connected_accounts"))
            .take();
        create(manager, table, [index("sought_messages", &["connection_id", "sought_at"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["sought_messages"]).await
    }
}
