//! Writes down what the day cost, so that a process started anew, and others beside it, know it.

use super::Sync;
use crate::providers::{
    budget::Budgets,
    google::gmail::{Gmail, MOST_AT_ONCE},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    connected_accounts,
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
    /// What a process that has just started has to know before it asks for a mailbox: what the day cost, and at Gmail what
    /// the one before it, or the one beside it, spent in the last minute. The provider knows both.
    pub(super) async fn remember_spending(&self, feed: Uuid, account: &connected_accounts::Model) -> Result<(), DbErr> {
        let Some(gmail) = self.gmail.as_ref() else { return Ok(()) };
        let budgets = gmail.budgets();
        if !budgets.knows_day() {
            self.read_spending(budgets).await?;
        }
        if account.provider != GOOGLE || budgets.knows(&account.subject) {
            return Ok(());
        }
        let now = self.connections.clock.now();
        let asked = asked_since(&self.connections.db, feed, now - TimeDelta::minutes(1)).await?;
        let get = gmail.quota().get;
        // The batch that was on its way when the process ended left no trace.
        let lost = u32::try_from(MOST_AT_ONCE).unwrap_or_default().saturating_mul(get);
        let lost = (!asked.is_empty()).then_some((now, lost));
        budgets.remember(&account.subject, asked.into_iter().map(|at| (at, get)).chain(lost));
        Ok(())
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
async fn asked_since(db: &impl ConnectionTrait, feed: Uuid, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>, DbErr> {
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
