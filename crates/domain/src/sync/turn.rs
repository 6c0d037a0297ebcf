//! One run of the job: step after step, until there is nothing to do, time is up, or the provider says otherwise. What a
//! step is depends on the provider; what its end means does not.

use super::{
    Sync, gmail,
    run::{Run, Step},
};
use crate::jobs::{JobContext, JobError, JobOutcome};
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
        let (Some((feed, Some(account))), Some(gmail)) = (found, &self.gmail) else { return Ok(JobOutcome::Done) };
        if account.state != "active" {
            return Ok(JobOutcome::Done);
        }
        let mut run = Run::new(self, feed, account, context.attempts);
        run.take_over().await?;
        let mut mailbox = gmail::Mailbox::new(run, gmail);
        mailbox.remember_spending().await?;
        let ended = tokio::select! {
            biased;
            () = context.stop.cancelled() => Ok(JobOutcome::Again { at: self.connections.clock.now() }),
            ended = Box::pin(until_rest(&mut mailbox)) => ended,
        };
        self.count_calls(&mailbox.run.account, mailbox.run.calls).await?;
        ended
    }
}

async fn until_rest(mailbox: &mut gmail::Mailbox<'_>) -> Result<JobOutcome, JobError> {
    loop {
        match mailbox.step().await {
            Ok(Step::More) => {
                mailbox.run.renewed = false;
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
                let ended = mailbox.run.after(error).await?;
                mailbox.tell(true).await;
                if let Some(outcome) = ended {
                    return Ok(outcome);
                }
            }
        }
        if mailbox.run.now() >= mailbox.run.turn_ends {
            return Ok(JobOutcome::Again { at: mailbox.run.now() });
        }
    }
}
