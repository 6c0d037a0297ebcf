//! What a person's mailbox may cost: quota units over a strict sliding minute. Interactive calls go first, background
//! calls are spread evenly, and a provider that complains halves the pace, which then grows back slowly.
//!
//! A call counts from the moment it is sent until a minute after its answer came, so that our sum is never below the
//! provider's, wherever on the way the provider counts. The sums are in `window`, which is pure: time is passed in. Everybody
//! together has a window of the same kind (the project's), and `day` sums up its day. `others` is what other processes
//! spend meanwhile.

mod day;
mod others;
mod quota;
#[cfg(test)]
mod tests;
mod urgency;
mod window;

pub use quota::{GmailQuota, ProjectQuota, UnknownQuota};
pub use urgency::Urgency;

use super::error::{ProviderError, Quota};
use crate::{cache::Cache, clock::Clock};
use chrono::{DateTime, Duration, Utc};
use day::Day;
use others::Others;
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use window::Window;

/// No wait is slept in one piece longer than this, so that a change of pace is noticed.
const NAP: Duration = Duration::seconds(5);

/// A provider that wants no call for longer is not waited for: the door is called closed.
const LONGEST_WAIT: Duration = Duration::minutes(2);

/// How often what was spent is written down.
const WRITTEN_EVERY: Duration = Duration::minutes(1);
/// The name under which processes tell each other what the project spends; no account's subject is empty.
const PROJECT: &str = "";

/// The windows of everybody this process calls for.
#[derive(Clone)]
pub struct Budgets {
    clock: Arc<dyn Clock>,
    limit: u32,
    project: ProjectQuota,
    others: Option<Others>,
    spending: Arc<Mutex<Spending>>,
}

/// What was spent: by each person, by all, and over the day.
struct Spending {
    people: HashMap<String, Window>,
    project: Window,
    day: Day,
    /// Whether the day's sums were read since the process started.
    knows_day: bool,
    /// When its spending was last taken to be written down.
    written_at: Option<DateTime<Utc>>,
}

/// What work nobody waits for may spend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// Units a minute, for long.
    pub per_minute: f64,
    /// Units of this minute that others took.
    pub taken: u32,
}

/// When a call would go, and what holds it until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// When.
    pub at: DateTime<Utc>,
    /// What holds it.
    pub held_by: HeldBy,
}

/// What holds a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeldBy {
    /// The person's minute is used up.
    Person,
    /// Everybody's minute is used up.
    Project,
    /// The provider asked to wait.
    Provider,
}

/// A call that was let through; hand it back when the answer is there.
#[must_use = "a call counts until a minute after its answer: settle it"]
#[derive(Debug)]
pub struct Ticket {
    number: u64,
    of_project: u64,
}

/// No call of this urgency goes for longer than anybody waits: the project's day is spent, or the provider said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no call goes before {until}")]
pub struct Closed {
    /// When calls go again.
    pub until: DateTime<Utc>,
}

impl From<Closed> for ProviderError {
    fn from(spent: Closed) -> Self {
        Self::Throttled { until: spent.until, whose: Quota::Project }
    }
}

impl Spending {
    fn of(&mut self, person: &str, limit: u32, now: DateTime<Utc>) -> (&mut Window, &mut Window) {
        let of_person = self.people.entry(person.to_owned()).or_insert_with(|| Window::new(limit, now));
        (of_person, &mut self.project)
    }
}

impl Budgets {
    /// Nothing spent yet. `limit` in units a minute and person.
    pub fn new(clock: Arc<dyn Clock>, cache: Cache, limit: u32, project: ProjectQuota) -> Self {
        let spending = Spending {
            people: HashMap::new(),
            project: Window::new(project.per_minute, clock.now()),
            day: Day::default(),
            knows_day: false,
            written_at: None,
        };
        Self { clock, limit, project, others: Others::over(cache), spending: Arc::new(Mutex::new(spending)) }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Spending, DateTime<Utc>) -> T) -> T {
        let now = self.clock.now();
        change(&mut self.spending.lock().unwrap_or_else(PoisonError::into_inner), now)
    }

    fn with<T>(&self, person: &str, change: impl FnOnce(&mut Window, DateTime<Utc>) -> T) -> T {
        self.change(|spending, now| change(spending.of(person, self.limit, now).0, now))
    }

    /// Whether this process has called for `person` since it started.
    pub fn knows(&self, person: &str) -> bool {
        self.change(|spending, _| spending.people.contains_key(person))
    }

    /// Notes what an earlier process spent: the provider remembers it.
    pub fn remember(&self, person: &str, spent: impl IntoIterator<Item = (DateTime<Utc>, u32)>) {
        self.with(person, |window, _| {
            for (at, units) in spent {
                window.spend(at, units, Urgency::Interactive);
            }
        });
    }

    /// Waits until the call fits, and counts it. Dropping the future gives up the wait. A day that is spent, and a
    /// provider that wants no call for minutes, is not waited for.
    pub async fn take(&self, person: &str, units: u32, urgency: Urgency) -> Result<Ticket, Closed> {
        let _place = (urgency == Urgency::Interactive).then(|| Place::new(self, person));
        let ticket = loop {
            let admitted = self.change(|spending, now| self.admit(spending, now, person, units, urgency));
            match admitted? {
                Ok(ticket) => break ticket,
                Err(wait) => self.clock.sleep(wait.min(NAP).to_std().unwrap_or_default()).await,
            }
        };
        if let Some(others) = &self.others {
            // Boxed: every call would carry its size.
            Box::pin(self.tell(others, person, units)).await;
        }
        Ok(ticket)
    }

    /// A ticket; or how long to wait before it is worth asking again.
    fn admit(
        &self,
        spending: &mut Spending,
        now: DateTime<Utc>,
        person: &str,
        units: u32,
        urgency: Urgency,
    ) -> Result<Result<Ticket, Duration>, Closed> {
        if let Some(until) = spending.day.closed_until(now, units, urgency, self.project.per_day) {
            return Err(Closed { until });
        }
        let (window, project) = spending.of(person, self.limit, now);
        let closed = window.closed_after(now).max(project.closed_after(now));
        if let Some(until) = closed.filter(|until| *until > now + LONGEST_WAIT) {
            return Err(Closed { until });
        }
        let waits = [window.wait(now, units, urgency), project.wait(now, units, urgency)];
        if let Some(wait) = waits.into_iter().flatten().max() {
            return Ok(Err(wait));
        }
        let ticket =
            Ticket { number: window.spend(now, units, urgency), of_project: project.spend(now, units, urgency) };
        spending.day.spend(now, units);
        Ok(Ok(ticket))
    }

    /// Other processes spend from the same minute.
    async fn tell(&self, others: &Others, person: &str, units: u32) {
        let now = self.clock.now();
        let (theirs, of_all) = tokio::join!(others.exchange(person, units, now), others.exchange(PROJECT, units, now));
        self.change(|spending, now| {
            let (window, project) = spending.of(person, self.limit, now);
            // One process works on a mailbox: what others ask of it is for somebody who waits.
            if theirs > 0 {
                window.spend(now, theirs, Urgency::Interactive);
            }
            if of_all > 0 {
                project.spend(now, of_all, Urgency::Screenful);
            }
        });
    }

    /// When a call would go, and what holds it until then; `None`: it goes now.
    pub fn opening(&self, person: &str, units: u32, urgency: Urgency) -> Option<Opening> {
        self.change(|spending, now| {
            let (window, project) = spending.of(person, self.limit, now);
            if let Some(at) = window.closed_after(now).max(project.closed_after(now)) {
                return Some(Opening { at, held_by: HeldBy::Provider });
            }
            let (of_person, of_project) = (window.wait(now, units, urgency), project.wait(now, units, urgency));
            let held_by = if of_project > of_person { HeldBy::Project } else { HeldBy::Person };
            of_person.max(of_project).map(|wait| Opening { at: now + wait, held_by })
        })
    }

    /// What work nobody waits for may spend from now on.
    pub fn room(&self, person: &str) -> Room {
        self.with(person, Window::room)
    }

    /// The answer of a call is there, or will never be.
    pub fn settle(&self, person: &str, ticket: Ticket) {
        self.change(|spending, now| {
            let (window, project) = spending.of(person, self.limit, now);
            window.settle(ticket.number, now);
            project.settle(ticket.of_project, now);
        });
    }

    /// The provider asked to wait until `until`: nobody calls before, and then at half the pace.
    pub fn complain(&self, person: &str, until: DateTime<Utc>) {
        self.with(person, |window, now| window.complain(now, until));
    }

    /// The provider asked everybody to wait until `until`.
    pub fn complain_of_project(&self, until: DateTime<Utc>) {
        self.change(|spending, now| spending.project.complain(now, until));
    }

    /// Whether the day's sums were read since this process started.
    pub fn knows_day(&self) -> bool {
        self.change(|spending, _| spending.knows_day)
    }

    /// What this process spent of the day and nobody wrote down yet, by the hour; at most once a minute, which is all that
    /// a process may lose that is killed. Whoever takes it writes it down, or gives it back.
    pub fn take_fresh(&self) -> Vec<(DateTime<Utc>, u64)> {
        self.change(|spending, now| {
            if spending.written_at.is_some_and(|at| now < at + WRITTEN_EVERY) {
                return Vec::new();
            }
            spending.written_at = Some(now);
            spending.day.take_fresh()
        })
    }

    /// It could not be written down.
    pub fn give_back(&self, fresh: &[(DateTime<Utc>, u64)]) {
        self.change(|spending, _| spending.day.give_back(fresh));
    }

    /// What all processes have written down, by the hour, of the hours that count.
    pub fn learn(&self, written: impl IntoIterator<Item = (DateTime<Utc>, u64)>) {
        self.change(|spending, _| {
            spending.day.learn(written);
            spending.knows_day = true;
        });
    }

    /// The first hour that still counts.
    pub fn counts_from(&self) -> DateTime<Utc> {
        day::counts_from(self.clock.now())
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
