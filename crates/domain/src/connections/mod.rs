//! Connections: one mailbox each, with its state and its grant. How one is made: [`attempt`], `making`; how a grant stays
//! alive: [`grant`]; its switches: `switches`; how it is taken apart: `leaving`; how
//! its provider is asked to tell of news: `channel`.

pub mod attempt;
mod calls;
mod channel;
mod code;
mod ending;
pub mod grant;
mod leaving;
mod making;
mod switches;

pub use attempt::{Attempts, Begin, Begun, Callback, Ended, Finished, Outcome, Problem, Purpose, Report};
pub(crate) use channel::Channel;
pub use grant::{AccessToken, Alarms, Cause, GrantError};
pub use leaving::{Receipt, Revocation};
pub(crate) use making::new_feed;
pub use switches::SwitchError;

use crate::{
    cache::{Bus, Cache},
    clock::{Clock, Randomness},
    database::Database,
    providers::{Feature, Features, Mailboxes, Provider, auth::AuthServers},
    vault::Vault,
};
use chrono::{DateTime, Utc};
use entity::{connected_accounts, oauth_grants};
use grant::{Dates, Flights, likely};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::sync::Arc;
use uuid::Uuid;

/// How a connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The grant works.
    Active,
    /// The provider ended the grant.
    NeedsReconnect {
        /// What the provider said, as a short code.
        reason: String,
        /// Why that may be, likeliest first.
        causes: Vec<Cause>,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Being taken apart.
    Disconnecting {
        /// Messages there were.
        total: u64,
        /// Messages that are left.
        left: u64,
    },
}

/// One connected mailbox.
#[derive(Clone, Debug)]
pub struct Connection {
    /// `connected_accounts.id`
    pub id: Uuid,
    /// Whose.
    pub user: Uuid,
    /// Which company's.
    pub provider: Provider,
    /// The mailbox's address.
    pub address: String,
    /// What it is used for.
    pub features: Features,
    /// What was asked for and not granted.
    pub refused: Features,
    /// What the grant allows, switched on or not.
    pub granted: Features,
    /// What its provider has.
    pub offered: Features,
    /// How it is.
    pub state: State,
    /// Since when it has been here.
    pub connected_at: DateTime<Utc>,
    /// When the current access token runs out.
    pub access_expires_at: Option<DateTime<Utc>>,
    /// When the provider will end the grant by itself, where it says so.
    pub ends_at: Option<DateTime<Utc>>,
    /// Whole days until then.
    pub days_left: Option<u64>,
}

/// One connection as every page of its user may know it.
#[derive(Clone, Debug)]
pub struct Brief {
    /// `connected_accounts.id`
    pub id: Uuid,
    /// Which company's.
    pub provider: Provider,
    /// The mailbox's address.
    pub address: String,
    /// Whether only the person can make it work again.
    pub needs_reconnect: bool,
}

/// Lists connections, hands out access tokens.
#[derive(Clone)]
pub struct Connections {
    pub(crate) db: Database,
    pub(crate) cache: Cache,
    pub(crate) bus: Bus,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) vault: Arc<Vault>,
    pub(crate) servers: AuthServers,
    pub(crate) mailboxes: Arc<Mailboxes>,
    pub(crate) alarms: Alarms,
    pub(crate) flights: Arc<Flights>,
}

impl Connections {
    /// A user's connections, oldest first.
    pub async fn list(&self, user: Uuid) -> Result<Vec<Connection>, DbErr> {
        let rows = connected_accounts::Entity::find()
            .filter(connected_accounts::Column::UserId.eq(user))
            .find_also_related(oauth_grants::Entity)
            .order_by_asc(connected_accounts::Column::ConnectedAt)
            .order_by_asc(connected_accounts::Column::Id)
            .all(&self.db)
            .await?;
        let mut connections = Vec::with_capacity(rows.len());
        for (account, grant) in rows {
            connections.push(self.read(account, grant.as_ref()).await?);
        }
        Ok(connections)
    }

    /// One connection of a user; `None` when it does not exist or is somebody else's.
    pub async fn find(&self, user: Uuid, connection: Uuid) -> Result<Option<Connection>, DbErr> {
        let row = connected_accounts::Entity::find_by_id(connection)
            .filter(connected_accounts::Column::UserId.eq(user))
            .find_also_related(oauth_grants::Entity)
            .one(&self.db)
            .await?;
        let Some((account, grant)) = row else { return Ok(None) };
        Ok(Some(self.read(account, grant.as_ref()).await?))
    }

    /// What every page knows of a user's connections, oldest first; those being taken apart are not among them.
    pub async fn briefs(&self, user: Uuid) -> Result<Vec<Brief>, DbErr> {
        let rows = connected_accounts::Entity::find()
            .filter(connected_accounts::Column::UserId.eq(user))
            .filter(connected_accounts::Column::State.ne("disconnecting"))
            .order_by_asc(connected_accounts::Column::ConnectedAt)
            .order_by_asc(connected_accounts::Column::Id)
            .all(&self.db)
            .await?;
        let brief = |account: connected_accounts::Model| {
            Ok(Brief {
                id: account.id,
                provider: account.provider.parse().map_err(|_| unknown("provider"))?,
                address: account.address,
                needs_reconnect: account.state == "needs_reconnect",
            })
        };
        rows.into_iter().map(brief).collect()
    }

    /// Whether a provider has credentials on this server.
    pub fn is_set_up(&self, provider: Provider) -> bool {
        self.servers.get(provider).is_some()
    }

    /// Where an administrator allows this server for a whole organisation, at providers that have such a thing.
    pub fn admin_consent_url(&self, provider: Provider) -> Option<url::Url> {
        self.servers.get(provider)?.admin_consent_url()
    }

    /// What the operator has to look at.
    pub fn alarms(&self) -> &Alarms {
        &self.alarms
    }

    async fn read(
        &self,
        account: connected_accounts::Model,
        grant: Option<&oauth_grants::Model>,
    ) -> Result<Connection, DbErr> {
        let provider: Provider = account.provider.parse().map_err(|_| unknown("provider"))?;
        let features: Features = account.features.parse().map_err(|_| unknown("features"))?;
        let server = self.servers.get(provider);
        let scopes = grant.map(|grant| grant.scopes.as_str()).unwrap_or_default();
        let ends_at = grant.and_then(|grant| grant.refresh_expires_at);
        let state = match account.state.as_str() {
            "active" => State::Active,
            "needs_reconnect" => needs_reconnect(&account, grant, provider, features.has(Feature::Mail)),
            "disconnecting" => {
                let (total, left) = self.removal_progress(account.id).await?;
                State::Disconnecting { total, left }
            }
            _ => return Err(unknown("state")),
        };
        Ok(Connection {
            id: account.id,
            user: account.user_id,
            provider,
            refused: account.refused_features.parse().map_err(|_| unknown("refused_features"))?,
            granted: server.map(|server| switches::granted(&**server, scopes)).unwrap_or_default(),
            offered: server.map(|server| server.offered()).unwrap_or_default(),
            address: account.address,
            features,
            state,
            connected_at: account.connected_at,
            access_expires_at: grant.and_then(|grant| grant.access_expires_at),
            ends_at,
            days_left: ends_at.map(|at| u64::try_from((at - self.clock.now()).num_days()).unwrap_or_default()),
        })
    }
}

fn needs_reconnect(
    account: &connected_accounts::Model,
    grant: Option<&oauth_grants::Model>,
    provider: Provider,
    reads_mail: bool,
) -> State {
    let reason = account.state_reason.clone().unwrap_or_default();
    let causes = grant.map(|grant| {
        likely(&Dates {
            provider,
            reason: &reason,
            address: &account.address,
            reads_mail,
            consented_at: grant.consented_at,
            refreshed_at: grant.refreshed_at,
            ends_at: grant.refresh_expires_at,
            found_at: account.state_since,
        })
    });
    State::NeedsReconnect { causes: causes.unwrap_or_default(), since: account.state_since, reason }
}

fn unknown(column: &str) -> DbErr {
    DbErr::Type(format!("connected_accounts.{column} holds an unknown word"))
}
