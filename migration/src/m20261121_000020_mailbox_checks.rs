//! What came of comparing a mailbox here with the one at the provider, the newest comparison only.

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
        create(manager, mailbox_checks(), []).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["mailbox_checks"]).await
    }
}

fn mailbox_checks() -> TableCreateStatement {
    Table::create()
        .table("mailbox_checks")
        .col(uuid("feed_id").primary_key().take())
        .col(big_integer("listed"))
        .col(big_integer("stored"))
        .col(big_integer("excluded"))
        .col(big_integer("failed"))
        .col(big_integer("pending"))
        .col(big_integer("missing"))
        .col(big_integer("extra"))
        .col(big_integer("sampled"))
        .col(big_integer("labels_agree"))
        .col(big_integer("bodies_agree"))
        .col(timestamp_with_time_zone("started_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(&mut child_of("mailbox_checks", "feed_id", "sync_feeds"))
        .take()
}
