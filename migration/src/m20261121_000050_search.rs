//! The index of the words in mails, and a key by which it is newest first: each database has its own kind of index, filled by
//! the same words.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, uuid};
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

use crate::columns::{child_of, create, drop_all, index, unique};

/// Only words are kept, no text. A mail that goes takes its words along, whatever deletes it.
const SQLITE: [&str; 2] = [
    "CREATE VIRTUAL TABLE search_index USING fts5(sender, recipients, subject, body, \
     content='', contentless_delete=1, tokenize='ascii', prefix='3')",
    "CREATE TRIGGER search_index_forget AFTER DELETE ON messages WHEN old.search_key IS NOT NULL \
     BEGIN DELETE FROM search_index WHERE rowid = old.search_key; END",
];

/// Likewise. Words that wait to be sorted in are read by every search, so few may wait.
const POSTGRES: [&str; 2] = [
    "CREATE TABLE search_index (message_id uuid PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE, \
     search_key bigint NOT NULL, words tsvector NOT NULL)",
    "CREATE INDEX search_index_words ON search_index USING gin (words) WITH (gin_pending_list_limit = 512)",
];

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, search_shelves(), [unique("search_shelves", &["number"])]).await?;
        let key = Table::alter().table("messages").add_column(big_integer_null("search_key")).take();
        manager.alter_table(key).await?;
        manager.create_index(index("messages", &["search_key"])).await?;
        let own = if manager.get_database_backend() == DatabaseBackend::Postgres { POSTGRES } else { SQLITE };
        for statement in own {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DatabaseBackend::Sqlite {
            manager.get_connection().execute_unprepared("DROP TRIGGER search_index_forget").await?;
        }
        drop_all(manager, &["search_index", "search_shelves"]).await?;
        manager.drop_index(Index::drop().name("ix_messages_search_key").table("messages").to_owned()).await?;
        manager.alter_table(Table::alter().table("messages").drop_column("search_key").take()).await
    }
}

fn search_shelves() -> TableCreateStatement {
    Table::create()
        .table("search_shelves")
        .col(uuid("user_id").primary_key().take())
        .col(big_integer("number"))
        .foreign_key(&mut child_of("search_shelves", "user_id", "users"))
        .take()
}
