//! The one list of every job: what runs it, and when the periodic ones run.

mod own;
mod told;

pub use own::OwnJobs;

use crate::{
    Domain, Services, audit,
    connections::grant::KEEP_EVERY,
    jobs::{self, Claimed, Job, JobContext, JobError, JobOutcome, LEASE, LeaseLost, Priority},
    mail,
};
use chrono::TimeDelta;
use futures::FutureExt;
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use told::told;
use tracing::Instrument;
use uuid::Uuid;

/// Jobs at the same time in one process. They mostly wait for providers, so more than there are cores; and should all of
/// them be at the database at once, a quarter of its 16 connections is left for people.
const AT_ONCE: usize = 12;
/// Of these, places that no job takes which can wait, such as a first sync that goes on: new mail must not wait for the end of
/// its turn.
const KEPT: usize = 2;
/// How often the queue is looked at when nothing says that there is work.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Running jobs get this long to come to a safe point when the process stops; their leases end by themselves.
const FAREWELL: Duration = Duration::from_secs(10);
/// Longer than the time-out of a token call (20 s).
const LANDING: Duration = Duration::from_secs(25);
/// Expired sessions, proofs and attempts go this often.
const PURGE_EVERY: TimeDelta = TimeDelta::minutes(10);

impl Domain {
    /// Runs jobs until `stop`. Every process may call it; they share the queue.
    pub async fn run_worker(&self, stop: CancellationToken) {
        let owner = self.0.randomness.uuid(self.0.clock.now());
        if let Err(error) = self.enqueue_periodic().await {
            tracing::error!(error = %error, "jobs.periodic_not_queued");
        }
        // A notice often means work (a mailbox was connected): it is looked at once instead of at the next look.
        let mut notices = self.0.bus.subscribe();
        let mut running = JoinSet::new();
        while !stop.is_cancelled() {
            while running.try_join_next().is_some() {}
            let among = match AT_ONCE - running.len() {
                0 => &[],
                1..=KEPT => Priority::SOON.as_slice(),
                _ => Priority::ALL.as_slice(),
            };
            match self.claim(owner, among).await {
                Some(claimed) => {
                    let (domain, stop) = (self.clone(), stop.clone());
                    running.spawn(async move { domain.run_claimed(claimed, stop).await });
                }
                None => {
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = self.0.clock.sleep(LOOK_EVERY) => {}
                        Ok(_) = notices.recv() => {}
                        Some(_) = running.join_next(), if !running.is_empty() => {}
                    }
                }
            }
        }
        // The farewell is real time: a test's clock may stand still.
        let farewell = tokio::time::timeout(FAREWELL, async { while running.join_next().await.is_some() {} });
        if farewell.await.is_err() {
            tracing::warn!(jobs = running.len(), "jobs.left_running: their leases end by themselves");
        }
    }

    /// Waits until no token is on its way any more: what a provider gives in these moments exists nowhere else. Says
    /// whether all of them arrived.
    pub async fn land(&self) -> bool {
        self.0.connections.flights.landed(LANDING).await
    }

    /// Runs one due job if there is one, and says whether there was: for tests that step the worker.
    pub async fn run_one_job(&self) -> bool {
        let owner = self.0.randomness.uuid(self.0.clock.now());
        match self.claim(owner, &Priority::ALL).await {
            Some(claimed) => {
                self.run_claimed(claimed, CancellationToken::new()).await;
                true
            }
            None => false,
        }
    }

    async fn enqueue_periodic(&self) -> Result<(), sea_orm::DbErr> {
        let now = self.0.clock.now();
        let Services { db, randomness, .. } = &*self.0;
        jobs::enqueue(db, randomness, now, &Job::KeepGrants, now + KEEP_EVERY).await?;
        if self.0.news.pulls() {
            jobs::enqueue(db, randomness, now, &Job::PullNews, now).await?;
        }
        mail::enqueue_missing_words(db, randomness, now).await?;
        jobs::enqueue(db, randomness, now, &Job::PurgeExpired, now + PURGE_EVERY).await
    }

    async fn claim(&self, owner: Uuid, among: &[Priority]) -> Option<Claimed> {
        match jobs::claim(&self.0.db, &self.0.randomness, owner, self.0.clock.now(), among).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(error = %error, "jobs.unreachable");
                None
            }
        }
    }

    async fn run_claimed(&self, claimed: Claimed, stop: CancellationToken) {
        let kind = claimed.job.as_ref().map_or("unknown", Job::kind);
        let span = tracing::info_span!("job", kind, id = %claimed.id);
        async {
            let stop = stop.child_token();
            let context = JobContext { stop: stop.clone(), attempts: claimed.attempts, lease: claimed.lease.clone() };
            // Boxed: the future of a sync is deep.
            let work = AssertUnwindSafe(Box::pin(self.run(claimed.job.as_ref(), &context))).catch_unwind();
            let result = tokio::select! {
                result = work => result.unwrap_or_else(|_| Err(JobError::retry("the job panicked"))),
                lost = self.keep_lease(&claimed, &stop) => {
                    tracing::warn!(error = %lost, "job.lease_lost");
                    return;
                }
            };
            match &result {
                Ok(outcome) => tracing::debug!(?outcome, "job.done"),
                Err(error) => tracing::warn!(error = error as &dyn std::error::Error, "job.not_done"),
            }
            if let Err(error) =
                jobs::finish(&self.0.db, &self.0.randomness, self.0.clock.now(), &claimed, &result, told).await
            {
                tracing::error!(error = %error, "job.end_not_written: its lease ends by itself");
            }
        }
        .instrument(span)
        .await;
    }

    /// Renews the lease three times a life. Returns only when the job belongs to somebody else.
    async fn keep_lease(&self, claimed: &Claimed, stop: &CancellationToken) -> LeaseLost {
        loop {
            self.0.clock.sleep(LEASE / 3).await;
            match claimed.lease.renew(self.0.clock.now()).await {
                Err(lost @ LeaseLost::Taken) => {
                    stop.cancel();
                    return lost;
                }
                Err(LeaseLost::Database(error)) => tracing::warn!(error = %error, "job.lease_not_renewed"),
                Ok(()) => {}
            }
        }
    }

    async fn run(&self, job: Option<&Job>, context: &JobContext) -> Result<JobOutcome, JobError> {
        match job {
            Some(Job::SyncMailbox { feed }) => self.0.sync.run_mailbox(*feed, context).await,
            Some(Job::SendMail { notification }) => self.0.notifications.deliver(*notification).await,
            Some(Job::SendWritten { mail }) => self.0.writing.run(*mail, context).await,
            Some(Job::CheckMailbox { feed }) => self.0.sync.run_check(*feed, context).await,
            Some(Job::WriteWords { connection }) => self.0.mail.write_words(*connection, &*self.0.clock, context).await,
            Some(Job::WriteActs { connection }) => self.0.acting.run(*connection, context).await,
            Some(Job::ForgetSuccessor { family }) => Ok(self.0.tokens.forget_told(*family).await?),
            Some(Job::RemoveConnection { connection }) => self.0.connections.remove(*connection, context).await,
            Some(Job::KeepChannel { connection }) => self.0.news.keep(*connection, context).await,
            Some(Job::PullNews) => self.0.news.pull(context).await,
            Some(Job::KeepGrants) => self.keep_grants().await,
            Some(Job::PurgeExpired) => self.purge_expired().await,
            None => Err(JobError::fail("the payload is from another version")),
        }
    }

    async fn keep_grants(&self) -> Result<JobOutcome, JobError> {
        let renewed = self.0.connections.keep_grants().await?;
        tracing::debug!(renewed, "grants.kept");
        Ok(JobOutcome::Again { at: self.0.clock.now() + KEEP_EVERY })
    }

    async fn purge_expired(&self) -> Result<JobOutcome, JobError> {
        self.0.attempts.purge().await?;
        let sessions = self.0.sessions.purge().await?;
        self.0.users.purge().await?;
        let events = audit::purge(&self.0.db, self.0.clock.now()).await?;
        let token_families = self.0.tokens.purge().await?;
        self.0.notifications.purge().await?;
        self.0.acting.purge().await?;
        self.0.writing.purge().await?;
        self.0.connections.settle_revocations().await?;
        self.0.sync.purge_spending().await?;
        jobs::purge_runs(&self.0.db, self.0.clock.now()).await?;
        tracing::debug!(sessions, events, token_families, "purge.done");
        Ok(JobOutcome::Again { at: self.0.clock.now() + PURGE_EVERY })
    }
}
