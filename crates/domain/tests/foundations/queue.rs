//! Jobs are claimed once, come back when their worker dies, and end in the way their result says.

use crate::database::on_both;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    clock::Randomness,
    database::Database,
    jobs::{self, Claimed, Job, JobError, JobOutcome, LEASE, LeaseLost, Priority},
};
use entity::{job_runs, jobs as table};
use sea_orm::{EntityTrait, TransactionTrait};
use std::time::Duration;
use uuid::Uuid;

const WORKER: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn job(n: u128) -> Job {
    Job::SyncMailbox { feed: Uuid::from_u128(n) }
}

async fn queue(db: &Database, n: u128, at: DateTime<Utc>) {
    jobs::enqueue(db, &Randomness::system(), noon(), &job(n), at).await.unwrap();
}

async fn claim(db: &Database, worker: Uuid, at: DateTime<Utc>) -> Option<Claimed> {
    jobs::claim(db, &Randomness::system(), worker, at, &Priority::ALL).await.unwrap()
}

#[tokio::test]
async fn a_job_exists_exactly_when_its_transaction_does() {
    on_both(|db| async move {
        let tx = db.writer().begin().await.unwrap();
        jobs::enqueue(&tx, &Randomness::system(), noon(), &job(1), noon()).await.unwrap();
        tx.rollback().await.unwrap();
        assert!(claim(&db, WORKER, noon()).await.is_none());
        let tx = db.writer().begin().await.unwrap();
        jobs::enqueue(&tx, &Randomness::system(), noon(), &job(1), noon()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(claim(&db, WORKER, noon()).await.unwrap().job, Some(job(1)));
    })
    .await;
}

#[tokio::test]
async fn the_most_urgent_job_comes_first_however_long_others_are_due() {
    on_both(|db| async move {
        let jobs_by_urgency = [
            Job::SendMail { notification: Uuid::from_u128(7) },
            Job::SyncMailbox { feed: Uuid::from_u128(7) },
            Job::CheckMailbox { feed: Uuid::from_u128(7) },
        ];
        for (job, minutes) in jobs_by_urgency.iter().zip([1, 2, 3]) {
            let due = noon() - TimeDelta::minutes(minutes);
            jobs::enqueue(&db, &Randomness::system(), noon(), job, due).await.unwrap();
        }
        for job in jobs_by_urgency {
            assert_eq!(claim(&db, WORKER, noon()).await.unwrap().job, Some(job));
        }
    })
    .await;
}

#[tokio::test]
async fn a_job_that_yields_goes_after_all_others_until_it_ends_otherwise() {
    on_both(|db| async move {
        let finish = async |claimed: &Claimed, outcome| {
            jobs::finish(&db, &Randomness::system(), noon(), claimed, &Ok(outcome), ToString::to_string).await.unwrap();
        };
        queue(&db, 1, noon()).await;
        let bulk = claim(&db, WORKER, noon()).await.unwrap();
        finish(&bulk, JobOutcome::Yield { at: noon() }).await;
        let kept = jobs::claim(&db, &Randomness::system(), WORKER, noon(), &Priority::SOON).await.unwrap();
        assert!(kept.is_none(), "nor does it take a place that is kept for others");
        let later = noon() + TimeDelta::seconds(5);
        for n in 2..4 {
            queue(&db, n, later + TimeDelta::seconds(i64::try_from(n).unwrap())).await;
        }
        let mut order = Vec::new();
        while let Some(claimed) = claim(&db, WORKER, later + TimeDelta::minutes(1)).await {
            order.push(claimed.job.clone().unwrap());
            let sooner = TimeDelta::minutes(10 - i64::try_from(order.len()).unwrap());
            finish(&claimed, JobOutcome::Again { at: later + sooner }).await;
        }
        assert_eq!(order, [job(2), job(3), job(1)], "although it was due longest");
        let next = claim(&db, WORKER, later + TimeDelta::hours(1)).await.unwrap();
        assert_eq!(next.job, Some(job(1)), "then it is like the others");
    })
    .await;
}

#[tokio::test]
async fn a_look_that_found_nothing_is_no_history_and_what_was_done_is_found_by_its_subject() {
    on_both(|db| async move {
        queue(&db, 1, noon()).await;
        let idle = claim(&db, WORKER, noon()).await.unwrap();
        let later = noon() + TimeDelta::minutes(5);
        jobs::finish(
            &db,
            &Randomness::system(),
            noon(),
            &idle,
            &Ok(JobOutcome::Idle { at: later }),
            ToString::to_string,
        )
        .await
        .unwrap();
        let subject = || [Uuid::from_u128(1)];
        assert!(jobs::newest_runs(&db, subject(), 10).await.unwrap().is_empty());
        let busy = claim(&db, WORKER, later).await.unwrap();
        let ended = later + TimeDelta::seconds(3);
        jobs::finish(
            &db,
            &Randomness::system(),
            ended,
            &busy,
            &Ok(JobOutcome::Again { at: ended }),
            ToString::to_string,
        )
        .await
        .unwrap();
        let runs = jobs::newest_runs(&db, subject(), 10).await.unwrap();
        assert_eq!((runs[0].kind.as_str(), runs[0].started_at, runs[0].finished_at), ("sync_mailbox", later, ended));
        assert!(jobs::newest_runs(&db, [Uuid::from_u128(2)], 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_job_due_longest_comes_first_and_one_worker_has_it() {
    on_both(|db| async move {
        queue(&db, 1, noon()).await;
        queue(&db, 2, noon() - TimeDelta::minutes(1)).await;
        queue(&db, 3, noon() + TimeDelta::minutes(1)).await;
        assert_eq!(jobs::due(&db, noon()).await.unwrap(), 2);
        assert_eq!(claim(&db, WORKER, noon()).await.unwrap().job, Some(job(2)));
        assert_eq!(claim(&db, OTHER, noon()).await.unwrap().job, Some(job(1)));
        assert!(claim(&db, OTHER, noon()).await.is_none(), "the third is not due yet");
    })
    .await;
}

#[tokio::test]
async fn the_same_work_is_queued_once_and_only_brought_forward() {
    on_both(|db| async move {
        let later = noon() + TimeDelta::hours(1);
        queue(&db, 1, later).await;
        queue(&db, 1, noon()).await;
        queue(&db, 1, later).await;
        let rows = table::Entity::find().all(&db).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].run_at, noon());
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_for_while_a_job_runs_is_done_after_it_however_it_ended() {
    let ends: [fn() -> Result<JobOutcome, JobError>; 4] = [
        || Ok(JobOutcome::Done),
        || Ok(JobOutcome::Again { at: noon() + TimeDelta::hours(1) }),
        || Err(JobError::retry("not yet")),
        || Err(JobError::fail("never")),
    ];
    on_both(|db| async move {
        for (n, end) in (1..).zip(ends) {
            queue(&db, n, noon()).await;
            let running = claim(&db, WORKER, noon()).await.unwrap();
            queue(&db, n, noon()).await;
            assert!(claim(&db, OTHER, noon()).await.is_none(), "not beside it");
            jobs::finish(&db, &Randomness::system(), noon(), &running, &end(), ToString::to_string).await.unwrap();
            let again = claim(&db, OTHER, noon()).await.expect("after it");
            assert_eq!((again.job.as_ref(), again.attempts), (Some(&job(n)), 0));
            jobs::finish(&db, &Randomness::system(), noon(), &again, &Ok(JobOutcome::Done), ToString::to_string)
                .await
                .unwrap();
            assert!(claim(&db, OTHER, noon() + TimeDelta::days(1)).await.is_none(), "and once only");
        }
    })
    .await;
}

#[tokio::test]
async fn a_silent_worker_loses_its_job_and_can_no_longer_end_it() {
    on_both(|db| async move {
        queue(&db, 1, noon()).await;
        let lost = claim(&db, WORKER, noon()).await.unwrap();
        lost.lease.renew(noon() + LEASE / 2).await.unwrap();
        assert!(claim(&db, OTHER, noon() + LEASE).await.is_none(), "renewed until half a lease later");
        let late = noon() + LEASE * 2;
        let taken = claim(&db, OTHER, late).await.unwrap();
        assert!(matches!(lost.lease.renew(late).await, Err(LeaseLost::Taken)));
        jobs::finish(&db, &Randomness::system(), late, &lost, &Ok(JobOutcome::Done), ToString::to_string)
            .await
            .unwrap();
        assert_eq!(table::Entity::find().all(&db).await.unwrap().len(), 1, "the other worker's job is still there");
        jobs::finish(&db, &Randomness::system(), late, &taken, &Ok(JobOutcome::Done), ToString::to_string)
            .await
            .unwrap();
        assert!(table::Entity::find().all(&db).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_jobs_of_the_dead_are_free_at_once_and_their_runs_are_ended() {
    on_both(|db| async move {
        queue(&db, 1, noon()).await;
        let dead = claim(&db, WORKER, noon()).await.unwrap();
        assert!(claim(&db, OTHER, noon()).await.is_none());
        assert_eq!(jobs::free_all(&db, &Randomness::system(), noon()).await.unwrap(), 1);
        let next = claim(&db, OTHER, noon()).await.unwrap();
        assert_eq!(next.attempts, 1, "it may be what killed the process");
        assert!(matches!(dead.lease.renew(noon()).await, Err(LeaseLost::Taken)));
        let runs = job_runs::Entity::find().all(&db).await.unwrap();
        assert_eq!(runs.iter().map(|run| run.outcome.as_str()).collect::<Vec<_>>(), ["died"]);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_says_retry_waits_longer_each_time_and_one_that_fails_rests() {
    on_both(|db| async move {
        queue(&db, 1, noon()).await;
        let mut now = noon();
        let mut waits = Vec::new();
        for _ in 0..4 {
            let claimed = claim(&db, WORKER, now).await.unwrap();
            jobs::finish(
                &db,
                &Randomness::system(),
                now,
                &claimed,
                &Err(JobError::retry("the provider is down")),
                ToString::to_string,
            )
            .await
            .unwrap();
            let row = table::Entity::find().one(&db).await.unwrap().unwrap();
            assert_eq!(row.last_problem.as_deref(), Some("the job will be tried again"), "what it was told to keep");
            waits.push((row.run_at - now).as_seconds_f64());
            now = row.run_at;
        }
        for (wait, longest) in waits.into_iter().zip([2.0, 4.0, 8.0, 16.0]) {
            assert!(
                (longest / 2.0..=longest).contains(&wait),
                "{wait} of {longest}: what fails together comes back apart"
            );
        }
        let claimed = claim(&db, WORKER, now).await.unwrap();
        jobs::finish(&db, &Randomness::system(), now, &claimed, &Err(JobError::fail("nonsense")), ToString::to_string)
            .await
            .unwrap();
        assert_eq!(table::Entity::find().one(&db).await.unwrap().unwrap().state, "dead");
        assert!(claim(&db, WORKER, now + TimeDelta::days(1)).await.is_none());
        queue(&db, 1, now).await;
        assert!(claim(&db, WORKER, now).await.is_some(), "asking for it again wakes it");
    })
    .await;
}

#[tokio::test]
async fn how_a_job_ended_is_written_down() {
    on_both(|db| async move {
        let ends = [
            (Ok(JobOutcome::Again { at: noon() }), "done"),
            (Err(JobError::Retry { after: Some(Duration::ZERO), source: "throttled".into() }), "retry"),
            (Err(JobError::fail("nonsense")), "failed"),
        ];
        queue(&db, 1, noon()).await;
        for (end, _) in &ends {
            let claimed = claim(&db, WORKER, noon()).await.unwrap();
            jobs::finish(&db, &Randomness::system(), noon(), &claimed, end, ToString::to_string).await.unwrap();
        }
        let mut outcomes: Vec<String> =
            job_runs::Entity::find().all(&db).await.unwrap().into_iter().map(|run| run.outcome).collect();
        outcomes.sort();
        let mut expected: Vec<&str> = ends.iter().map(|(_, outcome)| *outcome).collect();
        expected.sort_unstable();
        assert_eq!(outcomes, expected);
    })
    .await;
}
