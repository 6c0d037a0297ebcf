//! Streams kept in step with a provider, and what their listings found.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, integer, pk_uuid, text, text_null, timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::columns::{child_of, create, created_at, drop_all, index, one_of, unique, updated_at};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            sync_feeds(),
            [unique("sync_feeds", &["connection_id", "kind", "remote_id"]), index("sync_feeds", &["next_run_at"])],
        )
        .await?;
        let items = [
            index("feed_items", &["feed_id", "state", "rank"]),
            index("feed_items", &["feed_id", "thread_remote_id"]),
            // Few items fail: the others take no room in it.
            index("feed_items", &["feed_id", "next_try_at"]).cond_where(Expr::col("state").eq("failed")).take(),
        ];
        create(manager, feed_items(), items).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["feed_items", "sync_feeds"]).await
    }
}

fn sync_feeds() -> TableCreateStatement {
    Table::create()
        .table("sync_feeds")
        .col(pk_uuid("id"))
        .col(uuid("connection_id"))
        .col(one_of("kind", &["mailbox", "folder", "calendar"]))
        .col(text("remote_id"))
        .col(text_null("label"))
        .col(one_of("stage", &["waiting", "listing", "fetching", "catching_up", "live", "blocked", "paused"]))
        .col(text_null("resumes_as"))
        .col(text_null("cursor"))
        .col(text_null("page_token"))
        .col(big_integer("expected"))
        .col(big_integer("listed"))
        .col(big_integer("stored"))
        .col(big_integer("failed"))
        .col(big_integer("excluded"))
        .col(big_integer("work_left"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("completed_at"))
        .col(timestamp_with_time_zone_null("last_synced_at"))
        .col(timestamp_with_time_zone_null("next_run_at"))
        .col(text_null("last_problem"))
        .col(uuid_null("lease_owner"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(created_at())
        .col(updated_at())
        .foreign_key(&mut child_of("sync_feeds", "connection_id", "connected_accounts"))
        .take()
}

fn feed_items() -> TableCreateStatement {
    Table::create()
        .table("feed_items")
        .col(uuid("feed_id"))
        .col(text("remote_id"))
        .col(text("thread_remote_id"))
        .col(big_integer("rank"))
        .col(one_of("state", &["pending", "stored", "excluded", "failed"]))
        .col(integer("attempts"))
        .col(timestamp_with_time_zone_null("next_try_at"))
        .col(text_null("problem"))
        .col(text_null("reason"))
        .col(updated_at())
        .primary_key(Index::create().col("feed_id").col("remote_id"))
        .foreign_key(&mut child_of("feed_items", "feed_id", "sync_feeds"))
        .take()
}
