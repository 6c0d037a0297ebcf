//! The token pairs of programs: a family for each one made, and its refresh tokens.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, blob_null, integer, pk_uuid, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

use crate::columns::{child_of, create, created_at, drop_all, index, unique};

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
            token_families(),
            [index("token_families", &["user_id", "created_at"]), index("token_families", &["expires_at"])],
        )
        .await?;
        create(
            manager,
            refresh_tokens(),
            [unique("refresh_tokens", &["token_hash"]), index("refresh_tokens", &["family_id", "used_at"])],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["refresh_tokens", "token_families"]).await
    }
}

fn token_families() -> TableCreateStatement {
    Table::create()
        .table("token_families")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(text("name"))
        .col(text("address"))
        .col(created_at())
        .col(timestamp_with_time_zone("last_used_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(
            ColumnDef::new("end_reason")
                .text()
                .null()
                .check(Expr::col("end_reason").is_in(["revoked", "reused", "password"]))
                .take(),
        )
        .foreign_key(&mut child_of("token_families", "user_id", "users"))
        .take()
}

fn refresh_tokens() -> TableCreateStatement {
    Table::create()
        .table("refresh_tokens")
        .col(pk_uuid("id"))
        .col(uuid("family_id"))
        .col(blob("token_hash"))
        .col(created_at())
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .col(integer("replays"))
        .col(blob_null("sealed_successor"))
        .foreign_key(&mut child_of("refresh_tokens", "family_id", "token_families"))
        .take()
}
