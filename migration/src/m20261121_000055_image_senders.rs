//! Senders whose pictures a person always wants to see.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, uuid};

use crate::columns::{child_of, create, created_at, drop_all};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, image_senders(), []).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["image_senders"]).await
    }
}

fn image_senders() -> TableCreateStatement {
    Table::create()
        .table("image_senders")
        .col(uuid("user_id"))
        .col(text("address"))
        .col(created_at())
        .primary_key(Index::create().col("user_id").col("address"))
        .foreign_key(&mut child_of("image_senders", "user_id", "users"))
        .take()
}
