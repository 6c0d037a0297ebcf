//! Outlook's mailbox: a list of folders, and in each folder rounds of what is there and what changed.
//!
//! One run works on the whole mailbox, so that never more calls are on their way at once than Graph bears. [`folders`]: which
//! there are. [`round`]: one folder. [`store`]: a page of it. [`adrift`]: what left its folder and was not met in another.
//! [`check`]: the folders beside our ledger.

mod adrift;
mod check;
mod folders;
mod round;
mod store;

use super::{
    Stage,
    progress::sums,
    run::{Run, Step, StepError},
};
use crate::providers::microsoft::mail::OutlookMail;
use sea_orm::ActiveValue::Set;
use std::collections::HashSet;
use tokio::sync::Mutex;
use uuid::Uuid;

/// A mailbox being worked on. Its own feed is the list of folders; every folder has a feed of its own.
pub(super) struct Mailbox<'s> {
    pub run: Run<'s>,
    outlook: &'s OutlookMail,
    /// A message that moves is told by two folders: their pages are stored one after the other.
    writing: Mutex<()>,
    /// Folders that were looked at to their end in this run: every run looks at each once.
    looked: HashSet<Uuid>,
}

impl<'s> Mailbox<'s> {
    pub fn new(run: Run<'s>, outlook: &'s OutlookMail) -> Self {
        Self { run, outlook, writing: Mutex::default(), looked: HashSet::new() }
    }

    /// One step: the folders, or what is due in them.
    pub async fn step(&mut self) -> Result<Step, StepError> {
        match self.run.stage()? {
            Stage::Waiting => self.begin().await,
            Stage::Listing => self.fill_screen().await,
            Stage::Fetching | Stage::CatchingUp | Stage::Live => self.follow().await,
            Stage::Blocked => {
                self.run.go_on().await?;
                Ok(Step::More)
            }
            // Whoever lets it go on queues it again.
            Stage::Paused => Ok(Step::Rest(None)),
        }
    }

    /// Tells open screens how far it is.
    pub async fn tell(&self, at_once: bool) {
        let mut all = self.run.feed.clone();
        if let Ok(sums) = sums(self.run.db(), self.run.account.id).await {
            (all.stored, all.work_left) = (sums.stored, sums.work_left);
        }
        // Nothing but its answers slows Graph down.
        self.run.tell_of(&all, at_once, u32::MAX).await;
    }

    /// The folders are known before anything is read.
    async fn begin(&mut self) -> Result<Step, StepError> {
        let now = self.run.now();
        let db = self.run.db().clone();
        self.run.feed = self.run.change(&db, |row| row.started_at = Set(Some(now))).await?;
        self.learn_folders().await?;
        self.run.become_stage(Stage::Listing).await?;
        Ok(Step::More)
    }

    /// Everything due: folders, what is adrift, what failed. Then rest.
    async fn follow(&mut self) -> Result<Step, StepError> {
        if self.run.stage()? != Stage::Fetching {
            self.learn_folders().await?;
        }
        let moved = self.work_on_folders().await?;
        let settled = self.settle_adrift().await? | self.retry_failed().await?;
        let folders = self.folders().await?;
        if folders.iter().any(|folder| self.is_due(folder)) {
            return Ok(Step::More);
        }
        let was = self.run.stage()?;
        let at = self.next_turn(&folders).await?;
        self.run.become_live(at).await?;
        Ok(if moved || settled || was != Stage::Live { Step::Rest(Some(at)) } else { Step::Idle(at) })
    }
}
