//! Who in this process is fetching a token for which connection: everybody else waits for them instead of asking the
//! database all at once.

use chrono::{DateTime, Utc};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use uuid::Uuid;

/// One connection's turn; holds when its last fetch failed, if it did.
pub(super) type Flight = tokio::sync::Mutex<Option<DateTime<Utc>>>;

/// Connections remembered at least before the unused ones are looked for.
const MANY: usize = 1_000;

/// The turns of all connections. A turn lives as long as somebody holds it, and a little longer.
#[derive(Default)]
pub(crate) struct Flights(Mutex<HashMap<Uuid, Arc<Flight>>>);

impl Flights {
    /// The turn of a connection.
    pub(super) fn of(&self, connection: Uuid) -> Arc<Flight> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= MANY {
            turns.retain(|_, flight| Arc::strong_count(flight) > 1);
        }
        turns.entry(connection).or_default().clone()
    }
}
