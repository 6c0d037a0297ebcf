//! Indexes for lists of conversations: the newest message of a thread at once, and the newest of one account's inbox or
//! archive. Lists over all accounts of a person take the newest of each: no index over the person is needed any more.

use sea_orm_migration::prelude::*;

use crate::columns::index;

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

const BEFORE: [&[&str]; 4] = [
    &["user_id", "in_inbox", "received_at", "id"],
    &["user_id", "hidden", "received_at", "id"],
    &["connection_id", "thread_remote_id"],
    &["connection_id", "received_at"],
];
const AFTER: [&[&str]; 3] = [
    &["connection_id", "in_inbox", "received_at", "id"],
    &["connection_id", "hidden", "received_at", "id"],
    &["connection_id", "thread_remote_id", "received_at", "id"],
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &BEFORE, &AFTER).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &AFTER, &BEFORE).await
    }
}

async fn replace(
    manager: &SchemaManager<'_>,
    before: &[&'static [&'static str]],
    after: &[&'static [&'static str]],
) -> Result<(), DbErr> {
    for columns in before {
        let name = format!("ix_messages_{}", columns.join("_"));
        manager.drop_index(Index::drop().name(name).table("messages").to_owned()).await?;
    }
    for columns in after {
        manager.create_index(index("messages", columns)).await?;
    }
    Ok(())
}
