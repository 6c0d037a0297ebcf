//! Who may call, and when.

use super::*;
use crate::clock::FixedClock;
use futures::FutureExt;

fn budgets(clock: &FixedClock, limit: u32, project: ProjectQuota) -> Budgets {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    Budgets::new(clock.clone(), Cache::in_process(clock), limit, project)
}

#[tokio::test]
async fn a_call_that_does_not_fit_waits_until_the_minute_is_over() {
    let clock = FixedClock::at(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
    let budgets = budgets(&clock, 100, ProjectQuota::USUAL);
    let first = budgets.take("ada", 90, Urgency::Screenful).await.unwrap();
    budgets.settle("ada", first);
    let waiting = tokio::spawn({
        let budgets = budgets.clone();
        async move { budgets.take("ada", 20, Urgency::Interactive).await }
    });
    let other = budgets.take("bob", 90, Urgency::Screenful).await.unwrap();
    budgets.settle("bob", other);
    while !waiting.is_finished() {
        assert!(clock.now() <= DateTime::from_timestamp(1_790_000_070, 0).unwrap(), "waited too long");
        tokio::task::yield_now().await;
        clock.advance(std::time::Duration::from_millis(500));
    }
    assert!(clock.now() >= DateTime::from_timestamp(1_790_000_060, 0).unwrap(), "did not wait");
}

fn is_let_through(budgets: &Budgets, person: &str, units: u32, urgency: Urgency) -> bool {
    budgets.take(person, units, urgency).now_or_never().is_some_and(|taken| taken.is_ok())
}

#[test]
fn everybody_together_spends_no_more_than_the_project_may() {
    let clock = FixedClock::at(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
    let budgets = budgets(&clock, 100, ProjectQuota { per_minute: 250, ..ProjectQuota::USUAL });
    for person in ["ada", "bob"] {
        assert!(is_let_through(&budgets, person, 95, Urgency::Screenful), "{person}");
    }
    assert!(!is_let_through(&budgets, "cleo", 95, Urgency::Screenful), "190 of 250 are spent");
    let held = budgets.opening("cleo", 95, Urgency::Screenful).unwrap();
    assert_eq!((held.at > clock.now(), held.held_by), (true, HeldBy::Project));
    let held = budgets.opening("ada", 95, Urgency::Screenful).unwrap();
    assert_eq!(held.held_by, HeldBy::Person, "both are used up to the same second");
    assert!(is_let_through(&budgets, "cleo", 60, Urgency::Interactive), "the rest is for people");
    clock.advance(std::time::Duration::from_secs(61));
    assert!(is_let_through(&budgets, "cleo", 95, Urgency::Screenful));
}

#[test]
fn a_day_that_is_spent_is_told_and_not_waited_for() {
    let clock = FixedClock::at(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
    let budgets = budgets(&clock, 10_000, ProjectQuota { per_day: 1_000, ..ProjectQuota::USUAL });
    budgets.learn([(clock.now(), 940)]);
    let taken = budgets.take("ada", 20, Urgency::Background).now_or_never().unwrap();
    let until = taken.unwrap_err().until;
    assert!(until > clock.now() + Duration::hours(24), "{until}");
    assert!(is_let_through(&budgets, "ada", 20, Urgency::Interactive), "people have the rest of the day");
}

#[test]
fn what_the_provider_says_to_the_project_everybody_heeds() {
    let clock = FixedClock::at(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
    let budgets = budgets(&clock, 6_000, ProjectQuota::USUAL);
    budgets.complain("ada", clock.now() + Duration::seconds(30));
    assert!(!is_let_through(&budgets, "ada", 20, Urgency::Interactive));
    assert!(is_let_through(&budgets, "bob", 20, Urgency::Background), "ada's trouble is her own");
    let soon = clock.now() + Duration::seconds(30);
    budgets.complain_of_project(soon);
    assert!(!is_let_through(&budgets, "bob", 20, Urgency::Interactive));
    let held = Some(Opening { at: soon, held_by: HeldBy::Provider });
    assert_eq!(budgets.opening("cleo", 20, Urgency::Interactive), held);
    clock.advance(std::time::Duration::from_secs(31));
    assert!(is_let_through(&budgets, "bob", 20, Urgency::Interactive));
    // A cap of the operator's own, for hours: nobody stands at the door.
    let tomorrow = clock.now() + Duration::hours(6);
    budgets.complain_of_project(tomorrow);
    let taken = budgets.take("cleo", 20, Urgency::Interactive).now_or_never().unwrap();
    assert_eq!(taken.unwrap_err().until, tomorrow);
}
