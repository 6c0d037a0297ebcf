//! What the newest check of a mailbox against its provider found, and what could not be fetched, as its card shows them.

use crate::bridge::Reports;
use app::{
    error::AppError,
    features::connections::{FailingMail, MailboxCheck},
    trouble::Trouble,
};
use domain::{
    Domain,
    sync::{Check, Failing, SyncError},
};
use uuid::Uuid;

/// The newest check; `None` before the first, and where nothing is synced.
pub(super) async fn newest(
    domain: &Domain,
    reports: &Reports,
    connection: Uuid,
) -> Result<Option<MailboxCheck>, AppError> {
    match domain.sync().last_check(connection).await {
        Ok(check) => Ok(check.as_ref().map(for_screen)),
        Err(SyncError::NotFound) => Ok(None),
        Err(error) => Err(reports.unexpected(&error)),
    }
}

fn for_screen(check: &Check) -> MailboxCheck {
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    MailboxCheck {
        provider: count(check.provider),
        stored: count(check.stored),
        excluded: count(check.excluded),
        failed: count(check.failed),
        // What was found missing is pending from now on.
        pending: count(check.pending + check.missing),
        missing: count(check.missing),
        extra: count(check.extra),
        sampled: count(check.sampled),
        labels_agree: count(check.labels_agree),
        bodies_agree: count(check.bodies_agree),
        is_whole: check.is_whole(),
        finished_at: check.finished_at,
    }
}

pub(super) fn failing_for_screen(failing: Failing) -> FailingMail {
    let Failing { remote_id, problem, attempts, next_try_at } = failing;
    FailingMail { remote_id, trouble: Trouble::read(&problem), attempts, next_try_at }
}
