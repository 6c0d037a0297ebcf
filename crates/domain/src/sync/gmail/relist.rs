//! Changes that can no longer be replayed: everything is listed again, and the difference mended. What is stored stays on
//! screen meanwhile; only what is missing is fetched.

use super::Mailbox;
use crate::{
    mail,
    providers::{ProviderError, budget::Urgency},
    sync::{
        Stage,
        exclusion::{Exclusion, HIDING, begin_of},
        items, left_out, met,
        named::{self, Found},
        reread,
        run::{Step, StepError},
    },
};
use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use uuid::Uuid;

/// Rows looked at in one go.
const PAGE: u64 = 500;

/// Which of all messages.
enum Matching {
    Label(String),
    Before(DateTime<Utc>),
}

impl Mailbox<'_> {
    /// Whether this listing meets messages that were stored before it began: their labels may be out of date.
    pub(super) async fn is_relisting(&self) -> Result<bool, DbErr> {
        let since = self.run.feed.started_at.unwrap_or_default();
        mail::any_stored_before(self.run.db(), self.run.account.id, since).await
    }

    /// The new list is whole: forget what it did not name, and read the labels of what is stored.
    pub(super) async fn reconcile(&mut self) -> Result<Step, StepError> {
        let since = self.run.feed.started_at.unwrap_or_default();
        let (mut deleted, mut after) = (0, String::new());
        loop {
            let gone = met::not_seen_since(self.run.db(), self.run.feed.id, since, &after, PAGE).await?;
            let Some(last) = gone.last() else { break };
            after.clone_from(last);
            deleted += i64::try_from(gone.len()).unwrap_or_default();
            self.forget(&gone).await?;
        }
        let labels = mail::known_labels(self.run.db(), self.run.account.id).await?;
        for (name, label) in labels {
            self.read_label(&name, label).await?;
        }
        mail::refresh_flags(self.run.db(), self.run.account.id, self.run.now()).await?;
        reread::found(self.run.db(), self.run.feed.id, 0, deleted).await?;
        self.run.end_reread(self.run.db()).await?;
        self.run.become_stage(Stage::Fetching).await?;
        Ok(Step::More)
    }

    /// Makes the stored messages with a label exactly those that have it there, at a hundredth of what fetching them would
    /// cost.
    async fn read_label(&mut self, name: &str, label: Uuid) -> Result<(), StepError> {
        let (db, connection, feed) = (self.run.db().clone(), self.run.account.id, self.run.feed.id);
        let listing = self.run.sync.connections.randomness.uuid(self.run.now());
        let mut token: Option<String> = None;
        loop {
            let credentials = self.credentials(Urgency::Background).await?;
            let page = self.gmail.list(credentials.caller(), token.as_deref(), Some(name)).await?;
            let ids: Vec<String> = page.names.into_iter().map(|name| name.id).collect();
            named::note(&db, listing, feed, &ids, Found::Named).await?;
            mail::add_members(&db, connection, label, &ids).await?;
            token = page.next;
            if token.is_none() {
                break;
            }
        }
        let mut last = Uuid::nil();
        loop {
            let members = mail::members(&db, label, last, PAGE).await?;
            let Some((newest, _)) = members.last() else { break };
            last = *newest;
            let ids: Vec<String> = members.iter().map(|(_, id)| id.clone()).collect();
            let listed = named::among(&db, listing, feed, &ids).await?;
            let not_any_more = members.iter().filter(|(_, id)| !listed.contains(id)).map(|(message, _)| *message);
            mail::take_label(&db, label, not_any_more).await?;
        }
        Ok(named::clear(&db, listing, feed, self.run.now()).await?)
    }

    /// What the person leaves out is not fetched to find that out: Gmail tells which it is, five hundred at a time.
    pub(super) async fn leave_out_listed(&mut self) -> Result<(), StepError> {
        for rule in self.run.rules.0.clone() {
            let lists: Vec<Matching> = match &rule {
                Exclusion::SpamAndBin => HIDING.map(|label| Matching::Label(label.to_owned())).into(),
                Exclusion::Label(label) => vec![Matching::Label(label.clone())],
                Exclusion::OlderThan(day) => vec![Matching::Before(begin_of(*day))],
            };
            for list in lists {
                self.leave_out_matching(&list, &rule.reason()).await?;
            }
        }
        Ok(())
    }

    async fn leave_out_matching(&mut self, list: &Matching, reason: &str) -> Result<(), StepError> {
        let mut token: Option<String> = None;
        loop {
            let credentials = self.credentials(Urgency::Background).await?;
            let caller = credentials.caller();
            let page = match list {
                Matching::Label(label) => self.gmail.list(caller, token.as_deref(), Some(label)).await,
                Matching::Before(instant) => self.gmail.list_before(caller, token.as_deref(), *instant).await,
            };
            let page = match page {
                // A label that is not there any more is carried by nothing.
                Err(ProviderError::Broken { .. }) if token.is_none() => return Ok(()),
                page => page?,
            };
            let ids: Vec<String> = page.names.into_iter().map(|name| name.id).collect();
            left_out::exclude_pending(self.run.db(), self.run.feed.id, &ids, reason).await?;
            token = page.next;
            if token.is_none() {
                return Ok(());
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
