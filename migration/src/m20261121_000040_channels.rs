//! How providers tell of news in a mailbox by themselves.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{blob_null, text, text_null, timestamp_with_time_zone, uuid};

use crate::columns::{child_of, create, created_at, drop_all, index, updated_at};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, channels(), [index("channels", &["remote_id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["channels"]).await
    }
}

fn channels() -> TableCreateStatement {
    Table::create()
        .table("channels")
        .col(uuid("connection_id"))
        .col(text("target"))
        .col(text_null("remote_id"))
        .col(blob_null("secret_hash"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone("renew_at"))
        .col(created_at())
        .col(updated_at())
        .primary_key(Index::create().col("connection_id"))
        .foreign_key(&mut child_of("channels", "connection_id", "connected_accounts"))
        .take()
}
