//! How many calls go to one mailbox: four at once, one of them kept for whoever waits, and ten thousand in ten minutes
//! (Graph's limits for one app and one mailbox).

use super::places::{Place, Places};
use crate::{
    cache::Cache,
    clock::Clock,
    providers::{Caller, budget::Urgency},
};
use chrono::{DateTime, Duration, Utc};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Calls at once.
const AT_ONCE: usize = 4;
/// Of these, for work nobody waits for.
pub const IN_BACKGROUND: usize = 3;
/// Calls in the window, with a little room for what other processes ask.
const CALLS: usize = 9_800;
/// The window.
const WINDOW: Duration = Duration::minutes(10);

/// The places of everybody.
#[derive(Clone)]
pub struct Slots {
    clock: Arc<dyn Clock>,
    mailboxes: Arc<Mutex<HashMap<String, Arc<Mailbox>>>>,
    /// Those that other processes may hold, too.
    shared: Option<Places>,
}

struct Mailbox {
    all: Arc<Semaphore>,
    background: Arc<Semaphore>,
    asked: Mutex<Asked>,
}

#[derive(Default)]
struct Asked {
    at: VecDeque<DateTime<Utc>>,
    closed_until: Option<DateTime<Utc>>,
}

/// A place for one call; dropping it gives it back.
pub(super) struct Slot {
    own: Option<(OwnedSemaphorePermit, Option<OwnedSemaphorePermit>)>,
    shared: Option<Place>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(place) = self.shared.take() {
            place.give_back(self.own.take());
        }
    }
}

impl Slots {
    pub(super) fn new(clock: Arc<dyn Clock>, cache: Cache) -> Self {
        Self { mailboxes: Arc::default(), shared: Places::over(cache, clock.clone()), clock }
    }

    fn of(&self, person: &str) -> Arc<Mailbox> {
        let mut mailboxes = self.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Mailbox {
            all: Arc::new(Semaphore::new(AT_ONCE)),
            background: Arc::new(Semaphore::new(IN_BACKGROUND)),
            asked: Mutex::default(),
        };
        mailboxes.entry(person.to_owned()).or_insert_with(|| Arc::new(new())).clone()
    }

    /// Waits for a place and for the window, in which it counts as so many calls.
    pub(super) async fn take(&self, caller: Caller<'_>, calls: usize) -> Slot {
        let mailbox = self.of(caller.person);
        let (background, most) = match caller.urgency {
            Urgency::News | Urgency::Background => {
                (mailbox.background.clone().acquire_owned().await.ok(), IN_BACKGROUND)
            }
            Urgency::Interactive | Urgency::Screenful => (None, AT_ONCE),
        };
        // The semaphores are never closed.
        let place = loop {
            if let Ok(place) = mailbox.all.clone().acquire_owned().await {
                break place;
            }
        };
        while let Some(wait) = mailbox.wait(self.clock.now(), calls) {
            self.clock.sleep(wait.to_std().unwrap_or_default()).await;
        }
        let shared = match &self.shared {
            Some(places) => Some(places.take(caller.person, 0..most).await),
            None => None,
        };
        Slot { own: Some((place, background)), shared }
    }

    /// When the window lets the next call through, if that is not now.
    pub(super) fn opens_at(&self, person: &str) -> Option<DateTime<Utc>> {
        let (mailbox, now) = (self.of(person), self.clock.now());
        let asked = mailbox.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.closed_until.filter(|until| *until > now)
    }

    /// Graph asked to wait: nobody calls before.
    pub(super) fn complain(&self, person: &str, until: DateTime<Utc>) {
        let mailbox = self.of(person);
        let mut asked = mailbox.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.closed_until = Some(asked.closed_until.map_or(until, |closed| closed.max(until)));
    }
}

impl Mailbox {
    /// How long so many calls must wait; `None`: they may go, and are counted.
    fn wait(&self, now: DateTime<Utc>, calls: usize) -> Option<Duration> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = asked.closed_until.filter(|until| *until > now) {
            return Some(until - now);
        }
        while asked.at.front().is_some_and(|at| *at + WINDOW <= now) {
            asked.at.pop_front();
        }
        if asked.at.len() + calls > CALLS {
            return asked.at.front().map(|first| *first + WINDOW - now);
        }
        asked.at.extend(std::iter::repeat_n(now, calls));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use futures::FutureExt;
    use secrecy::SecretString;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn slots() -> Slots {
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(noon()));
        Slots::new(clock.clone(), Cache::in_process(clock))
    }

    #[tokio::test]
    async fn work_nobody_waits_for_leaves_one_place_free() {
        let (slots, token) = (slots(), SecretString::from("t"));
        let caller = |urgency| Caller { person: "ada", token: &token, urgency };
        let mut held = Vec::new();
        for _ in 0..IN_BACKGROUND {
            held.push(slots.take(caller(Urgency::Background), 1).await);
        }
        assert!(slots.take(caller(Urgency::Background), 1).now_or_never().is_none(), "three are at work");
        held.push(slots.take(caller(Urgency::Interactive), 1).await);
        assert!(slots.take(caller(Urgency::Interactive), 1).now_or_never().is_none(), "never five");
        let other = Caller { person: "bob", token: &token, urgency: Urgency::Background };
        assert!(slots.take(other, 1).now_or_never().is_some(), "another mailbox has places of its own");
        held.clear();
        assert!(slots.take(caller(Urgency::Background), 1).now_or_never().is_some());
    }

    #[test]
    fn the_window_closes_when_it_is_full_and_when_graph_says_so() {
        let slots = slots();
        let mailbox = slots.of("ada");
        for _ in 0..CALLS / 2 {
            assert_eq!(mailbox.wait(noon(), 2), None, "a batch of two counts as two");
        }
        assert_eq!(mailbox.wait(noon() + Duration::minutes(4), 1), Some(Duration::minutes(6)));
        assert_eq!(mailbox.wait(noon() + WINDOW, 1), None);
        slots.complain("ada", noon() + WINDOW + Duration::seconds(30));
        assert_eq!(mailbox.wait(noon() + WINDOW, 1), Some(Duration::seconds(30)));
    }
}
