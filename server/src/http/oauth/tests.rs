use super::{QueryParts, next_address, with_attempt};
use domain::{
    connections::{Finished, Problem as AttemptProblem, Purpose},
    providers::Provider,
};
use uuid::Uuid;

fn finished(problem: AttemptProblem, attempt: Option<Uuid>, popup: bool) -> Finished {
    Finished {
        attempt,
        popup,
        return_to: Some("/settings/connections?x=1#y".to_owned()),
        provider: Provider::Google,
        purpose: Some(Purpose::Connect),
        result: Err(problem),
    }
}

#[test]
fn the_first_value_of_a_name_counts_and_empty_ones_do_not() {
    let query = QueryParts::read(Some("a=&a=1&a=2&b=%2F%26".to_owned()));
    assert_eq!((query.get("a"), query.get("b"), query.get("c")), (Some("1"), Some("/&"), None));
}

#[test]
fn a_failed_trip_ends_on_the_page_that_says_why() {
    let attempt = Some(Uuid::nil());
    let address = next_address(&finished(AttemptProblem::Denied, attempt, true));
    assert_eq!(address, "/auth/done?attempt=00000000-0000-0000-0000-000000000000");
    let address = next_address(&finished(AttemptProblem::Denied, attempt, false));
    assert!(address.ends_with("&return_to=%2Fsettings%2Fconnections%3Fx%3D1%23y"), "{address}");
}

#[test]
fn an_answer_that_is_not_the_attempts_own_does_not_speak_for_it() {
    let address = next_address(&finished(AttemptProblem::Replayed, Some(Uuid::nil()), true));
    assert_eq!(address, "/auth/done?problem=replayed");
    let address = next_address(&finished(AttemptProblem::WrongState, None, true));
    assert_eq!(address, "/auth/done?problem=wrong_state");
}

#[test]
fn the_attempt_is_added_before_the_fragment() {
    let id = Uuid::nil();
    assert_eq!(with_attempt("/inbox", id), format!("/inbox?attempt={id}"));
    assert_eq!(with_attempt("/inbox?x=1#y", id), format!("/inbox?x=1&attempt={id}#y"));
}
