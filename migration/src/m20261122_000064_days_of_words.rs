//! On PostgreSQL the words of a mail name its day, too: of a word that is in every second mail only those of the last days are
//! read. All words are written anew, by the job that writes those of new mailboxes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DatabaseBackend::Postgres {
            for statement in
                ["TRUNCATE search_index", "UPDATE messages SET search_key = NULL WHERE search_key IS NOT NULL"]
            {
                manager.get_connection().execute_unprepared(statement).await?;
            }
        }
        Ok(())
    }

    /// What names its day can be found without.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
