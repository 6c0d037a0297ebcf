//! Replays what changed since the cursor. The cursor moves in the transaction that stored the last page.

use super::{
    Stage, items,
    run::{Run, Step, StepError},
};
use crate::{
    database::begin_write,
    jobs::{self, Job},
    mail,
    providers::{
        ProviderError,
        budget::Urgency,
        google::gmail::{Change, HistoryPage},
    },
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr};

impl Run<'_> {
    /// All pages since the cursor, then what they named; then rest.
    pub(super) async fn catch_up(&mut self) -> Result<Step, StepError> {
        if !self.nothing_to_fetch().await? {
            return self.fetch_step(Urgency::Background).await;
        }
        let moved = self.replay().await?;
        if moved && !self.nothing_to_fetch().await? {
            return Ok(Step::More);
        }
        let now = self.now();
        let at = self.next_turn().await?;
        let first_time = self.feed.completed_at.is_none();
        let tx = begin_write(&self.sync.connections.db).await?;
        let feed = self
            .change(&tx, |row| {
                row.stage = Set(Stage::Live.as_str().to_owned());
                if row.completed_at.as_ref().is_none() {
                    row.completed_at = Set(Some(now));
                }
                row.last_synced_at = Set(Some(now));
                row.next_run_at = Set(Some(at));
                row.last_problem = Set(None);
            })
            .await?;
        if first_time {
            // What is called complete is compared with the provider's own list.
            let job = Job::CheckMailbox { feed: feed.id };
            jobs::enqueue(&tx, &self.sync.connections.randomness, now, &job, now).await?;
        }
        tx.commit().await?;
        self.feed = feed;
        Ok(Step::Rest(at))
    }

    /// Whether anything had changed.
    pub(super) async fn replay(&mut self) -> Result<bool, StepError> {
        let start = self.feed.cursor.clone().ok_or(ProviderError::CursorLost)?;
        let mut token: Option<String> = None;
        let mut moved = false;
        loop {
            let credentials = self.credentials(Urgency::Background).await?;
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
                return Ok(moved);
            }
        }
    }

    async fn store_page(&mut self, page: &HistoryPage, cursor_moves: bool) -> Result<(), StepError> {
        self.learn_labels(page).await?;
        let tx = begin_write(&self.sync.connections.db).await?;
        self.apply(&tx, page).await?;
        let mut feed = self.feed.clone();
        if !page.changes.is_empty() {
            feed = self.recount(&tx).await?;
        }
        if cursor_moves {
            self.feed = feed;
            feed = self.change(&tx, |row| row.cursor = Set(Some(page.history_id.clone()))).await?;
        }
        tx.commit().await?;
        self.feed = feed;
        Ok(())
    }

    /// A change may name a label made since the last listing.
    async fn learn_labels(&mut self, page: &HistoryPage) -> Result<(), StepError> {
        let db = self.sync.connections.db.clone();
        let known = mail::known_labels(&db, self.account.id).await?;
        let named = page.changes.iter().flat_map(|change| match change {
            Change::Labelled(_, _, labels) | Change::Unlabelled(_, _, labels) => labels.as_slice(),
            _ => &[],
        });
        if named.into_iter().all(|label| known.contains_key(label)) {
            return Ok(());
        }
        let credentials = self.credentials(Urgency::Background).await?;
        let labels = self.gmail.labels(credentials.caller()).await?;
        let randomness = &self.sync.connections.randomness;
        mail::replace_labels(&db, randomness, self.account.id, &labels, self.now()).await?;
        Ok(())
    }

    async fn apply(&self, tx: &impl ConnectionTrait, page: &HistoryPage) -> Result<(), DbErr> {
        let now = self.now();
        let labels = mail::known_labels(tx, self.account.id).await?;
        for change in &page.changes {
            match change {
                // Newer than anything listed: a rank below zero, the newest lowest.
                Change::Added(record, name) => {
                    items::name(tx, self.feed.id, std::slice::from_ref(name), -record, now).await?;
                }
                Change::Deleted(_, id) => {
                    let ids = std::slice::from_ref(id);
                    mail::delete(tx, self.account.id, ids).await?;
                    items::forget(tx, self.feed.id, ids).await?;
                }
                // A message that is not stored yet is fetched with its labels of then.
                Change::Labelled(_, name, add) => {
                    mail::relabel(tx, &labels, self.account.id, &name.id, add, &[], now).await?;
                }
                Change::Unlabelled(_, name, take) => {
                    mail::relabel(tx, &labels, self.account.id, &name.id, &[], take, now).await?;
                }
            }
        }
        Ok(())
    }
}
