//! Visits to a provider's consent page. After connections, which an attempt may be about.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, blob_null, boolean, pk_uuid, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
    uuid_null,
};

use crate::columns::{child_of, create, created_at, drop_all, index, one_of, unique};

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
            oauth_attempts(),
            [
                unique("oauth_attempts", &["state_hash"]),
                index("oauth_attempts", &["expires_at"]),
                index("oauth_attempts", &["user_id"]),
                index("oauth_attempts", &["session_id"]),
                index("oauth_attempts", &["connection_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["oauth_attempts"]).await
    }
}

fn oauth_attempts() -> TableCreateStatement {
    Table::create()
        .table("oauth_attempts")
        .col(pk_uuid("id"))
        .col(one_of("provider", &["google", "microsoft"]))
        .col(text("issuer"))
        .col(one_of("purpose", &["sign_in", "connect", "grant", "repair"]))
        .col(uuid_null("user_id"))
        .col(uuid_null("session_id"))
        .col(uuid_null("connection_id"))
        .col(text("features"))
        .col(text_null("return_to"))
        .col(boolean("popup"))
        .col(blob("state_hash"))
        .col(blob("browser_hash"))
        .col(blob_null("sealed_secrets"))
        .col(one_of("outcome", &["pending", "succeeded", "denied", "failed", "expired"]))
        .col(text_null("problem"))
        .col(text_null("refused_features"))
        .col(text_null("chosen_address"))
        .col(created_at())
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(&mut child_of("oauth_attempts", "user_id", "users"))
        // An attempt outlives its session, to tell whoever comes back why nothing was connected.
        .foreign_key(child_of("oauth_attempts", "session_id", "sessions").on_delete(ForeignKeyAction::SetNull))
        .foreign_key(&mut child_of("oauth_attempts", "connection_id", "connected_accounts"))
        .take()
}
