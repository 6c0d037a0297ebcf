//! Fetches what the ledger wants, newest first: while one batch is stored, the next is on its way. What is stored and the
//! states of its items are one transaction.

use super::{
    Mailbox,
    asking::{Outcome, fetch},
    plan::{self, Batch},
};
use crate::{
    database::begin_write,
    mail::{self, Parsed},
    providers::{ProviderError, budget::Urgency, google::gmail::MOST_AT_ONCE},
    sync::{
        Stage,
        exclusion::Exclusions,
        items,
        items::{Change, Wanted},
        run::{Step, StepError},
        sought, trying,
    },
};
use chrono::{DateTime, Utc};
use entity::sync_feeds;
use futures::{StreamExt, stream};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr};
use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
};
use tokio::sync::mpsc;

/// Messages planned at a time.
pub(super) const ROUND: u64 = 500;
/// Messages stored in one transaction, about: while it goes on, other writers wait.
const STORED_AT_ONCE: usize = 400;

/// A batch that came back: how many fetches it was worth, and its messages.
type Fetched = (i64, Result<Vec<Outcome>, ProviderError>);

/// Batches sorted by what became of their messages.
#[derive(Default)]
struct Sorted {
    stored: Vec<Wanted>,
    parsed: Vec<Parsed>,
    gone: Vec<Wanted>,
    failed: Vec<(Wanted, ProviderError)>,
    /// Fetches done.
    work: i64,
    /// Stops the round: what is neither stored, gone nor failed stays as it was.
    stop: Option<ProviderError>,
}

impl Mailbox<'_> {
    /// A round of the first sync. It may go on for hours, and mail that arrives meanwhile is wanted first: so what
    /// changed is replayed as often as when everything is here.
    pub(super) async fn fetch_and_follow(&mut self) -> Result<Step, StepError> {
        let now = self.run.now();
        if self.run.feed.next_run_at.is_some_and(|due| due > now) {
            return self.fetch_or(Stage::CatchingUp).await;
        }
        self.replay().await?;
        let due = now + self.run.poll().await;
        let db = self.run.db().clone();
        self.run.feed = self.run.change(&db, |row| row.next_run_at = Set(Some(due))).await?;
        Ok(Step::More)
    }

    /// A round; or, when there is nothing to fetch, the next stage.
    async fn fetch_or(&mut self, next: Stage) -> Result<Step, StepError> {
        if self.nothing_to_fetch().await? {
            self.run.become_stage(next).await?;
            return Ok(Step::More);
        }
        self.fetch_round(Urgency::Background, ROUND).await
    }

    pub(super) async fn nothing_to_fetch(&self) -> Result<bool, DbErr> {
        Ok(items::next(self.run.db(), self.run.feed.id, 1, self.run.now()).await?.is_empty())
    }

    /// Fetches and stores up to `most` messages, and what comes cheaper along with them.
    pub(super) async fn fetch_round(&mut self, urgency: Urgency, most: u64) -> Result<Step, StepError> {
        let (batches, tried) = self.plan(most).await?;
        if batches.is_empty() {
            return Ok(Step::More);
        }
        let fetched = self.fetch_batches(urgency, batches, self.round_ends()).await;
        // What the database refused is not innocent.
        if !tried.is_empty() && !matches!(fetched, Err(StepError::Database(_))) {
            let tx = begin_write(self.run.db()).await?;
            let change = trying::take_back(&tx, self.run.feed.id, &tried).await?;
            self.commit_counted(tx, change).await?;
        }
        fetched.map(|()| Step::More)
    }

    /// Fetches and stores these, as many as are begun before `until` and before somebody waits for others.
    pub(super) async fn fetch_batches(
        &mut self,
        urgency: Urgency,
        batches: Vec<Batch>,
        until: DateTime<Utc>,
    ) -> Result<(), StepError> {
        let credentials = self.credentials(urgency).await?;
        let (gmail, clock) = (self.gmail, self.run.sync.connections.clock.clone());
        let gives_way = AtomicBool::new(false);
        let (send, receive) = mpsc::channel(plan::in_flight(gmail.quota()) * 2);
        let fetching = async {
            let goes_on = || clock.now() < until && !gives_way.load(Ordering::Relaxed);
            let batches = stream::iter(batches).take_while(|_| std::future::ready(goes_on()));
            let credentials = &credentials;
            let fetched = batches.map(|batch| async move { (batch.work(), fetch(gmail, credentials, batch).await) });
            let mut fetched = std::pin::pin!(fetched.buffer_unordered(plan::in_flight(gmail.quota())));
            while let Some(outcomes) = fetched.next().await {
                // Nobody listens any more when the round was stopped.
                if send.send(outcomes).await.is_err() {
                    return;
                }
            }
            drop(send);
        };
        let others = urgency.is_patient().then_some(&gives_way);
        let ((), stored) = tokio::join!(fetching, self.store_all(receive, others));
        stored
    }

    /// What to ask for, and what of it was written down as tried.
    async fn plan(&mut self, most: u64) -> Result<(Vec<Batch>, Vec<Wanted>), DbErr> {
        let (db, feed, now) = (self.run.db(), self.run.feed.id, self.run.now());
        let alone = self.run.caution.is_alone();
        let next = if alone { trying::next_alone(db, feed, now).await } else { items::next(db, feed, most, now).await };
        let mut wanted = next?;
        let threads = if alone { HashMap::new() } else { items::threads(db, feed, &wanted).await? };
        let tried: Vec<Wanted> = wanted.iter().filter(|one| alone || one.failed).cloned().collect();
        if !tried.is_empty() {
            let tx = begin_write(db).await?;
            let change = trying::begin(&tx, feed, &tried, now).await?;
            self.commit_counted(tx, change).await?;
            for one in &mut wanted {
                one.failed |= alone;
            }
        }
        // A job that keeps failing asks for less at a time, until what makes it fail stands alone.
        let parts = self.run.caution.at_once(MOST_AT_ONCE);
        Ok((plan::batches(wanted, threads, self.gmail.quota(), parts), tried))
    }

    pub(super) async fn commit_counted(&mut self, tx: DatabaseTransaction, change: Change) -> Result<(), DbErr> {
        if change != Change::default() {
            let feed = self.count(&tx, change).await?;
            self.run.feed = feed;
        }
        tx.commit().await
    }

    /// A round ends with the turn, or when it is time to look for new mail.
    fn round_ends(&self) -> DateTime<Utc> {
        let follow = self.run.feed.next_run_at.filter(|_| self.run.stage() == Ok(Stage::Fetching));
        follow.map_or(self.run.turn_ends, |due| due.min(self.run.turn_ends))
    }

    /// Stores what comes. When a search has found what is not here, `gives_way` is set, if somebody looks at it.
    async fn store_all(
        &mut self,
        mut fetched: mpsc::Receiver<Fetched>,
        gives_way: Option<&AtomicBool>,
    ) -> Result<(), StepError> {
        while let Some(first) = fetched.recv().await {
            let mut sorted = Sorted::default();
            sorted.take(first);
            while sorted.stop.is_none() && sorted.parsed.len() < STORED_AT_ONCE {
                let Ok(more) = fetched.try_recv() else { break };
                self.run.count_call();
                sorted.take(more);
            }
            self.store(&mut sorted).await?;
            if let Some(error) = sorted.stop {
                return Err(error.into());
            }
            if let Some(gives_way) = gives_way
                && sought::is_any(self.run.db(), self.run.account.id).await?
            {
                gives_way.store(true, Ordering::Relaxed);
            }
            self.tell(false).await;
        }
        Ok(())
    }

    async fn store(&mut self, sorted: &mut Sorted) -> Result<(), StepError> {
        let now = self.run.now();
        let feed = self.run.feed.id;
        let in_hand = sorted.stored.len() + sorted.gone.len() + sorted.failed.len();
        let left_out = sorted.leave_out(&self.run.rules);
        let tx = mail::acts::begin(self.run.db(), self.run.account.id).await?;
        let words = self.run.words(&tx).await?;
        let randomness = &self.run.sync.connections.randomness;
        mail::save(&tx, randomness, self.run.owner(), &sorted.parsed, words, now).await?;
        let mut change = items::mark_stored(&tx, feed, &sorted.stored, now).await?;
        change += self.run.leave_out(&tx, left_out).await?;
        if !sorted.gone.is_empty() {
            let gone: Vec<String> = sorted.gone.iter().map(|one| one.id.clone()).collect();
            mail::delete(&tx, self.run.account.id, &gone).await?;
            change += items::forget(&tx, feed, &gone).await?;
        }
        for (one, error) in &sorted.failed {
            change += items::mark_failed(&tx, feed, one, error, now).await?;
        }
        self.run.feed.work_left = (self.run.feed.work_left - sorted.work).max(0);
        let feed = self.count(&tx, change).await?;
        tx.commit().await?;
        self.run.feed = feed;
        self.run.caution.came_through(in_hand);
        Ok(())
    }

    /// Counts what a transaction did to the ledger.
    pub(super) async fn count(
        &mut self,
        tx: &impl ConnectionTrait,
        change: Change,
    ) -> Result<sync_feeds::Model, DbErr> {
        // While listing, the provider's own count is the better number.
        let listing = self.run.stage()? == Stage::Listing;
        let feed = self.run.feed.clone();
        self.run
            .change(tx, |row| {
                row.stored = Set(feed.stored + change.stored);
                row.failed = Set(feed.failed + change.failed);
                row.excluded = Set(feed.excluded + change.excluded);
                row.expected = Set(if listing { feed.expected } else { feed.expected + change.named });
                row.work_left = Set(feed.work_left);
                row.last_problem = Set(None);
            })
            .await
    }
}

impl Sorted {
    /// Takes out what the person does not want: ids, and the choice for which.
    fn leave_out(&mut self, rules: &Exclusions) -> Vec<(String, String)> {
        let (stored, left_out) = rules.divide(std::mem::take(&mut self.parsed));
        self.parsed = stored;
        let left_out: Vec<_> = left_out.into_iter().map(|(message, reason)| (message.remote_id, reason)).collect();
        self.stored.retain(|one| left_out.iter().all(|(id, _)| *id != one.id));
        left_out
    }

    fn take(&mut self, (work, fetched): Fetched) {
        match fetched {
            Ok(outcomes) => {
                self.work += work;
                for (one, result) in outcomes {
                    self.put(one, result);
                }
            }
            Err(error) => self.stop = Some(error),
        }
    }

    fn put(&mut self, one: Wanted, result: Result<Parsed, ProviderError>) {
        match result {
            Ok(parsed) => {
                self.stored.push(one);
                self.parsed.push(parsed);
            }
            Err(ProviderError::Gone) => self.gone.push(one),
            // One message's own trouble.
            Err(error @ (ProviderError::Unavailable { .. } | ProviderError::Broken { .. })) => {
                tracing::warn!(message = one.id, error = &error as &dyn std::error::Error, "sync.message_failed");
                self.failed.push((one, error));
            }
            // Everybody's: the budget, the token, the permission.
            Err(other) => self.stop = Some(other),
        }
    }
}
