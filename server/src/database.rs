//! Opens the database of the settings and brings it up to date.

use crate::config::Settings;
use anyhow::Context;
use domain::database::Database;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, DatabaseConnection, DbErr, sqlx::Executor};
use secrecy::ExposeSecret;
use std::{os::unix::fs::DirBuilderExt, path::Path, time::Duration};

/// Connections to PostgreSQL a process keeps at most.
const MOST_CONNECTIONS: u32 = 16;
/// Connections that read SQLite, each a thread: more than cores, for a long search must not hold up a short look.
const SQLITE_READERS: u32 = 8;
/// How long a statement waits for SQLite's one writer: another process's, for in this one they come in turn.
const SQLITE_BUSY: Duration = Duration::from_secs(10);
/// What the connection that writes keeps of SQLite's file in memory, in KiB: the inner pages of every index it writes to.
const WRITER_CACHE_KIB: i32 = 16 * 1024;
/// Pages of 4 KiB that SQLite's log grows to before they are copied into the file: a page that is written again and again
/// is copied once.
const LOG_PAGES: &str = "4000";

/// Opens the database of the settings.
pub async fn connect_database(settings: &Settings) -> anyhow::Result<Database> {
    let url = settings.database_url.expose_secret();
    let opened = match sqlite_file(url) {
        Some(file) => {
            make_folder_of(file)?;
            open_sqlite(url).await
        }
        None if url.starts_with("sqlite:") => {
            anyhow::bail!("the database must be a file (DATABASE_URL): one in memory would forget every connection")
        }
        None => open_postgres(url).await.map(Database::from),
    };
    // The error's own text can quote the address, which may hold a password.
    opened.map_err(|error| match error {
        DbErr::Conn(cause) => anyhow::anyhow!("the database cannot be reached (DATABASE_URL): {cause}"),
        _ => anyhow::anyhow!("the database cannot be reached (DATABASE_URL)"),
    })
}

/// PostgreSQL compiles what it expects to take long, which takes 10 ms and more; our lists stop after a page, long before what it
/// expects. Said on each connection and not when it is opened: a pooler in between may refuse what it does not know there.
async fn open_postgres(url: &str) -> Result<DatabaseConnection, DbErr> {
    open(url, MOST_CONNECTIONS, |options| {
        options.map_sqlx_postgres_pool_opts(|pool| {
            pool.after_connect(|connection, _| {
                Box::pin(async move { connection.execute("SET jit = off").await.map(|_| ()) })
            })
        });
    })
    .await
}

/// The one that writes comes first: it makes the file.
async fn open_sqlite(url: &str) -> Result<Database, DbErr> {
    let writer = open(url, 1, |options| {
        options.map_sqlx_sqlite_opts(|options| {
            options
                .busy_timeout(SQLITE_BUSY)
                .foreign_keys(true)
                .pragma("journal_mode", "WAL")
                // A refreshed token that a power cut takes back would end the grant: every commit reaches the disk.
                .pragma("synchronous", "FULL")
                .pragma("cache_size", (-WRITER_CACHE_KIB).to_string())
                .pragma("wal_autocheckpoint", LOG_PAGES)
        });
    })
    .await?;
    let readers = open(url, SQLITE_READERS, |options| {
        options.map_sqlx_sqlite_opts(|options| options.busy_timeout(SQLITE_BUSY).pragma("query_only", "ON"));
    })
    .await?;
    Ok(Database::of_sqlite(writer, readers))
}

async fn open(
    url: &str,
    connections: u32,
    more: impl FnOnce(&mut ConnectOptions),
) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(15))
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    more(&mut options);
    sea_orm::Database::connect(options).await
}

/// The file of an SQLite address; none for another database, and for one in memory.
pub(crate) fn sqlite_file(url: &str) -> Option<&Path> {
    let path = url.strip_prefix("sqlite:")?.trim_start_matches("//");
    let path = path.split('?').next().unwrap_or_default();
    (!path.is_empty() && !path.starts_with(':')).then(|| Path::new(path))
}

/// SQLite makes the file, but not the folder it lies in. What lies in it is for the server's own eyes.
fn make_folder_of(file: &Path) -> anyhow::Result<()> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display())),
        _ => Ok(()),
    }
}

/// Applies every change of the schema that is still missing.
pub async fn migrate(database: &Database) -> anyhow::Result<()> {
    Migrator::up(database.writer(), None).await.context("the database cannot be brought up to date")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::{ConnectionTrait, DatabaseBackend, Statement, TransactionTrait};

    async fn number(db: &Database, sql: &str) -> Result<i64, DbErr> {
        let row = db.query_one_raw(Statement::from_string(DatabaseBackend::Sqlite, sql)).await?;
        row.ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?.try_get_by_index(0)
    }

    #[tokio::test]
    async fn on_sqlite_one_connection_writes_and_the_others_only_read() {
        let folder = tempfile::tempdir().unwrap();
        let db = open_sqlite(&format!("sqlite://{}/x.db?mode=rwc", folder.path().display())).await.unwrap();
        db.execute_unprepared("CREATE TABLE t (n INTEGER)").await.unwrap();
        // Answers with rows, and writes all the same.
        assert_eq!(number(&db, "INSERT INTO t VALUES (7) RETURNING n").await.unwrap(), 7);
        assert_eq!(number(&db, "SELECT n FROM t").await.unwrap(), 7);
        let refused = number(&db, "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x RETURNING n").await;
        assert!(refused.unwrap_err().to_string().contains("readonly"));
        // Read while somebody writes.
        let writing = db.writer().clone().begin().await.unwrap();
        writing.execute_unprepared("DELETE FROM t").await.unwrap();
        assert_eq!(number(&db, "SELECT count(*) FROM t").await.unwrap(), 1);
        writing.commit().await.unwrap();
        assert_eq!(number(&db, "SELECT count(*) FROM t").await.unwrap(), 0);
        db.close().await.unwrap();
        assert!(!folder.path().join("x.db-wal").exists(), "the log is folded into the file");
    }
}
