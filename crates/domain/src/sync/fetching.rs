//! Fetches what the ledger wants, newest first, a batch at a time; each batch and the states of its items are one
//! transaction.

use super::{
    Stage, items,
    run::{Run, Step, StepError},
};
use crate::{
    database::begin_write,
    mail::{self, Parsed},
    providers::{
        ProviderError,
        budget::Urgency,
        google::gmail::{Fetched, GmailMessage, MOST_AT_ONCE},
    },
};
use entity::sync_feeds;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr};

/// A batch sorted by what became of its messages.
#[derive(Default)]
struct Sorted {
    parsed: Vec<Parsed>,
    gone: Vec<String>,
    failed: Vec<(String, String)>,
    /// Stops the batch: what is neither stored, gone nor failed stays pending.
    stop: Option<ProviderError>,
}

impl Run<'_> {
    /// A batch of the first sync. It may go on for hours, and mail that arrives meanwhile is wanted first: so what
    /// changed is replayed as often as when everything is here.
    pub(super) async fn fetch_and_follow(&mut self) -> Result<Step, StepError> {
        let now = self.now();
        if self.feed.next_run_at.is_some_and(|due| due > now) {
            return self.fetch_or(Stage::CatchingUp).await;
        }
        self.replay().await?;
        let due = now + self.poll().await;
        let db = self.sync.connections.db.clone();
        self.feed = self.change(&db, |row| row.next_run_at = Set(Some(due))).await?;
        Ok(Step::More)
    }

    /// A batch; or, when there is nothing to fetch, the next stage.
    pub(super) async fn fetch_or(&mut self, next: Stage) -> Result<Step, StepError> {
        if self.nothing_to_fetch().await? {
            self.become_stage(next).await?;
            return Ok(Step::More);
        }
        self.fetch_step(Urgency::Background).await
    }

    pub(super) async fn nothing_to_fetch(&self) -> Result<bool, DbErr> {
        Ok(items::next(&self.sync.connections.db, self.feed.id, 1, self.now()).await?.is_empty())
    }

    /// One batch.
    pub(super) async fn fetch_step(&mut self, urgency: Urgency) -> Result<Step, StepError> {
        let most = u64::try_from(MOST_AT_ONCE).unwrap_or(1);
        let ids = items::next(&self.sync.connections.db, self.feed.id, most, self.now()).await?;
        if ids.is_empty() {
            return Ok(Step::More);
        }
        let credentials = self.credentials(urgency).await?;
        let fetched = self.gmail.get_many(credentials.caller(), &ids).await?;
        let sorted = self.sort(fetched, urgency).await?;
        self.store(&sorted).await?;
        match sorted.stop {
            Some(error) => Err(error.into()),
            None => Ok(Step::More),
        }
    }

    async fn sort(&mut self, fetched: Vec<Fetched>, urgency: Urgency) -> Result<Sorted, StepError> {
        let mut sorted = Sorted::default();
        for (id, result) in fetched {
            match result {
                Ok(message) => match self.whole(message, urgency).await {
                    Ok(message) => sorted.parsed.push(mail::read(message)),
                    Err(StepError::Provider(error)) => sorted.put(id, error),
                    Err(other) => return Err(other),
                },
                Err(error) => sorted.put(id, error),
            }
        }
        Ok(sorted)
    }

    /// Fetches the texts that were too large to come along.
    async fn whole(&mut self, mut message: GmailMessage, urgency: Urgency) -> Result<GmailMessage, StepError> {
        for id in mail::detached_texts(&message.payload) {
            let credentials = self.credentials(urgency).await?;
            let data = self.gmail.attachment(credentials.caller(), &message.id, &id).await?;
            mail::attach_text(&mut message.payload, &id, &data);
        }
        Ok(message)
    }

    async fn store(&mut self, sorted: &Sorted) -> Result<(), StepError> {
        let now = self.now();
        let tx = begin_write(&self.sync.connections.db).await?;
        mail::save(&tx, &self.sync.connections.randomness, self.owner(), &sorted.parsed, now).await?;
        let stored: Vec<String> = sorted.parsed.iter().map(|one| one.remote_id.clone()).collect();
        if !stored.is_empty() {
            items::mark_stored(&tx, self.feed.id, &stored, now).await?;
        }
        if !sorted.gone.is_empty() {
            mail::delete(&tx, self.account.id, &sorted.gone).await?;
            items::forget(&tx, self.feed.id, &sorted.gone).await?;
        }
        for (id, problem) in &sorted.failed {
            items::mark_failed(&tx, self.feed.id, id, problem, now).await?;
        }
        let feed = self.recount(&tx).await?;
        tx.commit().await?;
        self.feed = feed;
        Ok(())
    }

    /// The feed's counters, from the ledger itself: they cannot drift.
    pub(super) async fn recount(&mut self, tx: &impl ConnectionTrait) -> Result<sync_feeds::Model, DbErr> {
        let tally = items::tally(tx, self.feed.id).await?;
        // While listing, the provider's own count is the better number.
        let expected = if self.stage()? == Stage::Listing { self.feed.expected } else { tally.all() };
        self.change(tx, |row| {
            row.stored = Set(tally.stored);
            row.failed = Set(tally.failed);
            row.expected = Set(expected);
            row.last_problem = Set(None);
        })
        .await
    }
}

impl Sorted {
    fn put(&mut self, id: String, error: ProviderError) {
        match error {
            ProviderError::Gone => self.gone.push(id),
            // One message's own trouble.
            ProviderError::Unavailable { .. } | ProviderError::Broken { .. } => {
                tracing::warn!(message = id, error = &error as &dyn std::error::Error, "sync.message_failed");
                self.failed.push((id, error.to_string()));
            }
            // Everybody's: the budget, the token, the permission.
            other => self.stop = Some(other),
        }
    }
}
