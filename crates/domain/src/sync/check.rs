//! Proves the sum against a living list of the provider's: every id it names, spam and bin included, beside our ledger.
//! What changes while the list is read is told by the history since; so the sync may go on meanwhile.
//!
//! A check is a job: done when a first sync is complete, and every week from then on. It starts over when it is killed.
//! What it finds missing or left over is mended by the sync, which lists everything again.

use super::{
    Stage, Sync, SyncError,
    checked::Check,
    compare::{Changes, Comparison, count},
};
use crate::{
    cache::{Notice, What},
    connections::{AccessToken, GrantError},
    jobs::{self, Job, JobContext, JobError, JobOutcome},
    providers::{
        Caller, Provider, ProviderError,
        budget::Urgency,
        google::gmail::{Change, Gmail},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{connected_accounts, sync_feeds};
use sea_orm::{DbErr, EntityTrait};
use std::collections::HashSet;
use uuid::Uuid;

/// The time between two checks of a mailbox.
const EVERY: TimeDelta = TimeDelta::days(7);
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
    /// Compares a connection's mailbox with the provider's list, now.
    pub async fn check(&self, connection: Uuid) -> Result<Check, CheckError> {
        let feed = self.feed_of(connection).await?.ok_or(CheckError::NotFound)?;
        let account = connected_accounts::Entity::find_by_id(connection).one(&self.connections.db).await?;
        let account = account.ok_or(CheckError::NotFound)?;
        Ok(Box::pin(self.compare(&feed, &account)).await?.0)
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
            Ok((check, comparison)) => {
                if !check.balances() {
                    tracing::error!(connection = %account.id, missing = check.missing, extra = check.extra, "sync.check_failed: listing everything again");
                    self.mend(&feed, &comparison, now).await?;
                }
                Ok(JobOutcome::Again { at: now + EVERY })
            }
            Err(CheckError::NotFound) => Ok(JobOutcome::Done),
            Err(CheckError::NeedsReconnect) => Ok(JobOutcome::Again { at: now + EVERY }),
            Err(CheckError::TooEarly) => Ok(JobOutcome::Again { at: now + LATER }),
            Err(CheckError::Provider(ProviderError::Throttled { until })) => Ok(JobOutcome::Again { at: until }),
            Err(error) => Err(JobError::retry(error)),
        }
    }

    async fn compare(
        &self,
        feed: &sync_feeds::Model,
        account: &connected_accounts::Model,
    ) -> Result<(Check, Comparison), CheckError> {
        let started_at = self.connections.clock.now();
        let comparison = match (&self.gmail, &self.outlook) {
            (Some(gmail), _) if account.provider == Provider::Google.as_str() => {
                self.compare_gmail(gmail, feed, account, started_at).await?
            }
            (_, Some(outlook)) if account.provider == Provider::Microsoft.as_str() => {
                self.compare_outlook(outlook, feed, account, started_at).await?
            }
            _ => return Err(CheckError::NotFound),
        };
        let check = Check {
            provider: comparison.provider(),
            stored: comparison.stored,
            excluded: comparison.excluded,
            failed: comparison.failed,
            pending: comparison.pending,
            missing: count(&comparison.missing),
            extra: count(&comparison.extra),
            started_at,
            finished_at: Some(self.connections.clock.now()),
        };
        self.keep_check(check, feed.id).await?;
        self.tell_checked(account).await;
        Ok((check, comparison))
    }

    async fn compare_gmail(
        &self,
        gmail: &Gmail,
        feed: &sync_feeds::Model,
        account: &connected_accounts::Model,
        started_at: DateTime<Utc>,
    ) -> Result<Comparison, CheckError> {
        let stage: Option<Stage> = feed.stage.parse().ok();
        // From this place of the history on, whatever differs may only have changed meanwhile.
        let (Some(cursor), Some(Stage::Fetching | Stage::CatchingUp | Stage::Live)) = (&feed.cursor, stage) else {
            return Err(CheckError::TooEarly);
        };
        let listed = self.list(gmail, feed.id, account, started_at).await?;
        let mut comparison = Comparison::make(&self.connections.db, feed.id, account.id, listed).await?;
        comparison.forgive(&self.changes_since(gmail, account, cursor).await?);
        Ok(comparison)
    }

    /// Every id the provider has; how many so far is written down page by page.
    async fn list(
        &self,
        gmail: &Gmail,
        feed: Uuid,
        account: &connected_accounts::Model,
        started_at: DateTime<Utc>,
    ) -> Result<HashSet<String>, CheckError> {
        self.keep_check(Check::begun(started_at), feed).await?;
        let mut listed = HashSet::new();
        let mut page = None;
        loop {
            let token = self.connections.access_token(account.id).await?;
            let caller = Caller { person: &account.subject, token: &token.0, urgency: Urgency::Background };
            let answer = gmail.list(caller, page.as_deref(), None).await;
            let answer = self.heeded(account, &token, answer).await?;
            listed.extend(answer.names.into_iter().map(|name| name.id));
            self.count_calls(account, 1).await?;
            page = answer.next;
            if page.is_none() {
                return Ok(listed);
            }
            let so_far = Check { provider: count(&listed), ..Check::begun(started_at) };
            self.keep_check(so_far, feed).await?;
            self.tell_checked(account).await;
        }
    }

    async fn changes_since(
        &self,
        gmail: &Gmail,
        account: &connected_accounts::Model,
        cursor: &str,
    ) -> Result<Changes, CheckError> {
        let mut changes = Changes::default();
        let mut page = None;
        loop {
            let token = self.connections.access_token(account.id).await?;
            let caller = Caller { person: &account.subject, token: &token.0, urgency: Urgency::Background };
            let answer = gmail.history(caller, cursor, page.as_deref()).await?;
            self.count_calls(account, 1).await?;
            for change in answer.changes {
                match change {
                    Change::Added(_, name) => drop(changes.added.insert(name.id)),
                    Change::Deleted(_, id) => drop(changes.deleted.insert(id)),
                    Change::Labelled(..) | Change::Unlabelled(..) => {}
                }
            }
            page = answer.next;
            if page.is_none() {
                return Ok(changes);
            }
        }
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
