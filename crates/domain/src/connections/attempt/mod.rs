//! One trip through a provider's consent page, from the click to the outcome.
//!
//! An attempt is found by its state (of which only a hash is stored), belongs to one browser (a cookie of its own) and
//! one session, lives ten minutes and is consumed once. Its PKCE verifier and nonce are sealed, and gone when it ends.
//! The row's outcome is the truth that the opener reads; messages between windows only hurry the reading.

mod cancel;
mod ending;
mod entering;
mod finish;
mod life;
mod problem;

pub(super) use ending::succeed;
pub use finish::{Callback, Ended, Finished};
pub use life::{Outcome, Purpose};
pub use problem::Problem;

use super::Connections;
use crate::{
    providers::{
        Features, Provider,
        auth::{Account, AuthError, AuthServer, Question, Wants},
    },
    users::Users,
    vault::{Place, VaultError, digest_of},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{connected_accounts, oauth_attempts};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, SqlErr};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// How long a person may take at the provider.
pub const LIFE: TimeDelta = TimeDelta::minutes(10);
/// Ended attempts are kept this long, so that late readers and replays get their sentence.
const KEPT: TimeDelta = TimeDelta::hours(1);

/// What a click wants.
pub struct Begin {
    /// Made by the opener, so that it can ask for the outcome.
    pub attempt: Uuid,
    /// Where to go.
    pub provider: Provider,
    /// What for.
    pub purpose: Purpose,
    /// Who clicked, and in which session; signing in needs nobody.
    pub viewer: Option<(Uuid, Uuid)>,
    /// Features wanted.
    pub features: Features,
    /// The connection to repair or to grant more.
    pub connection: Option<Uuid>,
    /// A path of ours to come back to.
    pub return_to: Option<String>,
    /// In a popup, or in the whole page.
    pub popup: bool,
}

/// An attempt that may leave for the provider.
pub struct Begun {
    /// Where to send the browser.
    pub authorize_url: url::Url,
    /// For the attempt's own cookie.
    pub browser_secret: SecretString,
    /// When it is over.
    pub expires_at: DateTime<Utc>,
}

/// How an attempt stands, and at which provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Where the person went.
    pub provider: Provider,
    /// What became of it.
    pub outcome: Outcome,
}

/// What a trip asks for, once it is clear that it may.
struct Asked {
    viewer: Option<(Uuid, Uuid)>,
    features: Features,
    account: Option<connected_accounts::Model>,
}

/// Begins and finishes attempts.
#[derive(Clone)]
pub struct Attempts {
    pub(crate) connections: Connections,
    pub(crate) users: Arc<Users>,
}

/// What is sealed while a person is at the provider.
#[derive(Serialize, Deserialize)]
struct Secrets {
    verifier: String,
    nonce: String,
}

impl Attempts {
    /// Writes the attempt down and says where to go.
    pub async fn begin(&self, begin: Begin) -> Result<Begun, Problem> {
        let Connections { db, clock, randomness, vault, .. } = &self.connections;
        let server = self.connections.servers.get(begin.provider).ok_or(Problem::NotSetUp)?;
        let asked = self.asked(&begin, &**server).await?;
        let random = || URL_SAFE_NO_PAD.encode(randomness.bytes::<32>());
        let (state, browser_secret) = (random(), random());
        // RFC 7636 section 4.1: 32 random bytes in base64url are a verifier of 43 characters.
        let secrets = Secrets { verifier: random(), nonce: random() };
        let sealed = serde_json::to_vec(&secrets).map_err(unexpected)?;
        let sealed = vault.seal(&place(begin.attempt), &sealed).map_err(unexpected)?;
        let question = Question {
            wants: wants(begin.purpose, &asked.features),
            state: state.clone().into(),
            nonce: &secrets.nonce.into(),
            verifier: &secrets.verifier.into(),
            account: asked.account.as_ref().map(|row| Account { subject: &row.subject, address: &row.address }),
        };
        let authorize_url = server.authorize_url(question).await;
        let authorize_url = authorize_url.map_err(|error| problem_of(&error))?;
        let now = clock.now();
        let row = oauth_attempts::ActiveModel {
            id: Set(begin.attempt),
            provider: Set(begin.provider.as_str().to_owned()),
            issuer: Set(server.issuer().to_owned()),
            purpose: Set(begin.purpose.as_str().to_owned()),
            user_id: Set(asked.viewer.map(|(user, _)| user)),
            session_id: Set(asked.viewer.map(|(_, session)| session)),
            connection_id: Set(begin.connection),
            features: Set(asked.features.to_string()),
            return_to: Set(begin.return_to),
            popup: Set(begin.popup),
            state_hash: Set(digest_of(&state)),
            browser_hash: Set(digest_of(&browser_secret)),
            sealed_secrets: Set(Some(sealed)),
            outcome: Set("pending".to_owned()),
            problem: Set(None),
            refused_features: Set(None),
            chosen_address: Set(None),
            created_at: Set(now),
            expires_at: Set(now + LIFE),
            finished_at: Set(None),
        };
        match row.insert(db).await {
            // The id was used before: an opener makes a new one for every click.
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                Err(Problem::BadStart)
            }
            Err(error) => Err(unexpected(error)),
            Ok(_) => Ok(Begun { authorize_url, browser_secret: browser_secret.into(), expires_at: now + LIFE }),
        }
    }

    /// Who asks, for which features, and about which account.
    async fn asked(&self, begin: &Begin, server: &dyn AuthServer) -> Result<Asked, Problem> {
        if begin.purpose == Purpose::SignIn {
            let nothing = Asked { viewer: begin.viewer, features: Features::default(), account: None };
            let sensible = begin.connection.is_none() && !begin.popup;
            return if sensible { Ok(nothing) } else { Err(Problem::BadStart) };
        }
        let viewer = begin.viewer.ok_or(Problem::SignedOut)?;
        let features = match (begin.purpose, begin.connection) {
            (Purpose::Connect, None) => begin.features.clone(),
            (Purpose::Grant | Purpose::Repair, Some(connection)) => {
                let account = connected_accounts::Entity::find_by_id(connection)
                    .filter(connected_accounts::Column::UserId.eq(viewer.0))
                    .filter(connected_accounts::Column::Provider.eq(begin.provider.as_str()))
                    .filter(connected_accounts::Column::State.ne("disconnecting"))
                    .one(&self.connections.db)
                    .await
                    .map_err(unexpected)?;
                let account = account.ok_or(Problem::BadStart)?;
                let switched_on: Features = account.features.parse().map_err(unexpected)?;
                let more = if begin.purpose == Purpose::Grant { &begin.features } else { &Features::default() };
                // A new refresh token covers only what was asked for: the old features are asked for again with the new.
                let features = offered(&switched_on.and(more), server);
                return Ok(Asked { viewer: Some(viewer), features, account: Some(account) });
            }
            _ => return Err(Problem::BadStart),
        };
        Ok(Asked { viewer: Some(viewer), features: offered(&features, server), account: None })
    }

    /// What became of an attempt, told only to the session that made it.
    pub async fn outcome(&self, attempt: Uuid, session: Uuid) -> Result<Option<Report>, DbErr> {
        let row = oauth_attempts::Entity::find_by_id(attempt)
            .filter(oauth_attempts::Column::SessionId.eq(session))
            .one(&self.connections.db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let account = match row.connection_id {
            Some(id) => connected_accounts::Entity::find_by_id(id).one(&self.connections.db).await?,
            None => None,
        };
        let provider = row.provider.parse().map_err(|_| DbErr::Type("oauth_attempts.provider".into()))?;
        let outcome = life::outcome(&row, account.map(|account| account.address), self.connections.clock.now());
        Ok(Some(Report { provider, outcome }))
    }

    /// Clears the secrets of attempts whose time is over, and deletes the old ones.
    pub async fn purge(&self) -> Result<(), DbErr> {
        use sea_orm::sea_query::Expr;
        let now = self.connections.clock.now();
        oauth_attempts::Entity::update_many()
            .col_expr(oauth_attempts::Column::SealedSecrets, Expr::value(Option::<Vec<u8>>::None))
            .col_expr(oauth_attempts::Column::Outcome, Expr::value("expired"))
            .col_expr(oauth_attempts::Column::FinishedAt, Expr::value(Some(now)))
            .filter(oauth_attempts::Column::Outcome.eq("pending"))
            .filter(oauth_attempts::Column::ExpiresAt.lte(now))
            .exec(&self.connections.db)
            .await?;
        let old = Condition::all().add(oauth_attempts::Column::ExpiresAt.lte(now - KEPT));
        oauth_attempts::Entity::delete_many().filter(old).exec(&self.connections.db).await?;
        Ok(())
    }
}

fn place(attempt: Uuid) -> Place<'static> {
    Place { table: "oauth_attempts", row: attempt, purpose: "secrets" }
}

fn open_secrets(connections: &Connections, attempt: Uuid, sealed: &[u8]) -> Result<Secrets, VaultError> {
    let opened = connections.vault.open(&place(attempt), sealed)?;
    serde_json::from_slice(opened.expose_secret()).map_err(|_| VaultError::Unreadable)
}

/// What the provider does not have is not asked of it.
fn offered(features: &Features, server: &dyn AuthServer) -> Features {
    let offered = server.offered();
    Features(features.0.iter().copied().filter(|feature| offered.has(*feature)).collect())
}

fn wants(purpose: Purpose, features: &Features) -> Wants<'_> {
    if purpose == Purpose::SignIn { Wants::Identity } else { Wants::Features(features) }
}

/// The person's half of what went wrong at the provider; the operator's half goes to the log.
pub(super) fn problem_of(error: &AuthError) -> Problem {
    match error {
        AuthError::GrantRefused { reason } => {
            tracing::info!(reason, "attempt.refused: the provider did not accept its own answer");
            let number = reason.rsplit(':').next().and_then(|number| number.parse().ok());
            let wants_admin = reason.starts_with("consent_required").then_some(Problem::AdminConsent);
            number.and_then(Problem::of_number).or(wants_admin).unwrap_or(Problem::CodeRefused)
        }
        AuthError::ClientRefused { code } => {
            tracing::error!(code, "provider.client_refused: check client id, secret and redirect URI");
            Problem::NotSetUp
        }
        AuthError::Transient(source) => {
            tracing::warn!(error = %source, "provider.down: an attempt could not go on");
            Problem::ProviderDown
        }
        AuthError::IdentityUnproven(source) => {
            tracing::warn!(error = %source, "id_token.refused");
            Problem::IdentityUnproven
        }
    }
}

fn unexpected(error: impl std::error::Error) -> Problem {
    tracing::error!(error = %error, "attempt.failed");
    Problem::Unexpected
}
