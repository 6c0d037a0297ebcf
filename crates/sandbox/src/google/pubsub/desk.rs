//! The pretend project's topic and subscription, and what lies in it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::chance::random;
use crate::world::World;
use crate::world::labels::Marks;

/// The project that the OAuth clients belong to.
pub const PROJECT: &str = "projects/gatepost";
/// Its topic.
pub const TOPIC: &str = "projects/gatepost/topics/mail";
/// The topic's subscription.
pub const SUBSCRIPTION: &str = "projects/gatepost/subscriptions/gatepost";
/// What was pulled and not acknowledged in this time comes again: Pub/Sub's default.
const ACK_DEADLINE: Duration = Duration::seconds(10);
/// Gmail tells of a mailbox at most once in this time; what comes in between is not told of.
const PAUSE: Duration = Duration::seconds(1);

/// One mailbox that Gmail tells of.
#[derive(Debug)]
pub struct Watch {
    /// When it ends.
    pub expires: DateTime<Utc>,
    /// Labels that changes must touch, or must not; `None` is everything.
    pub labels: Option<(Marks, bool)>,
    /// History id up to which changes were told, or left out.
    pub told: u64,
    /// When it was last told of.
    pub last: Option<DateTime<Utc>>,
}

#[derive(Debug)]
struct Message {
    id: u64,
    data: String,
    published: DateTime<Utc>,
    /// Given to whoever pulled, until when.
    lease: Option<(String, DateTime<Utc>)>,
    attempts: u32,
}

#[derive(Debug, Default)]
struct State {
    watches: BTreeMap<String, Watch>,
    messages: Vec<Message>,
    published: u64,
    /// Gmail may not publish in the topic.
    closed: bool,
}

/// Everything about it.
#[derive(Debug, Default)]
pub struct Desk(Mutex<State>);

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether Gmail may publish in the topic.
    pub fn is_open(&self) -> bool {
        !self.state().closed
    }

    /// Lets Gmail publish in the topic, or not.
    pub fn set_open(&self, open: bool) {
        self.state().closed = !open;
    }

    /// Begins to watch a mailbox, or begins again.
    pub fn watch(&self, address: &str, watch: Watch) {
        self.state().watches.insert(address.to_owned(), watch);
    }

    /// Ends it.
    pub fn stop(&self, address: &str) {
        self.state().watches.remove(address);
    }

    /// Tells of what changed in watched mailboxes since it was last told.
    pub fn sweep(&self, world: &World, now: DateTime<Utc>) {
        let mut state = self.state();
        state.watches.retain(|_, watch| watch.expires > now);
        let mut news = Vec::new();
        for (address, watch) in &mut state.watches {
            let Some(resident) = world.find(address) else { continue };
            let mailbox = resident.mailbox();
            let changes = mailbox.changes(watch.told, now).unwrap_or_default();
            let Some(last) = changes.last() else { continue };
            let touches =
                |labels: Marks, included: bool| changes.iter().any(|change| change.marks.any(labels) == included);
            let wanted = watch.labels.is_none_or(|(labels, included)| touches(labels, included));
            watch.told = last.id;
            if wanted && watch.last.is_none_or(|before| before + PAUSE <= now) {
                watch.last = Some(now);
                news.push(json!({"emailAddress": address, "historyId": last.id}));
            }
        }
        if !state.closed {
            for told in news {
                state.publish(&told.to_string(), now);
            }
        }
    }

    /// A message by whoever may publish.
    pub fn publish(&self, text: &str, now: DateTime<Utc>) {
        self.state().publish(text, now);
    }

    /// At most so many messages that nobody holds.
    pub fn pull(&self, most: usize, now: DateTime<Utc>) -> Vec<Value> {
        let mut state = self.state();
        let free = |message: &&mut Message| message.lease.as_ref().is_none_or(|(_, until)| *until <= now);
        let give = |message: &mut Message| {
            let ack_id = random(24);
            message.lease = Some((ack_id.clone(), now + ACK_DEADLINE));
            message.attempts += 1;
            json!({"ackId": ack_id, "message": {
                "data": message.data,
                "messageId": message.id.to_string(),
                "publishTime": message.published.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            }})
        };
        state.messages.iter_mut().filter(free).take(most).map(give).collect()
    }

    /// Forgets what these ids were given for. One that is too late changes nothing: its message comes again.
    pub fn acknowledge(&self, ack_ids: &[&str], now: DateTime<Utc>) {
        let held = |message: &Message| {
            message.lease.as_ref().is_some_and(|(ack_id, until)| ack_ids.contains(&ack_id.as_str()) && *until > now)
        };
        self.state().messages.retain(|message| !held(message));
    }

    /// Loses everything that lies there.
    pub fn lose(&self) {
        self.state().messages.clear();
    }

    /// What there is.
    pub fn show(&self) -> Value {
        let state = self.state();
        let watches = state.watches.iter().map(|(address, watch)| {
            json!({"address": address, "expires": watch.expires.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)})
        });
        json!({
            "topic": TOPIC,
            "subscription": SUBSCRIPTION,
            "open": !state.closed,
            "published": state.published,
            "waiting": state.messages.len(),
            "attempts": state.messages.iter().map(|message| message.attempts).collect::<Vec<_>>(),
            "watches": watches.collect::<Vec<_>>(),
        })
    }
}

impl State {
    fn publish(&mut self, text: &str, now: DateTime<Utc>) {
        self.published += 1;
        let (id, data) = (self.published, STANDARD.encode(text));
        self.messages.push(Message { id, data, published: now, lease: None, attempts: 0 });
    }
}
