//! A page of a folder and where the folder goes on: one transaction.

use super::Mailbox;
use crate::{
    cache::{Notice, What},
    database::begin_write,
    mail::{self, Parsed},
    providers::{
        google::gmail::MessageName,
        microsoft::mail::{Delta, Link, OutlookMessage},
    },
    sync::{
        Stage, items,
        items::{Change, Wanted},
        looking,
        run::{Run, StepError},
    },
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr};
use std::collections::HashMap;

/// What Graph told, and how it goes on; no link when it was not a page of a round.
pub(super) struct Page {
    pub items: Vec<Delta<OutlookMessage>>,
    pub link: Option<Link>,
}

impl Page {
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
    here: HashMap<String, Parsed>,
    removed: Vec<String>,
    unreadable: HashMap<String, String>,
}

impl Mailbox<'_> {
    /// Stores a page of the folder that `run` works on.
    pub(super) async fn store_page(&self, run: &mut Run<'_>, page: Page) -> Result<(), StepError> {
        let (now, poll) = (run.now(), run.poll().await);
        let sorted = sort(page.items, run.feed.label.as_deref().unwrap_or(&run.feed.remote_id));
        let moved = !sorted.here.is_empty() || !sorted.removed.is_empty() || !sorted.unreadable.is_empty();
        let _turn = self.writing.lock().await;
        let tx = begin_write(run.db()).await?;
        let mut change = self.apply(&tx, run, sorted).await?;
        let listing = run.feed.stage == Stage::Listing.as_str();
        if listing && matches!(page.link, Some(Link::Delta(_))) {
            // The list is whole: what it did not meet is not in this folder any more.
            let since = run.feed.started_at.unwrap_or_default();
            let unmet = items::not_seen_since(&tx, run.feed.id, since).await?;
            change += self.remove(&tx, run, &unmet).await?;
        }
        let counted = run.feed.clone();
        let feed = run
            .change(&tx, |row| {
                row.stored = Set(counted.stored + change.stored);
                row.failed = Set(counted.failed + change.failed);
                row.listed = Set(counted.listed + change.named);
                row.last_problem = Set(None);
                match page.link {
                    Some(Link::Next(next)) => row.page_token = Set(Some(next)),
                    Some(Link::Delta(delta)) => {
                        row.cursor = Set(Some(delta));
                        row.page_token = Set(None);
                        row.stage = Set(Stage::Live.as_str().to_owned());
                        row.expected = Set(counted.listed + change.named);
                        row.next_run_at = Set(Some(now + poll));
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
        if moved {
            let (user, connection) = (run.account.user_id, run.account.id);
            run.sync.connections.bus.publish(Notice { user, what: What::Mail { connection } }).await;
        }
        Ok(())
    }

    async fn apply(&self, tx: &impl ConnectionTrait, run: &Run<'_>, sorted: Sorted) -> Result<Change, DbErr> {
        let (now, randomness) = (run.now(), &run.sync.connections.randomness);
        let here: Vec<Parsed> = sorted.here.into_values().collect();
        mail::save(tx, randomness, run.owner(), &here, now).await?;
        let names: Vec<MessageName> = here
            .iter()
            .map(|one| MessageName { id: one.remote_id.clone(), thread_id: one.thread_remote_id.clone() })
            .collect();
        let mut change = items::put_stored(tx, run.feed.id, &names, now).await?;
        let ids: Vec<String> = names.into_iter().map(|name| name.id).collect();
        // Whatever was looked for has been found.
        items::forget(tx, self.run.feed.id, &ids).await?;
        change += self.remove(tx, run, &sorted.removed).await?;
        for (id, why) in sorted.unreadable {
            let name = MessageName { thread_id: id.clone(), id: id.clone() };
            change += items::name_new(tx, run.feed.id, &name, 0, now).await?;
            let was = items::state(tx, run.feed.id, &id).await?;
            let one = Wanted { thread_id: id.clone(), id, failed: was.as_deref() == Some("failed") };
            change += items::mark_failed(tx, run.feed.id, &one, &why, now).await?;
            change.stored -= i64::from(was.as_deref() == Some("stored"));
        }
        Ok(change)
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

fn sort(items: Vec<Delta<OutlookMessage>>, label: &str) -> Sorted {
    let mut sorted = Sorted::default();
    for item in items {
        match item {
            Delta::Here(message) => {
                sorted.unreadable.remove(&message.id);
                sorted.removed.retain(|id| *id != message.id);
                let parsed = mail::read_outlook(message, label);
                sorted.here.insert(parsed.remote_id.clone(), parsed);
            }
            Delta::Removed(id) => {
                sorted.here.remove(&id);
                sorted.unreadable.remove(&id);
                sorted.removed.push(id);
            }
            Delta::Unreadable(id, why) => {
                tracing::warn!(message = id, why, "sync.message_unreadable");
                sorted.here.remove(&id);
                sorted.unreadable.insert(id, why);
            }
        }
    }
    sorted
}
