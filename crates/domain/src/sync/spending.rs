//! Writes down what the day cost, so that a process started anew, and others beside it, know it.

use super::Sync;
use crate::providers::{budget::Budgets, google::gmail::Gmail};
use chrono::{DateTime, Utc};
use entity::{
    feed_items::{self, Column as I},
    provider_units::{self, Column as C},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

/// Whose units they are.
const GOOGLE: &str = "google";

impl Sync {
    /// Reads what was written down, once a process.
    pub(super) async fn learn_spending(&self) -> Result<(), DbErr> {
        match self.gmail.as_ref().map(Gmail::budgets) {
            Some(budgets) if !budgets.knows_day() => self.read_spending(budgets).await,
            _ => Ok(()),
        }
    }

    /// Writes down what this process spent since the last time, and reads what others did.
    pub(super) async fn write_spending(&self) -> Result<(), DbErr> {
        let Some(budgets) = self.gmail.as_ref().map(Gmail::budgets) else { return Ok(()) };
        let fresh = budgets.take_fresh();
        if fresh.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.add_units(&fresh).await {
            budgets.give_back(&fresh);
            return Err(error);
        }
        self.read_spending(budgets).await
    }

    async fn add_units(&self, spent: &[(DateTime<Utc>, u64)]) -> Result<(), DbErr> {
        let rows = spent.iter().map(|(hour, units)| provider_units::ActiveModel {
            provider: Set(GOOGLE.to_owned()),
            hour: Set(*hour),
            units: Set(i64::try_from(*units).unwrap_or(i64::MAX)),
        });
        let sum = Expr::col((provider_units::Entity, C::Units)).add(Expr::col(("excluded", C::Units)));
        let more = OnConflict::columns([C::Provider, C::Hour]).value(C::Units, sum).to_owned();
        provider_units::Entity::insert_many(rows)
            .on_conflict(more)
            .exec_without_returning(&self.connections.db)
            .await?;
        Ok(())
    }

    async fn read_spending(&self, budgets: &Budgets) -> Result<(), DbErr> {
        let written: Vec<(DateTime<Utc>, i64)> = provider_units::Entity::find()
            .select_only()
            .columns([C::Hour, C::Units])
            .filter(C::Provider.eq(GOOGLE))
            .filter(C::Hour.gt(budgets.counts_from()))
            .into_tuple()
            .all(&self.connections.db)
            .await?;
        budgets.learn(written.into_iter().map(|(hour, units)| (hour, u64::try_from(units).unwrap_or_default())));
        Ok(())
    }

    /// Hours that count no more.
    pub(crate) async fn purge_spending(&self) -> Result<(), DbErr> {
        let Some(budgets) = self.gmail.as_ref().map(Gmail::budgets) else { return Ok(()) };
        let over = provider_units::Entity::delete_many().filter(C::Hour.lte(budgets.counts_from()));
        over.exec(&self.connections.db).await?;
        Ok(())
    }
}

/// When messages of the last while were asked for one by one, as far as the ledger tells.
pub(super) async fn asked_since(
    db: &impl ConnectionTrait,
    feed: Uuid,
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, DbErr> {
    feed_items::Entity::find()
        .select_only()
        .column(I::UpdatedAt)
        .filter(I::FeedId.eq(feed))
        .filter(I::State.is_in(["stored", "failed"]))
        .filter(I::UpdatedAt.gt(since))
        .into_tuple()
        .all(db)
        .await
}
