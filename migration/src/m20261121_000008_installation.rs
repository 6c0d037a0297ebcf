//! Facts about the installation, in a table that can hold one row only.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{blob, integer, uuid};

use crate::columns::{create, created_at, drop_all};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, installation(), []).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["installation"]).await
    }
}

fn installation() -> TableCreateStatement {
    Table::create()
        .table("installation")
        .col(integer("id").primary_key().check(Expr::col("id").eq(1)).take())
        .col(uuid("installation_id"))
        .col(blob("key_check"))
        .col(created_at())
        .take()
}
