//! Changes that can no longer be replayed: everything is listed again, and the difference mended. What is stored stays on
//! screen meanwhile; only what is missing is fetched.

use super::Mailbox;
use crate::{
    mail,
    providers::budget::Urgency,
    sync::{
        Stage, items,
        run::{Step, StepError},
    },
};
use sea_orm::DbErr;
use std::collections::HashSet;

impl Mailbox<'_> {
    /// Whether this listing meets messages that were stored before it began: their labels may be out of date.
    pub(super) async fn is_relisting(&self) -> Result<bool, DbErr> {
        let since = self.run.feed.started_at.unwrap_or_default();
        mail::any_stored_before(self.run.db(), self.run.account.id, since).await
    }

    /// The new list is whole: forget what it did not name, and read the labels of what is stored.
    pub(super) async fn reconcile(&mut self) -> Result<Step, StepError> {
        let since = self.run.feed.started_at.unwrap_or_default();
        let gone = items::not_seen_since(self.run.db(), self.run.feed.id, since).await?;
        self.forget(&gone).await?;
        let labels = mail::known_labels(self.run.db(), self.run.account.id).await?;
        for label in labels.keys() {
            let members = self.members(label).await?;
            mail::set_members(self.run.db(), self.run.account.id, label, &members).await?;
        }
        mail::refresh_flags(self.run.db(), self.run.account.id, self.run.now()).await?;
        self.run.become_stage(Stage::Fetching).await?;
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

    /// Deletes messages and items.
    pub(super) async fn forget(&mut self, ids: &[String]) -> Result<(), StepError> {
        if ids.is_empty() {
            return Ok(());
        }
        let tx = mail::acts::begin(self.run.db(), self.run.account.id).await?;
        mail::delete(&tx, self.run.account.id, ids).await?;
        let change = items::forget(&tx, self.run.feed.id, ids).await?;
        let feed = self.count(&tx, change).await?;
        tx.commit().await?;
        self.run.feed = feed;
        Ok(())
    }
}
