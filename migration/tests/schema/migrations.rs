//! Up, down and up again, and what is there afterwards.

use migration::{Migrator, MigratorTrait};
use sea_orm::DatabaseConnection;

use crate::database::{on_both, on_both_empty, tables, texts};

const TABLES: [&str; 35] = [
    "acts",
    "attachments",
    "audit_events",
    "channels",
    "check_ids",
    "connected_accounts",
    "disconnections",
    "exclusions",
    "feed_items",
    "identities",
    "image_senders",
    "installation",
    "job_runs",
    "jobs",
    "labels",
    "mailbox_checks",
    "message_bodies",
    "message_labels",
    "messages",
    "notifications",
    "oauth_attempts",
    "oauth_grants",
    "proofs",
    "provider_units",
    "refresh_tokens",
    "rereads",
    "search_index",
    "search_shelves",
    "sessions",
    "sought_messages",
    "sync_feeds",
    "token_families",
    "users",
    "written_files",
    "written_mails",
];

const UNIQUE: [&str; 16] = [
    "uq_connected_accounts_user_id_issuer_subject",
    "uq_disconnections_connection_id",
    "uq_identities_issuer_subject",
    "uq_jobs_unique_key",
    "uq_labels_connection_id_remote_id",
    "uq_messages_connection_id_remote_id",
    "uq_oauth_attempts_state_hash",
    "uq_oauth_grants_connection_id",
    "uq_proofs_browser_hash",
    "uq_proofs_token_hash",
    "uq_refresh_tokens_token_hash",
    "uq_search_shelves_number",
    "uq_sessions_token_hash",
    "uq_sync_feeds_connection_id_kind_remote_id",
    "uq_users_email",
    "uq_written_mails_rfc_message_id",
];

const PLAIN: [&str; 42] = [
    "ix_acts_connection_id_state_said",
    "ix_attachments_message_id",
    "ix_audit_events_connection_id_created_at",
    "ix_audit_events_created_at",
    "ix_audit_events_user_id_id",
    "ix_channels_remote_id",
    "ix_check_ids_feed_id",
    "ix_connected_accounts_issuer_subject",
    "ix_connected_accounts_user_id",
    "ix_disconnections_user_id_started_at",
    "ix_feed_items_feed_id_next_try_at",
    "ix_feed_items_feed_id_state_rank",
    "ix_feed_items_feed_id_thread_remote_id",
    "ix_identities_user_id",
    "ix_job_runs_started_at",
    "ix_job_runs_subject_started_at",
    "ix_jobs_state_priority_run_at",
    "ix_message_labels_label_id",
    "ix_messages_connection_id_hidden_received_at_id",
    "ix_messages_connection_id_in_inbox_received_at_id",
    "ix_messages_connection_id_thread_remote_id_received_at_id",
    "ix_messages_search_key",
    "ix_messages_without_words",
    "ix_notifications_proof_id",
    "ix_notifications_user_id_created_at",
    "ix_oauth_attempts_connection_id",
    "ix_oauth_attempts_expires_at",
    "ix_oauth_attempts_session_id",
    "ix_oauth_attempts_user_id",
    "ix_oauth_grants_refreshed_at",
    "ix_proofs_expires_at",
    "ix_proofs_user_id",
    "ix_refresh_tokens_family_id_used_at",
    "ix_sessions_expires_at",
    "ix_sessions_user_id",
    "ix_sought_messages_connection_id_sought_at",
    "ix_sync_feeds_next_run_at",
    "ix_token_families_expires_at",
    "ix_token_families_user_id_created_at",
    "ix_written_files_mail_id",
    "ix_written_mails_connection_id",
    "ix_written_mails_user_id_state_updated_at",
];

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    on_both_empty(|db| async move {
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(tables(&db).await, TABLES);
        Migrator::down(&db, None).await.unwrap();
        assert_eq!(tables(&db).await, [""; 0]);
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(tables(&db).await, TABLES);
    })
    .await;
}

#[tokio::test]
async fn every_step_down_can_be_taken_up_again() {
    on_both_empty(|db| async move {
        Migrator::up(&db, None).await.unwrap();
        let steps = u32::try_from(Migrator::migrations().len()).unwrap();
        for step in 1..=steps {
            Migrator::down(&db, Some(step)).await.unwrap();
            Migrator::up(&db, Some(step)).await.unwrap();
            assert_eq!(tables(&db).await, TABLES, "after {step} steps down and up");
        }
    })
    .await;
}

#[tokio::test]
async fn going_up_twice_changes_nothing() {
    on_both(|db| async move {
        Migrator::up(&db, None).await.unwrap();
        assert!(Migrator::get_pending_migrations(&db).await.unwrap().is_empty());
        assert_eq!(tables(&db).await, TABLES);
    })
    .await;
}

#[tokio::test]
async fn every_index_is_there() {
    on_both(|db| async move {
        assert_eq!(indexes(&db, "CREATE UNIQUE INDEX", "uq").await, UNIQUE);
        assert_eq!(indexes(&db, "CREATE INDEX", "ix").await, PLAIN);
    })
    .await;
}

async fn indexes(db: &DatabaseConnection, statement: &str, prefix: &str) -> Vec<String> {
    let sqlite = format!(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '{statement} %' AND substr(name, 1, 3) = '{prefix}_'"
    );
    let postgres = format!(
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '{statement} %' \
         AND substr(indexname, 1, 3) = '{prefix}_'"
    );
    texts(db, &sqlite, &postgres).await
}
