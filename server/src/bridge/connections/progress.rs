//! How far a sync is, what it waits for, and what a re-reading found, as the screens show them.

use app::features::connections::{Reread, SyncProblem, SyncProgress, SyncReach, SyncStage, SyncStatus, SyncWait};
use domain::sync::{self, Obstacle, Progress, Reach, Stage, Status, Wait};

/// The feed of a connection that is taken apart goes before it.
pub fn nothing() -> SyncProgress {
    SyncProgress {
        stage: SyncStage::Waiting,
        status: SyncStatus::Pending,
        reach: SyncReach::Initial,
        expected: 0,
        stored: 0,
        failed: 0,
        per_minute: None,
        seconds_left: None,
        wait: None,
        problem: None,
    }
}

/// The numbers of a card, of the inbox and of the event stream.
pub fn progress_for_screen(progress: Progress) -> SyncProgress {
    SyncProgress {
        stage: match progress.stage {
            Stage::Waiting => SyncStage::Waiting,
            Stage::Listing => SyncStage::Listing,
            Stage::Fetching => SyncStage::Fetching,
            Stage::CatchingUp => SyncStage::CatchingUp,
            Stage::Live => SyncStage::Live,
            Stage::Blocked => SyncStage::Blocked,
            Stage::Paused => SyncStage::Paused,
        },
        status: match progress.stage.status() {
            Status::Pending => SyncStatus::Pending,
            Status::InProgress => SyncStatus::InProgress,
            Status::Completed => SyncStatus::Completed,
            Status::Failed => SyncStatus::Failed,
            Status::Paused => SyncStatus::Paused,
        },
        reach: match progress.reach {
            Reach::Initial => SyncReach::Initial,
            Reach::Incremental => SyncReach::Incremental,
        },
        expected: progress.expected,
        stored: progress.stored,
        failed: progress.failed,
        per_minute: progress.per_minute,
        seconds_left: progress.seconds_left,
        wait: progress.wait.map(|wait| match wait {
            Wait::Turn => SyncWait::Turn,
            Wait::Quota { until } => SyncWait::Quota { until },
            Wait::SharedQuota { until } => SyncWait::SharedQuota { until },
            Wait::Provider { until } => SyncWait::Provider { until },
            Wait::BackOff { until } => SyncWait::BackOff { until },
            Wait::NextLook { at } => SyncWait::NextLook { at },
        }),
        problem: progress.problem.map(|problem| match problem {
            Obstacle::Ended => SyncProblem::Ended,
            Obstacle::KeyMissing => SyncProblem::KeyMissing,
            Obstacle::NotAllowed => SyncProblem::NotAllowed,
            Obstacle::NoAnswer => SyncProblem::NoAnswer,
            Obstacle::Stuck => SyncProblem::Stuck,
            Obstacle::Told(words) => SyncProblem::Other(words),
        }),
    }
}

pub(super) fn reread_for_screen(reread: sync::Reread) -> Reread {
    let sync::Reread { began_at, ended_at, missing, deleted } = reread;
    Reread { began_at, ended_at, missing, deleted }
}
