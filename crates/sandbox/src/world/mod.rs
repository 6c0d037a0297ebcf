//! The pretend world: people and what they own. Nothing in it is stored but what changed since the start.

pub mod compose;
pub mod history;
pub mod ids;
pub mod labels;
pub mod mailbox;
pub mod mime;
pub mod mixed;
pub mod outlook;
pub mod people;
pub mod phrase;
pub mod plan;

use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chrono::{DateTime, Utc};

pub use mailbox::Mailbox;
pub use outlook::Outlook;
pub use people::Person;

use crate::config::Config;
use crate::world::plan::Plan;

/// Most mails a person can have.
const MOST_MESSAGES: usize = 1_000_000;

/// Someone with all that is theirs.
#[derive(Debug)]
pub struct Resident {
    /// Who it is.
    pub person: Person,
    mailbox: RwLock<Mailbox>,
    outlook: OnceLock<RwLock<Outlook>>,
    plan: Plan,
    start: DateTime<Utc>,
}

impl Resident {
    /// The mailbox, to look.
    pub fn mailbox(&self) -> RwLockReadGuard<'_, Mailbox> {
        self.mailbox.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The mailbox, to change.
    pub fn mailbox_mut(&self) -> RwLockWriteGuard<'_, Mailbox> {
        self.mailbox.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The mailbox at Microsoft, to look.
    pub fn outlook(&self) -> RwLockReadGuard<'_, Outlook> {
        self.outlook_lock().read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The mailbox at Microsoft, to change.
    pub fn outlook_mut(&self) -> RwLockWriteGuard<'_, Outlook> {
        self.outlook_lock().write().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many mails the mailbox at Microsoft has; counting them does not build it.
    pub fn outlook_count(&self) -> usize {
        let planned = usize::try_from(self.plan.total).unwrap_or(0);
        self.outlook.get().map_or(planned, |_| self.outlook().order(None).len())
    }

    /// It is built when first asked for: most sandboxes never are.
    fn outlook_lock(&self) -> &RwLock<Outlook> {
        self.outlook.get_or_init(|| RwLock::new(Outlook::build(self.person.clone(), self.plan, self.start)))
    }
}

/// Everybody.
#[derive(Debug)]
pub struct World {
    residents: Vec<Resident>,
}

impl World {
    /// The world of a configuration, whose newest mails lie just before `base`.
    pub fn build(config: &Config, base: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let residents = (0..config.people.max(1)).map(|number| {
            let person = Person::invent(config.seed, number);
            let plan = Plan {
                seed: config.seed,
                person: number as u64,
                total: u32::try_from(config.messages.min(MOST_MESSAGES)).unwrap_or(0),
                base_s: u32::try_from(base.timestamp()).unwrap_or(u32::MAX),
                threads: config.threads,
                folders: config.folders,
            };
            let mailbox = RwLock::new(Mailbox::build(person.clone(), plan, now));
            Resident { person, mailbox, outlook: OnceLock::new(), plan, start: now }
        });
        Self { residents: residents.collect() }
    }

    /// Everybody, in the order of their numbers.
    pub fn residents(&self) -> &[Resident] {
        &self.residents
    }

    /// Who has this address (case does not matter) or this subject id.
    pub fn find(&self, address_or_subject: &str) -> Option<&Resident> {
        let wanted = address_or_subject.trim().to_lowercase();
        self.residents.iter().find(|resident| resident.person.address == wanted || resident.person.subject == wanted)
    }
}
