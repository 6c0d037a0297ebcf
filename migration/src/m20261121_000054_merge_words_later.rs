//! Words are written in small pieces, which SQLite merges: eight of a size at a time in place of four, so that each word is
//! written anew less often.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// FTS5's own number.
const USUAL: u8 = 4;
const MORE: u8 = 8;

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        merge_by(manager, MORE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        merge_by(manager, USUAL).await
    }
}

async fn merge_by(manager: &SchemaManager<'_>, pieces: u8) -> Result<(), DbErr> {
    if manager.get_database_backend() == DatabaseBackend::Sqlite {
        let set = format!("INSERT INTO search_index (search_index, rank) VALUES ('automerge', {pieces})");
        manager.get_connection().execute_unprepared(&set).await?;
    }
    Ok(())
}
