//! What a day of a provider's quota went to, by the hour, for all processes and all people together.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, timestamp_with_time_zone};

use crate::columns::{create, drop_all};

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
            .table("provider_units")
            .col(text("provider"))
            .col(timestamp_with_time_zone("hour"))
            .col(big_integer("units"))
            .primary_key(Index::create().col("provider").col("hour"))
            .take();
        create(manager, table, []).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["provider_units"]).await
    }
}
