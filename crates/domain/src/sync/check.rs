//! Proves the sum against a living list of the provider's: every id it names, spam and bin included, beside our ledger.
//! What changes while the list is read is told by the history since; so the sync may go on meanwhile.
//!
//! And of some messages picked at random, whether labels and texts agree.
//!
//! A check is a job: done when a first sync is complete, and every week from then on. It starts over when it is killed.
//! What it finds missing or left over is mended by the sync, which lists everything again; what it finds to be different is
//! fetched again.

use super::{Sync, SyncError, checked::Check, compare::Comparison};
use crate::{
    cache::{Notice, What},
    connections::{AccessToken, GrantError},
    jobs::{self, Job, JobContext, JobError, JobOutcome},
    providers::{Provider, ProviderError},
};
use chrono::TimeDelta;
use entity::{connected_accounts, sync_feeds};
use sea_orm::{DbErr, EntityTrait};
use uuid::Uuid;

/// The time between two checks of a mailbox.
const EVERY: TimeDelta = TimeDelta::days(7);
/// The time after a check that found something open.
const SOON: TimeDelta = TimeDelta::hours(1);
/// The first sync is not done, or everything is listed again just now: asked again after this long.
const LATER: TimeDelta = TimeDelta::minutes(5);

/// Why a mailbox could not be checked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// There is no such mailbox.
    #[error("there is no such mailbox")]
    NotFound,
    /// The list is not read yet, or is read anew just now.
    #[error("the first sync is not done yet")]
    TooEarly,
    /// The grant is gone.
    #[error("the connection has to be connected again")]
    NeedsReconnect,
    /// The provider did not answer.
    #[error("the provider did not answer")]
    Provider(#[source] ProviderError),
    /// There was no token, or the database did not answer.
    #[error("the check could not be done just now")]
    Later(#[source] Box<dyn std::error::Error + Send + std::marker::Sync>),
}

impl From<DbErr> for CheckError {
    fn from(error: DbErr) -> Self {
        Self::Later(error.into())
    }
}

impl From<GrantError> for CheckError {
    fn from(error: GrantError) -> Self {
        match error {
            GrantError::NeedsReconnect => Self::NeedsReconnect,
            GrantError::NotFound => Self::NotFound,
            error @ GrantError::Transient(_) => Self::Later(error.into()),
        }
    }
}

impl From<ProviderError> for CheckError {
    fn from(error: ProviderError) -> Self {
        match error {
            // Everything is about to be listed again.
            ProviderError::CursorLost => Self::TooEarly,
            error => Self::Provider(error),
        }
    }
}

impl Sync {
    /// Compares a connection's mailbox with the provider's list, now, and has mended what differs.
    pub async fn check(&self, connection: Uuid) -> Result<Check, CheckError> {
        let feed = self.feed_of(connection).await?.ok_or(CheckError::NotFound)?;
        let account = connected_accounts::Entity::find_by_id(connection).one(&self.connections.db).await?;
        let account = account.ok_or(CheckError::NotFound)?;
        Box::pin(self.compare(&feed, &account)).await
    }

    /// Asks for a check of a user's connection soon.
    pub async fn ask_check(&self, user: Uuid, connection: Uuid) -> Result<(), SyncError> {
        self.connections.find(user, connection).await?.ok_or(SyncError::NotFound)?;
        let feed = self.feed_of(connection).await?.ok_or(SyncError::NotFound)?.id;
        let now = self.connections.clock.now();
        let job = Job::CheckMailbox { feed };
        Ok(jobs::enqueue(&self.connections.db, &self.connections.randomness, now, &job, now).await?)
    }

    /// One check as a job, and what to do about what it found.
    pub(crate) async fn run_check(&self, feed: Uuid, context: &JobContext) -> Result<JobOutcome, JobError> {
        let found = sync_feeds::Entity::find_by_id(feed)
            .find_also_related(connected_accounts::Entity)
            .one(&self.connections.db)
            .await?;
        let Some((feed, Some(account))) = found else { return Ok(JobOutcome::Done) };
        let compared = tokio::select! {
            biased;
            () = context.stop.cancelled() => return Ok(JobOutcome::Again { at: self.connections.clock.now() }),
            compared = Box::pin(self.compare(&feed, &account)) => compared,
        };
        let now = self.connections.clock.now();
        match compared {
            // What was mended, or was still on its way, is looked at again soon: its person sees a sum that is not whole.
            Ok(check) => Ok(JobOutcome::Again { at: now + if check.is_whole() { EVERY } else { SOON } }),
            Err(CheckError::NotFound) => Ok(JobOutcome::Done),
            Err(CheckError::NeedsReconnect) => Ok(JobOutcome::Again { at: now + EVERY }),
            Err(CheckError::TooEarly) => Ok(JobOutcome::Again { at: now + LATER }),
            Err(CheckError::Provider(ProviderError::Throttled { until, .. })) => Ok(JobOutcome::Again { at: until }),
            Err(error) => Err(JobError::retry(error)),
        }
    }

    async fn compare(
        &self,
        feed: &sync_feeds::Model,
        account: &connected_accounts::Model,
    ) -> Result<Check, CheckError> {
        self.remember_spending(feed.id, account).await?;
        let mut comparison = Comparison::new(self, feed, account);
        let compared = self.compare_with_provider(&mut comparison).await;
        comparison.clear().await?;
        self.write_spending().await?;
        let check = compared?;
        self.keep_check(check, feed.id).await?;
        self.tell_checked(account).await;
        Ok(check)
    }

    async fn compare_with_provider(&self, comparison: &mut Comparison<'_>) -> Result<Check, CheckError> {
        let provider = comparison.account.provider.as_str();
        let sample = match (&self.gmail, &self.outlook) {
            (Some(gmail), _) if provider == Provider::Google.as_str() => comparison.with_gmail(gmail).await?,
            (_, Some(outlook)) if provider == Provider::Microsoft.as_str() => comparison.with_outlook(outlook).await?,
            _ => return Err(CheckError::NotFound),
        };
        let check = comparison.result(&sample).await?;
        if !check.balances() || !check.agrees() {
            let (missing, extra) = (check.missing, check.extra);
            tracing::error!(connection = %comparison.account.id, missing, extra, sample = check.sample(), "sync.check_failed");
            self.mend(comparison, &check, &sample).await?;
        }
        Ok(check)
    }

    /// The answer; a token that is refused is told to whoever gave it.
    pub(super) async fn heeded<T>(
        &self,
        account: &connected_accounts::Model,
        token: &AccessToken,
        answer: Result<T, ProviderError>,
    ) -> Result<T, CheckError> {
        match answer {
            Err(error @ ProviderError::Expired) => {
                self.connections.refused(account.id, token).await?;
                Err(CheckError::Later(error.into()))
            }
            answer => Ok(answer?),
        }
    }

    pub(super) async fn tell_checked(&self, account: &connected_accounts::Model) {
        let notice = Notice { user: account.user_id, what: What::Sync { connection: account.id } };
        self.connections.bus.publish(notice).await;
    }
}
