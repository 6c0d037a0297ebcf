//! Gmail's mailbox: one list of ids for everything, one history of what changed.
//!
//! [`listing`], [`fetching`], [`history`]: the steps. [`plan`]: which messages are asked for together (pure). [`asking`]:
//! one batch. [`relist`]: what happens when the history is gone. [`sought`]: what a search found. [`check`]: the list beside our ledger.

mod asking;
mod check;
mod fetching;
mod history;
mod listing;
mod plan;
mod relist;
mod sought;
mod work;

pub(super) use plan::Thread;

use super::{
    Stage,
    pace::{Bounds, Lanes},
    run::{Credentials, Run, Step, StepError},
};
use crate::providers::{budget::Urgency, google::gmail::Gmail};

/// A mailbox being worked on.
pub(super) struct Mailbox<'s> {
    pub run: Run<'s>,
    gmail: &'s Gmail,
}

impl<'s> Mailbox<'s> {
    pub fn new(run: Run<'s>, gmail: &'s Gmail) -> Self {
        Self { run, gmail }
    }

    /// One small step, stored before the next begins.
    pub async fn step(&mut self) -> Result<Step, StepError> {
        let stage = self.run.stage()?;
        if stage.reads() && self.fetch_sought().await? {
            return Ok(Step::More);
        }
        match stage {
            Stage::Waiting => self.begin().await,
            Stage::Listing => self.list_page().await,
            Stage::Fetching => self.fetch_and_follow().await,
            Stage::CatchingUp | Stage::Live => self.catch_up().await,
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
        let (budgets, person, get) = (self.gmail.budgets(), &self.run.account.subject, self.gmail.quota().get.max(1));
        let bounds = Bounds {
            budget: Some((budgets.room(person), get)),
            opening: budgets.opening(person, get, Urgency::Background),
            lanes: 1,
            most: Lanes::ONE,
        };
        self.run.tell(at_once, bounds).await;
    }

    async fn credentials(&mut self, urgency: Urgency) -> Result<Credentials, StepError> {
        self.run.credentials(urgency).await
    }
}
