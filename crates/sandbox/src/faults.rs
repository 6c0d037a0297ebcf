//! Faults on demand: answers that are not the real ones, delays, and connections that close without an answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Notify, futures::Notified};

/// When a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Before the work: nothing happened, and nobody is told.
    Before,
    /// After the work: it is done, but the answer is lost.
    After,
    /// At once, and the work is done all the same, when the delay is over.
    Late,
}

/// One fault as `PUT /_sandbox/faults` takes it.
#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    /// Regular expression searched in the path, and in the path with its query.
    pub path: String,
    /// Status of the answer that replaces the real one.
    pub status: Option<u16>,
    /// Body of that answer: text as it is, anything else as JSON.
    pub body: Option<Value>,
    /// Further headers of that answer, such as `Retry-After`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// How many requests it strikes; without it, all until the faults are cleared.
    pub times: Option<u32>,
    /// Milliseconds the request is held back first, and no longer than until the faults are cleared; of one that is cut
    /// `late`, its work, whether they are cleared or not.
    #[serde(default)]
    pub delay_ms: u64,
    /// Closes the connection instead of answering.
    pub cut: Option<When>,
}

/// A fault that strikes one request.
#[derive(Clone, Debug)]
pub struct Strike {
    /// Status and body of the answer that replaces the real one.
    pub answer: Option<(u16, Option<Value>)>,
    /// Further headers of that answer.
    pub headers: BTreeMap<String, String>,
    /// Milliseconds to wait first.
    pub delay_ms: u64,
    /// Closes the connection.
    pub cut: Option<When>,
}

/// The faults in force, oldest first; the first that matches strikes.
#[derive(Debug, Default)]
pub struct Faults {
    orders: Mutex<Vec<(Regex, Order)>>,
    cleared: Notify,
}

impl Faults {
    /// Adds one; the error says what is wrong with its expression.
    pub fn add(&self, order: Order) -> Result<(), regex::Error> {
        let path = Regex::new(&order.path)?;
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).push((path, order));
        Ok(())
    }

    /// Removes all, and lets go of what is held back.
    pub fn clear(&self) {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.cleared.notify_waiters();
    }

    /// Ends when the faults are cleared the next time, counted from this call and not from when it is awaited.
    pub fn cleared(&self) -> Notified<'_> {
        self.cleared.notified()
    }

    /// The faults in force, each with the strikes it has left.
    pub fn list(&self) -> Vec<Order> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(_, order)| order.clone()).collect()
    }

    /// The fault for a request, if one strikes it; uses up one of its times.
    pub fn strike(&self, path: &str, target: &str) -> Option<Strike> {
        let mut faults = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let at = faults.iter().position(|(regex, _)| regex.is_match(path) || regex.is_match(target))?;
        let order = &mut faults[at].1;
        let strike = Strike {
            answer: order.status.map(|status| (status, order.body.clone())),
            headers: order.headers.clone(),
            delay_ms: order.delay_ms,
            cut: order.cut,
        };
        if let Some(times) = &mut order.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                faults.remove(at);
            }
        }
        Some(strike)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Faults, Order};

    fn order(path: &str, times: Option<u32>) -> Order {
        Order {
            path: path.to_owned(),
            status: Some(503),
            body: None,
            headers: BTreeMap::new(),
            times,
            delay_ms: 0,
            cut: None,
        }
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_says_and_then_is_gone() {
        let faults = Faults::default();
        faults.add(order("/messages$", Some(2))).unwrap();
        assert!(faults.strike("/gmail/v1/users/me/labels", "/gmail/v1/users/me/labels").is_none());
        for _ in 0..2 {
            assert!(faults.strike("/gmail/v1/users/me/messages", "/gmail/v1/users/me/messages?q=x").is_some());
        }
        assert!(faults.strike("/gmail/v1/users/me/messages", "/gmail/v1/users/me/messages?q=x").is_none());
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_fault_can_name_the_query_and_be_cleared() {
        let faults = Faults::default();
        faults.add(order("format=full", None)).unwrap();
        assert!(faults.strike("/m/1", "/m/1?format=full").is_some());
        faults.clear();
        assert!(faults.strike("/m/1", "/m/1?format=full").is_none());
        assert!(faults.add(order("(", None)).is_err());
    }
}
