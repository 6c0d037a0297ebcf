//! What a person chose to leave out of a connection.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, uuid};

use crate::columns::{child_of, create, created_at, drop_all, one_of};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, exclusions(), []).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["exclusions"]).await
    }
}

fn exclusions() -> TableCreateStatement {
    Table::create()
        .table("exclusions")
        .col(uuid("connection_id"))
        .col(one_of("kind", &["spam_and_bin", "older_than", "label"]))
        .col(text("value"))
        .col(created_at())
        .primary_key(Index::create().col("connection_id").col("kind").col("value"))
        .foreign_key(&mut child_of("exclusions", "connection_id", "connected_accounts"))
        .take()
}
