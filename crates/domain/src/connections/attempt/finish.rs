//! The provider's answer arrives: check it, take the attempt, redeem the code.

use super::{Attempts, Problem, Purpose, life, open_secrets, problem_of, unexpected, wants};
use crate::{
    connections::making::Making,
    providers::{
        Feature, Features, Provider,
        auth::{AuthServer, Granted, Redeem, Redeemed},
    },
    sessions::Visitor,
    users::Entered,
    vault::digest_of,
};
use chrono::{DateTime, Utc};
use entity::{connected_accounts, oauth_attempts};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
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
    /// Microsoft's number for the error (`AADSTS…`).
    pub error_number: Option<u32>,
    /// `iss` (RFC 9207), which neither provider sends today; compared when it comes.
    pub issuer: Option<String>,
    /// Every attempt cookie this browser has.
    pub browser_secrets: Vec<(Uuid, SecretString)>,
    /// The session this browser is in.
    pub session: Option<Uuid>,
    /// From where, for the record and for the session.
    pub visitor: Visitor,
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
    /// What it was for, when that is known.
    pub purpose: Option<Purpose>,
    /// What came of it, or why nothing did.
    pub result: Result<Ended, Problem>,
}

/// What a callback brought.
pub enum Ended {
    /// A connection, made or repaired.
    Connected(Uuid),
    /// Somebody signed in, or has to do more for it.
    Entered(Entered),
    /// The account that was signed in has another way in.
    Added,
}

/// Why nothing came of it, with what the row keeps beside the code.
pub(super) struct Failure {
    pub problem: Problem,
    /// The mailbox that was chosen, when it was another.
    pub chosen: Option<String>,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem, chosen: None }
    }
}

impl Attempts {
    /// Consumes the attempt that the answer belongs to. A window that closes meanwhile takes nothing back: the provider's
    /// code is spent by then.
    pub async fn finish(&self, callback: Callback) -> Finished {
        let this = self.clone();
        self.connections.flights.to_the_end(async move { this.answered(callback).await }).await
    }

    async fn answered(&self, callback: Callback) -> Finished {
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
            purpose: Purpose::parse(&row.purpose),
            result,
        }
    }

    async fn by_state(&self, state: &str) -> Result<Option<oauth_attempts::Model>, DbErr> {
        oauth_attempts::Entity::find()
            .filter(oauth_attempts::Column::StateHash.eq(digest_of(state)))
            .one(&self.connections.db)
            .await
    }

    async fn finish_row(&self, row: &oauth_attempts::Model, callback: &Callback) -> Result<Ended, Problem> {
        let now = self.connections.clock.now();
        let secret = callback.browser_secrets.iter().find(|(attempt, _)| *attempt == row.id);
        let browser_hash = secret.map(|(_, secret)| digest_of(secret.expose_secret()));
        let server = self.connections.servers.get(callback.provider).ok_or(Problem::WrongState)?;
        match life::check(row, server.issuer(), browser_hash.as_deref(), callback.session, now) {
            // Nobody can finish this one any more: its secrets go at once.
            Err(over @ (Problem::TimedOut | Problem::SignedOut)) => {
                if self.consume(row.id, now).await.map_err(unexpected)? {
                    self.record_failure(row, &over.into(), &callback.visitor.address).await.map_err(unexpected)?;
                }
                return Err(over);
            }
            checked => checked?,
        }
        if !self.consume(row.id, now).await.map_err(unexpected)? {
            return Err(Problem::Replayed);
        }
        let failure = match self.redeem(row, callback, &**server).await {
            Ok(ended) => return Ok(ended),
            Err(failure) => failure,
        };
        // The person was faster than the provider's answer: that is recorded already.
        let first = self.record_failure(row, &failure, &callback.visitor.address).await.map_err(unexpected)?;
        Err(if first { failure.problem } else { Problem::Cancelled })
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

    async fn redeem(
        &self,
        row: &oauth_attempts::Model,
        callback: &Callback,
        server: &dyn AuthServer,
    ) -> Result<Ended, Failure> {
        if callback.issuer.as_deref().is_some_and(|said| said != server.issuer()) {
            return Err(Problem::WrongState.into());
        }
        if let Some(error) = &callback.error {
            return Err(Problem::of_redirect(error, callback.error_number).into());
        }
        let code = callback.code.clone().ok_or(Problem::CodeRefused)?;
        let sealed = row.sealed_secrets.as_deref().ok_or(Problem::Replayed)?;
        let secrets = open_secrets(&self.connections, row.id, sealed).map_err(unexpected)?;
        let purpose = Purpose::parse(&row.purpose).ok_or(Problem::Unexpected)?;
        let wanted: Features = row.features.parse().map_err(unexpected)?;
        let redeem = Redeem {
            code,
            verifier: Some(&secrets.verifier.into()),
            nonce: Some(&secrets.nonce.into()),
            redirect_uri: None,
            wants: wants(purpose, &wanted),
        };
        let Redeemed { tokens, identity } = server.exchange(redeem).await.map_err(|error| problem_of(&error))?;
        if purpose == Purpose::SignIn {
            let identity = identity.map_err(|error| problem_of(&error))?;
            return Ok(self.enter(row, callback, &identity).await?);
        }
        let granted = match identity {
            Ok(identity) => Granted { identity, tokens },
            Err(error) => {
                self.connections.give_back_unproven(server, &tokens).await;
                return Err(problem_of(&error).into());
            }
        };
        let connected = self.connect_granted(row, callback, server, &wanted, &granted).await;
        if connected.is_err() {
            self.connections.give_back(server, &granted).await;
        }
        connected.map(Ended::Connected)
    }

    async fn connect_granted(
        &self,
        row: &oauth_attempts::Model,
        callback: &Callback,
        server: &dyn AuthServer,
        wanted: &Features,
        granted: &Granted,
    ) -> Result<Uuid, Failure> {
        self.check_mailbox(row, granted).await?;
        let scopes = granted.tokens.scopes.clone().unwrap_or_default();
        // Without reading mail there is nothing to connect; other features are switched off one by one.
        if wanted.has(Feature::Mail) && !server.allowed(wanted, &scopes).has(Feature::Mail) {
            return Err(Problem::ScopeMissing.into());
        }
        let making = Making {
            user: row.user_id.ok_or(Problem::SignedOut)?,
            purpose: Purpose::parse(&row.purpose).ok_or(Problem::Unexpected)?,
            wanted,
            attempt: Some(row.id),
            visitor: &callback.visitor.address,
        };
        Ok(self.connections.make(&making, server, granted).await?)
    }

    /// A trip about one mailbox must not end with another.
    async fn check_mailbox(&self, row: &oauth_attempts::Model, granted: &Granted) -> Result<(), Failure> {
        let Some(meant) = row.connection_id else { return Ok(()) };
        let account = connected_accounts::Entity::find_by_id(meant).one(&self.connections.db).await;
        let account = account.map_err(unexpected)?.ok_or(Problem::BadStart)?;
        let identity = &granted.identity;
        if (&account.issuer, &account.subject) == (&identity.issuer, &identity.subject) {
            return Ok(());
        }
        Err(Failure { problem: Problem::OtherMailbox, chosen: Some(identity.address.clone()) })
    }

    /// Writes the end down; false when the attempt had been cancelled before.
    async fn record_failure(
        &self,
        row: &oauth_attempts::Model,
        failure: &Failure,
        address: &str,
    ) -> Result<bool, DbErr> {
        let connections = &self.connections;
        let problem = failure.problem;
        let outcome = if problem == Problem::Denied { "denied" } else { "failed" };
        let ended = oauth_attempts::Entity::update_many()
            .col_expr(oauth_attempts::Column::Outcome, Expr::value(outcome))
            .col_expr(oauth_attempts::Column::Problem, Expr::value(Some(problem.as_str())))
            .col_expr(oauth_attempts::Column::ChosenAddress, Expr::value(failure.chosen.clone()))
            .filter(oauth_attempts::Column::Id.eq(row.id))
            .filter(oauth_attempts::Column::Outcome.ne("failed"))
            .exec(&connections.db)
            .await?;
        if ended.rows_affected == 0 {
            return Ok(false);
        }
        let action = match (Purpose::parse(&row.purpose), row.user_id) {
            (Some(Purpose::SignIn), None) => "user.sign_in",
            (Some(Purpose::SignIn), Some(_)) => "identity.add",
            _ => "connection.made",
        };
        connections.record_refusal(&connections.db, row.user_id, action, problem, address).await?;
        Ok(true)
    }
}

fn nowhere(callback: &Callback, problem: Problem) -> Finished {
    let provider = callback.provider;
    Finished { attempt: None, popup: true, return_to: None, provider, purpose: None, result: Err(problem) }
}
