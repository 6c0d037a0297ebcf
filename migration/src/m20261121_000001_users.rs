//! People, the ways they sign in, the browsers they are signed in with, what somebody has yet to prove, and what people are
//! told by mail.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, blob_null, pk_uuid, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
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
        .await?;
        create(
            manager,
            proofs(),
            [
                unique("proofs", &["token_hash"]),
                unique("proofs", &["browser_hash"]),
                index("proofs", &["user_id"]),
                index("proofs", &["expires_at"]),
            ],
        )
        .await?;
        create(
            manager,
            notifications(),
            [index("notifications", &["user_id", "created_at"]), index("notifications", &["proof_id"])],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["notifications", "proofs", "sessions", "identities", "users"]).await
    }
}

fn users() -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(pk_uuid("id"))
        .col(text("email"))
        .col(text("first_name"))
        .col(text("last_name"))
        .col(timestamp_with_time_zone_null("email_verified_at"))
        .col(text("language"))
        .col(one_of("theme", &["auto", "light", "dark"]))
        .col(text_null("zone"))
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
        .col(text_null("pairwise_subject"))
        .col(text_null("address"))
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
        .col(timestamp_with_time_zone("authenticated_at"))
        .col(timestamp_with_time_zone("last_seen_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut child_of("sessions", "user_id", "users"))
        .take()
}

fn proofs() -> TableCreateStatement {
    Table::create()
        .table("proofs")
        .col(pk_uuid("id"))
        .col(one_of("kind", &["reset", "sign_up", "entry", "address"]))
        .col(uuid_null("user_id"))
        .col(text("email"))
        .col(text("first_name"))
        .col(text("last_name"))
        .col(text_null("password_hash"))
        .col(text_null("identity_kind"))
        .col(text_null("issuer"))
        .col(text_null("subject"))
        .col(text_null("pairwise_subject"))
        .col(blob_null("browser_hash"))
        .col(blob_null("token_hash"))
        .col(created_at())
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut child_of("proofs", "user_id", "users"))
        .take()
}

fn notifications() -> TableCreateStatement {
    Table::create()
        .table("notifications")
        .col(pk_uuid("id"))
        .col(text("kind"))
        .col(uuid_null("user_id"))
        .col(uuid_null("proof_id"))
        .col(text_null("detail"))
        .col(created_at())
        .col(timestamp_with_time_zone_null("sent_at"))
        .col(timestamp_with_time_zone_null("read_at"))
        .foreign_key(&mut child_of("notifications", "user_id", "users"))
        .foreign_key(&mut child_of("notifications", "proof_id", "proofs"))
        .take()
}
