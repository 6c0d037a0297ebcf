//! The provider's answer arrives: check it, take the attempt, redeem the code.

use super::{Attempts, Problem, life, open_secrets, problem_of, unexpected};
use crate::{
    audit,
    providers::{Feature, Features, Provider, google::auth::Granted, google::scopes},
    vault::digest_of,
};
use chrono::{DateTime, Utc};
use entity::{connected_accounts, identities, oauth_attempts};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// The provider's redirect, as the browser brought it.
pub struct Callback {
    /// At which provider's redirect URI.
    pub provider: Provider,
    /// `state`
    pub state: Option<String>,
    /// `code`
    pub code: Option<SecretString>,
    /// `error`
    pub error: Option<String>,
    /// `iss` (RFC 9207), which neither provider sends today; compared when it comes.
    pub issuer: Option<String>,
    /// Every attempt cookie this browser has.
    pub browser_secrets: Vec<(Uuid, SecretString)>,
    /// The session this browser is in.
    pub session: Option<Uuid>,
    /// Network address, for the record.
    pub address: String,
}

/// How a callback ended; every end is told.
pub struct Finished {
    /// Which attempt, when the state named one.
    pub attempt: Option<Uuid>,
    /// Whether it ran in a popup.
    pub popup: bool,
    /// Where to go back to.
    pub return_to: Option<String>,
    /// At which provider.
    pub provider: Provider,
    /// The connection, or why there is none.
    pub result: Result<Uuid, Problem>,
}

impl Attempts {
    /// Consumes the attempt that the answer belongs to.
    pub async fn finish(&self, callback: Callback) -> Finished {
        let found = match callback.state.as_deref() {
            Some(state) => self.by_state(state).await,
            None => Ok(None),
        };
        let row = match found {
            Ok(Some(row)) => row,
            Ok(None) => return nowhere(&callback, Problem::WrongState),
            Err(error) => return nowhere(&callback, unexpected(error)),
        };
        let result = self.finish_row(&row, &callback).await;
        Finished {
            attempt: Some(row.id),
            popup: row.popup,
            return_to: row.return_to,
            provider: callback.provider,
            result,
        }
    }

    async fn by_state(&self, state: &str) -> Result<Option<oauth_attempts::Model>, DbErr> {
        oauth_attempts::Entity::find()
            .filter(oauth_attempts::Column::StateHash.eq(digest_of(state)))
            .one(&self.connections.db)
            .await
    }

    async fn finish_row(&self, row: &oauth_attempts::Model, callback: &Callback) -> Result<Uuid, Problem> {
        let now = self.connections.clock.now();
        let secret = callback.browser_secrets.iter().find(|(attempt, _)| *attempt == row.id);
        let browser_hash = secret.map(|(_, secret)| digest_of(secret.expose_secret()));
        let issuer = match callback.provider {
            Provider::Google => self.connections.google.as_ref().map(|google| google.issuer().to_owned()),
            Provider::Microsoft => None,
        };
        let issuer = issuer.ok_or(Problem::WrongState)?;
        match life::check(row, &issuer, browser_hash.as_deref(), callback.session, now) {
            // Nobody can finish this one any more: its secrets go at once.
            Err(over @ (Problem::TimedOut | Problem::SignedOut)) => {
                if self.consume(row.id, now).await.map_err(unexpected)? {
                    self.record_failure(row, over, &callback.address).await.map_err(unexpected)?;
                }
                return Err(over);
            }
            checked => checked?,
        }
        if !self.consume(row.id, now).await.map_err(unexpected)? {
            return Err(Problem::Replayed);
        }
        match self.redeem(row, callback, &issuer).await {
            // The person was faster than the provider's answer; that is recorded already.
            Err(problem) if !self.record_failure(row, problem, &callback.address).await.map_err(unexpected)? => {
                Err(Problem::Cancelled)
            }
            result => result,
        }
    }

    /// Takes the attempt and its secrets away from everybody else; false when somebody else was first.
    async fn consume(&self, attempt: Uuid, now: DateTime<Utc>) -> Result<bool, DbErr> {
        let consumed = oauth_attempts::Entity::update_many()
            .col_expr(oauth_attempts::Column::FinishedAt, Expr::value(Some(now)))
            .col_expr(oauth_attempts::Column::SealedSecrets, Expr::value(Option::<Vec<u8>>::None))
            .filter(oauth_attempts::Column::Id.eq(attempt))
            .filter(oauth_attempts::Column::FinishedAt.is_null())
            .exec(&self.connections.db)
            .await?;
        Ok(consumed.rows_affected == 1)
    }

    async fn redeem(&self, row: &oauth_attempts::Model, callback: &Callback, issuer: &str) -> Result<Uuid, Problem> {
        if callback.issuer.as_deref().is_some_and(|said| said != issuer) {
            return Err(Problem::WrongState);
        }
        if let Some(error) = &callback.error {
            return Err(Problem::of_redirect(error));
        }
        let code = callback.code.clone().ok_or(Problem::CodeRefused)?;
        let sealed = row.sealed_secrets.as_deref().ok_or(Problem::Replayed)?;
        let secrets = open_secrets(&self.connections, row.id, sealed).map_err(unexpected)?;
        let google = self.connections.google.as_ref().ok_or(Problem::NotSetUp)?;
        let granted = google
            .exchange(code, &secrets.verifier.into(), &secrets.nonce.into())
            .await
            .map_err(|error| problem_of(&error))?;
        let wanted: Features = row.features.parse().map_err(unexpected)?;
        let scopes = granted.tokens.scopes.clone().unwrap_or_default();
        let features = scopes::allowed(&wanted, &scopes);
        // Without reading mail there is nothing to connect; other features are switched off one by one.
        if wanted.0.contains(&Feature::Mail) && !features.0.contains(&Feature::Mail) {
            self.give_back(&granted, issuer).await;
            return Err(Problem::ScopeMissing);
        }
        let connected = self.connect(row, callback, &granted, &features).await;
        if connected.is_err() {
            self.give_back(&granted, issuer).await;
        }
        connected
    }

    /// Returns a grant we have no use for, unless giving it back would end another one of the same account: Google
    /// revokes for the whole project at once.
    async fn give_back(&self, granted: &Granted, issuer: &str) {
        let db = &self.connections.db;
        let subject = granted.identity.subject.as_str();
        let in_use = async {
            let connections = connected_accounts::Entity::find()
                .filter(connected_accounts::Column::Issuer.eq(issuer))
                .filter(connected_accounts::Column::Subject.eq(subject))
                .count(db)
                .await?;
            let identities = identities::Entity::find()
                .filter(identities::Column::Issuer.eq(issuer))
                .filter(identities::Column::Subject.eq(subject))
                .count(db)
                .await?;
            Ok::<bool, DbErr>(connections + identities > 0)
        };
        if in_use.await.unwrap_or(true) {
            return;
        }
        if let Some(google) = &self.connections.google {
            let token = granted.tokens.refresh_token.as_ref().unwrap_or(&granted.tokens.access_token);
            if let Err(error) = google.revoke(token).await {
                tracing::warn!(error = %error, "grant.not_given_back: it ends by itself or at the provider");
            }
        }
    }

    /// Writes the end down; false when the attempt had been cancelled before.
    async fn record_failure(
        &self,
        row: &oauth_attempts::Model,
        problem: Problem,
        address: &str,
    ) -> Result<bool, DbErr> {
        let connections = &self.connections;
        let outcome = if problem == Problem::Denied { "denied" } else { "failed" };
        let ended = oauth_attempts::Entity::update_many()
            .col_expr(oauth_attempts::Column::Outcome, Expr::value(outcome))
            .col_expr(oauth_attempts::Column::Problem, Expr::value(Some(problem.as_str())))
            .filter(oauth_attempts::Column::Id.eq(row.id))
            .filter(oauth_attempts::Column::Outcome.ne("failed"))
            .exec(&connections.db)
            .await?;
        if ended.rows_affected == 0 {
            return Ok(false);
        }
        let entry = audit::Entry {
            user: row.user_id,
            action: "connection.made",
            outcome: "refused",
            address: Some(address),
            detail: Some(problem.as_str()),
            ..audit::Entry::default()
        };
        audit::record(&connections.db, &*connections.clock, &connections.randomness, entry).await?;
        Ok(true)
    }
}

fn nowhere(callback: &Callback, problem: Problem) -> Finished {
    Finished { attempt: None, popup: true, return_to: None, provider: callback.provider, result: Err(problem) }
}
