//! What left its folder and was not met in another: gone, or on its way. And what failed: each message by itself.

use super::{Mailbox, round, store::count};
use crate::{
    database::begin_write,
    mail,
    providers::{
        ProviderError,
        budget::Urgency,
        microsoft::mail::{Delta, IN_BACKGROUND, OutlookMessage},
    },
    sync::{
        items::{self, Change, Wanted},
        run::{Credentials, Run, StepError},
        trying,
    },
};
use chrono::{DateTime, Utc};
use entity::sync_feeds;
use futures::future::join_all;
use sea_orm::{ActiveValue::Set, DbErr};

/// Messages looked for in one go.
const AT_ONCE: u64 = 50;

impl Mailbox<'_> {
    /// Asks for every message that is adrift: one that is nowhere is forgotten, one that is somewhere will be met there. One
    /// that cannot be asked for has its own next try.
    pub(super) async fn settle_adrift(&mut self) -> Result<bool, StepError> {
        let adrift = items::next(self.run.db(), self.run.feed.id, AT_ONCE, self.run.now()).await?;
        for one in &adrift {
            let credentials = self.run.credentials(Urgency::Background).await?;
            let exists = match self.outlook.exists(credentials.caller(), &one.id).await {
                Err(error) if self.is_of_one(&credentials, &error).await => Err(error),
                exists => Ok(exists?),
            };
            let (feed, now, ids) = (self.run.feed.id, self.run.now(), std::slice::from_ref(&one.id));
            let tx = mail::acts::begin(self.run.db(), self.run.account.id).await?;
            let change = match exists {
                Err(error) => items::mark_failed(&tx, feed, one, &error, now).await?,
                Ok(exists) => {
                    if !exists {
                        mail::delete(&tx, self.run.account.id, ids).await?;
                    }
                    // What is looked for is counted where it was met; here counts only what failed.
                    Change { failed: items::forget(&tx, feed, ids).await?.failed, ..Change::default() }
                }
            };
            let feed = self.run.change(&tx, |row| count(row, change)).await?;
            tx.commit().await?;
            self.run.feed = feed;
        }
        Ok(!adrift.is_empty())
    }

    /// Whether an error in answer to a single message is that message's own: the provider answers everything else.
    pub(super) async fn is_of_one(&self, credentials: &Credentials, error: &ProviderError) -> bool {
        match error {
            ProviderError::Broken { .. } => true,
            ProviderError::Unavailable { .. } | ProviderError::Refused { .. } | ProviderError::TooLarge => {
                self.outlook.folder_id(credentials.caller(), "inbox").await.is_ok()
            }
            _ => false,
        }
    }

    /// Asks for every message that is to be asked for by itself: failed ones whose time has come, and those of which only
    /// the name was told.
    pub(super) async fn retry_failed(&mut self) -> Result<bool, StepError> {
        let mut tried = false;
        for folder in self.folders().await? {
            // What is to be fetched again is work left: everything else comes with the folder's pages.
            if folder.failed == 0 && folder.work_left == 0 {
                continue;
            }
            let mut run = self.run.of_folder(folder);
            run.take_over_folder().await?;
            let wanted = items::next(run.db(), run.feed.id, AT_ONCE, run.now()).await?;
            let careful = self.run.caution.is_on();
            let (alone, others): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|one| one.failed || careful);
            for few in alone.chunks(1).chain(others.chunks(IN_BACKGROUND)) {
                tried = true;
                self.try_few(&mut run, few).await?;
            }
            if run.feed.work_left > 0 && items::next(run.db(), run.feed.id, 1, run.now()).await?.is_empty() {
                let db = run.db().clone();
                run.change(&db, |row| row.work_left = Set(0)).await?;
            }
        }
        Ok(tried)
    }

    /// Each by itself, and these at a time: what failed before, or comes after a death, takes nobody along.
    async fn try_few(&mut self, run: &mut Run<'_>, few: &[Wanted]) -> Result<(), StepError> {
        let tx = begin_write(run.db()).await?;
        let change = trying::begin(&tx, run.feed.id, few, run.now()).await?;
        let feed = run.change(&tx, |row| count(row, change)).await?;
        tx.commit().await?;
        run.feed = feed;
        let credentials = self.run.credentials(Urgency::Background).await?;
        let answers = join_all(few.iter().map(|one| self.ask_for(&credentials, &one.id))).await;
        let (mut untried, mut stop) = (Vec::new(), None);
        for (one, answer) in few.iter().zip(answers) {
            match answer {
                Ok(item) if stop.is_none() => stop = self.store_one(run, item).await.err(),
                Ok(_) => untried.push(one.clone()),
                Err(error) => {
                    untried.push(one.clone());
                    stop = stop.or(Some(error.into()));
                }
            }
        }
        let Some(error) = stop else { return Ok(()) };
        // Everybody's trouble is none of theirs.
        let tx = begin_write(run.db()).await?;
        let change = trying::take_back(&tx, run.feed.id, &untried).await?;
        let feed = run.change(&tx, |row| count(row, change)).await?;
        tx.commit().await?;
        run.feed = feed;
        Err(error)
    }

    async fn ask_for(&self, credentials: &Credentials, id: &str) -> Result<Delta<OutlookMessage>, ProviderError> {
        match self.outlook.message(credentials.caller(), id).await {
            Ok(message) => Ok(Delta::Here(message)),
            Err(ProviderError::Gone) => Ok(Delta::Removed(id.to_owned())),
            Err(error) if self.is_of_one(credentials, &error).await => Ok(Delta::Unreadable(id.to_owned(), error)),
            Err(error) => Err(error),
        }
    }

    /// When to look again: soon while the person looks, and never later than a failed message's next try.
    pub(super) async fn next_turn(&self, folders: &[sync_feeds::Model]) -> Result<DateTime<Utc>, DbErr> {
        let mut at = self.run.next_turn().await?;
        for folder in folders {
            if folder.failed > 0 {
                at = items::next_try(self.run.db(), folder.id).await?.map_or(at, |retry| retry.min(at));
            }
            if round::is_stuck(folder) {
                at = at.min(self.run.now() + round::STUCK_WAIT);
            }
        }
        Ok(at.max(self.run.now() + crate::jobs::back_off(0)))
    }
}
