//! `GET /events`: what moves in a person's mailboxes, as server-sent events.
//!
//! Notices carry ids only, so that a burst costs nothing: they are gathered for a moment, and the numbers are loaded once
//! for all of them. A stream ends with its session and with the server.

use super::{session::Asking, site::Site};
use crate::bridge::connections;
use app::{
    features::{connections::ConnectionState, users::Viewer},
    live::LiveEvent,
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use domain::cache::{Notice, What};
use std::{collections::BTreeSet, convert::Infallible};
use tokio::{
    sync::{broadcast, mpsc},
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};
use tokio_stream::wrappers::ReceiverStream;
use uuid::Uuid;

/// Events a slow reader may be behind before the stream waits for it.
const BUFFERED: usize = 64;
/// Tells proxies not to hold events back.
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Opens a stream for the signed-in person.
pub async fn stream(State(site): State<Site>, Extension(asking): Extension<Asking>) -> Response {
    let Some(viewer) = asking.viewer else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let notices = site.domain.bus().subscribe();
    let (events, received) = mpsc::channel(BUFFERED);
    let feeder = Feeder { site, viewer, events, gathered: Gathered::default() };
    tokio::spawn(feeder.run(notices));
    let mut response = Sse::new(ReceiverStream::new(received)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(NO_BUFFERING, HeaderValue::from_static("no"));
    response
}

/// What moved since numbers were last loaded.
#[derive(Default)]
struct Gathered {
    sync: BTreeSet<Uuid>,
    mail: BTreeSet<Uuid>,
    connection: BTreeSet<Uuid>,
    written: BTreeSet<Uuid>,
    /// Notices were lost: everything counts as moved.
    everything: bool,
}

impl Gathered {
    fn add(&mut self, what: What) {
        match what {
            What::Sync { connection } => self.sync.insert(connection),
            What::Mail { connection } => self.mail.insert(connection),
            What::Connection { connection } => self.connection.insert(connection),
            What::Written { mail } => self.written.insert(mail),
        };
    }

    fn is_empty(&self) -> bool {
        let none = [&self.sync, &self.mail, &self.connection, &self.written].iter().all(|kind| kind.is_empty());
        none && !self.everything
    }
}

/// Feeds one stream until somebody ends it.
struct Feeder {
    site: Site,
    viewer: Viewer,
    events: mpsc::Sender<Result<Event, Infallible>>,
    gathered: Gathered,
}

/// The reader is gone.
struct Gone;

impl Feeder {
    async fn run(mut self, mut notices: broadcast::Receiver<Notice>) {
        let mut alive = interval(self.site.pace.keep_alive);
        alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut next_load = Instant::now();
        let stop = self.site.stop.clone();
        loop {
            let waiting = !self.gathered.is_empty();
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.events.closed() => return,
                _ = alive.tick() => {
                    if !self.session_lives().await || self.send(Event::default().comment("")).await.is_err() {
                        return;
                    }
                    self.note_looking().await;
                }
                notice = notices.recv() => match notice {
                    Ok(notice) if notice.user == self.viewer.user_id => self.gathered.add(notice.what),
                    Ok(_) => {}
                    Err(broadcast::error::RecvError::Lagged(_)) => self.gathered.everything = true,
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                () = sleep_until(next_load), if waiting => {
                    next_load = Instant::now() + self.site.pace.gather;
                    if self.tell().await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    async fn session_lives(&self) -> bool {
        // A database that does not answer just now ends nobody's session.
        self.site.domain.sessions().is_alive(self.viewer.session_id).await.unwrap_or(true)
    }

    /// An open stream is an open page: whoever has one is told of new mail sooner.
    async fn note_looking(&self) {
        if let Err(error) = self.site.domain.sync().note_looking(self.viewer.user_id).await {
            self.site.reports.unexpected(&error);
        }
    }

    async fn send(&self, event: Event) -> Result<(), Gone> {
        self.events.send(Ok(event)).await.map_err(|_| Gone)
    }

    /// Loads the numbers of what moved and sends them.
    async fn tell(&mut self) -> Result<(), Gone> {
        let gathered = std::mem::take(&mut self.gathered);
        for mail in &gathered.written {
            if let Ok(event) = Event::default().event("written").json_data(LiveEvent::Written { mail: *mail }) {
                self.send(event).await?;
            }
        }
        let cards = connections::cards(&self.site.domain, &self.site.reports, self.viewer.user_id).await;
        // A failure is in the log already; the next notice tries again.
        let Ok(cards) = cards else { return Ok(()) };
        let gone = gathered.connection.iter().filter(|id| cards.iter().all(|card| card.id != **id));
        for connection in gone {
            let removed = LiveEvent::Connection { connection: *connection, state: ConnectionState::Removed };
            if let Ok(event) = Event::default().event("connection").json_data(&removed) {
                self.send(event).await?;
            }
        }
        for card in cards {
            let moved = |kind: &BTreeSet<Uuid>| gathered.everything || kind.contains(&card.id);
            let mut events = Vec::new();
            if moved(&gathered.connection) {
                events.push(("connection", LiveEvent::Connection { connection: card.id, state: card.state.clone() }));
            }
            if moved(&gathered.sync) {
                events.push(("sync", LiveEvent::Sync { connection: card.id, progress: card.progress.clone() }));
            }
            if moved(&gathered.mail) {
                events.push(("mail", LiveEvent::Mail { connection: card.id }));
            }
            for (name, event) in events {
                if let Ok(event) = Event::default().event(name).json_data(&event) {
                    self.send(event).await?;
                }
            }
        }
        Ok(())
    }
}
