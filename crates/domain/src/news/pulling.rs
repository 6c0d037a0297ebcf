//! The job that pulls from Pub/Sub. It is one job with one lease: of many processes one pulls, and when it dies another
//! does.

use super::News;
use crate::{
    jobs::{JobContext, JobError, JobOutcome},
    providers::{
        ProviderError,
        google::pubsub::{Delivery, Pubsub},
    },
};
use chrono::TimeDelta;
use entity::{channels, connected_accounts};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use std::collections::HashMap;

/// A pull that brought nothing is followed by the next after this long.
const PAUSE: TimeDelta = TimeDelta::seconds(2);
/// After this long the worker is given back, whatever still lies there.
const TURN: TimeDelta = TimeDelta::seconds(20);

impl News {
    /// Pulls until nothing lies there. What was pulled is acknowledged when the looks it asks for are in the queue, and not
    /// before: whoever dies in between is told again.
    pub(crate) async fn pull(&self, context: &JobContext) -> Result<JobOutcome, JobError> {
        let Some(pubsub) = &self.pubsub else { return Ok(JobOutcome::Done) };
        let clock = &self.sync.connections.clock;
        let turn_ends = clock.now() + TURN;
        loop {
            let pulled = tokio::select! {
                biased;
                () = context.stop.cancelled() => return Ok(JobOutcome::Idle { at: clock.now() }),
                pulled = pubsub.pull() => pulled,
            };
            let told = match pulled {
                Ok(told) => self.heed(pubsub, told).await,
                Err(error) => Err(error.into()),
            };
            match told {
                Ok(0) => return Ok(JobOutcome::Idle { at: clock.now() + PAUSE }),
                Ok(_) if clock.now() >= turn_ends => return Ok(JobOutcome::Idle { at: clock.now() }),
                Ok(_) => {}
                Err(NotHeeded::Provider(ProviderError::Throttled { until, .. })) => {
                    return Ok(JobOutcome::Idle { at: until });
                }
                Err(error) => return Err(JobError::retry(error)),
            }
        }
    }

    /// Asks for the looks, then acknowledges. How many messages there were.
    async fn heed(&self, pubsub: &Pubsub, told: Vec<Delivery>) -> Result<usize, NotHeeded> {
        let mut ack_ids = Vec::with_capacity(told.len());
        // One look is enough for everything that is said of a mailbox.
        let mut mailboxes: HashMap<String, u64> = HashMap::new();
        for Delivery { ack_id, word } in told {
            ack_ids.push(ack_id);
            let Some(word) = word else {
                tracing::warn!("news.unreadable: a message in the subscription is not Gmail's; it is dropped");
                continue;
            };
            let newest = mailboxes.entry(word.address).or_default();
            *newest = word.history_id.max(*newest);
        }
        for (address, at) in mailboxes {
            self.look_again(&address, at).await?;
        }
        if !ack_ids.is_empty() {
            pubsub.acknowledge(&ack_ids).await?;
        }
        Ok(ack_ids.len())
    }

    /// Everybody here who reads this mailbox. A mailbox that nobody here knows is nobody's: the word is dropped.
    async fn look_again(&self, address: &str, at: u64) -> Result<(), DbErr> {
        let readers = channels::Entity::find()
            .filter(channels::Column::RemoteId.eq(address))
            .find_also_related(connected_accounts::Entity)
            .all(&self.sync.connections.db)
            .await?;
        for (_, account) in readers {
            if let Some(account) = account.filter(|account| account.provider == "google") {
                let looks = self.sync.look_again(&account, Some(at)).await?;
                tracing::debug!(connection = %account.id, looks, "news.told");
            }
        }
        Ok(())
    }
}

/// Why what was pulled is not acknowledged: it comes again.
#[derive(Debug, thiserror::Error)]
enum NotHeeded {
    #[error("Pub/Sub did not do it")]
    Provider(#[from] ProviderError),
    #[error("the database did not do it")]
    Database(#[from] DbErr),
}
