//! Provider accounts that a person has connected, and their sealed tokens.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob_null, pk_uuid, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
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
            connected_accounts(),
            [
                unique("connected_accounts", &["user_id", "issuer", "subject"]),
                index("connected_accounts", &["user_id"]),
                // Whether a grant is in use by somebody else, before it is given back.
                index("connected_accounts", &["issuer", "subject"]),
            ],
        )
        .await?;
        create(
            manager,
            oauth_grants(),
            [unique("oauth_grants", &["connection_id"]), index("oauth_grants", &["refreshed_at"])],
        )
        .await?;
        create(
            manager,
            disconnections(),
            [unique("disconnections", &["connection_id"]), index("disconnections", &["user_id", "started_at"])],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["disconnections", "oauth_grants", "connected_accounts"]).await
    }
}

fn connected_accounts() -> TableCreateStatement {
    Table::create()
        .table("connected_accounts")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(one_of("provider", &["google", "microsoft"]))
        .col(text("issuer"))
        .col(text("subject"))
        .col(text("address"))
        .col(text("display_name"))
        .col(text("features"))
        .col(text("refused_features"))
        .col(one_of("state", &["active", "needs_reconnect", "disconnecting"]))
        .col(text_null("state_reason"))
        .col(timestamp_with_time_zone("state_since"))
        .col(timestamp_with_time_zone("connected_at"))
        .col(created_at())
        .col(updated_at())
        .foreign_key(&mut child_of("connected_accounts", "user_id", "users"))
        .take()
}

fn oauth_grants() -> TableCreateStatement {
    Table::create()
        .table("oauth_grants")
        .col(pk_uuid("id"))
        .col(uuid("connection_id"))
        .col(blob_null("sealed_access_token"))
        .col(blob_null("sealed_refresh_token"))
        .col(timestamp_with_time_zone_null("access_expires_at"))
        .col(text("scopes"))
        .col(timestamp_with_time_zone("consented_at"))
        .col(timestamp_with_time_zone("refreshed_at"))
        .col(timestamp_with_time_zone_null("refresh_expires_at"))
        .col(timestamp_with_time_zone("used_at"))
        .col(big_integer("version"))
        .col(uuid_null("lease_owner"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(created_at())
        .col(updated_at())
        .foreign_key(&mut child_of("oauth_grants", "connection_id", "connected_accounts"))
        .take()
}

/// A receipt outlives its connection, so it refers to it without a foreign key.
fn disconnections() -> TableCreateStatement {
    Table::create()
        .table("disconnections")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(uuid("connection_id"))
        .col(one_of("provider", &["google", "microsoft"]))
        .col(text("address"))
        .col(big_integer("messages"))
        .col(one_of("revocation", &["pending", "revoked", "kept", "unsupported", "failed", "nothing"]))
        .col(timestamp_with_time_zone("started_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(&mut child_of("disconnections", "user_id", "users"))
        .take()
}
