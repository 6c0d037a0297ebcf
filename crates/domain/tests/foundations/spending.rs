//! Processes over one Redis spend from one budget.

use crate::database::setting;
use domain::{
    cache::Cache,
    clock::{Clock, FixedClock, SystemClock},
    providers::budget::{Budgets, ProjectQuota, Urgency},
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// A process: the clock stands, so that nobody waits.
async fn process(clock: &FixedClock) -> Budgets {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let cache = Cache::redis(&setting("GATEPOST_TEST_REDIS"), Arc::new(SystemClock)).await.unwrap();
    Budgets::new(clock, cache, 100, ProjectQuota::USUAL)
}

async fn spend(process: &Budgets, person: &str, units: u32) {
    let ticket = process.take(person, units, Urgency::Interactive).await.unwrap();
    process.settle(person, ticket);
}

#[tokio::test]
async fn what_one_process_spends_another_has_not() {
    let clock = FixedClock::at(SystemClock.now());
    let (web, worker) = (process(&clock).await, process(&clock).await);
    let person = Uuid::new_v4().to_string();
    spend(&web, &person, 60).await;
    spend(&worker, &person, 20).await;
    assert!(worker.opening(&person, 30, Urgency::Interactive).is_some(), "60 of the other's, 20 of its own");
    assert_eq!(worker.opening(&person, 20, Urgency::Interactive), None, "and each of them once");
    clock.advance(Duration::from_secs(10));
    spend(&web, &person, 10).await;
    spend(&worker, &person, 5).await;
    assert!(worker.opening(&person, 6, Urgency::Interactive).is_some(), "in the next ten seconds, too");
    clock.advance(Duration::from_secs(61));
    assert_eq!(worker.opening(&person, 100, Urgency::Interactive), None, "and after a minute it is forgotten");
}
