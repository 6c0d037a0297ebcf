//! What a person's mailbox may cost: quota units over a strict sliding minute. Interactive calls go first, background
//! calls are spread evenly, and a provider that complains halves the pace, which then grows back slowly.
//!
//! A call counts from the moment it is sent until a minute after its answer came, so that our sum is never below the
//! provider's, wherever on the way the provider counts. The sums are in `window`, which is pure: time is passed in.

mod window;

use crate::clock::Clock;
use chrono::{DateTime, Duration, Utc};
use std::{
    collections::HashMap,
    str::FromStr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use window::Window;

/// No wait is slept in one piece longer than this, so that a change of pace is noticed.
const NAP: Duration = Duration::seconds(5);

/// Gmail's prices in quota units, and how many a person may spend a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GmailQuota {
    /// Units a minute and person.
    pub per_minute: u32,
    /// `messages.get` and `attachments.get`; `threads.get` costs two of it, in both of Google's tables.
    pub get: u32,
}

impl GmailQuota {
    /// Projects made since 1 May 2026.
    pub const NEW: Self = Self { per_minute: 6_000, get: 20 };
    /// Projects that used the API from November 2025 to April 2026.
    pub const LEGACY: Self = Self { per_minute: 15_000, get: 5 };
    /// `users.getProfile`, `labels.list`
    pub const SMALL: u32 = 1;
    /// `history.list`
    pub const HISTORY: u32 = 2;
    /// `messages.list`
    pub const LIST: u32 = 5;

    /// `messages.get` or `threads.get`.
    pub fn price(self, thread: bool) -> u32 {
        if thread { self.get.saturating_mul(2) } else { self.get }
    }
}

/// A quota that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("a quota is `new`, `legacy`, or units per minute, optionally `:` and units per message, such as 60000:5")]
pub struct UnknownQuota;

impl FromStr for GmailQuota {
    type Err = UnknownQuota;

    /// `new`, `legacy`, `60000` or `60000:5` (units a minute, units a message).
    fn from_str(text: &str) -> Result<Self, UnknownQuota> {
        let number = |text: &str| text.parse().ok().filter(|number| *number > 0).ok_or(UnknownQuota);
        match text.trim() {
            "new" => Ok(Self::NEW),
            "legacy" => Ok(Self::LEGACY),
            numbers => match numbers.split_once(':') {
                Some((per_minute, get)) => Ok(Self { per_minute: number(per_minute)?, get: number(get)? }),
                None => Ok(Self { per_minute: number(numbers)?, get: Self::NEW.get }),
            },
        }
    }
}

/// Who waits for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// A person waits: may use the whole limit, goes before all else.
    Interactive,
    /// A person looks at an empty screen: may use the background's share in one go.
    Screenful,
    /// Nobody waits: the background's share, spread evenly.
    Background,
}

/// The windows of everybody this process calls for.
#[derive(Clone)]
pub struct Budgets {
    clock: Arc<dyn Clock>,
    limit: u32,
    windows: Arc<Mutex<HashMap<String, Window>>>,
}

/// A call that was let through; hand it back when the answer is there.
#[must_use = "a call counts until a minute after its answer: settle it"]
#[derive(Debug)]
pub struct Ticket {
    number: u64,
}

impl Budgets {
    /// Nothing spent yet. `limit` in units a minute and person.
    pub fn new(clock: Arc<dyn Clock>, limit: u32) -> Self {
        Self { clock, limit, windows: Arc::default() }
    }

    fn with<T>(&self, person: &str, change: impl FnOnce(&mut Window, DateTime<Utc>) -> T) -> T {
        let now = self.clock.now();
        let mut windows: MutexGuard<'_, _> = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        match windows.get_mut(person) {
            Some(window) => change(window, now),
            None => change(windows.entry(person.to_owned()).or_insert(Window::new(self.limit, now)), now),
        }
    }

    /// Whether this process has called for `person` since it started.
    pub fn knows(&self, person: &str) -> bool {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner).contains_key(person)
    }

    /// Notes what an earlier process spent: the provider remembers it.
    pub fn remember(&self, person: &str, spent: impl IntoIterator<Item = (DateTime<Utc>, u32)>) {
        self.with(person, |window, _| {
            for (at, units) in spent {
                window.spend(at, units, Urgency::Interactive);
            }
        });
    }

    /// Waits until the call fits, and counts it. Dropping the future gives up the wait.
    pub async fn take(&self, person: &str, units: u32, urgency: Urgency) -> Ticket {
        let _place = (urgency == Urgency::Interactive).then(|| Place::new(self, person));
        loop {
            let admitted = self.with(person, |window, now| match window.wait(now, units, urgency) {
                None => Ok(window.spend(now, units, urgency)),
                Some(wait) => Err(wait),
            });
            match admitted {
                Ok(number) => return Ticket { number },
                Err(wait) => self.clock.sleep(wait.min(NAP).to_std().unwrap_or_default()).await,
            }
        }
    }

    /// Whether a call would go at once.
    pub fn is_free(&self, person: &str, units: u32, urgency: Urgency) -> bool {
        self.with(person, |window, now| window.wait(now, units, urgency).is_none())
    }

    /// The answer of a call is there, or will never be.
    pub fn settle(&self, person: &str, ticket: Ticket) {
        self.with(person, |window, now| window.settle(ticket.number, now));
    }

    /// The provider asked to wait until `until`: nobody calls before, and then at half the pace.
    pub fn complain(&self, person: &str, until: DateTime<Utc>) {
        self.with(person, |window, now| window.complain(now, until));
    }

    /// Until when the provider wants no call, if that lies ahead.
    pub fn closed_until(&self, person: &str) -> Option<DateTime<Utc>> {
        self.with(person, |window, now| window.closed_until.filter(|until| *until > now))
    }
}

/// A place in the queue of interactive calls; dropping it leaves the queue.
struct Place<'a> {
    budgets: &'a Budgets,
    person: &'a str,
}

impl<'a> Place<'a> {
    fn new(budgets: &'a Budgets, person: &'a str) -> Self {
        budgets.with(person, |window, _| window.interactive_waiting += 1);
        Self { budgets, person }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.budgets.with(self.person, |window, _| window.interactive_waiting -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;

    #[test]
    fn quotas_are_words_or_numbers() {
        assert_eq!("new".parse::<GmailQuota>().unwrap(), GmailQuota::NEW);
        assert_eq!("legacy".parse::<GmailQuota>().unwrap(), GmailQuota::LEGACY);
        assert_eq!("60000".parse::<GmailQuota>().unwrap(), GmailQuota { per_minute: 60_000, get: 20 });
        assert_eq!("60000:5".parse::<GmailQuota>().unwrap(), GmailQuota { per_minute: 60_000, get: 5 });
        for wrong in ["", "off", "0", "10:", "-5", "10:0"] {
            assert!(wrong.parse::<GmailQuota>().is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_call_that_does_not_fit_waits_until_the_minute_is_over() {
        let clock = FixedClock::at(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
        let budgets = Budgets::new(Arc::new(clock.clone()), 100);
        let first = budgets.take("ada", 90, Urgency::Screenful).await;
        budgets.settle("ada", first);
        let waiting = tokio::spawn({
            let budgets = budgets.clone();
            async move { budgets.take("ada", 20, Urgency::Interactive).await }
        });
        let other = budgets.take("bob", 90, Urgency::Screenful).await;
        budgets.settle("bob", other);
        while !waiting.is_finished() {
            assert!(clock.now() <= DateTime::from_timestamp(1_790_000_070, 0).unwrap(), "waited too long");
            tokio::task::yield_now().await;
            clock.advance(std::time::Duration::from_millis(500));
        }
        assert!(clock.now() >= DateTime::from_timestamp(1_790_000_060, 0).unwrap(), "did not wait");
    }
}
