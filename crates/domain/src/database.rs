//! The database, and transactions on it.
//!
//! SQLite has one writer at a time, and a connection forgets what it has read as soon as another one writes. So one connection
//! writes, in turn and with all it needs in memory, and others only read. PostgreSQL has one pool for everything.

use async_trait::async_trait;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait,
    ExecResult, IsolationLevel, QueryResult, QuerySelect, Select, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait, sea_query::LockType,
};

/// SQLite or PostgreSQL. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    readers: DatabaseConnection,
}

impl Database {
    /// A pool that writes, of one connection, beside one that only reads: for SQLite.
    pub fn of_sqlite(writer: DatabaseConnection, readers: DatabaseConnection) -> Self {
        Self { writer, readers }
    }

    /// What may change the schema.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Whether it answers.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.readers.ping().await
    }

    /// Ends every connection. Closing the one that writes last folds SQLite's log into its file.
    pub async fn close(self) -> Result<(), DbErr> {
        self.readers.close().await?;
        self.writer.close().await
    }

    /// Where a statement goes. One that writes and answers with rows (`INSERT … RETURNING`) is no reader's.
    fn pool_for(&self, statement: &Statement) -> &DatabaseConnection {
        if statement.sql.starts_with("SELECT") || statement.sql.starts_with("WITH") {
            &self.readers
        } else {
            &self.writer
        }
    }
}

/// One pool for everything: PostgreSQL, or an SQLite that nothing else writes to.
impl From<DatabaseConnection> for Database {
    fn from(pool: DatabaseConnection) -> Self {
        Self { writer: pool.clone(), readers: pool }
    }
}

#[async_trait]
impl ConnectionTrait for Database {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.writer.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.writer.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.writer.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.pool_for(&statement).query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.pool_for(&statement).query_all_raw(statement).await
    }
}

/// Begins a transaction that will write. Keep it short: on SQLite others wait for it. There it begins by taking the write
/// lock: one that first reads and later wants to write would be refused at once when another process wrote in between.
pub(crate) async fn begin_write(db: &Database) -> Result<DatabaseTransaction, DbErr> {
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    begin(&db.writer, options).await
}

/// Begins a transaction that only reads, and sees one moment whatever is written meanwhile.
pub(crate) async fn begin_read(db: &Database) -> Result<DatabaseTransaction, DbErr> {
    let mut options = TransactionOptions::default();
    // On SQLite a transaction is a snapshot as it is.
    if db.get_database_backend() == DatabaseBackend::Postgres {
        options.isolation_level = Some(IsolationLevel::RepeatableRead);
        options.access_mode = Some(AccessMode::ReadOnly);
    }
    begin(&db.readers, options).await
}

/// Begins a transaction whatever becomes of the caller. One that is dropped while PostgreSQL answers `BEGIN` would hand back a
/// connection inside a transaction that nobody knows of: what is written on it next is never committed, and what it locks stays
/// locked. Begun to its end and then dropped, it is rolled back.
async fn begin(pool: &DatabaseConnection, options: TransactionOptions) -> Result<DatabaseTransaction, DbErr> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with_options(options).await });
    begun.await.unwrap_or_else(|error| Err(DbErr::Custom(format!("a transaction could not be begun: {error}"))))
}

/// Reads one row and holds it until the transaction ends: what is decided by it stays true. SQLite has one writer, and
/// needs no more.
pub(crate) async fn hold<E: EntityTrait>(tx: &DatabaseTransaction, row: Select<E>) -> Result<Option<E::Model>, DbErr> {
    let held = tx.get_database_backend() == DatabaseBackend::Postgres;
    if held { row.lock(LockType::Update) } else { row }.one(tx).await
}
