//! Outlook's limits for one app and one mailbox: requests in ten minutes, and at the same time (provider facts 6.5).
//! They are in force with any `--quota` but `off`, or when `PUT /_sandbox/graph` names them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use http::header::HeaderName;

use super::failure::Failure;
use crate::chance::guid;
use crate::exchange::{Answer, Call};
use crate::state::Sandbox;

/// Requests in ten minutes.
const REQUESTS: usize = 10_000;
/// Requests at the same time; also how many parts of a batch run at once.
pub const CONCURRENT: usize = 4;
/// The window.
const WINDOW_MIN: i64 = 10;

/// What one app does with one mailbox.
#[derive(Debug, Default)]
struct Use {
    busy: usize,
    asked: VecDeque<DateTime<Utc>>,
}

/// What all apps do with all mailboxes.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<HashMap<String, Use>>);

/// A request under way; it holds its place until it is dropped.
#[derive(Debug)]
pub struct Slot {
    sandbox: Arc<Sandbox>,
    key: String,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut uses = self.sandbox.graph.throttle.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of) = uses.get_mut(&self.key) {
            of.busy = of.busy.saturating_sub(1);
        }
    }
}

/// Takes a place for a request, or says why there is none. What is not about a mailbox, or not allowed in, needs none.
pub fn enter(sandbox: &Arc<Sandbox>, call: &Call) -> Result<Option<Slot>, Failure> {
    let settings = sandbox.graph.dials.get();
    let enforced = sandbox.quota.enforced();
    let requests = settings.requests.or(enforced.then_some(REQUESTS));
    let concurrent = settings.concurrent.or(enforced.then_some(CONCURRENT));
    if !call.path.starts_with("/v1.0/") || (requests.is_none() && concurrent.is_none()) {
        return Ok(None);
    }
    let now = sandbox.clock.now();
    let Some((grant, _)) = call.bearer().and_then(|token| sandbox.microsoft.ledger.access(&token, now)) else {
        return Ok(None);
    };
    let key = format!("{} {}", grant.client, grant.person);
    let mut uses = sandbox.graph.throttle.0.lock().unwrap_or_else(PoisonError::into_inner);
    let of = uses.entry(key.clone()).or_default();
    if concurrent.is_some_and(|most| of.busy >= most) {
        return Err(Failure::throttled("MailboxConcurrency", 1));
    }
    if let Some(most) = requests {
        of.spend(most, now)?;
    }
    of.busy += 1;
    drop(uses);
    Ok(Some(Slot { sandbox: Arc::clone(sandbox), key }))
}

/// The answer to a request there is no place for.
pub fn refused(sandbox: &Sandbox, call: &Call, failure: Failure) -> Answer {
    let request = guid();
    let client = call.headers.get("client-request-id").and_then(|value| value.to_str().ok()).unwrap_or(&request);
    let alive = call.bearer().and_then(|token| sandbox.microsoft.ledger.access(&token, sandbox.clock.now()));
    let answer = failure.answer(sandbox, &request, client);
    let answer = answer.with(HeaderName::from_static("client-request-id"), client);
    let answer = answer.with(HeaderName::from_static("request-id"), request);
    Answer { person: alive.map(|(grant, _)| grant.person), ..answer }
}

impl Use {
    /// Books a request. Refused ones are booked too, so that asking again at once only makes the wait longer.
    fn spend(&mut self, most: usize, now: DateTime<Utc>) -> Result<(), Failure> {
        let window = Duration::minutes(WINDOW_MIN);
        while self.asked.front().is_some_and(|at| *at + window <= now) {
            self.asked.pop_front();
        }
        self.asked.push_back(now);
        if self.asked.len() <= most {
            return Ok(());
        }
        // The one whose leaving makes room for one more.
        let leaving = self.asked[self.asked.len() - most] + window;
        Err(Failure::throttled("ApplicationRequests", (leaving - now).num_seconds() + 1))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};

    use super::Use;

    #[test]
    fn a_refused_request_counts_as_well() {
        let (mut mine, noon) = (Use::default(), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        for at in 0..3 {
            mine.spend(3, noon + Duration::seconds(at)).unwrap();
        }
        assert!(mine.spend(3, noon + Duration::seconds(10)).is_err());
        assert!(mine.spend(3, noon + Duration::seconds(600)).is_err(), "the first left, the refused one came");
        assert!(mine.spend(3, noon + Duration::seconds(1_300)).is_ok());
    }
}
