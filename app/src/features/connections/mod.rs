//! Connected mailboxes: their cards, the consent popup and its outcomes.

mod attempts;
mod card;
mod connect;
mod page;
mod progress;
pub mod server;

pub use attempts::AttemptLines;
pub use connect::ConnectButton;
pub use page::ConnectionsScreen;
pub use progress::{SyncLine, combined};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A company whose mailboxes can be connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    Google,
    Microsoft,
}

impl Provider {
    /// The word used in addresses (`/auth/google/start`).
    pub fn slug(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }

    /// The company's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Microsoft => "Microsoft",
        }
    }

    /// The product's name, as on the connect button.
    pub fn mail_name(self) -> &'static str {
        match self {
            Self::Google => "Gmail",
            Self::Microsoft => "Outlook",
        }
    }
}

/// What a connection may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    Mail,
    Manage,
    Send,
    Calendar,
    Sheets,
}

/// How a connection is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// The grant works.
    Active,
    /// The provider ended the grant; the person has to connect again.
    NeedsReconnect { reason: String },
    /// Being taken apart.
    Disconnecting,
}

/// How far the mail of a connection is synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncStage {
    /// Queued; nothing asked of the provider yet.
    Waiting,
    /// Reading the list of ids while the newest mails already arrive.
    Listing,
    /// Fetching what the list named, newest first.
    Fetching,
    /// Replaying what changed meanwhile.
    CatchingUp,
    /// Complete, kept up to date.
    Live,
    /// Stopped until something outside is repaired.
    Blocked,
}

/// How many of how many, how fast, how long: the same numbers on the card, in the inbox and in the event stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncProgress {
    pub stage: SyncStage,
    /// Messages the provider says there are (exact once listing is over).
    pub expected: u64,
    /// Messages stored here.
    pub stored: u64,
    /// Messages that failed and wait for their next try.
    pub failed: u64,
    /// Messages stored a minute over the last minute, when known.
    pub per_minute: Option<u32>,
    /// Seconds until the first sync is complete at this rate, when known.
    pub seconds_left: Option<u64>,
    /// A sentence when something stands in the way.
    pub problem: Option<String>,
}

/// One connected mailbox as its card shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionCard {
    pub id: Uuid,
    pub provider: Provider,
    pub address: String,
    pub connected_on: DateTime<Utc>,
    pub features: Vec<Feature>,
    /// When the current access token runs out (it is renewed by itself).
    pub token_expires_at: Option<DateTime<Utc>>,
    pub last_sync_at: Option<DateTime<Utc>>,
    pub state: ConnectionState,
    pub progress: SyncProgress,
}

/// Whether a provider has credentials on this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderStatus {
    pub provider: Provider,
    pub configured: bool,
}

/// Everything `/settings/connections` shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionsPage {
    pub cards: Vec<ConnectionCard>,
    pub providers: Vec<ProviderStatus>,
}

/// What became of one trip to a provider's consent page (`GET /auth/attempts/{id}`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// The person is still at the provider.
    Pending,
    /// The mailbox is connected.
    Succeeded { connection_id: Option<Uuid>, address: Option<String> },
    /// It ended without a connection; nothing was left behind.
    Failed { problem: AttemptProblem },
}

/// Why an attempt ended without a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptProblem {
    /// The person pressed Deny.
    Denied,
    /// The person pressed Cancel on the page that opened the popup.
    Cancelled,
    /// The popup was closed before the provider answered (known to the opener only).
    Closed,
    /// Ten minutes went by.
    TimedOut,
    /// The answer carried a state we never made.
    WrongState,
    /// The answer arrived in another browser than the question left from.
    ForeignBrowser,
    /// The answer was already used.
    Replayed,
    /// The box for reading mail was unticked.
    ScopeMissing,
    /// The provider did not answer.
    ProviderDown,
    /// The provider did not accept the code it had given.
    CodeRefused,
    /// The ID token did not prove who this is.
    IdentityUnproven,
    /// The provider does not know this server (client id, secret or redirect URI).
    NotSetUp,
    /// Nobody is signed in here any more.
    SignedOut,
    /// Another mailbox was chosen than the one to repair.
    OtherMailbox,
    /// The start address was not opened from our own page, or made no sense.
    BadStart,
    /// A fault of ours.
    Unexpected,
}

impl AttemptProblem {
    /// What happened, what was kept, what to do. `provider` is the company's name.
    pub fn sentence(self, provider: Provider) -> String {
        let name = provider.name();
        match self {
            Self::Denied => format!("You did not allow access at {name}. Nothing was connected. Connect again whenever you like."),
            Self::Cancelled => "You cancelled in the other window. Nothing was connected.".into(),
            Self::Closed => format!("The {name} window seems to be closed. If you closed it, nothing was connected; if it is still open, finish there and this page will notice."),
            Self::TimedOut => format!("The {name} window was left open for more than ten minutes. Nothing was connected. Connect again."),
            Self::WrongState => format!("This answer from {name} does not belong to any question we asked. Nothing was connected. Start again from the connect button."),
            Self::ForeignBrowser => "This answer belongs to another browser. Nothing was connected. Start again in the browser you are signed in with.".into(),
            Self::Replayed => format!("This answer from {name} was already used once. Nothing was changed by using it again."),
            Self::ScopeMissing => format!("The box for reading mail was not ticked at {name}. Nothing was connected. Connect again and leave it ticked."),
            Self::ProviderDown => format!("{name} did not answer. Nothing was connected. Try again in a few minutes."),
            Self::CodeRefused => format!("{name} did not accept its own answer. Nothing was connected. Connect again."),
            Self::IdentityUnproven => format!("{name} did not prove whose mailbox this is. Nothing was connected. Connect again; if it repeats, tell the operator."),
            Self::NotSetUp => format!("{name} does not accept this server. Nothing was connected. The operator has to check the client id, secret and redirect address."),
            Self::SignedOut => "You were signed out in the meantime. Nothing was connected. Sign in and connect again.".into(),
            Self::OtherMailbox => "You chose another mailbox than the one to repair. Nothing was changed. Choose the same mailbox, or connect the other one as new.".into(),
            Self::BadStart => "This page opens only from the connect button. Nothing was connected.".into(),
            Self::Unexpected => "Something went wrong here. Nothing was connected. Try again; if it repeats, tell the operator.".into(),
        }
    }
}
