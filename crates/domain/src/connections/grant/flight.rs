//! Who in this process is fetching a token for which connection: everybody else waits for them instead of asking the
//! database all at once. And what must not be given up halfway: between the provider's answer and our commit a token that
//! took the place of the old one exists nowhere else.

use chrono::{DateTime, Utc};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio_util::task::TaskTracker;
use tracing::Instrument;
use uuid::Uuid;

/// One connection's turn; holds when its last fetch failed, if it did.
pub(super) type Flight = tokio::sync::Mutex<Option<DateTime<Utc>>>;

/// Connections remembered at least before the unused ones are looked for.
const MANY: usize = 1_000;

/// The turns of all connections. A turn lives as long as somebody holds it, and a little longer.
#[derive(Default)]
pub(crate) struct Flights {
    turns: Mutex<HashMap<Uuid, Arc<Flight>>>,
    under_way: TaskTracker,
}

impl Flights {
    /// Goes on to the end of `work` even when whoever asked for it has left: a closed page, a job whose lease went.
    pub(in crate::connections) async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        match self.under_way.spawn(work.in_current_span()).await {
            Ok(done) => done,
            Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
            // Only the end of the runtime takes the work away, and the caller with it.
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits for what is under way, `most` long; says whether all of it ended.
    pub(crate) async fn landed(&self, most: Duration) -> bool {
        self.under_way.close();
        tokio::time::timeout(most, self.under_way.wait()).await.is_ok()
    }

    /// The turn of a connection.
    pub(super) fn of(&self, connection: Uuid) -> Arc<Flight> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= MANY {
            turns.retain(|_, flight| Arc::strong_count(flight) > 1);
        }
        turns.entry(connection).or_default().clone()
    }
}
