//! What was found when everything was listed again, because the place in the provider's history was lost: the newest time
//! only. The history of them all is in the audit events.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid};

use crate::columns::{child_of, create, drop_all};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, rereads(), []).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["rereads"]).await
    }
}

fn rereads() -> TableCreateStatement {
    Table::create()
        .table("rereads")
        .col(uuid("feed_id").primary_key().take())
        .col(timestamp_with_time_zone("began_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(big_integer("missing"))
        .col(big_integer("deleted"))
        .foreign_key(&mut child_of("rereads", "feed_id", "sync_feeds"))
        .take()
}
