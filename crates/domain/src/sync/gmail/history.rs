//! Replays what changed since the cursor. The cursor moves in the transaction that stored the last page.

use super::{Mailbox, fetching::ROUND};
use crate::sync::{
    Stage, items,
    run::{Step, StepError},
};
use crate::{
    mail,
    providers::{
        ProviderError,
        budget::Urgency,
        google::gmail::{Change, HistoryPage},
    },
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr};

impl Mailbox<'_> {
    /// All pages since the cursor, then what they named; then rest.
    pub(super) async fn catch_up(&mut self) -> Result<Step, StepError> {
        if !self.nothing_to_fetch().await? {
            return self.fetch_round(Urgency::News, ROUND).await;
        }
        let was = self.run.stage()?;
        let moved = self.replay().await?;
        if moved && !self.nothing_to_fetch().await? {
            return Ok(Step::More);
        }
        let at = self.run.next_turn().await?;
        self.run.become_live(at).await?;
        Ok(if moved || was != Stage::Live { Step::Rest(Some(at)) } else { Step::Idle(at) })
    }

    /// Whether anything had changed.
    pub(super) async fn replay(&mut self) -> Result<bool, StepError> {
        let start = self.run.feed.cursor.clone().ok_or(ProviderError::CursorLost)?;
        let mut token: Option<String> = None;
        let (began, mut moved) = (self.run.now(), false);
        loop {
            let credentials = self.credentials(Urgency::News).await?;
            let page = self.gmail.history(credentials.caller(), &start, token.as_deref()).await?;
            moved |= !page.changes.is_empty();
            // An empty page may still name a next one: only the missing token ends the replay.
            let last = page.next.is_none();
            let cursor_moves = last && start != page.history_id;
            // Most looks find nothing: they write nothing and take no lock.
            if cursor_moves || !page.changes.is_empty() {
                self.store_page(&page, cursor_moves).await?;
            }
            token = page.next;
            if last {
                let confirmed = mail::acts::confirm(self.run.db(), self.run.account.id, began, self.run.now()).await?;
                return Ok(moved || confirmed);
            }
        }
    }

    async fn store_page(&mut self, page: &HistoryPage, cursor_moves: bool) -> Result<(), StepError> {
        self.learn_labels(page).await?;
        let tx = mail::acts::begin(self.run.db(), self.run.account.id).await?;
        let change = self.apply(&tx, page).await?;
        let mut feed = self.run.feed.clone();
        if !page.changes.is_empty() {
            feed = self.count(&tx, change).await?;
        }
        if cursor_moves {
            self.run.feed = feed;
            feed = self.run.change(&tx, |row| row.cursor = Set(Some(page.history_id.clone()))).await?;
        }
        tx.commit().await?;
        self.run.feed = feed;
        Ok(())
    }

    /// A change may name a label made since the last listing.
    async fn learn_labels(&mut self, page: &HistoryPage) -> Result<(), StepError> {
        let db = self.run.db().clone();
        let known = mail::known_labels(&db, self.run.account.id).await?;
        let named = page.changes.iter().flat_map(|change| match change {
            Change::Labelled(_, _, labels) | Change::Unlabelled(_, _, labels) => labels.as_slice(),
            _ => &[],
        });
        if named.into_iter().all(|label| known.contains_key(label)) {
            return Ok(());
        }
        let credentials = self.credentials(Urgency::News).await?;
        let labels = self.gmail.labels(credentials.caller()).await?;
        let randomness = &self.run.sync.connections.randomness;
        mail::replace_labels(&db, randomness, self.run.account.id, &labels, self.run.now()).await?;
        Ok(())
    }

    async fn apply(&self, tx: &impl ConnectionTrait, page: &HistoryPage) -> Result<items::Change, DbErr> {
        let mut counted = items::Change::default();
        let now = self.run.now();
        let labels = mail::known_labels(tx, self.run.account.id).await?;
        for change in &page.changes {
            match change {
                // Newer than anything listed: a rank below zero, the newest lowest.
                Change::Added(record, name) => {
                    counted += items::name_new(tx, self.run.feed.id, name, -record, now).await?;
                }
                Change::Deleted(_, id) => {
                    let ids = std::slice::from_ref(id);
                    mail::delete(tx, self.run.account.id, ids).await?;
                    counted += items::forget(tx, self.run.feed.id, ids).await?;
                }
                // A message that is not stored yet is fetched with its labels of then; one that was never named is, now.
                Change::Labelled(record, name, add) => {
                    counted += items::name_new(tx, self.run.feed.id, name, -record, now).await?;
                    mail::relabel(tx, &labels, self.run.account.id, &name.id, add, &[], now).await?;
                    counted += self.run.reconsider(tx, &name.id, add).await?;
                }
                Change::Unlabelled(record, name, take) => {
                    counted += items::name_new(tx, self.run.feed.id, name, -record, now).await?;
                    mail::relabel(tx, &labels, self.run.account.id, &name.id, &[], take, now).await?;
                    counted += self.run.reconsider(tx, &name.id, &[]).await?;
                }
            }
        }
        Ok(counted)
    }
}
