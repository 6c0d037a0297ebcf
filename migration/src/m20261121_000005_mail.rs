//! Messages, their bodies and attachments, and the labels they carry.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, pk_uuid, text, text_null, timestamp_with_time_zone, uuid,
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
            messages(),
            [
                unique("messages", &["connection_id", "remote_id"]),
                index("messages", &["user_id", "in_inbox", "received_at", "id"]),
                index("messages", &["user_id", "hidden", "received_at", "id"]),
                index("messages", &["connection_id", "thread_remote_id"]),
                index("messages", &["connection_id", "received_at"]),
            ],
        )
        .await?;
        create(manager, message_bodies(), []).await?;
        create(manager, attachments(), [index("attachments", &["message_id"])]).await?;
        create(manager, labels(), [unique("labels", &["connection_id", "remote_id"])]).await?;
        create(manager, message_labels(), [index("message_labels", &["label_id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["message_labels", "labels", "attachments", "message_bodies", "messages"]).await
    }
}

fn messages() -> TableCreateStatement {
    Table::create()
        .table("messages")
        .col(pk_uuid("id"))
        .col(uuid("connection_id"))
        .col(uuid("user_id"))
        .col(text("remote_id"))
        .col(text("thread_remote_id"))
        .col(big_integer_null("history_id"))
        .col(text_null("rfc_message_id"))
        .col(text("sender_name"))
        .col(text("sender_address"))
        .col(text("recipients"))
        .col(text("subject"))
        .col(text("snippet"))
        .col(timestamp_with_time_zone("received_at"))
        .col(big_integer("size"))
        .col(boolean("unread"))
        .col(boolean("starred"))
        .col(boolean("in_inbox"))
        .col(boolean("hidden"))
        .col(boolean("has_attachments"))
        .col(created_at())
        .col(updated_at())
        .foreign_key(&mut child_of("messages", "connection_id", "connected_accounts"))
        .foreign_key(&mut child_of("messages", "user_id", "users"))
        .take()
}

fn message_bodies() -> TableCreateStatement {
    Table::create()
        .table("message_bodies")
        .col(pk_uuid("message_id"))
        .col(text_null("text"))
        .col(text_null("html"))
        .col(text("headers"))
        .col(created_at())
        .foreign_key(&mut child_of("message_bodies", "message_id", "messages"))
        .take()
}

fn attachments() -> TableCreateStatement {
    Table::create()
        .table("attachments")
        .col(pk_uuid("id"))
        .col(uuid("message_id"))
        .col(text("part_id"))
        .col(text("filename"))
        .col(text("mime_type"))
        .col(big_integer("size"))
        .col(text_null("content_id"))
        .col(boolean("inline"))
        .col(created_at())
        .foreign_key(&mut child_of("attachments", "message_id", "messages"))
        .take()
}

fn labels() -> TableCreateStatement {
    Table::create()
        .table("labels")
        .col(pk_uuid("id"))
        .col(uuid("connection_id"))
        .col(text("remote_id"))
        .col(text("name"))
        .col(one_of("kind", &["system", "user"]))
        .col(created_at())
        .col(updated_at())
        .foreign_key(&mut child_of("labels", "connection_id", "connected_accounts"))
        .take()
}

fn message_labels() -> TableCreateStatement {
    Table::create()
        .table("message_labels")
        .col(uuid("message_id"))
        .col(uuid("label_id"))
        .primary_key(Index::create().col("message_id").col("label_id"))
        .foreign_key(&mut child_of("message_labels", "message_id", "messages"))
        .foreign_key(&mut child_of("message_labels", "label_id", "labels"))
        .take()
}
