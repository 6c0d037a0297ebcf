//! The ids a provider names while a mailbox is compared with it: on disk, so that memory does not grow with the mailbox.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, uuid};

use crate::columns::{child_of, create, drop_all, index, one_of};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, check_ids(), [index("check_ids", &["feed_id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["check_ids"]).await
    }
}

fn check_ids() -> TableCreateStatement {
    Table::create()
        .table("check_ids")
        .col(uuid("check_id"))
        .col(uuid("feed_id"))
        .col(text("remote_id"))
        .col(one_of("found", &["named", "lost", "extra"]))
        .primary_key(Index::create().col("check_id").col("feed_id").col("remote_id"))
        .foreign_key(&mut child_of("check_ids", "feed_id", "sync_feeds"))
        .take()
}
