//! The rules by which an attempt is followed.

use super::*;

const PENDING: Reading = Reading::Known(AttemptOutcome::Pending);

#[test]
fn an_open_window_is_waited_for() {
    let mut watch = Watch::start(0.0);
    assert_eq!(watch.judge(1_000.0, false, &Reading::NotStarted), AttemptStatus::Waiting);
    assert_eq!(watch.judge(2_000.0, false, &PENDING), AttemptStatus::Waiting);
}

#[test]
fn the_servers_row_is_the_truth_whatever_the_window_looks_like() {
    let connected =
        Reading::Known(AttemptOutcome::Succeeded { connection_id: None, address: Some("a@b.example".into()) });
    for looks_closed in [true, false] {
        let status = Watch::start(0.0).judge(1_000.0, looks_closed, &connected);
        assert_eq!(status, AttemptStatus::Connected { address: Some("a@b.example".into()) });
    }
    let denied = Reading::Known(AttemptOutcome::Failed { problem: AttemptProblem::Denied });
    assert_eq!(Watch::start(0.0).judge(0.0, true, &denied), AttemptStatus::Ended(AttemptProblem::Denied));
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
fn after_ten_minutes_without_an_answer_it_has_timed_out() {
    let mut watch = Watch::start(0.0);
    assert_eq!(watch.judge(599_000.0, false, &PENDING), AttemptStatus::Waiting);
    for reading in [PENDING, Reading::NotStarted, Reading::Unreadable] {
        assert_eq!(watch.judge(606_000.0, false, &reading), AttemptStatus::Ended(AttemptProblem::TimedOut));
    }
}

#[test]
fn a_popup_and_a_full_page_trip_start_at_the_same_place() {
    let id = Uuid::from_u128(7);
    assert_eq!(
        start_address(Provider::Google, Some(id), None),
        "/auth/google/start?purpose=connect&features=mail&attempt=00000000-0000-0000-0000-000000000007&popup=1"
    );
    assert_eq!(
        start_address(Provider::Microsoft, None, Some("/inbox?in=all")),
        "/auth/microsoft/start?purpose=connect&features=mail&return_to=/inbox%3Fin%3Dall"
    );
}
