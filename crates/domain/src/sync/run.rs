//! A feed being worked on: who may write to it, with which token its provider is asked, and what a failed step means.

use super::{Obstacle, POLL, POLL_TOLD, POLL_WATCHED, Stage, Sync, caution::Caution, exclusion::Exclusions, items};
use crate::{
    connections::{AccessToken, GrantError},
    database::Database,
    jobs::{JobError, JobOutcome, LEASE, back_off},
    mail::Owner,
    providers::{Caller, ProviderError, budget::Urgency},
    vault::VaultError,
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{connected_accounts, sync_feeds};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, TryIntoModel,
    sea_query::{Expr, IntoCondition},
};
use secrecy::SecretString;
use std::time::Duration;
use uuid::Uuid;

/// A run gives its worker back after this long, so that many mailboxes share a few workers.
const TURN: TimeDelta = TimeDelta::seconds(20);

/// What a step leaves to do.
pub(super) enum Step {
    /// The next step.
    More,
    /// Nothing until then; or until somebody asks.
    Rest(Option<DateTime<Utc>>),
    /// Nothing until then, and nothing was to do.
    Idle(DateTime<Utc>),
}

/// Why a step was not done. Nothing of it is stored.
#[derive(Debug, thiserror::Error)]
pub(super) enum StepError {
    #[error("the provider did not do it")]
    Provider(#[from] ProviderError),
    #[error("there is no access token")]
    Grant(#[from] GrantError),
    #[error("the database did not do it")]
    Database(#[from] DbErr),
}

/// A feed being worked on, whoever its provider is.
pub(super) struct Run<'s> {
    pub sync: &'s Sync,
    pub feed: sync_feeds::Model,
    pub account: connected_accounts::Model,
    /// What the failed tries of the job before this one ask for.
    pub caution: Caution,
    /// When this run gives its worker back.
    pub turn_ends: DateTime<Utc>,
    /// This run's name in the feed's row: a run that was replaced can write no more, however late it wakes.
    owner: Uuid,
    token: Option<AccessToken>,
    /// Calls since they were last written down.
    pub calls: i64,
    /// Whether the token was renewed since the last step that went well.
    pub renewed: bool,
    /// What the person leaves out.
    pub rules: Exclusions,
    /// Whether the job that writes words was asked for.
    pub words_follow: bool,
}

/// Who calls, with what, how urgently.
pub(super) struct Credentials {
    person: String,
    token: SecretString,
    urgency: Urgency,
}

impl Credentials {
    pub(super) fn new(account: &connected_accounts::Model, token: &AccessToken, urgency: Urgency) -> Self {
        Self { person: account.subject.clone(), token: token.0.clone(), urgency }
    }

    pub(super) fn caller(&self) -> Caller<'_> {
        Caller { person: &self.person, token: &self.token, urgency: self.urgency }
    }
}

impl<'s> Run<'s> {
    pub(super) fn new(
        sync: &'s Sync,
        feed: sync_feeds::Model,
        account: connected_accounts::Model,
        caution: Caution,
    ) -> Self {
        let now = sync.connections.clock.now();
        let owner = sync.connections.randomness.uuid(now);
        let turn_ends = now + TURN;
        Self {
            sync,
            feed,
            account,
            caution,
            turn_ends,
            owner,
            token: None,
            calls: 0,
            renewed: false,
            rules: Exclusions::default(),
            words_follow: false,
        }
    }
}

impl Run<'_> {
    /// The same run, at work on one of the mailbox's folders. It must take the folder over before it writes.
    pub(super) fn of_folder(&self, folder: sync_feeds::Model) -> Self {
        let new = Self::new(self.sync, folder, self.account.clone(), self.caution.clone());
        Self { turn_ends: self.turn_ends, rules: self.rules.clone(), ..new }
    }

    /// From here on only this run writes to the folder, unless another has taken it since it was read: that one is newer.
    pub(super) async fn take_over_folder(&mut self) -> Result<(), DbErr> {
        let as_read = match self.feed.lease_owner {
            Some(owner) => sync_feeds::Column::LeaseOwner.eq(owner),
            None => sync_feeds::Column::LeaseOwner.is_null(),
        };
        self.take(as_read.into_condition()).await
    }

    /// What a failed step means: `None` to go on with the next step.
    pub(super) async fn after(&mut self, error: StepError) -> Result<Option<JobOutcome>, JobError> {
        let outcome = match error {
            StepError::Database(error) => return Err(error.into()),
            StepError::Grant(GrantError::NeedsReconnect | GrantError::NotFound) => {
                self.block(&Obstacle::Ended).await?;
                JobOutcome::Done
            }
            StepError::Grant(GrantError::Transient(source)) if source.is::<VaultError>() => {
                self.note_problem(Some(&Obstacle::KeyMissing)).await?;
                return Err(JobError::Retry { after: None, source });
            }
            StepError::Provider(ProviderError::Refused { reason }) => {
                tracing::warn!(connection = %self.account.id, %reason, "sync.refused");
                self.block(&Obstacle::NotAllowed).await?;
                JobOutcome::Done
            }
            StepError::Provider(refused @ ProviderError::Expired) => {
                self.renew_token(refused).await?;
                return Ok(None);
            }
            StepError::Provider(ProviderError::CursorLost) => {
                tracing::info!(connection = %self.account.id, "sync.cursor_lost: listing everything again");
                self.begin_again().await?;
                return Ok(None);
            }
            StepError::Provider(ProviderError::Throttled { until, .. }) => self.interrupted(until),
            error => {
                self.note_problem(Some(&Obstacle::NoAnswer)).await?;
                return Err(JobError::Retry { after: None, source: Box::new(error) });
            }
        };
        Ok(Some(outcome))
    }

    /// How a run ends that has more to do: what it was careful about before is not behind it yet. A first sync of hours lets
    /// those go first who only look for new mail: somebody may be waiting for it.
    pub(super) fn interrupted(&self, at: DateTime<Utc>) -> JobOutcome {
        if self.caution.is_on() {
            JobOutcome::Resume { at }
        } else if self.feed.completed_at.is_none() {
            JobOutcome::Yield { at }
        } else {
            JobOutcome::Again { at }
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.sync.connections.clock.now()
    }

    pub(super) fn db(&self) -> &Database {
        &self.sync.connections.db
    }

    pub(super) fn owner(&self) -> Owner {
        Owner { connection: self.account.id, user: self.account.user_id }
    }

    pub(super) fn stage(&self) -> Result<Stage, DbErr> {
        self.feed.stage.parse().map_err(|_| DbErr::Type("sync_feeds.stage holds an unknown word".into()))
    }

    /// From here on only this run writes to the feed: whoever holds the job is right, so nobody is waited for.
    pub(super) async fn take_over(&mut self) -> Result<(), DbErr> {
        self.take(Condition::all()).await
    }

    async fn take(&mut self, unless_changed: Condition) -> Result<(), DbErr> {
        let until = self.now() + LEASE;
        let taken = sync_feeds::Entity::update_many()
            .col_expr(sync_feeds::Column::LeaseOwner, Expr::value(Some(self.owner)))
            .col_expr(sync_feeds::Column::LeaseUntil, Expr::value(Some(until)))
            .filter(sync_feeds::Column::Id.eq(self.feed.id))
            .filter(unless_changed)
            .exec(&self.sync.connections.db)
            .await?;
        if taken.rows_affected == 0 { Err(DbErr::RecordNotUpdated) } else { Ok(()) }
    }

    /// Changes the feed's row, in the transaction of what made it change. Fails when another run has taken over.
    pub(super) async fn change(
        &mut self,
        db: &impl ConnectionTrait,
        change: impl FnOnce(&mut sync_feeds::ActiveModel),
    ) -> Result<sync_feeds::Model, DbErr> {
        let mut row = self.feed.clone().into_active_model();
        change(&mut row);
        row.updated_at = Set(self.now());
        let changed = sync_feeds::Entity::update_many()
            .set(row.clone())
            .filter(sync_feeds::Column::Id.eq(self.feed.id))
            .filter(sync_feeds::Column::LeaseOwner.eq(self.owner))
            .exec(db)
            .await?;
        if changed.rows_affected == 0 { Err(DbErr::RecordNotUpdated) } else { row.try_into_model() }
    }

    pub(super) async fn note_problem(&mut self, problem: Option<&Obstacle>) -> Result<(), DbErr> {
        let problem = problem.map(Obstacle::word);
        if self.feed.last_problem.as_deref() == problem {
            return Ok(());
        }
        let db = self.db().clone();
        self.feed = self.change(&db, |row| row.last_problem = Set(problem.map(str::to_owned))).await?;
        Ok(())
    }

    /// Notes one more call, for the record.
    pub(super) fn count_call(&mut self) {
        self.calls += 1;
    }

    /// What a call needs. A token the provider no longer accepts ends the step; the next one gets a new token.
    pub(super) async fn credentials(&mut self, urgency: Urgency) -> Result<Credentials, StepError> {
        self.count_call();
        let token = match self.token.take() {
            Some(token) => token,
            None => self.sync.connections.access_token(self.account.id).await?,
        };
        let credentials = Credentials { person: self.account.subject.clone(), token: token.0.clone(), urgency };
        self.token = Some(token);
        Ok(credentials)
    }

    /// The provider refused the token: once in a row that is an early end, twice it is trouble.
    async fn renew_token(&mut self, refused: ProviderError) -> Result<(), JobError> {
        let Some(token) = self.token.take().filter(|_| !self.renewed) else { return Err(JobError::retry(refused)) };
        self.renewed = true;
        self.sync.connections.refused(self.account.id, &token).await.map_err(JobError::retry)
    }

    /// The time between two looks for changes.
    pub(super) async fn poll(&self) -> Duration {
        if self.sync.is_looking(self.account.user_id).await { POLL_WATCHED } else { POLL }
    }

    /// When to look for changes again: soon while the person looks, later when the provider tells of news, and never later
    /// than a failed item's next try.
    pub(super) async fn next_turn(&self) -> Result<DateTime<Utc>, DbErr> {
        let poll = match (self.is_told().await?, self.poll().await) {
            (true, POLL) => POLL_TOLD,
            (_, poll) => poll,
        };
        let next = self.now() + poll;
        let retry = items::next_try(&self.sync.connections.db, self.feed.id).await?;
        Ok(retry.map_or(next, |at| at.min(next)).max(self.now() + back_off(0)))
    }
}
