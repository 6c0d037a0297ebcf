//! A page of a folder and where the folder goes on: one transaction.

use super::Mailbox;
use crate::{
    cache::{Notice, What},
    database::begin_write,
    mail::{self, Parsed},
    providers::{
        error::ProviderError,
        google::gmail::MessageName,
        microsoft::mail::{Delta, Link, OutlookMessage, Partly},
    },
    sync::{
        Stage, items,
        items::{Change, Wanted},
        looking, met, reread,
        run::{Run, StepError},
        trying,
    },
};
use entity::sync_feeds;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr};
use std::{collections::HashMap, panic::catch_unwind};

/// Items that a list did not meet, taken out in one go.
const UNMET: u64 = 500;

/// What Graph told, and how it goes on; no link when it was not a page of a round.
pub(super) struct Page {
    pub items: Vec<Delta<OutlookMessage>>,
    pub link: Option<Link>,
}

impl Page {
    /// Whether it says that nothing happened.
    pub fn is_quiet(&self) -> bool {
        self.items.is_empty() && matches!(self.link, Some(Link::Delta(_)))
    }

    /// Where the next page of this round is.
    pub fn next(&self) -> Option<String> {
        match &self.link {
            Some(Link::Next(next)) => Some(next.clone()),
            Some(Link::Delta(_)) | None => None,
        }
    }
}

/// A page sorted by what is to be done. Of one message only the last word counts.
#[derive(Default)]
struct Sorted {
    here: HashMap<String, OutlookMessage>,
    parsed: Vec<Parsed>,
    partly: Vec<Partly>,
    removed: Vec<String>,
    unreadable: HashMap<String, ProviderError>,
}

impl Mailbox<'_> {
    /// Stores a page of the folder that `run` works on.
    pub(super) async fn store_page(&self, run: &mut Run<'_>, page: Page) -> Result<(), StepError> {
        let mut sorted = sort(page.items);
        self.leave_suspects(run, &mut sorted).await?;
        self.store(run, sorted, page.link).await
    }

    /// Stores what a failed message's own try brought.
    pub(super) async fn store_one(&self, run: &mut Run<'_>, item: Delta<OutlookMessage>) -> Result<(), StepError> {
        self.store(run, sort(vec![item]), None).await
    }

    /// Messages whose last try was never ended are left to their own next one. After several deaths everything is written
    /// down before it is read.
    async fn leave_suspects(&self, run: &mut Run<'_>, sorted: &mut Sorted) -> Result<(), StepError> {
        let alone = run.caution.is_alone();
        if sorted.here.is_empty() || (run.feed.failed == 0 && !alone) {
            return Ok(());
        }
        let now = run.now();
        let ids: Vec<String> = sorted.here.keys().cloned().collect();
        let suspects = trying::left_alone(run.db(), run.feed.id, &ids, now).await?;
        sorted.here.retain(|id, _| !suspects.contains(id));
        if alone {
            let tx = begin_write(run.db()).await?;
            let mut change = Change::default();
            let wanted: Vec<Wanted> = sorted.here.keys().map(|id| wanted(id)).collect();
            for one in &wanted {
                let name = MessageName { thread_id: one.id.clone(), id: one.id.clone() };
                change += items::name_new(&tx, run.feed.id, &name, 0, now).await?;
            }
            change += trying::begin(&tx, run.feed.id, &wanted, now).await?;
            let feed = run.change(&tx, |row| count(row, change)).await?;
            tx.commit().await?;
            run.feed = feed;
        }
        Ok(())
    }

    async fn store(&self, run: &mut Run<'_>, mut sorted: Sorted, link: Option<Link>) -> Result<(), StepError> {
        let now = run.now();
        sorted.parse(run.feed.label.as_deref().unwrap_or(&run.feed.remote_id)).await;
        let in_hand = sorted.parsed.len() + sorted.unreadable.len();
        let moved = sorted.says_something();
        let _turn = self.writing.lock().await;
        let tx = mail::acts::begin(run.db(), run.account.id).await?;
        let (mut change, wanted) = self.apply(&tx, run, sorted).await?;
        let listing = run.feed.stage == Stage::Listing.as_str();
        let again = listing && run.feed.completed_at.is_some();
        if again {
            reread::found(&tx, run.feed.id, change.named, 0).await?;
        }
        if listing && matches!(link, Some(Link::Delta(_))) {
            // The list is whole: what it did not meet is not in this folder any more.
            let since = run.feed.started_at.unwrap_or_default();
            let (mut deleted, mut after) = (0, String::new());
            loop {
                let unmet = met::not_seen_since(&tx, run.feed.id, since, &after, UNMET).await?;
                let Some(last) = unmet.last() else { break };
                after.clone_from(last);
                deleted += i64::try_from(unmet.len()).unwrap_or_default();
                change += self.remove(&tx, run, &unmet).await?;
            }
            if again {
                reread::found(&tx, run.feed.id, 0, deleted).await?;
                run.end_reread(&tx).await?;
            }
        }
        if run.feed.completed_at.is_none() && matches!(link, Some(Link::Delta(_))) {
            run.follow_with_words(&tx, true).await?;
        }
        let named = run.feed.listed + change.named;
        let feed = run
            .change(&tx, |row| {
                count(row, change);
                row.work_left = Set(row.work_left.as_ref() + wanted);
                row.last_problem = Set(None);
                match link {
                    Some(Link::Next(next)) => row.page_token = Set(Some(next)),
                    Some(Link::Delta(delta)) => {
                        row.cursor = Set(Some(delta));
                        row.page_token = Set(None);
                        row.stage = Set(Stage::Live.as_str().to_owned());
                        row.expected = Set(named);
                        row.last_synced_at = Set(Some(now));
                        if row.completed_at.as_ref().is_none() {
                            row.completed_at = Set(Some(now));
                        }
                    }
                    None => {}
                }
            })
            .await?;
        tx.commit().await?;
        run.feed = feed;
        run.caution.came_through(in_hand);
        if moved {
            let (user, connection) = (run.account.user_id, run.account.id);
            run.sync.connections.bus.publish(Notice { user, what: What::Mail { connection } }).await;
        }
        Ok(())
    }

    async fn apply(
        &self,
        tx: &impl ConnectionTrait,
        run: &mut Run<'_>,
        sorted: Sorted,
    ) -> Result<(Change, i64), DbErr> {
        let (now, words) = (run.now(), run.words(tx).await?);
        let (here, left_out) = run.rules.divide(sorted.parsed);
        mail::save(tx, &run.sync.connections.randomness, run.owner(), &here, words, now).await?;
        let names: Vec<MessageName> = here
            .iter()
            .map(|one| MessageName { id: one.remote_id.clone(), thread_id: one.thread_remote_id.clone() })
            .collect();
        let mut change = items::put_stored(tx, run.feed.id, &names, now).await?;
        let mut ids: Vec<String> = names.into_iter().map(|name| name.id).collect();
        for (message, reason) in left_out {
            let name = MessageName { id: message.remote_id.clone(), thread_id: message.thread_remote_id };
            change += items::name_new(tx, run.feed.id, &name, 0, now).await?;
            change += run.leave_out(tx, vec![(message.remote_id.clone(), reason)]).await?;
            ids.push(message.remote_id);
        }
        // Whatever was looked for has been found.
        items::forget(tx, self.run.feed.id, &ids).await?;
        let (partly, to_fetch) = run.change_partly(tx, sorted.partly).await?;
        change += partly;
        change += self.remove(tx, run, &sorted.removed).await?;
        for (id, error) in sorted.unreadable {
            let name = MessageName { thread_id: id.clone(), id: id.clone() };
            change += items::name_new(tx, run.feed.id, &name, 0, now).await?;
            let was = items::state(tx, run.feed.id, &id).await?;
            let one = Wanted { failed: was.as_deref() == Some("failed"), ..wanted(&id) };
            change += items::mark_failed(tx, run.feed.id, &one, &error, now).await?;
            change.stored -= i64::from(was.as_deref() == Some("stored"));
            change.excluded -= i64::from(was.as_deref() == Some("excluded"));
        }
        Ok((change, to_fetch))
    }

    /// These are in this folder no more: met in another one, or adrift until somebody has looked.
    async fn remove(&self, tx: &impl ConnectionTrait, run: &Run<'_>, ids: &[String]) -> Result<Change, DbErr> {
        if ids.is_empty() {
            return Ok(Change::default());
        }
        let change = items::forget(tx, run.feed.id, ids).await?;
        let label = run.feed.label.clone().unwrap_or_else(|| run.feed.remote_id.clone());
        let labels = mail::known_labels(tx, run.account.id).await?;
        for id in ids {
            let taken = std::slice::from_ref(&label);
            mail::relabel(tx, &labels, run.account.id, id, &[], taken, run.now()).await?;
        }
        looking::look_for(tx, run.account.id, self.run.feed.id, ids, run.now()).await?;
        Ok(change)
    }
}

impl Sorted {
    /// Whether something of it shows.
    fn says_something(&self) -> bool {
        !(self.parsed.is_empty() && self.partly.is_empty() && self.removed.is_empty() && self.unreadable.is_empty())
    }

    /// Reads the messages: texts of a few megabytes, so not on a thread that others wait for. One that cannot be read takes
    /// no other with it.
    async fn parse(&mut self, label: &str) {
        let (here, label) = (std::mem::take(&mut self.here), label.to_owned());
        let ids: Vec<String> = here.keys().cloned().collect();
        let read = move |message: OutlookMessage| {
            let id = message.id.clone();
            catch_unwind(|| mail::read_outlook(message, &label)).map_err(|_| id)
        };
        let read = tokio::task::spawn_blocking(move || here.into_values().map(read).collect::<Vec<_>>()).await;
        let why = || ProviderError::nonsense("reading the mail failed");
        for result in read.unwrap_or_else(|_| ids.into_iter().map(Err).collect()) {
            match result {
                Ok(parsed) => self.parsed.push(parsed),
                Err(id) => drop(self.unreadable.insert(id, why())),
            }
        }
    }
}

/// Adds what a transaction did to the sums of a folder.
pub(super) fn count(row: &mut sync_feeds::ActiveModel, change: Change) {
    for (sum, more) in [
        (&mut row.stored, change.stored),
        (&mut row.failed, change.failed),
        (&mut row.excluded, change.excluded),
        (&mut row.listed, change.named),
    ] {
        *sum = Set(*sum.as_ref() + more);
    }
}

fn wanted(id: &str) -> Wanted {
    Wanted { thread_id: id.to_owned(), id: id.to_owned(), failed: false }
}

fn sort(items: Vec<Delta<OutlookMessage>>) -> Sorted {
    let mut sorted = Sorted::default();
    for item in items {
        match item {
            Delta::Here(message) => {
                sorted.unreadable.remove(&message.id);
                sorted.removed.retain(|id| *id != message.id);
                sorted.partly.retain(|one| one.id != message.id);
                sorted.here.insert(message.id.clone(), message);
            }
            Delta::Removed(id) => {
                sorted.here.remove(&id);
                sorted.unreadable.remove(&id);
                sorted.partly.retain(|one| one.id != id);
                // A page may say so twice: it left, came back and left again.
                sorted.removed.retain(|other| *other != id);
                sorted.removed.push(id);
            }
            Delta::Partly(change) => {
                // Where only names are told, that is all that is said of a message that left and came back.
                sorted.removed.retain(|id| *id != change.id);
                sorted.partly.push(change);
            }
            Delta::Unreadable(id, error) => {
                tracing::warn!(message = id, %error, "sync.message_unreadable");
                sorted.here.remove(&id);
                sorted.unreadable.insert(id, error);
            }
        }
    }
    sorted
}
