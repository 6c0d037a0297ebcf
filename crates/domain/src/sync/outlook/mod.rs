//! Outlook's mailbox: a list of folders, and in each folder rounds of what is there and what changed.
//!
//! One run works on the whole mailbox, so that never more calls are on their way at once than Graph bears. [`folders`]: which
//! there are. [`round`]: one folder. [`store`]: a page of it, [`partly`] where it
//! says only what changed. [`adrift`]: what left its folder and was not met in another. [`sought`]: what a search found.
//! [`check`]: the folders beside our ledger.

mod adrift;
mod check;
mod folders;
mod page_size;
mod partly;
mod round;
mod sought;
mod store;

pub(in crate::sync) use folders::of as folders_of;

use super::{
    Stage,
    pace::Bounds,
    progress::sums,
    run::{Run, Step, StepError},
};
use crate::{
    mail,
    providers::microsoft::mail::{IN_BACKGROUND, OutlookMail},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::sync_feeds;
use sea_orm::{ActiveValue::Set, DbErr};
use std::collections::{HashMap, HashSet};
use tokio::sync::Mutex;
use uuid::Uuid;

/// Acts that were written are laid over what Graph says for this long at most.
const LONGEST_LAID_OVER: TimeDelta = TimeDelta::days(1);

/// A mailbox being worked on. Its own feed is the list of folders; every folder has a feed of its own.
pub(super) struct Mailbox<'s> {
    pub run: Run<'s>,
    outlook: &'s OutlookMail,
    /// A message that moves is told by two folders: their pages are stored one after the other.
    writing: Mutex<()>,
    /// Folders that were looked at to their end in this run: every run looks at each once, unless others are read for the
    /// first time.
    looked: HashSet<Uuid>,
    /// Folders that were read to their end in a round that began in this run, and when it began.
    heard: HashMap<Uuid, DateTime<Utc>>,
}

impl<'s> Mailbox<'s> {
    pub fn new(run: Run<'s>, outlook: &'s OutlookMail) -> Self {
        Self { run, outlook, writing: Mutex::default(), looked: HashSet::new(), heard: HashMap::new() }
    }

    /// One step: the folders, or what is due in them.
    pub async fn step(&mut self) -> Result<Step, StepError> {
        let stage = self.run.stage()?;
        if stage.reads() && self.fetch_sought().await? {
            return Ok(Step::More);
        }
        match stage {
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
        let mut busy = 0;
        if let Ok(sums) = sums(self.run.db(), self.run.account.id).await {
            busy = sums.work_left.iter().filter(|left| **left > 0).count();
            (all.stored, all.work_left) = (sums.stored, sums.work_left.into_iter().sum());
        }
        let lanes = u32::try_from(busy.clamp(1, IN_BACKGROUND)).unwrap_or(1);
        // Nothing but its answers slows Graph down.
        let bounds = Bounds { budget: None, opening: None, lanes, most: round::LANES };
        self.run.tell_of(&all, at_once, bounds).await;
    }

    /// The folders are known before anything is read.
    async fn begin(&mut self) -> Result<Step, StepError> {
        let now = self.run.now();
        let db = self.run.db().clone();
        self.run.feed = self.run.change(&db, |row| row.started_at = Set(Some(now))).await?;
        self.run.follow_choice().await?;
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
        if folders.iter().any(|folder| folder.work_left > 0) || !self.due(folders.clone()).is_empty() {
            return Ok(Step::More);
        }
        let confirmed = self.confirm_acts(&folders).await?;
        let was = self.run.stage()?;
        let at = self.next_turn(&folders).await?;
        self.run.become_live(at).await?;
        Ok(if moved || settled || confirmed || was != Stage::Live { Step::Rest(Some(at)) } else { Step::Idle(at) })
    }

    /// What was written to Graph is told back by the folders: a move by two of them, in any order. So an act is confirmed when
    /// each of them was read in a round that began after it.
    async fn confirm_acts(&self, folders: &[sync_feeds::Model]) -> Result<bool, DbErr> {
        let now = self.run.now();
        let whole: Option<Vec<_>> = folders.iter().map(|folder| self.heard.get(&folder.id).copied()).collect();
        let all = whole.and_then(|began| began.into_iter().min());
        // A folder that is never read to its end must not hide for ever what others do.
        let until = all.unwrap_or(now - LONGEST_LAID_OVER);
        mail::acts::confirm(self.run.db(), self.run.account.id, until, now).await
    }
}
