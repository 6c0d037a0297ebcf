//! Mails whose words are not written yet have an index of their own, which is as long as they are many. With one index over all
//! keys SQLite took another to look for them, and walked past every mail of the mailbox that had its words.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::columns::index;

/// Both databases read them in the same words.
const WITH: &str = "CREATE INDEX ix_messages_search_key ON messages (search_key) WHERE search_key IS NOT NULL";
const WITHOUT: &str = "CREATE INDEX ix_messages_without_words ON messages (connection_id) WHERE search_key IS NULL";

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(named("ix_messages_search_key")).await?;
        for statement in [WITH, WITHOUT] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["ix_messages_without_words", "ix_messages_search_key"] {
            manager.drop_index(named(name)).await?;
        }
        manager.create_index(index("messages", &["search_key"])).await
    }
}

fn named(name: &'static str) -> IndexDropStatement {
    Index::drop().name(name).table("messages").to_owned()
}
