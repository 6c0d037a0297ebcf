//! The schema, one file per change, on SQLite and PostgreSQL alike. Every change runs in a transaction of its own and has a
//! working `down`. Nothing here may use the entities: a migration must not change its meaning when the code does.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod columns;
mod m20261121_000001_users;
mod m20261121_000002_connections;
mod m20261121_000003_oauth_attempts;
mod m20261121_000004_sync;
mod m20261121_000005_mail;
mod m20261121_000006_jobs;
mod m20261121_000007_audit;
mod m20261121_000008_installation;
mod m20261121_000009_tokens;
mod m20261121_000020_mailbox_checks;
mod m20261121_000021_provider_units;
mod m20261121_000022_acts;
mod m20261121_000030_rereads;
mod m20261121_000031_check_ids;
mod m20261121_000032_exclusions;
mod m20261121_000033_conversations;
mod m20261121_000040_channels;
mod m20261121_000050_search;
mod m20261121_000054_merge_words_later;
mod m20261121_000055_image_senders;
mod m20261121_000056_plain_text;
mod m20261122_000058_compress_bodies_by_lz4;
mod m20261122_000060_written_mails;
mod m20261122_000061_sought_messages;
mod m20261122_000062_last_mailbox;
mod m20261122_000063_mails_without_words;
mod m20261122_000064_days_of_words;

/// All changes, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_users::Migration),
            Box::new(m20261121_000002_connections::Migration),
            Box::new(m20261121_000003_oauth_attempts::Migration),
            Box::new(m20261121_000004_sync::Migration),
            Box::new(m20261121_000005_mail::Migration),
            Box::new(m20261121_000006_jobs::Migration),
            Box::new(m20261121_000007_audit::Migration),
            Box::new(m20261121_000008_installation::Migration),
            Box::new(m20261121_000009_tokens::Migration),
            Box::new(m20261121_000020_mailbox_checks::Migration),
            Box::new(m20261121_000021_provider_units::Migration),
            Box::new(m20261121_000022_acts::Migration),
            Box::new(m20261121_000030_rereads::Migration),
            Box::new(m20261121_000031_check_ids::Migration),
            Box::new(m20261121_000032_exclusions::Migration),
            Box::new(m20261121_000033_conversations::Migration),
            Box::new(m20261121_000040_channels::Migration),
            Box::new(m20261121_000050_search::Migration),
            Box::new(m20261121_000054_merge_words_later::Migration),
            Box::new(m20261121_000055_image_senders::Migration),
            Box::new(m20261121_000056_plain_text::Migration),
            Box::new(m20261122_000058_compress_bodies_by_lz4::Migration),
            Box::new(m20261122_000060_written_mails::Migration),
            Box::new(m20261122_000061_sought_messages::Migration),
            Box::new(m20261122_000062_last_mailbox::Migration),
            Box::new(m20261122_000063_mails_without_words::Migration),
            Box::new(m20261122_000064_days_of_words::Migration),
        ]
    }
}
