//! What Gatepost does, without HTTP serving and without a screen.
//!
//! # Layout
//!
//! Modules import downwards only, in this order (`make boundaries` checks it):
//!
//! - [`clock`]: time and chance as values. [`trouble`]: errors in a word. `database`: write transactions. [`vault`]: secrets sealed before they are stored. [`cache`]: short memory and
//!   notices. `installation`: whose keys these are. [`audit`]: who did what. [`keys`]: changing the encryption keys.
//!   [`jobs`]: durable background work. [`notifications`]: what people are told.
//! - [`sessions`], [`tokens`], [`users`]: browsers, programs that speak for a person, and who signs in.
//! - [`providers`]: Google's and Microsoft's authorization servers and Gmail, with time-outs and budgets.
//! - [`connections`]: attempts, grants, states.
//! - [`mail`]: stored messages. [`sync`]: keeps them equal to the provider's. [`acting`]: what people do to them, there and here.
//!   [`news`]: providers that tell of news by themselves. [`reading`]: what an opened mail needs that is not stored.
//!   [`writing`]: drafts, and an outbox that sends each mail once.
//! - [`background`]: joins every job to the code that runs it.
//!
//! A lower module asks a higher one for work by enqueuing a job. [`Domain`] builds all services once from [`Deps`].
#![warn(missing_docs)]

pub mod acting;
pub mod audit;
pub mod background;
pub mod cache;
pub mod clock;
pub mod connections;
pub mod database;
pub mod installation;
pub mod jobs;
mod jwt;
pub mod keys;
pub mod mail;
pub mod news;
pub mod notifications;
pub mod providers;
pub mod reading;
pub mod sessions;
pub mod sync;
pub mod tokens;
pub mod trouble;
pub mod users;
pub mod vault;
pub mod writing;

use crate::database::Database;
use acting::Acting;
use audit::activity;
use cache::{Bus, Cache};
use clock::{Clock, Randomness};
use connections::{Alarms, Attempts, Connections};
use mail::Mail;
use news::News;
use notifications::{MailSettings, Notifications, PostError};
use providers::{
    Mailboxes,
    auth::AuthServers,
    google::{GoogleSettings, pubsub::Pubsub},
    http::{Http, NoClient},
    microsoft::MicrosoftSettings,
};
use reading::{Reading, outside::Outside};
use sea_orm::DbErr;
use sessions::Sessions;
use std::sync::Arc;
use sync::Sync;
use tokens::Tokens;
use url::Url;
use users::{SignUp, Users};
use vault::Vault;
use writing::Writing;

/// What the outside decides.
#[derive(Clone, Debug)]
pub struct DomainSettings {
    /// How this server is known to Google; `None` when it is not set up.
    pub google: Option<GoogleSettings>,
    /// How this server is known to Microsoft; `None` when it is not set up.
    pub microsoft: Option<MicrosoftSettings>,
    /// Whether strangers may make an account.
    pub sign_up: SignUp,
    /// How mails leave.
    pub mail: MailSettings,
    /// Origin of the site: for the links in mails, and `iss` of the tokens it signs.
    pub public_url: Url,
}

/// What the domain stands on.
pub struct Deps {
    /// SQLite or PostgreSQL, migrated.
    pub db: Database,
    /// Short memory.
    pub cache: Cache,
    /// Notices to open screens.
    pub bus: Bus,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub randomness: Randomness,
    /// The encryption keys.
    pub vault: Vault,
    /// The way to servers that mails name.
    pub outside: Outside,
    /// What the operator decided.
    pub settings: DomainSettings,
}

/// Why the services could not be built.
#[derive(Debug, thiserror::Error)]
pub enum CannotStart {
    /// No HTTP client.
    #[error("calls to providers cannot be made")]
    Http(#[from] NoClient),
    /// No way for mails.
    #[error("mails cannot be sent")]
    Mail(#[from] PostError),
}

/// All services. Cheap to clone.
#[derive(Clone)]
pub struct Domain(Arc<Services>);

struct Services {
    db: Database,
    cache: Cache,
    bus: Bus,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
    vault: Arc<Vault>,
    users: Arc<Users>,
    notifications: Notifications,
    sessions: Sessions,
    tokens: Tokens,
    connections: Connections,
    attempts: Attempts,
    mail: Mail,
    sync: Sync,
    acting: Acting,
    news: News,
    reading: Reading,
    writing: Writing,
}

impl Domain {
    /// Builds every service.
    pub fn new(deps: Deps) -> Result<Self, CannotStart> {
        let Deps { db, cache, bus, clock, randomness, vault, outside, settings } = deps;
        let http = Http::new()?;
        let vault = Arc::new(vault);
        let sessions = Sessions { db: db.clone(), clock: clock.clone(), randomness: randomness.clone() };
        let servers = AuthServers::new(&settings, &http, &clock);
        let issuer = settings.public_url.origin().ascii_serialization();
        let host = settings.public_url.host_str().unwrap_or("localhost").to_owned();
        let users = Arc::new(Users::new(cache.clone(), settings.sign_up, sessions.clone()));
        let wording = settings.mail.wording;
        let notifications =
            Notifications::new(db.clone(), clock.clone(), vault.clone(), settings.mail, settings.public_url)?;
        let tokens = Tokens {
            db: db.clone(),
            clock: clock.clone(),
            randomness: randomness.clone(),
            vault: vault.clone(),
            issuer,
        };
        let (google, microsoft) = (settings.google, settings.microsoft);
        let mailboxes = Mailboxes::new(&http, google.as_ref(), microsoft.as_ref(), &clock, &cache);
        let connections = Connections {
            db: db.clone(),
            cache: cache.clone(),
            bus: bus.clone(),
            clock: clock.clone(),
            randomness: randomness.clone(),
            vault: vault.clone(),
            servers,
            mailboxes: Arc::new(mailboxes),
            alarms: Alarms { cache: cache.clone() },
            flights: Arc::default(),
        };
        let attempts = Attempts { connections: connections.clone(), users: users.clone() };
        let mail = Mail::new(db.clone());
        let sync = Sync::new(connections.clone());
        // Fails only for an address that is none, and the settings hold parsed ones.
        let pubsub =
            google.and_then(|google| Pubsub::new(http, google.api_url.as_ref(), google.pubsub?, clock.clone()).ok());
        let reading = Reading::new(sync.clone(), outside)?;
        Ok(Self(Arc::new(Services {
            db,
            cache,
            bus,
            clock,
            randomness,
            vault,
            users,
            notifications,
            sessions,
            tokens,
            connections,
            attempts,
            mail,
            acting: Acting::new(sync.clone()),
            news: News::new(sync.clone(), pubsub),
            writing: Writing::new(sync.clone(), reading.clone(), host, wording),
            reading,
            sync,
        })))
    }

    /// Sign up and sign in.
    pub fn users(&self) -> &Users {
        &self.0.users
    }

    /// Signed-in browsers.
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// Token pairs of programs.
    pub fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    /// Connected mailboxes.
    pub fn connections(&self) -> &Connections {
        &self.0.connections
    }

    /// Trips to a provider.
    pub fn attempts(&self) -> &Attempts {
        &self.0.attempts
    }

    /// Stored mail.
    pub fn mail(&self) -> &Mail {
        &self.0.mail
    }

    /// Keeping mail equal to the provider's.
    pub fn sync(&self) -> &Sync {
        &self.0.sync
    }

    /// What people do to their mail.
    pub fn acting(&self) -> &Acting {
        &self.0.acting
    }

    /// What providers tell by themselves.
    pub fn news(&self) -> &News {
        &self.0.news
    }

    /// What an opened mail needs.
    pub fn reading(&self) -> &Reading {
        &self.0.reading
    }

    /// What people write.
    pub fn writing(&self) -> &Writing {
        &self.0.writing
    }

    /// A person's own events.
    pub async fn activity(&self, user: uuid::Uuid, filter: activity::Filter<'_>) -> Result<activity::Page, DbErr> {
        activity::list(&self.0.db, user, self.0.clock.now(), filter).await
    }

    /// Notices to open screens.
    pub fn bus(&self) -> &Bus {
        &self.0.bus
    }

    /// The time, as everything here sees it.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// The encryption keys, for keys derived from them.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Whether the database answers.
    pub async fn database_answers(&self) -> Result<(), DbErr> {
        self.0.db.ping().await
    }

    /// Whether the shared cache answers; true when there is none.
    pub async fn cache_answers(&self) -> bool {
        self.0.cache.answers().await
    }
}
