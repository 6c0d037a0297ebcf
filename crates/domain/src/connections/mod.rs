//! Connections: one mailbox each, with its state and its grant. How one is made: [`attempt`]; how a grant stays alive:
//! [`grant`].

pub mod attempt;
pub mod grant;

pub use attempt::{Attempts, Begin, Begun, Callback, Finished, Outcome, Problem, Purpose};
pub use grant::{AccessToken, GrantError};

use crate::{
    audit,
    cache::{Bus, Cache, Notice, What},
    clock::{Clock, Randomness},
    providers::{Features, Provider, google::auth::GoogleAuth},
    vault::Vault,
};
use chrono::{DateTime, Utc};
use entity::{connected_accounts, oauth_grants};
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
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
    },
    /// Being taken apart.
    Disconnecting,
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
    /// How it is.
    pub state: State,
    /// Since when it has been here.
    pub connected_at: DateTime<Utc>,
    /// When the current access token runs out.
    pub access_expires_at: Option<DateTime<Utc>>,
}

/// Lists connections, hands out access tokens.
#[derive(Clone)]
pub struct Connections {
    pub(crate) db: DatabaseConnection,
    pub(crate) cache: Cache,
    pub(crate) bus: Bus,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) vault: Arc<Vault>,
    pub(crate) google: Option<Arc<GoogleAuth>>,
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
        rows.into_iter().map(|(account, grant)| read(account, grant.as_ref())).collect()
    }

    /// One connection of a user; `None` when it does not exist or is somebody else's.
    pub async fn find(&self, user: Uuid, connection: Uuid) -> Result<Option<Connection>, DbErr> {
        let row = connected_accounts::Entity::find_by_id(connection)
            .filter(connected_accounts::Column::UserId.eq(user))
            .find_also_related(oauth_grants::Entity)
            .one(&self.db)
            .await?;
        row.map(|(account, grant)| read(account, grant.as_ref())).transpose()
    }

    /// Whether a provider has credentials on this server.
    pub fn is_set_up(&self, provider: Provider) -> bool {
        match provider {
            Provider::Google => self.google.is_some(),
            Provider::Microsoft => false,
        }
    }

    /// The provider ended the grant: says so on the connection, in the record and on open screens.
    pub(crate) async fn mark_needs_reconnect(&self, connection: Uuid, reason: &str) -> Result<(), DbErr> {
        let now = self.clock.now();
        let marked = connected_accounts::Entity::update_many()
            .col_expr(connected_accounts::Column::State, Expr::value("needs_reconnect"))
            .col_expr(connected_accounts::Column::StateReason, Expr::value(Some(reason)))
            .col_expr(connected_accounts::Column::StateSince, Expr::value(now))
            .col_expr(connected_accounts::Column::UpdatedAt, Expr::value(now))
            .filter(connected_accounts::Column::Id.eq(connection))
            .filter(connected_accounts::Column::State.eq("active"))
            .exec(&self.db)
            .await?;
        if marked.rows_affected == 0 {
            return Ok(());
        }
        self.forget_cached_token(connection).await;
        tracing::warn!(%connection, reason, "connection.needs_reconnect");
        let entry = audit::Entry {
            connection: Some(connection),
            action: "connection.needs_reconnect",
            outcome: "done",
            detail: Some(reason),
            ..audit::Entry::default()
        };
        audit::record(&self.db, &*self.clock, &self.randomness, entry).await?;
        if let Some(account) = connected_accounts::Entity::find_by_id(connection).one(&self.db).await? {
            self.bus.publish(Notice { user: account.user_id, what: What::Connection { connection } }).await;
        }
        Ok(())
    }
}

fn read(account: connected_accounts::Model, grant: Option<&oauth_grants::Model>) -> Result<Connection, DbErr> {
    let unknown = |column: &str| DbErr::Type(format!("connected_accounts.{column} holds an unknown word"));
    Ok(Connection {
        id: account.id,
        user: account.user_id,
        provider: account.provider.parse().map_err(|_| unknown("provider"))?,
        address: account.address,
        features: account.features.parse().map_err(|_| unknown("features"))?,
        state: match account.state.as_str() {
            "active" => State::Active,
            "needs_reconnect" => State::NeedsReconnect { reason: account.state_reason.unwrap_or_default() },
            "disconnecting" => State::Disconnecting,
            _ => return Err(unknown("state")),
        },
        connected_at: account.connected_at,
        access_expires_at: grant.and_then(|grant| grant.access_expires_at),
    })
}
