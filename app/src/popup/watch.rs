//! What a reading of the server's row means for an attempt: pure, so that every order of events can be tried.

use crate::features::connections::{AttemptOutcome, AttemptProblem, Failure, Success};

/// A window has to be reported closed for this long, with nothing known, before it is worth a word.
const CLOSED_FOR_MS: f64 = 4_000.0;
/// An attempt lives ten minutes on the server; a little longer here, so that the server's word comes first.
const GIVE_UP_AFTER_MS: f64 = 10.0 * 60_000.0 + 5_000.0;

/// Where one attempt stands, as its line on the screen shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptStatus {
    /// The person is at the provider.
    Waiting,
    /// The window looks closed and nothing is known yet; reading goes on.
    SeemsClosed,
    /// The mailbox is connected.
    Connected(Success),
    /// It ended without a connection.
    Ended(Failure),
    /// The person pressed Cancel here, and the server has not said yet what it came to.
    Cancelling,
    /// The server ended it at the person's wish.
    Cancelled,
}

impl AttemptStatus {
    /// Whether the row is still being read.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Waiting | Self::SeemsClosed)
    }

    /// Whether it is over, one way or another.
    pub fn is_over(&self) -> bool {
        !self.is_open() && *self != Self::Cancelling
    }
}

/// What one reading of the row gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// There is no such row (yet).
    NotStarted,
    /// The server could not be asked.
    Unreadable,
    Known(AttemptOutcome),
}

/// How often an attempt that the server does not know is asked to end: its window may be on the way there.
const UNKNOWN_TRIES: u32 = 3;

/// What the server's answer to the `try_number`th wish to end an attempt (counted from one) means; `None`: ask again.
pub(super) fn after_cancel(status: u16, body: &[u8], try_number: u32) -> Option<AttemptStatus> {
    match status {
        204 => Some(AttemptStatus::Cancelled),
        404 => (try_number >= UNKNOWN_TRIES).then_some(AttemptStatus::Cancelled),
        401 => Some(AttemptStatus::Ended(AttemptProblem::SignedOut.into())),
        409 => match serde_json::from_slice(body) {
            Ok(AttemptOutcome::Succeeded { success, .. }) => Some(AttemptStatus::Connected(success)),
            _ => None,
        },
        _ => None,
    }
}

/// How long one attempt has been followed and for how long its window has looked closed. Times in milliseconds.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    started: f64,
    closed_since: Option<f64>,
}

impl Watch {
    pub(super) fn start(now: f64) -> Self {
        Self { started: now, closed_since: None }
    }

    /// What a reading at `now` means.
    pub(super) fn judge(&mut self, now: f64, looks_closed: bool, reading: &Reading) -> AttemptStatus {
        match reading {
            Reading::Known(AttemptOutcome::Succeeded { success, .. }) => {
                return AttemptStatus::Connected(success.clone());
            }
            Reading::Known(AttemptOutcome::Failed { failure, .. }) => return AttemptStatus::Ended(failure.clone()),
            Reading::Known(AttemptOutcome::Pending { .. }) | Reading::NotStarted | Reading::Unreadable => {}
        }
        if now - self.started > GIVE_UP_AFTER_MS {
            return AttemptStatus::Ended(AttemptProblem::TimedOut.into());
        }
        if !looks_closed {
            self.closed_since = None;
            return AttemptStatus::Waiting;
        }
        let since = *self.closed_since.get_or_insert(now);
        if now - since >= CLOSED_FOR_MS { AttemptStatus::SeemsClosed } else { AttemptStatus::Waiting }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::features::connections::{Consent, Feature, Provider};

    fn success(refused: Vec<Feature>) -> Success {
        Success { address: Some("a@b.example".into()), consent: Consent::First, refused }
    }

    const PENDING: Reading = Reading::Known(AttemptOutcome::Pending { provider: Provider::Google });

    #[test]
    fn an_open_window_is_waited_for() {
        let mut watch = Watch::start(0.0);
        assert_eq!(watch.judge(1_000.0, false, &Reading::NotStarted), AttemptStatus::Waiting);
        assert_eq!(watch.judge(2_000.0, false, &PENDING), AttemptStatus::Waiting);
    }

    #[test]
    fn the_servers_row_is_the_truth_whatever_the_window_looks_like() {
        let connected = Reading::Known(AttemptOutcome::Succeeded {
            provider: Provider::Google,
            connection_id: None,
            success: success(vec![Feature::Send]),
        });
        for looks_closed in [true, false] {
            let status = Watch::start(0.0).judge(1_000.0, looks_closed, &connected);
            assert_eq!(status, AttemptStatus::Connected(success(vec![Feature::Send])));
        }
        let failure = Failure::from(AttemptProblem::Denied);
        let denied = Reading::Known(AttemptOutcome::Failed { provider: Provider::Google, failure: failure.clone() });
        assert_eq!(Watch::start(0.0).judge(0.0, true, &denied), AttemptStatus::Ended(failure));
    }

    #[test]
    fn a_window_reported_closed_is_doubted_for_some_seconds_and_followed_all_the_same() {
        let mut watch = Watch::start(0.0);
        assert_eq!(watch.judge(1_000.0, true, &PENDING), AttemptStatus::Waiting);
        assert_eq!(watch.judge(4_000.0, true, &PENDING), AttemptStatus::Waiting);
        let seems_closed = watch.judge(5_000.0, true, &PENDING);
        assert_eq!(seems_closed, AttemptStatus::SeemsClosed);
        assert!(seems_closed.is_open());
        // It was only cut off by COOP, and comes back.
        assert_eq!(watch.judge(6_000.0, false, &PENDING), AttemptStatus::Waiting);
        assert_eq!(watch.judge(7_000.0, true, &PENDING), AttemptStatus::Waiting);
    }

    #[test]
    fn cancel_says_what_the_server_says() {
        assert_eq!(after_cancel(204, b"", 1), Some(AttemptStatus::Cancelled));
        let connected = serde_json::to_vec(&AttemptOutcome::Succeeded {
            provider: Provider::Google,
            connection_id: None,
            success: success(Vec::new()),
        });
        assert_eq!(after_cancel(409, &connected.unwrap(), 1), Some(AttemptStatus::Connected(success(Vec::new()))));
        assert_eq!(after_cancel(401, b"", 1), Some(AttemptStatus::Ended(AttemptProblem::SignedOut.into())));
        for status in [0, 500, 504] {
            assert_eq!(after_cancel(status, b"", 9), None, "nothing is said before the server has answered");
        }
    }

    #[test]
    fn a_window_that_is_still_on_its_way_to_the_server_is_ended_when_it_arrives() {
        assert_eq!(after_cancel(404, b"", 1), None);
        assert_eq!(after_cancel(404, b"", 2), None);
        assert_eq!(after_cancel(404, b"", 3), Some(AttemptStatus::Cancelled));
    }

    #[test]
    fn after_ten_minutes_without_an_answer_it_has_timed_out() {
        let mut watch = Watch::start(0.0);
        assert_eq!(watch.judge(599_000.0, false, &PENDING), AttemptStatus::Waiting);
        for reading in [PENDING, Reading::NotStarted, Reading::Unreadable] {
            assert_eq!(watch.judge(606_000.0, false, &reading), AttemptStatus::Ended(AttemptProblem::TimedOut.into()));
        }
    }
}
