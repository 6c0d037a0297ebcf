//! Connected mailboxes: their cards, the consent popup and its outcomes.

mod attempts;
mod banner;
mod card;
mod cause;
mod checked;
mod connect;
mod exclusions;
mod failing;
mod footer;
mod leaving;
mod page;
mod problem;
mod progress;
mod reread;
pub mod server;
mod switches;
mod sync;
mod waiting;
mod warnings;

pub use attempts::AttemptLines;
pub use banner::ReconnectBanner;
pub use cause::Cause;
pub use connect::{ConnectButton, ConsentLink};
pub use page::ConnectionsScreen;
pub use problem::{AttemptProblem, Failure, Mailboxes};
pub use progress::{SyncLine, combined};
pub use reread::found;
pub use sync::{
    ExclusionKind, ExclusionRow, FailingMail, LabelChoice, MailboxCheck, Reread, SyncProblem, SyncProgress, SyncReach,
    SyncStage, SyncStatus, SyncWait,
};

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
    CalendarWrite,
    Sheets,
}

impl Feature {
    /// The word used in addresses.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Manage => "manage",
            Self::Send => "send",
            Self::Calendar => "calendar",
            Self::CalendarWrite => "calendar_write",
            Self::Sheets => "sheets",
        }
    }
}

/// One feature of a connection and how its switch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureSwitch {
    pub feature: Feature,
    pub on: bool,
    /// The provider allows it already: switching on needs no trip there.
    pub granted: bool,
    /// It was asked for, and the box was not ticked.
    pub refused: bool,
}

/// How a connection is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// The grant works.
    Active,
    /// The provider ended the grant; the person has to connect again.
    NeedsReconnect { reason: String, causes: Vec<Cause>, since: DateTime<Utc> },
    /// Being taken apart: so many mails of so many are left.
    Disconnecting { total: u64, left: u64 },
    /// Gone; only the event stream says so.
    Removed,
}

/// One connected mailbox as its card shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionCard {
    pub id: Uuid,
    pub provider: Provider,
    pub address: String,
    pub connected_on: DateTime<Utc>,
    /// What it is used for.
    pub features: Vec<Feature>,
    /// Every feature the provider has.
    pub switches: Vec<FeatureSwitch>,
    /// When the current access token runs out (it is renewed by itself).
    pub token_expires_at: Option<DateTime<Utc>>,
    /// When the provider will end the access by itself, where it says so.
    pub ends_at: Option<DateTime<Utc>>,
    /// Whole days until then.
    pub days_left: Option<u64>,
    pub last_sync_at: Option<DateTime<Utc>>,
    pub state: ConnectionState,
    pub progress: SyncProgress,
    /// The newest check against the provider.
    pub check: Option<MailboxCheck>,
    /// The newest time everything was read again.
    pub reread: Option<Reread>,
    /// What its person leaves out.
    pub exclusions: Vec<ExclusionRow>,
    /// Labels and folders that could be left out.
    pub choosable: Vec<LabelChoice>,
    /// Mails that could not be fetched, the one to be tried next first; not all when there are many.
    pub failing: Vec<FailingMail>,
}

/// Whether a provider has credentials on this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderStatus {
    pub provider: Provider,
    pub configured: bool,
}

/// What became of a grant at the provider when its connection was taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    Pending,
    Revoked,
    Kept,
    Unsupported,
    Failed,
    Nothing,
}

/// The receipt of a disconnection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    pub id: Uuid,
    pub provider: Provider,
    pub address: String,
    /// Mails that were stored here.
    pub messages: u64,
    pub revocation: Revocation,
    /// When the tokens were deleted.
    pub started_at: DateTime<Utc>,
    /// When the last mail was.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A connection as every page knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionBrief {
    pub id: Uuid,
    pub provider: Provider,
    pub address: String,
    pub needs_reconnect: bool,
}

/// Everything `/settings/connections` shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionsPage {
    pub cards: Vec<ConnectionCard>,
    pub providers: Vec<ProviderStatus>,
    /// Providers that do not accept this server's own credentials just now.
    pub alarms: Vec<Provider>,
    /// What was disconnected, newest first.
    pub receipts: Vec<Receipt>,
}

/// What a trip that went well came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Success {
    /// The mailbox's.
    pub address: Option<String>,
    pub consent: Consent,
    /// Asked for and not allowed.
    pub refused: Vec<Feature>,
}

/// What was allowed at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// A mailbox.
    First,
    /// A mailbox that had been connected before.
    Again,
    /// More of a connected mailbox; `granted` is all that is on now.
    More { granted: Vec<Feature> },
}

/// What became of one trip to a provider's consent page (`GET /auth/attempts/{id}`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// The person is still at the provider.
    Pending { provider: Provider },
    /// The mailbox is connected.
    Succeeded {
        provider: Provider,
        connection_id: Option<Uuid>,
        #[serde(flatten)]
        success: Success,
    },
    /// It ended without a connection; nothing was left behind.
    Failed {
        provider: Provider,
        #[serde(flatten)]
        failure: Failure,
    },
}
