//! One run of the job: step after step, until there is nothing to do, time is up, or the provider says otherwise. What a
//! step is depends on the provider; what its end means does not.

use super::{
    Sync,
    caution::Caution,
    choosing, gmail, outlook,
    run::{Run, Step, StepError},
};
use crate::{
    jobs::{JobContext, JobError, JobOutcome},
    providers::Provider,
};
use entity::{connected_accounts, sync_feeds};
use sea_orm::EntityTrait;
use uuid::Uuid;

impl Sync {
    /// Brings one feed up to date; then rests until its next turn.
    pub async fn run_mailbox(&self, feed: Uuid, context: &JobContext) -> Result<JobOutcome, JobError> {
        let found = sync_feeds::Entity::find_by_id(feed)
            .find_also_related(connected_accounts::Entity)
            .one(&self.connections.db)
            .await?;
        let Some((feed, Some(account))) = found else { return Ok(JobOutcome::Done) };
        // A folder has no run of its own: read as a mailbox, its news would be taken for folders.
        if account.state != "active" || !feed.is_mailbox() {
            return Ok(JobOutcome::Done);
        }
        let provider = account.provider.parse();
        self.remember_spending(feed.id, &account).await?;
        let mut run = Run::new(self, feed, account, Caution::after(context.attempts));
        run.take_over().await?;
        // A choice that changes later takes the feed from this run.
        run.rules = choosing::of(&self.connections.db, run.account.id).await?;
        let mut mailbox = match (provider, &self.gmail, &self.outlook) {
            (Ok(Provider::Google), Some(gmail), _) => Mailbox::Gmail(gmail::Mailbox::new(run, gmail)),
            (Ok(Provider::Microsoft), _, Some(outlook)) => Mailbox::Outlook(outlook::Mailbox::new(run, outlook)),
            // Its provider is not set up any more: whoever sets it up again starts the server anew.
            _ => return Ok(JobOutcome::Done),
        };
        let ended = tokio::select! {
            biased;
            () = context.stop.cancelled() => Ok(mailbox.run().interrupted(self.connections.clock.now())),
            ended = Box::pin(until_rest(&mut mailbox)) => ended,
        };
        let run = mailbox.run();
        self.count_calls(&run.account, run.calls).await?;
        self.write_spending().await?;
        ended
    }
}

/// A mailbox of either provider, being worked on.
enum Mailbox<'s> {
    Gmail(gmail::Mailbox<'s>),
    Outlook(outlook::Mailbox<'s>),
}

impl<'s> Mailbox<'s> {
    async fn step(&mut self) -> Result<Step, StepError> {
        match self {
            Self::Gmail(gmail) => gmail.step().await,
            Self::Outlook(outlook) => outlook.step().await,
        }
    }

    async fn tell(&self, at_once: bool) {
        match self {
            Self::Gmail(gmail) => gmail.tell(at_once).await,
            Self::Outlook(outlook) => outlook.tell(at_once).await,
        }
    }

    fn run(&mut self) -> &mut Run<'s> {
        match self {
            Self::Gmail(gmail) => &mut gmail.run,
            Self::Outlook(outlook) => &mut outlook.run,
        }
    }
}

async fn until_rest(mailbox: &mut Mailbox<'_>) -> Result<JobOutcome, JobError> {
    loop {
        match mailbox.step().await {
            Ok(Step::More) => {
                mailbox.run().renewed = false;
                mailbox.tell(false).await;
            }
            Ok(Step::Rest(until)) => {
                mailbox.tell(true).await;
                return Ok(until.map_or(JobOutcome::Done, |at| JobOutcome::Again { at }));
            }
            Ok(Step::Idle(at)) => {
                mailbox.tell(true).await;
                return Ok(JobOutcome::Idle { at });
            }
            Err(error) => {
                let ended = mailbox.run().after(error).await?;
                mailbox.tell(true).await;
                if let Some(outcome) = ended {
                    return Ok(outcome);
                }
            }
        }
        let (now, run) = (mailbox.run().now(), mailbox.run());
        if now >= run.turn_ends {
            return Ok(run.interrupted(now));
        }
    }
}
