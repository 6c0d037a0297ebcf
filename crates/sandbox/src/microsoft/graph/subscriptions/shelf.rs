//! Where subscriptions and what is to be told are kept.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::world::outlook::folders::What;
use crate::world::{Resident, World};

/// The first wait after a notification that nobody took; doubled from then on.
const FIRST_WAIT: Duration = Duration::seconds(10);
/// What nobody took for so long is given up.
const PATIENCE: Duration = Duration::hours(4);

/// One subscription.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Its id.
    pub id: String,
    /// Whose mailbox.
    pub person: String,
    /// What is told of, as it was asked for.
    pub resource: String,
    /// The folder that means; `None` is all of them.
    pub folder: Option<usize>,
    /// Which kinds of changes, with commas between them.
    pub changes: String,
    /// Where it is told.
    pub url: String,
    /// Where it is told what becomes of the subscription.
    pub lifecycle: Option<String>,
    /// The app's secret.
    pub state: Option<String>,
    /// When it ends.
    pub expires: DateTime<Utc>,
    /// Whether ids are those that survive moves.
    pub immutable: bool,
    /// The mailbox's count of changes up to which it was told.
    pub told: u64,
    /// It waits to be authorized again.
    pub paused: bool,
}

/// What becomes of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Event {
    /// It must be authorized again, or falls silent.
    ReauthorizationRequired,
    /// It is gone.
    SubscriptionRemoved,
    /// Something was not told.
    Missed,
}

/// Something to post.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Where.
    pub url: String,
    /// What.
    pub body: Value,
    since: DateTime<Utc>,
    next: DateTime<Utc>,
    wait: Duration,
}

#[derive(Debug, Default)]
struct State {
    subscriptions: BTreeMap<String, Subscription>,
    letters: Vec<Letter>,
    /// Letters that are on their way.
    out: usize,
    sent: u64,
    /// Nothing is told.
    silent: bool,
}

/// All of it.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<State>);

impl Shelf {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The subscriptions of a person.
    pub fn of(&self, person: &str) -> Vec<Subscription> {
        self.state().subscriptions.values().filter(|one| one.person == person).cloned().collect()
    }

    /// Whether there is one of the same person, resource and changes.
    pub fn has_like(&self, other: &Subscription) -> bool {
        let same = |one: &Subscription| one.resource == other.resource && one.changes == other.changes;
        self.of(&other.person).iter().any(same)
    }

    /// Keeps one.
    pub fn put(&self, subscription: Subscription) {
        self.state().subscriptions.insert(subscription.id.clone(), subscription);
    }

    /// Lets one go on.
    pub fn renew(&self, id: &str, expires: DateTime<Utc>) -> Option<Subscription> {
        let mut state = self.state();
        let found = state.subscriptions.get_mut(id)?;
        (found.expires, found.paused) = (expires, false);
        Some(found.clone())
    }

    /// Ends one.
    pub fn remove(&self, id: &str) {
        self.state().subscriptions.remove(id);
    }

    /// Lets what happens from now on be told, or not.
    pub fn set_silent(&self, silent: bool) {
        self.state().silent = silent;
    }

    /// Something becomes of every subscription of a person.
    pub fn happen(&self, person: &str, event: Event, now: DateTime<Utc>) {
        let mut state = self.state();
        let own: Vec<Subscription> = state.subscriptions.values().filter(|one| one.person == person).cloned().collect();
        for one in own {
            match event {
                Event::SubscriptionRemoved => _ = state.subscriptions.remove(&one.id),
                Event::ReauthorizationRequired => {
                    if let Some(found) = state.subscriptions.get_mut(&one.id) {
                        found.paused = true;
                    }
                }
                Event::Missed => {}
            }
            let word = match event {
                Event::SubscriptionRemoved => "subscriptionRemoved",
                Event::ReauthorizationRequired => "reauthorizationRequired",
                Event::Missed => "missed",
            };
            let body = json!({"value": [{
                "subscriptionId": one.id,
                "subscriptionExpirationDateTime": one.expires.to_rfc3339(),
                "clientState": one.state,
                "lifecycleEvent": word,
            }]});
            if let Some(url) = one.lifecycle {
                state.letters.push(Letter::new(url, body, now));
            }
        }
    }

    /// Writes down what is to be told, and takes what is to be posted now.
    pub fn take_due(&self, world: &World, now: DateTime<Utc>) -> Vec<Letter> {
        let mut state = self.state();
        state.subscriptions.retain(|_, one| one.expires > now);
        let mut new = Vec::new();
        for one in state.subscriptions.values_mut() {
            let Some(resident) = world.find(&one.person) else { continue };
            let value = news(resident, one);
            if !value.is_empty() && !one.paused {
                new.push(Letter::new(one.url.clone(), json!({"value": value}), now));
            }
        }
        if !state.silent {
            state.letters.extend(new);
        }
        let (due, later) = state.letters.drain(..).partition(|letter: &Letter| letter.next <= now);
        state.letters = later;
        state.out += due.len();
        due
    }

    /// A letter was taken, or comes again later.
    pub fn settle(&self, mut letter: Letter, taken: bool, now: DateTime<Utc>) {
        let mut state = self.state();
        state.out -= 1;
        if taken {
            state.sent += 1;
        } else if letter.since + PATIENCE > now {
            (letter.next, letter.wait) = (now + letter.wait, letter.wait * 2);
            state.letters.push(letter);
        }
    }

    /// What there is; secrets are shown to tests, which forge with them.
    pub fn show(&self) -> Value {
        let state = self.state();
        let one = |one: &Subscription| {
            json!({"id": one.id, "person": one.person, "url": one.url, "client_state": one.state,
                "immutable": one.immutable, "paused": one.paused, "expires": one.expires.to_rfc3339()})
        };
        json!({
            "subscriptions": state.subscriptions.values().map(one).collect::<Vec<_>>(),
            "undelivered": state.letters.len() + state.out,
            "on_their_way": state.out,
            "delivered": state.sent,
        })
    }
}

impl Letter {
    fn new(url: String, body: Value, now: DateTime<Utc>) -> Self {
        Self { url, body, since: now, next: now, wait: FIRST_WAIT }
    }
}

/// What changed since a subscription was last told, each mail once for each kind of change.
fn news(resident: &Resident, one: &mut Subscription) -> Vec<Value> {
    let outlook = resident.outlook();
    let mut value = Vec::new();
    for (at, folder) in outlook.folders.iter().enumerate() {
        if one.folder.is_some_and(|wanted| wanted != at) {
            continue;
        }
        for line in folder.since(one.told) {
            let (change, moves) = match line.what {
                What::Created => ("created", None),
                What::Updated => ("updated", None),
                What::Removed { moves, .. } => ("deleted", Some(moves)),
            };
            if one.changes.split(',').any(|wanted| wanted.trim() == change) {
                let id = match moves {
                    Some(moves) => outlook.id_then(line.sequence, moves, one.immutable),
                    None => outlook.id(line.sequence, one.immutable),
                };
                value.push(notification(resident, one, change, &id));
            }
        }
    }
    one.told = outlook.stamp;
    value
}

fn notification(resident: &Resident, one: &Subscription, change: &str, id: &str) -> Value {
    let resource = format!("Users/{}/Messages/{id}", resident.person.graph_id());
    json!({
        "subscriptionId": one.id,
        "subscriptionExpirationDateTime": one.expires.to_rfc3339(),
        "clientState": one.state,
        "changeType": change,
        "resource": resource,
        "tenantId": resident.person.object,
        "resourceData": {"@odata.type": "#Microsoft.Graph.Message", "@odata.id": resource, "id": id},
    })
}
