//! Every column that holds sealed values. A new one belongs here, or a test fails.

use crate::vault::Place;
use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Alias, Expr, ExprTrait, Func, FunctionCall, Order, Query, SelectStatement, UpdateStatement},
};
use uuid::Uuid;

/// One column of sealed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedColumn {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub column: &'static str,
    /// The column whose id the seal is bound to, unique in the table.
    pub row: &'static str,
    /// The purpose the seal is bound to.
    pub purpose: &'static str,
}

/// All of them.
pub const SEALED_COLUMNS: &[SealedColumn] = &[
    SealedColumn {
        table: "oauth_grants",
        column: "sealed_access_token",
        row: "connection_id",
        purpose: "access_token",
    },
    SealedColumn {
        table: "oauth_grants",
        column: "sealed_refresh_token",
        row: "connection_id",
        purpose: "refresh_token",
    },
    SealedColumn { table: "oauth_attempts", column: "sealed_secrets", row: "id", purpose: "secrets" },
    SealedColumn { table: "refresh_tokens", column: "sealed_successor", row: "id", purpose: "successor" },
    SealedColumn { table: "installation", column: "key_check", row: "installation_id", purpose: "key_check" },
];

/// A sealed value where it lies.
pub(super) struct Found {
    pub row: Uuid,
    pub sealed: Vec<u8>,
}

impl SealedColumn {
    /// Where the value of `row` lies.
    pub fn place(&self, row: Uuid) -> Place<'static> {
        Place { table: self.table, row, purpose: self.purpose }
    }

    /// How many values were sealed with the key whose values begin with `prefix`.
    pub(super) async fn count_of(&self, db: &impl ConnectionTrait, prefix: &[u8]) -> Result<u64, DbErr> {
        let mut select = self.select();
        select.expr_as(Expr::col(Alias::new(self.column)).count(), Alias::new("values"));
        self.count(db, select.and_where(self.begins(prefix).eq(prefix.to_vec()))).await
    }

    /// How many values were sealed with other keys than that.
    pub(super) async fn count_besides(&self, db: &impl ConnectionTrait, prefix: &[u8]) -> Result<u64, DbErr> {
        let mut select = self.select();
        select.expr_as(Expr::col(Alias::new(self.column)).count(), Alias::new("values"));
        self.count(db, select.and_where(self.begins(prefix).ne(prefix.to_vec()))).await
    }

    /// Values sealed with none of the keys, by row, after `after`.
    pub(super) async fn besides(
        &self,
        db: &impl ConnectionTrait,
        prefixes: &[Vec<u8>],
        after: Option<Uuid>,
        most: u64,
    ) -> Result<Vec<Found>, DbErr> {
        let mut select = self.select();
        select.columns([Alias::new(self.row), Alias::new(self.column)]);
        for prefix in prefixes {
            select.and_where(self.begins(prefix).ne(prefix.clone()));
        }
        if let Some(after) = after {
            select.and_where(Expr::col(Alias::new(self.row)).gt(after));
        }
        select.order_by(Alias::new(self.row), Order::Asc).limit(most);
        let rows = db.query_all(&select).await?;
        rows.iter()
            .map(|row| Ok(Found { row: row.try_get("", self.row)?, sealed: row.try_get("", self.column)? }))
            .collect()
    }

    /// Puts `new` where `old` still is; says whether it was.
    pub(super) async fn replace(&self, db: &impl ConnectionTrait, old: &Found, new: Vec<u8>) -> Result<bool, DbErr> {
        let column = Alias::new(self.column);
        let mut update = UpdateStatement::new();
        update
            .table(Alias::new(self.table))
            .value(column.clone(), new)
            .and_where(Expr::col(Alias::new(self.row)).eq(old.row))
            .and_where(Expr::col(column).eq(old.sealed.clone()));
        Ok(db.execute(&update).await?.rows_affected() == 1)
    }

    fn select(&self) -> SelectStatement {
        let mut select = Query::select();
        select.from(Alias::new(self.table)).and_where(Expr::col(Alias::new(self.column)).is_not_null());
        select
    }

    fn begins(&self, prefix: &[u8]) -> FunctionCall {
        let length = i32::try_from(prefix.len()).unwrap_or(i32::MAX);
        Func::cust(Alias::new("substr")).arg(Expr::col(Alias::new(self.column))).arg(1).arg(length)
    }

    async fn count(&self, db: &impl ConnectionTrait, select: &SelectStatement) -> Result<u64, DbErr> {
        let row = db.query_one(select).await?.ok_or_else(|| DbErr::RecordNotFound(self.table.to_owned()))?;
        Ok(u64::try_from(row.try_get::<i64>("", "values")?).unwrap_or_default())
    }
}
