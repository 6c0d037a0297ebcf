//! People, the ways they sign in, and the browsers they are signed in with.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{blob, pk_uuid, text, text_null, timestamp_with_time_zone, uuid};

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
        create(manager, users(), [unique("users", &["email"])]).await?;
        create(
            manager,
            identities(),
            [unique("identities", &["issuer", "subject"]), index("identities", &["user_id"])],
        )
        .await?;
        create(
            manager,
            sessions(),
            [unique("sessions", &["token_hash"]), index("sessions", &["user_id"]), index("sessions", &["expires_at"])],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["sessions", "identities", "users"]).await
    }
}

fn users() -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(pk_uuid("id"))
        .col(text("email"))
        .col(text("first_name"))
        .col(text("last_name"))
        .col(created_at())
        .col(updated_at())
        .take()
}

fn identities() -> TableCreateStatement {
    Table::create()
        .table("identities")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(one_of("kind", &["password", "google", "microsoft"]))
        .col(text("issuer"))
        .col(text("subject"))
        .col(text_null("password_hash"))
        .col(created_at())
        .col(updated_at())
        .foreign_key(&mut child_of("identities", "user_id", "users"))
        .take()
}

fn sessions() -> TableCreateStatement {
    Table::create()
        .table("sessions")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(blob("token_hash"))
        .col(text("user_agent"))
        .col(text("address"))
        .col(created_at())
        .col(timestamp_with_time_zone("last_seen_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut child_of("sessions", "user_id", "users"))
        .take()
}
