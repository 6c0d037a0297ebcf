//! The features of a connection as switches. Switching off needs nobody; switching on what is granted already neither;
//! what is not granted yet needs a trip to the provider (an attempt of purpose `grant`).

use super::Connections;
use crate::{
    audit,
    cache::{Notice, What},
    database::{begin_write, hold},
    providers::{Feature, Features, Provider, auth::AuthServer},
};
use entity::{connected_accounts, oauth_grants};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Why a switch did not move.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// There is no such connection, or it is somebody else's.
    #[error("no such connection")]
    NotFound,
    /// Reading mail is what a connection is; it ends by disconnecting.
    #[error("reading mail is not switched off")]
    AlwaysOn,
    /// The provider has to be asked first.
    #[error("the permission is missing")]
    NotGranted,
    /// The database did not do it.
    #[error("the switch cannot be reached")]
    Database(#[from] DbErr),
}

impl Connections {
    /// Turns one feature on or off.
    pub async fn switch(&self, user: Uuid, connection: Uuid, feature: Feature, on: bool) -> Result<(), SwitchError> {
        let tx = begin_write(&self.db).await?;
        let theirs = connected_accounts::Entity::find_by_id(connection)
            .filter(connected_accounts::Column::UserId.eq(user))
            .filter(connected_accounts::Column::State.ne("disconnecting"));
        let account = hold(&tx, theirs).await?.ok_or(SwitchError::NotFound)?;
        let of_connection = oauth_grants::Column::ConnectionId.eq(connection);
        let grant = oauth_grants::Entity::find().filter(of_connection).one(&tx).await?;
        let unknown = |_| DbErr::Type("connected_accounts holds an unknown word".into());
        let provider: Provider = account.provider.parse().map_err(unknown)?;
        let features: Features = account.features.parse().map_err(unknown)?;
        let refused: Features = account.refused_features.parse().map_err(unknown)?;
        let one = Features([feature].into());
        let features = if on {
            let server = self.servers.get(provider).ok_or(SwitchError::NotGranted)?;
            let scopes = grant.map(|grant| grant.scopes).unwrap_or_default();
            if granted(&**server, &scopes).has(feature) {
                features.and(&one)
            } else {
                return Err(SwitchError::NotGranted);
            }
        } else if feature == Feature::Mail {
            return Err(SwitchError::AlwaysOn);
        } else {
            features.without(&one)
        };
        let mut row = account.into_active_model();
        row.features = Set(features.to_string());
        row.refused_features = Set(refused.without(&one).to_string());
        row.updated_at = Set(self.clock.now());
        row.update(&tx).await?;
        let detail = format!("{feature} {}", if on { "on" } else { "off" });
        let entry = audit::Entry {
            user: Some(user),
            connection: Some(connection),
            action: "connection.switched",
            outcome: "done",
            detail: Some(&detail),
            ..audit::Entry::default()
        };
        audit::record(&tx, &*self.clock, &self.randomness, entry).await?;
        tx.commit().await?;
        self.bus.publish(Notice { user, what: What::Connection { connection } }).await;
        Ok(())
    }
}

/// Every feature that these granted scopes allow.
pub(super) fn granted(server: &dyn AuthServer, scopes: &str) -> Features {
    let scopes: BTreeSet<String> = scopes.split(' ').map(str::to_owned).collect();
    server.allowed(&server.offered(), &scopes)
}
