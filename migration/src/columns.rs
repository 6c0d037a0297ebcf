//! The few column shapes and statements the migrations share. A migration must keep its meaning for ever: add a function here
//! rather than change one that a migration already uses.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, timestamp_with_time_zone};

/// Instant at which a row was written.
pub fn created_at() -> ColumnDef {
    timestamp_with_time_zone("created_at")
}

/// Instant at which a row last changed.
pub fn updated_at() -> ColumnDef {
    timestamp_with_time_zone("updated_at")
}

/// Text that must be one of `words`: both databases check it, and a new word needs a migration instead of a new type.
pub fn one_of(name: &'static str, words: &[&'static str]) -> ColumnDef {
    text(name).check(Expr::col(name).is_in(words.iter().copied())).take()
}

/// Foreign key to `parent.id`; the row goes with its parent. It is part of `CREATE TABLE`, since SQLite cannot add one later.
pub fn child_of(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(parent, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

/// Index named `ix_<table>_<columns>`.
pub fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    over("ix", table, columns)
}

/// Unique index named `uq_<table>_<columns>`. Empty values do not collide, on either database.
pub fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    over("uq", table, columns).unique().take()
}

fn over(prefix: &str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut statement = Index::create();
    statement.name(format!("{prefix}_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        statement.col(*column);
    }
    statement
}

/// Creates `table`, then its `indexes`.
pub async fn create(
    manager: &SchemaManager<'_>,
    table: TableCreateStatement,
    indexes: impl IntoIterator<Item = IndexCreateStatement>,
) -> Result<(), DbErr> {
    manager.create_table(table).await?;
    for statement in indexes {
        manager.create_index(statement).await?;
    }
    Ok(())
}

/// Drops `tables` in the order given: children before parents. Their indexes go with them.
pub async fn drop_all(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(*table).take()).await?;
    }
    Ok(())
}
