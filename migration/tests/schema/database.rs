//! A fresh database for each test, on SQLite and on PostgreSQL, and what tests ask of it. It is dropped at the end, also when
//! the test fails.

use std::panic::resume_unwind;

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, EntityTrait, IntoActiveModel,
    ModelTrait, Statement,
};
use tempfile::TempDir;
use url::Url;
use uuid::Uuid;

use crate::specimens;

/// Names the PostgreSQL server to test on.
const POSTGRES: &str = "GATEPOST_TEST_POSTGRES";

/// Runs `check` on an empty database of each kind.
pub async fn on_both_empty<F, Fut>(check: F)
where
    F: Fn(DatabaseConnection) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    on_sqlite(&check).await;
    on_postgres(&check).await;
}

/// Runs `check` on a database of each kind that has every migration.
pub async fn on_both<F, Fut>(check: F)
where
    F: Fn(DatabaseConnection) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    on_both_empty(|db| {
        let check = check.clone();
        async move {
            Migrator::up(&db, None).await.expect("the migrations apply");
            check(db).await;
        }
    })
    .await;
}

async fn on_sqlite<F, Fut>(check: F)
where
    F: Fn(DatabaseConnection) -> Fut,
    Fut: Future<Output = ()>,
{
    eprintln!("on SQLite");
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("test.db");
    let db = Database::connect(format!("sqlite://{}?mode=rwc", path.display())).await.unwrap();
    check(db.clone()).await;
    db.close().await.unwrap();
}

async fn on_postgres<F, Fut>(check: F)
where
    F: Fn(DatabaseConnection) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    eprintln!("on PostgreSQL");
    let server = std::env::var(POSTGRES).unwrap_or_else(|_| {
        panic!(
            "{POSTGRES} is not set: give the postgres:// address of a server on which this may create databases \
             (`make test` starts one and sets it)"
        )
    });
    let name = format!("t_{}", Uuid::new_v4().simple());
    let admin = Database::connect(&server).await.unwrap_or_else(|error| panic!("{POSTGRES} does not answer: {error}"));
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();

    let mut address = Url::parse(&server).unwrap();
    address.set_path(&name);
    let db = Database::connect(address.as_str()).await.unwrap();
    // A task of its own, so that a failed check still lets the database be dropped.
    let outcome = tokio::spawn(check(db.clone())).await;

    db.close().await.unwrap();
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    admin.close().await.unwrap();
    if let Err(failure) = outcome {
        resume_unwind(failure.into_panic());
    }
}

/// First column of every row, sorted.
pub async fn texts(db: &DatabaseConnection, sqlite: &str, postgres: &str) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => sqlite,
        _ => postgres,
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let mut texts: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    texts.sort();
    texts
}

/// Every table of ours, sorted. What SQLite's index of words keeps its words in belongs to the index.
pub async fn tables(db: &DatabaseConnection) -> Vec<String> {
    texts(
        db,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'seaql_migrations' \
         AND name NOT LIKE 'search_index_%'",
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'seaql_migrations'",
    )
    .await
}

/// Number of rows of `table`.
pub async fn count(db: &DatabaseConnection, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Writes `row` with every one of its columns.
pub async fn insert<M, A>(row: M, db: &DatabaseConnection) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    M::Entity::insert(row.into_active_model()).exec_without_returning(db).await.map(drop)
}

/// Writes one row into every table.
pub async fn insert_all(db: &DatabaseConnection) {
    insert(specimens::users(), db).await.unwrap();
    insert(specimens::image_senders(), db).await.unwrap();
    insert(specimens::identities(), db).await.unwrap();
    insert(specimens::sessions(), db).await.unwrap();
    insert(specimens::proofs(), db).await.unwrap();
    insert(specimens::notifications(), db).await.unwrap();
    insert(specimens::token_families(), db).await.unwrap();
    insert(specimens::refresh_tokens(), db).await.unwrap();
    insert(specimens::connected_accounts(), db).await.unwrap();
    insert(specimens::oauth_grants(), db).await.unwrap();
    insert(specimens::disconnections(), db).await.unwrap();
    insert(specimens::oauth_attempts(), db).await.unwrap();
    insert(specimens::exclusions(), db).await.unwrap();
    insert(specimens::sought_messages(), db).await.unwrap();
    insert(specimens::sync_feeds(), db).await.unwrap();
    insert(specimens::feed_items(), db).await.unwrap();
    insert(specimens::mailbox_checks(), db).await.unwrap();
    insert(specimens::acts(), db).await.unwrap();
    insert(specimens::rereads(), db).await.unwrap();
    insert(specimens::check_ids(), db).await.unwrap();
    insert(specimens::channels(), db).await.unwrap();
    insert(specimens::search_shelves(), db).await.unwrap();
    insert(specimens::messages(), db).await.unwrap();
    insert(specimens::message_bodies(), db).await.unwrap();
    insert(specimens::attachments(), db).await.unwrap();
    insert(specimens::labels(), db).await.unwrap();
    insert(specimens::message_labels(), db).await.unwrap();
    insert(specimens::written_mails(), db).await.unwrap();
    insert(specimens::written_files(), db).await.unwrap();
    insert(specimens::jobs(), db).await.unwrap();
    insert(specimens::job_runs(), db).await.unwrap();
    insert(specimens::provider_units(), db).await.unwrap();
    insert(specimens::audit_events(), db).await.unwrap();
    insert(specimens::installation(), db).await.unwrap();
}
