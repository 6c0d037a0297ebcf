//! The port of `activity`.

use super::Reports;
use app::{
    error::AppError,
    features::{
        activity::{
            ActivityDetail, ActivityKind, ActivityList, ActivityMailbox, ActivityOutcome, ActivityQuery, ActivityRow,
            JobKind, JobList, JobRunRow, JobState, QueuedJob, RunOutcome, server::ActivityPort,
        },
        users::Viewer,
    },
    trouble::Trouble,
};
use domain::{
    Domain,
    audit::activity::{Filter, Kind},
    jobs::{JobRun, Queued, QueuedState},
};
use std::collections::HashMap;
use uuid::Uuid;

pub(super) struct Activity {
    pub domain: Domain,
    pub reports: Reports,
}

#[async_trait::async_trait]
impl ActivityPort for Activity {
    async fn list(&self, viewer: &Viewer, query: ActivityQuery) -> Result<ActivityList, AppError> {
        let connections = self.domain.connections().list(viewer.user_id).await;
        let connections = connections.map_err(|error| self.reports.unexpected(&error))?;
        let filter = Filter {
            kind: query.kind.map(kind),
            connection: query.mailbox,
            outcome: query.outcome.map(ActivityOutcome::slug),
            days: query.days,
            after: query.after,
        };
        let page = self.domain.activity(viewer.user_id, filter).await;
        let page = page.map_err(|error| self.reports.unexpected(&error))?;
        let addresses: HashMap<Uuid, &str> = connections.iter().map(|one| (one.id, one.address.as_str())).collect();
        let rows = page.events.into_iter().map(|event| ActivityRow {
            id: event.id,
            at: event.created_at,
            outcome: outcome(&event.outcome),
            mailbox: event.connection_id.and_then(|id| addresses.get(&id)).map(|address| (*address).to_owned()),
            address: event.address,
            detail: event.detail.and_then(|detail| said_more(&event.outcome, &event.action, &detail)),
            times: event.times.try_into().unwrap_or_default(),
            action: event.action,
        });
        Ok(ActivityList {
            rows: rows.collect(),
            next: page.next,
            mailboxes: connections
                .iter()
                .map(|one| ActivityMailbox { id: one.id, address: one.address.clone() })
                .collect(),
        })
    }

    async fn jobs(&self, viewer: &Viewer) -> Result<JobList, AppError> {
        let jobs = self.domain.jobs_of(viewer.user_id).await.map_err(|error| self.reports.unexpected(&error))?;
        Ok(JobList {
            queued: jobs.queued.into_iter().map(queued_for_screen).collect(),
            runs: jobs.runs.into_iter().map(run_for_screen).collect(),
        })
    }

    async fn retry_job(&self, viewer: &Viewer, job: Uuid) -> Result<(), AppError> {
        let found = self.domain.retry_job(viewer.user_id, job).await;
        if found.map_err(|error| self.reports.unexpected(&error))? { Ok(()) } else { Err(AppError::NotFound) }
    }
}

fn job_kind(word: &str) -> JobKind {
    match word {
        "sync_mailbox" => JobKind::Sync,
        "check_mailbox" => JobKind::Check,
        "write_acts" => JobKind::Acts,
        "write_words" => JobKind::Words,
        "remove_connection" => JobKind::Removal,
        "send_mail" => JobKind::Letter,
        "send_written" => JobKind::Written,
        _ => JobKind::Other,
    }
}

fn queued_for_screen((job, mailbox): (Queued, Option<String>)) -> QueuedJob {
    QueuedJob {
        id: job.id,
        kind: job_kind(&job.kind),
        mailbox,
        state: match job.state {
            QueuedState::Running { since } => JobState::Running { since },
            QueuedState::Waiting { until } => JobState::Waiting { until },
            QueuedState::GivenUp => JobState::GivenUp,
        },
        attempts: job.attempts.try_into().unwrap_or_default(),
        trouble: job.problem.map(|problem| Trouble::read(&problem)),
    }
}

fn run_for_screen((run, mailbox): (JobRun, Option<String>)) -> JobRunRow {
    JobRunRow {
        kind: job_kind(&run.kind),
        mailbox,
        started_at: run.started_at,
        finished_at: run.finished_at,
        outcome: match run.outcome.as_str() {
            "done" => RunOutcome::Done,
            "retry" => RunOutcome::Retry,
            "died" => RunOutcome::Died,
            _ => RunOutcome::Failed,
        },
        trouble: run.detail.map(|detail| Trouble::read(&detail)),
    }
}

/// What the record holds besides, where a person can do with it; for what went well the sentence says enough.
fn said_more(outcome: &str, action: &str, detail: &str) -> Option<ActivityDetail> {
    if action == "sync.reread" {
        let (missing, deleted) = detail.split_once(" missing, ")?;
        let deleted = deleted.strip_suffix(" deleted")?;
        return Some(ActivityDetail::Reread { missing: missing.parse().ok()?, deleted: deleted.parse().ok()? });
    }
    (outcome != "done").then(|| ActivityDetail::Trouble(Trouble::read(detail)))
}

fn kind(kind: ActivityKind) -> Kind {
    match kind {
        ActivityKind::SignIn => Kind::SignIn,
        ActivityKind::Connections => Kind::Connections,
        ActivityKind::Access => Kind::Access,
        ActivityKind::Programs => Kind::Programs,
    }
}

fn outcome(word: &str) -> ActivityOutcome {
    ActivityOutcome::ALL.into_iter().find(|one| one.slug() == word).unwrap_or(ActivityOutcome::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{acting::Reason, connections::attempt::Problem, trouble, writing::Why};

    #[test]
    fn whatever_is_kept_of_trouble_has_a_sentence() {
        let kept = trouble::Trouble::ALL.map(trouble::Trouble::word);
        let trips = Problem::ALL.map(Problem::as_str);
        let acts = Reason::ALL.map(Reason::as_str);
        let mails = Why::ALL.map(Why::as_str);
        for word in kept.into_iter().chain(trips).chain(acts).chain(mails).chain(["family_ended"]) {
            assert_eq!(Trouble::read(word), Trouble { word: word.to_owned(), technical: None });
        }
    }

    #[test]
    fn what_a_reading_anew_found_is_told_in_numbers() {
        let found = Some(ActivityDetail::Reread { missing: 3, deleted: 14 });
        assert_eq!(said_more("done", "sync.reread", "3 missing, 14 deleted"), found);
        assert_eq!(said_more("done", "sync.excluded", "label"), None);
    }
}
