//! Mails that people write: drafts and the outbox, which are one row each from the first letter to the arrival, and their
//! files.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob_null, boolean, integer, pk_uuid, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
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
        let of_mails = [
            unique("written_mails", &["rfc_message_id"]),
            index("written_mails", &["user_id", "state", "updated_at"]),
            index("written_mails", &["connection_id"]),
        ];
        create(manager, written_mails(), of_mails).await?;
        create(manager, written_files(), [index("written_files", &["mail_id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["written_files", "written_mails"]).await
    }
}

fn written_mails() -> TableCreateStatement {
    Table::create()
        .table("written_mails")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(uuid("connection_id"))
        .col(one_of("kind", &["new", "reply", "reply_all", "forward"]))
        .col(uuid_null("about"))
        .col(text_null("thread_remote_id"))
        .col(text_null("in_reply_to"))
        .col(text("references_line"))
        .col(text("to_line"))
        .col(text("cc_line"))
        .col(text("bcc_line"))
        .col(text("subject"))
        .col(text("body"))
        .col(boolean("touched"))
        .col(integer("version"))
        .col(one_of("state", &["writing", "queued", "sending", "sent", "failed"]))
        .col(timestamp_with_time_zone("state_since"))
        .col(text_null("reason"))
        .col(timestamp_with_time_zone_null("send_at"))
        .col(text_null("rfc_message_id"))
        .col(one_of("step", &["none", "drafting", "drafted", "asked"]))
        .col(timestamp_with_time_zone_null("again_at"))
        .col(text_null("remote_id"))
        .col(created_at())
        .col(updated_at())
        .foreign_key(&mut child_of("written_mails", "user_id", "users"))
        .foreign_key(&mut child_of("written_mails", "connection_id", "connected_accounts"))
        .take()
}

fn written_files() -> TableCreateStatement {
    Table::create()
        .table("written_files")
        .col(pk_uuid("id"))
        .col(uuid("mail_id"))
        .col(text("name"))
        .col(text("mime_type"))
        .col(big_integer("size"))
        .col(blob_null("content"))
        .col(uuid_null("source_message"))
        .col(text_null("source_part"))
        .col(created_at())
        .foreign_key(&mut child_of("written_files", "mail_id", "written_mails"))
        .take()
}
