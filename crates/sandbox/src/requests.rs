//! The log of what was asked of the pretend providers, batch parts each on a line of their own.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::state::Provider;

/// Lines kept; older ones are forgotten.
const KEPT: usize = 200_000;

/// One request.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// When, by the sandbox's clock (RFC 3339).
    pub at: String,
    /// Who was asked.
    pub provider: Provider,
    /// Its method.
    pub method: String,
    /// Its path without the query.
    pub path: String,
    /// Its query, still encoded; empty when a token stood in it.
    pub query: String,
    /// The `grant_type` of a call of a token endpoint, so that refreshes can be counted.
    pub grant: Option<String>,
    /// Whose token it carried.
    pub person: Option<String>,
    /// Quota units it cost.
    pub units: u32,
    /// The status it was answered with; 0 when the connection was cut.
    pub status: u16,
}

/// The log.
#[derive(Debug, Default)]
pub struct Requests(Mutex<VecDeque<Line>>);

impl Requests {
    /// Adds a line.
    pub fn note(&self, line: Line) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// All lines, oldest first.
    pub fn list(&self) -> Vec<Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Forgets all lines.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
