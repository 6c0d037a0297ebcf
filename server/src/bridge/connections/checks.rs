//! What the newest check of a mailbox against its provider found, and what could not be fetched, as its card shows them.

use crate::bridge::Reports;
use app::{
    error::AppError,
    features::connections::{FailingMail, MailboxCheck},
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
    MailboxCheck {
        sum: check.sum(),
        sample: check.sample(),
        mended: check.mended(),
        is_whole: check.is_whole(),
        finished_at: check.finished_at,
    }
}

pub(super) fn failing_for_screen(failing: Failing) -> FailingMail {
    let Failing { remote_id, problem, attempts, next_try_at } = failing;
    FailingMail { remote_id, problem, attempts, next_try_at }
}
