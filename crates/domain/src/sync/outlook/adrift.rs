//! What left its folder and was not met in another: gone, or on its way. And what failed: each message by itself.

use super::{Mailbox, store::count};
use crate::{
    database::begin_write,
    mail,
    providers::{ProviderError, budget::Urgency, microsoft::mail::Delta},
    sync::{items, run::StepError, trying},
};
use chrono::{DateTime, Utc};
use entity::sync_feeds;
use sea_orm::{ActiveValue::Set, DbErr};

/// Messages looked for in one go.
const AT_ONCE: u64 = 50;

impl Mailbox<'_> {
    /// Asks for every message that is adrift: one that is nowhere is forgotten, one that is somewhere will be met there.
    pub(super) async fn settle_adrift(&mut self) -> Result<bool, StepError> {
        let adrift = items::next(self.run.db(), self.run.feed.id, AT_ONCE, self.run.now()).await?;
        for one in &adrift {
            let credentials = self.run.credentials(Urgency::Background).await?;
            let exists = self.outlook.exists(credentials.caller(), &one.id).await?;
            let ids = std::slice::from_ref(&one.id);
            let tx = mail::acts::begin(self.run.db(), self.run.account.id).await?;
            if !exists {
                mail::delete(&tx, self.run.account.id, ids).await?;
            }
            items::forget(&tx, self.run.feed.id, ids).await?;
            tx.commit().await?;
        }
        Ok(!adrift.is_empty())
    }

    /// Tries every failed message whose time has come, by itself.
    pub(super) async fn retry_failed(&mut self) -> Result<bool, StepError> {
        let mut tried = false;
        for folder in self.folders().await? {
            // What is to be fetched again is work left: everything else comes with the folder's pages.
            if folder.failed == 0 && folder.work_left == 0 {
                continue;
            }
            let mut run = self.run.of_folder(folder);
            run.take_over_folder().await?;
            for one in items::next(run.db(), run.feed.id, AT_ONCE, run.now()).await? {
                tried = true;
                let tx = begin_write(run.db()).await?;
                let change = trying::begin(&tx, run.feed.id, std::slice::from_ref(&one), run.now()).await?;
                let feed = run.change(&tx, |row| count(row, change)).await?;
                tx.commit().await?;
                run.feed = feed;
                let credentials = self.run.credentials(Urgency::Background).await?;
                let item = match self.outlook.message(credentials.caller(), &one.id).await {
                    Ok(message) => Delta::Here(message),
                    Err(ProviderError::Gone) => Delta::Removed(one.id),
                    Err(error @ (ProviderError::Broken { .. } | ProviderError::Unavailable { .. })) => {
                        Delta::Unreadable(one.id, error.to_string())
                    }
                    Err(error) => return Err(error.into()),
                };
                self.store_one(&mut run, item).await?;
            }
            if run.feed.work_left > 0 && items::next(run.db(), run.feed.id, 1, run.now()).await?.is_empty() {
                let db = run.db().clone();
                run.change(&db, |row| row.work_left = Set(0)).await?;
            }
        }
        Ok(tried)
    }

    /// When to look again: soon while the person looks, and never later than a failed message's next try.
    pub(super) async fn next_turn(&self, folders: &[sync_feeds::Model]) -> Result<DateTime<Utc>, DbErr> {
        let mut at = self.run.next_turn().await?;
        for folder in folders.iter().filter(|folder| folder.failed > 0) {
            at = items::next_try(self.run.db(), folder.id).await?.map_or(at, |retry| retry.min(at));
        }
        Ok(at.max(self.run.now() + crate::jobs::back_off(0)))
    }
}
