//! What a provider gave for a refresh token, written down: the tokens, and what follows when it names other scopes than
//! before, in one transaction.

use super::{GrantError, Held, store::place};
use crate::{
    audit,
    cache::{Notice, What},
    connections::Connections,
    database::{begin_write, hold},
    providers::{Feature, Features, Provider, auth::Tokens},
};
use chrono::{DateTime, Utc};
use entity::{connected_accounts, oauth_grants};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, UpdateMany, sea_query::Expr,
};
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeSet, time::Duration};
use uuid::Uuid;

/// Pauses between tries to store a renewed grant: less than the rest of the lease.
const WRITE_AGAIN: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];
/// What a connection says that may not read mail any more.
const MAIL_LOST: &str = "scope_missing";

/// What came of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Nothing was written: the lease was lost.
    Lost,
    /// The tokens are stored.
    Stored,
    /// The tokens are stored, and they do not read mail any more: the connection waits for the person.
    WithoutMail,
}

impl Connections {
    /// Writes what the provider gave. A database that is away for a moment is waited for: the token that the provider made
    /// worthless by this one cannot be had again.
    pub(super) async fn write(&self, held: &Held, lease: Uuid, tokens: &Tokens) -> Result<Written, GrantError> {
        // RFC 6749 section 5.1: an answer that names no scope changes none.
        let told = tokens.scopes.as_ref().filter(|told| **told != scopes_of(&held.grant));
        let update = self.renewal(&held.grant, lease, tokens, told)?;
        for pause in WRITE_AGAIN {
            match self.write_once(held, update.clone(), told).await {
                Ok(written) => return Ok(written),
                Err(error) => {
                    tracing::error!(connection = %held.account.id, %error, "grant.not_written: tried again");
                }
            }
            self.clock.sleep(pause).await;
        }
        Ok(self.write_once(held, update, told).await?)
    }

    fn renewal(
        &self,
        grant: &oauth_grants::Model,
        lease: Uuid,
        tokens: &Tokens,
        told: Option<&BTreeSet<String>>,
    ) -> Result<UpdateMany<oauth_grants::Entity>, GrantError> {
        let now = self.clock.now();
        let seal = |purpose, token: &SecretString| {
            self.vault.seal(&place(grant.connection_id, purpose), token.expose_secret().as_bytes())
        };
        let mut update = oauth_grants::Entity::update_many()
            .col_expr(
                oauth_grants::Column::SealedAccessToken,
                Expr::value(Some(seal("access_token", &tokens.access_token)?)),
            )
            .col_expr(oauth_grants::Column::AccessExpiresAt, Expr::value(Some(tokens.access_expires_at)))
            .col_expr(oauth_grants::Column::Version, Expr::value(grant.version + 1))
            .col_expr(oauth_grants::Column::RefreshedAt, Expr::value(now))
            .col_expr(oauth_grants::Column::UpdatedAt, Expr::value(now))
            .col_expr(oauth_grants::Column::LeaseOwner, Expr::value(Option::<Uuid>::None))
            .col_expr(oauth_grants::Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None));
        if let Some(refresh) = &tokens.refresh_token {
            // Microsoft gives a new one each time; the newest is the one to keep.
            let sealed = seal("refresh_token", refresh)?;
            update = update.col_expr(oauth_grants::Column::SealedRefreshToken, Expr::value(Some(sealed)));
        }
        if let Some(ends) = tokens.refresh_expires_at {
            update = update.col_expr(oauth_grants::Column::RefreshExpiresAt, Expr::value(Some(ends)));
        }
        if let Some(told) = told {
            update = update.col_expr(oauth_grants::Column::Scopes, Expr::value(joined(told)));
        }
        Ok(update
            .filter(oauth_grants::Column::Id.eq(grant.id))
            .filter(oauth_grants::Column::Version.eq(grant.version))
            .filter(oauth_grants::Column::LeaseOwner.eq(lease)))
    }

    async fn write_once(
        &self,
        held: &Held,
        update: UpdateMany<oauth_grants::Entity>,
        told: Option<&BTreeSet<String>>,
    ) -> Result<Written, DbErr> {
        let Some(told) = told else {
            let stored = update.exec(&self.db).await?.rows_affected == 1;
            return Ok(if stored { Written::Stored } else { Written::Lost });
        };
        let tx = begin_write(&self.db).await?;
        let account = hold(&tx, connected_accounts::Entity::find_by_id(held.account.id)).await?;
        let Some(account) = account else { return Ok(Written::Lost) };
        if update.exec(&tx).await?.rows_affected != 1 {
            return Ok(Written::Lost);
        }
        let user = account.user_id;
        let written = self.settle_scopes(&tx, account, told).await?;
        tx.commit().await?;
        self.bus.publish(Notice { user, what: What::Connection { connection: held.account.id } }).await;
        Ok(written)
    }

    /// Turns off what the grant does not cover any more, as if its box had been unticked. Mail is what a connection is for:
    /// without it the person has to be asked.
    async fn settle_scopes(
        &self,
        tx: &DatabaseTransaction,
        account: connected_accounts::Model,
        told: &BTreeSet<String>,
    ) -> Result<Written, DbErr> {
        let unknown = |_| DbErr::Type("connected_accounts holds an unknown word".into());
        let provider: Provider = account.provider.parse().map_err(unknown)?;
        let features: Features = account.features.parse().map_err(unknown)?;
        let refused: Features = account.refused_features.parse().map_err(unknown)?;
        let Some(server) = self.servers.get(provider) else { return Ok(Written::Stored) };
        let lost = features.without(&server.allowed(&features, told));
        if lost.has(Feature::Mail) {
            self.end(tx, account, MAIL_LOST).await?;
            return Ok(Written::WithoutMail);
        }
        if lost == Features::default() {
            return Ok(Written::Stored);
        }
        let connection = account.id;
        let mut row = account.into_active_model();
        row.features = Set(features.without(&lost).to_string());
        row.refused_features = Set(refused.and(&lost).to_string());
        row.updated_at = Set(self.clock.now());
        row.update(tx).await?;
        let lost = lost.to_string();
        tracing::warn!(%connection, lost, "grant.narrowed: what it does not cover any more is switched off");
        let entry = audit::Entry {
            connection: Some(connection),
            action: "connection.narrowed",
            outcome: "done",
            detail: Some(&lost),
            ..audit::Entry::default()
        };
        audit::record(tx, &*self.clock, &self.randomness, entry).await?;
        Ok(Written::Stored)
    }
}

/// What a grant covers.
pub(in crate::connections) fn scopes_of(grant: &oauth_grants::Model) -> BTreeSet<String> {
    grant.scopes.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

/// Scopes as the column keeps them.
pub(super) fn joined(scopes: &BTreeSet<String>) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}
