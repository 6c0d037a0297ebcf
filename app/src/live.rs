//! The one event stream (`GET /events`), as signals.
//!
//! Only a signed-in, hydrated page opens it. It reconnects by itself, and after every gap it asks the screens to read
//! again what they show, since events of the gap are gone.

use crate::{
    browser,
    features::connections::{ConnectionState, SyncProgress, SyncStage, SyncWait},
    kept::on_change,
};
use futures::StreamExt;
use gloo_net::eventsource::futures::{EventSource, EventSourceSubscription};
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One server-sent event: ids and numbers only, never a subject, an address or a token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveEvent {
    /// A connection's sync moved.
    Sync { connection: Uuid, progress: SyncProgress },
    /// New or changed mail was stored for a connection.
    Mail { connection: Uuid },
    /// A connection was made, became ill, was repaired or is going.
    Connection { connection: Uuid, state: ConnectionState },
    /// A mail that the person writes was queued, taken back, sent, failed or thrown away.
    Written { mail: Uuid },
}

/// The names the events have in the stream.
const NAMES: [&str; 4] = ["sync", "mail", "connection", "written"];
/// The first wait before the stream is opened again, in milliseconds; it doubles up to [`LONGEST_WAIT_MS`].
const FIRST_WAIT_MS: i32 = 1_000;
const LONGEST_WAIT_MS: i32 = 60_000;

/// What the stream has told so far. Every reading is tracked.
#[derive(Clone, Copy)]
pub struct Live {
    progress: RwSignal<BTreeMap<Uuid, SyncProgress>>,
    states: RwSignal<BTreeMap<Uuid, ConnectionState>>,
    mail: RwSignal<BTreeMap<Uuid, u32>>,
    connections: RwSignal<u32>,
    written: RwSignal<u32>,
    gaps: RwSignal<u32>,
}

impl Live {
    /// Makes the signals; opens the stream when somebody is signed in.
    pub fn provide(signed_in: bool) -> Self {
        let live = Self {
            progress: RwSignal::default(),
            states: RwSignal::default(),
            mail: RwSignal::default(),
            connections: RwSignal::default(),
            written: RwSignal::default(),
            gaps: RwSignal::default(),
        };
        provide_context(live);
        if signed_in {
            Effect::new(move |_| spawn_local(live.listen()));
        }
        live
    }

    /// The newest progress of a connection, once the stream has told one.
    pub fn progress(self, connection: Uuid) -> Option<SyncProgress> {
        self.progress.with(|known| known.get(&connection).cloned())
    }

    /// What every sync is about, as far as the stream has told: changes when one begins, ends or waits, and not with every
    /// mail.
    pub fn turns(self) -> (Vec<(Uuid, SyncStage, Option<SyncWait>)>, u32) {
        let turns = self
            .progress
            .with(|known| known.iter().map(|(id, progress)| (*id, progress.stage, progress.wait)).collect::<Vec<_>>());
        (turns, self.gaps.get() + self.connections.get())
    }

    /// The newest state of a connection, once the stream has told one.
    pub fn state(self, connection: Uuid) -> Option<ConnectionState> {
        self.states.with(|known| known.get(&connection).cloned())
    }

    /// Grows whenever mail changed: of one connection, or of any.
    pub fn mail_changes(self, connection: Option<Uuid>) -> u32 {
        let told = self.mail.with(|known| match connection {
            Some(connection) => known.get(&connection).copied().unwrap_or_default(),
            None => known.values().sum(),
        });
        told + self.gaps.get() + self.connections.get()
    }

    /// Grows whenever the set of connections or what their cards show may have changed.
    pub fn connection_changes(self) -> u32 {
        self.connections.get() + self.gaps.get()
    }

    /// Grows whenever a mail that the person writes was queued, taken back, sent, failed or thrown away.
    pub fn written_changes(self) -> u32 {
        self.written.get() + self.gaps.get()
    }

    /// A popup reported a new connection: no need to wait for the stream to say so.
    pub fn connection_made(self) {
        self.connections.update(|count| *count += 1);
    }

    /// Keeps the stream open for as long as the page lives.
    async fn listen(self) {
        let mut wait = FIRST_WAIT_MS;
        let mut first = true;
        loop {
            if let Ok(mut source) = EventSource::new("/events") {
                if !first {
                    self.gaps.update(|count| *count += 1);
                }
                if self.follow(&mut source).await {
                    wait = FIRST_WAIT_MS;
                }
            }
            first = false;
            browser::pause(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT_MS);
        }
    }

    /// Reads until the browser gives the stream up. Whether anything arrived.
    async fn follow(self, source: &mut EventSource) -> bool {
        // The browser reopens a dropped stream by itself; "open" tells that there was a gap.
        let opened = source.subscribe("open").ok();
        let named: Vec<EventSourceSubscription> =
            NAMES.iter().filter_map(|name| source.subscribe(*name).ok()).collect();
        let mut events = futures::stream::select_all(opened.into_iter().chain(named));
        let mut opens = 0;
        while let Some(Ok((name, event))) = events.next().await {
            if name == "open" {
                opens += 1;
                if opens > 1 {
                    self.gaps.update(|count| *count += 1);
                }
            } else if let Some(event) =
                event.data().as_string().and_then(|text| serde_json::from_slice(text.as_bytes()).ok())
            {
                self.hear(event);
            }
        }
        opens > 0
    }

    fn hear(self, event: LiveEvent) {
        match event {
            LiveEvent::Sync { connection, progress } => {
                let before = self.progress.with_untracked(|known| known.get(&connection).map(|before| before.stage));
                // A finished sync changes more of a card than its progress. A short one may be told of only when it is over.
                let finished = progress.stage == SyncStage::Live && before != Some(SyncStage::Live);
                self.progress.update(|known| drop(known.insert(connection, progress)));
                if finished {
                    self.connection_made();
                }
            }
            LiveEvent::Mail { connection } => {
                self.mail.update(|known| *known.entry(connection).or_default() += 1);
            }
            LiveEvent::Connection { connection, state } => {
                self.states.update(|known| drop(known.insert(connection, state)));
                self.connection_made();
            }
            LiveEvent::Written { .. } => self.written.update(|count| *count += 1),
        }
    }
}

/// Runs `again` whenever a connection may have changed.
pub fn on_change_of_connections(again: Callback<()>) {
    let live = expect_context::<Live>();
    on_change(move || live.connection_changes(), again);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_reads_as_the_server_writes_it() {
        let text = r#"{"type":"mail","connection":"6f9619ff-8b86-4011-b42d-00c04fc964ff"}"#;
        let event: LiveEvent = serde_json::from_str(text).unwrap();
        assert_eq!(event, LiveEvent::Mail { connection: "6f9619ff-8b86-4011-b42d-00c04fc964ff".parse().unwrap() });
        assert_eq!(serde_json::to_string(&event).unwrap(), text);
    }

    #[test]
    fn what_was_heard_is_told_by_connection() {
        Owner::new().with(|| {
            let live = Live::provide(false);
            let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
            live.hear(LiveEvent::Mail { connection: one });
            live.hear(LiveEvent::Mail { connection: one });
            live.hear(LiveEvent::Connection { connection: other, state: ConnectionState::Active });
            assert_eq!(live.mail_changes(Some(one)), 3);
            assert_eq!(live.mail_changes(Some(other)), 1);
            assert_eq!(live.mail_changes(None), 3);
            assert_eq!(live.connection_changes(), 1);
            assert_eq!(live.state(other), Some(ConnectionState::Active));
        });
    }
}
