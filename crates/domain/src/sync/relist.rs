//! Changes that can no longer be replayed: list everything again and mend the difference. What is stored stays on screen
//! meanwhile; only what is missing is fetched.

use super::{
    Stage, Sync,
    compare::{Comparison, want_again},
    items,
    run::{Run, Step, StepError},
};
use crate::{
    database::begin_write,
    jobs::{self, Job},
    mail,
    providers::budget::Urgency,
};
use chrono::{DateTime, Utc};
use entity::sync_feeds;
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use std::collections::HashSet;
use uuid::Uuid;

impl Sync {
    /// Lets the sync list everything again, which finds what is missing and forgets what is left over.
    pub(super) async fn mend(
        &self,
        feed: &sync_feeds::Model,
        found: &Comparison,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let tx = begin_write(&self.connections.db).await?;
        want_again(&tx, feed.id, &found.missing, now).await?;
        sync_feeds::Entity::update_many()
            .col_expr(sync_feeds::Column::Stage, Expr::value(Stage::Waiting.as_str()))
            .col_expr(sync_feeds::Column::Cursor, Expr::value(Option::<String>::None))
            // A run that is at work stops: its writes would bring the old place back.
            .col_expr(sync_feeds::Column::LeaseOwner, Expr::value(Option::<Uuid>::None))
            .filter(sync_feeds::Column::Id.eq(feed.id))
            .exec(&tx)
            .await?;
        let job = Job::SyncMailbox { feed: feed.id };
        jobs::enqueue(&tx, &self.connections.randomness, now, &job, now).await?;
        tx.commit().await
    }
}

impl Run<'_> {
    /// The cursor is too old: the next step lists from the beginning, with a cursor of now.
    pub(super) async fn begin_again(&mut self) -> Result<(), DbErr> {
        let db = self.sync.connections.db.clone();
        self.feed = self.change(&db, |row| row.cursor = Set(None)).await?;
        self.become_stage(Stage::Waiting).await
    }

    /// Whether this listing meets messages that were stored before it began: their labels may be out of date.
    pub(super) async fn is_relisting(&self) -> Result<bool, DbErr> {
        let since = self.feed.started_at.unwrap_or_default();
        mail::any_stored_before(&self.sync.connections.db, self.account.id, since).await
    }

    /// The new list is whole: forget what it did not name, and read the labels of what is stored.
    pub(super) async fn reconcile(&mut self) -> Result<Step, StepError> {
        let since = self.feed.started_at.unwrap_or_default();
        let gone = items::not_seen_since(&self.sync.connections.db, self.feed.id, since).await?;
        self.forget(&gone).await?;
        let labels = mail::known_labels(&self.sync.connections.db, self.account.id).await?;
        for label in labels.keys() {
            let members = self.members(label).await?;
            mail::set_members(&self.sync.connections.db, self.account.id, label, &members).await?;
        }
        mail::refresh_flags(&self.sync.connections.db, self.account.id, self.now()).await?;
        self.become_stage(Stage::Fetching).await?;
        Ok(Step::More)
    }

    /// The ids that have a label, at a hundredth of what fetching them would cost.
    async fn members(&mut self, label: &str) -> Result<HashSet<String>, StepError> {
        let mut members = HashSet::new();
        let mut token: Option<String> = None;
        loop {
            let credentials = self.credentials(Urgency::Background).await?;
            let page = self.gmail.list(credentials.caller(), token.as_deref(), Some(label)).await?;
            members.extend(page.names.into_iter().map(|name| name.id));
            token = page.next;
            if token.is_none() {
                return Ok(members);
            }
        }
    }

    /// Deletes messages and items, and counts anew.
    pub(super) async fn forget(&mut self, ids: &[String]) -> Result<(), StepError> {
        if ids.is_empty() {
            return Ok(());
        }
        let tx = begin_write(&self.sync.connections.db).await?;
        mail::delete(&tx, self.account.id, ids).await?;
        items::forget(&tx, self.feed.id, ids).await?;
        let feed = self.recount(&tx).await?;
        tx.commit().await?;
        self.feed = feed;
        Ok(())
    }
}
