//! Transactions. On SQLite they begin by taking the one write lock: a transaction that first reads and later wants
//! to write would be refused at once when another wrote in between, however long it may wait.

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait,
    IsolationLevel, QuerySelect, Select, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sea_query::LockType,
};

/// Begins a transaction that will write. Keep it short: on SQLite others wait for it.
pub(crate) async fn begin_write(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    db.begin_with_options(options).await
}

/// Begins a transaction that only reads, and sees one moment whatever is written meanwhile.
pub(crate) async fn begin_read(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let mut options = TransactionOptions::default();
    // On SQLite a transaction is a snapshot as it is.
    if db.get_database_backend() == DatabaseBackend::Postgres {
        options.isolation_level = Some(IsolationLevel::RepeatableRead);
        options.access_mode = Some(AccessMode::ReadOnly);
    }
    db.begin_with_options(options).await
}

/// Reads one row and holds it until the transaction ends: what is decided by it stays true. SQLite has one writer, and
/// needs no more.
pub(crate) async fn hold<E: EntityTrait>(tx: &DatabaseTransaction, row: Select<E>) -> Result<Option<E::Model>, DbErr> {
    let held = tx.get_database_backend() == DatabaseBackend::Postgres;
    if held { row.lock(LockType::Update) } else { row }.one(tx).await
}
