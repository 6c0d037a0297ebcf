//! What the database refuses, and what goes when something is deleted.

use entity::{
    connected_accounts, identities, jobs, labels, messages, oauth_attempts, oauth_grants, proofs, sessions, sync_feeds,
    users, written_mails,
};
use sea_orm::prelude::Uuid;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, SqlErr};

use crate::database::{count, insert, insert_all, on_both, tables};
use crate::specimens;

const PROVIDERS: &[&str] = &["google", "microsoft"];

/// Every column that takes only certain words.
const WORDS: [(&str, &str, &[&str]); 24] = [
    ("identities", "kind", &["password", "google", "microsoft"]),
    ("users", "theme", &["auto", "light", "dark"]),
    ("proofs", "kind", &["reset", "sign_up", "entry", "address"]),
    ("oauth_attempts", "provider", PROVIDERS),
    ("oauth_attempts", "purpose", &["sign_in", "connect", "grant", "repair"]),
    ("oauth_attempts", "outcome", &["pending", "succeeded", "denied", "failed", "expired"]),
    ("connected_accounts", "provider", PROVIDERS),
    ("connected_accounts", "state", &["active", "needs_reconnect", "disconnecting"]),
    ("disconnections", "provider", PROVIDERS),
    ("disconnections", "revocation", &["pending", "revoked", "kept", "unsupported", "failed", "nothing"]),
    ("sync_feeds", "kind", &["mailbox", "folder", "calendar"]),
    ("sync_feeds", "stage", &["waiting", "listing", "fetching", "catching_up", "live", "blocked", "paused"]),
    ("feed_items", "state", &["pending", "stored", "excluded", "failed"]),
    ("acts", "aspect", &["read", "star", "place"]),
    ("acts", "act", &["read", "unread", "star", "unstar", "inbox", "restore", "archive", "unhide", "bin"]),
    ("acts", "state", &["pending", "written", "refused"]),
    ("labels", "kind", &["system", "user"]),
    ("jobs", "state", &["queued", "dead"]),
    ("job_runs", "outcome", &["done", "retry", "failed", "died"]),
    ("installation", "id", &["1"]),
    ("token_families", "end_reason", &["revoked", "reused"]),
    ("written_mails", "kind", &["new", "reply", "reply_all", "forward"]),
    ("written_mails", "state", &["writing", "queued", "sending", "sent", "failed"]),
    ("written_mails", "step", &["none", "drafting", "drafted", "asked"]),
];

/// Tables of a person that do not hang on a connection.
const PERSONAL: [&str; 10] = [
    "users",
    "identities",
    "image_senders",
    "sessions",
    "proofs",
    "notifications",
    "token_families",
    "refresh_tokens",
    "disconnections",
    "search_shelves",
];

/// Tables whose rows outlive a person.
const LASTING: [&str; 5] = ["audit_events", "installation", "job_runs", "jobs", "provider_units"];

#[tokio::test]
async fn only_the_agreed_words_are_accepted() {
    on_both(|db| async move {
        insert_all(&db).await;
        for (table, column, words) in WORDS {
            for word in words {
                set(&db, table, column, word)
                    .await
                    .unwrap_or_else(|error| panic!("{table}.{column} = {word}: {error}"));
            }
            let wrong = if column == "id" { "2" } else { "nonsense" };
            let refusal = set(&db, table, column, wrong).await.expect_err(&format!("{table}.{column} takes {wrong}"));
            let sign = match db.get_database_backend() {
                DbBackend::Sqlite => "CHECK constraint failed",
                _ => "violates check constraint",
            };
            assert!(refusal.to_string().contains(sign), "{table}.{column}: {refusal}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_must_be_unique_is() {
    on_both(|db| async move {
        insert_all(&db).await;
        let id = Uuid::from_u128(1_000);
        refused(insert(users::Model { id, ..specimens::users() }, &db).await);
        refused(insert(identities::Model { id, ..specimens::identities() }, &db).await);
        refused(insert(sessions::Model { id, ..specimens::sessions() }, &db).await);
        refused(insert(proofs::Model { id, ..specimens::proofs() }, &db).await);
        refused(insert(oauth_attempts::Model { id, ..specimens::oauth_attempts() }, &db).await);
        refused(insert(connected_accounts::Model { id, ..specimens::connected_accounts() }, &db).await);
        refused(insert(oauth_grants::Model { id, ..specimens::oauth_grants() }, &db).await);
        refused(insert(sync_feeds::Model { id, ..specimens::sync_feeds() }, &db).await);
        refused(insert(messages::Model { id, ..specimens::messages() }, &db).await);
        refused(insert(labels::Model { id, ..specimens::labels() }, &db).await);
        refused(insert(jobs::Model { id, ..specimens::jobs() }, &db).await);
        refused(insert(written_mails::Model { id, ..specimens::written_mails() }, &db).await);
        refused(insert(specimens::feed_items(), &db).await);
        refused(insert(specimens::mailbox_checks(), &db).await);
        refused(insert(specimens::acts(), &db).await);
        refused(insert(specimens::rereads(), &db).await);
        refused(insert(specimens::check_ids(), &db).await);
        refused(insert(specimens::exclusions(), &db).await);
        refused(insert(specimens::sought_messages(), &db).await);
        refused(insert(specimens::image_senders(), &db).await);
        refused(insert(specimens::message_bodies(), &db).await);
        refused(insert(specimens::message_labels(), &db).await);
    })
    .await;
}

#[tokio::test]
async fn jobs_without_a_key_do_not_collide() {
    on_both(|db| async move {
        for number in 1..=2 {
            let row = jobs::Model { id: Uuid::from_u128(number), unique_key: None, ..specimens::jobs() };
            insert(row, &db).await.unwrap();
        }
        assert_eq!(count(&db, "jobs").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_row_needs_its_parent() {
    on_both(|db| async move {
        for refusal in [
            insert(specimens::identities(), &db).await,
            insert(specimens::oauth_attempts(), &db).await,
            insert(specimens::oauth_grants(), &db).await,
            insert(specimens::feed_items(), &db).await,
            insert(specimens::mailbox_checks(), &db).await,
            insert(specimens::acts(), &db).await,
            insert(specimens::rereads(), &db).await,
            insert(specimens::check_ids(), &db).await,
            insert(specimens::exclusions(), &db).await,
            insert(specimens::image_senders(), &db).await,
            insert(specimens::message_labels(), &db).await,
            insert(specimens::written_mails(), &db).await,
            insert(specimens::written_files(), &db).await,
        ] {
            let error = refusal.expect_err("a row without its parent is written");
            assert!(matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))), "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn deleting_a_person_empties_everything_below() {
    on_both(|db| async move {
        insert_all(&db).await;
        users::Entity::delete_by_id(specimens::USER).exec(&db).await.unwrap();
        for table in tables(&db).await {
            let expected = i64::from(LASTING.contains(&table.as_str()));
            assert_eq!(count(&db, &table).await, expected, "rows of {table}");
        }
    })
    .await;
}

#[tokio::test]
async fn deleting_a_connection_keeps_the_person() {
    on_both(|db| async move {
        insert_all(&db).await;
        connected_accounts::Entity::delete_by_id(specimens::CONNECTION).exec(&db).await.unwrap();
        for table in tables(&db).await {
            let kept = PERSONAL.contains(&table.as_str()) || LASTING.contains(&table.as_str());
            assert_eq!(count(&db, &table).await, i64::from(kept), "rows of {table}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_attempt_outlives_its_session_and_belongs_to_none_then() {
    on_both(|db| async move {
        insert_all(&db).await;
        sessions::Entity::delete_by_id(specimens::SESSION).exec(&db).await.unwrap();
        let attempt = oauth_attempts::Entity::find().one(&db).await.unwrap().unwrap();
        assert_eq!(attempt.session_id, None);
        assert_eq!(count(&db, "connected_accounts").await, 1);
    })
    .await;
}

async fn set(db: &DatabaseConnection, table: &str, column: &str, word: &str) -> Result<(), DbErr> {
    db.execute_unprepared(&format!("UPDATE {table} SET {column} = '{word}'")).await.map(drop)
}

#[track_caller]
fn refused(outcome: Result<(), DbErr>) {
    let error = outcome.expect_err("a second row is written");
    assert!(matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{error}");
}
