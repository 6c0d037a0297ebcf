//! One trip through a provider's consent page, from the click to the outcome.
//!
//! An attempt is found by its state (of which only a hash is stored), belongs to one browser (a cookie of its own) and
//! one session, lives ten minutes and is consumed once. Its PKCE verifier and nonce are sealed, and gone when it ends.
//! The row's outcome is the truth that the opener reads; messages between windows only hurry the reading.

mod cancel;
mod connect;
mod finish;
mod life;

pub use finish::{Callback, Finished};
pub use life::{Outcome, Problem, Purpose};

use super::Connections;
use crate::{
    providers::{
        Features, Provider,
        google::auth::{AuthError, Question},
    },
    vault::{Place, VaultError, digest_of},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{connected_accounts, oauth_attempts};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, SqlErr};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
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
    /// Who clicked, and in which session.
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

/// Begins and finishes attempts.
#[derive(Clone)]
pub struct Attempts {
    pub(crate) connections: Connections,
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
        let google = match begin.provider {
            Provider::Google => self.connections.google.as_ref().ok_or(Problem::NotSetUp)?,
            Provider::Microsoft => return Err(Problem::NotSetUp),
        };
        // Signing in with a provider is another question with other scopes; it is not asked here.
        if begin.purpose != Purpose::Connect && begin.purpose != Purpose::Repair {
            return Err(Problem::BadStart);
        }
        let (user, session) = begin.viewer.ok_or(Problem::SignedOut)?;
        let login_hint = self.login_hint(&begin, user).await?;
        let random = || URL_SAFE_NO_PAD.encode(randomness.bytes::<32>());
        let (state, browser_secret) = (random(), random());
        // RFC 7636 section 4.1: 32 random bytes in base64url are a verifier of 43 characters.
        let secrets = Secrets { verifier: random(), nonce: random() };
        let sealed = serde_json::to_vec(&secrets).map_err(unexpected)?;
        let sealed = vault.seal(&place(begin.attempt), &sealed).map_err(unexpected)?;
        let question = Question {
            features: &begin.features,
            state: state.clone().into(),
            nonce: &secrets.nonce.into(),
            verifier: &secrets.verifier.into(),
            login_hint: login_hint.as_deref(),
        };
        let authorize_url = google.authorize_url(question).await.map_err(|error| problem_of(&error))?;
        let now = clock.now();
        let row = oauth_attempts::ActiveModel {
            id: Set(begin.attempt),
            provider: Set(begin.provider.as_str().to_owned()),
            issuer: Set(google.issuer().to_owned()),
            purpose: Set(begin.purpose.as_str().to_owned()),
            user_id: Set(Some(user)),
            session_id: Set(Some(session)),
            connection_id: Set(begin.connection),
            features: Set(begin.features.to_string()),
            return_to: Set(begin.return_to),
            popup: Set(begin.popup),
            state_hash: Set(digest_of(&state)),
            browser_hash: Set(digest_of(&browser_secret)),
            sealed_secrets: Set(Some(sealed)),
            outcome: Set("pending".to_owned()),
            problem: Set(None),
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

    async fn login_hint(&self, begin: &Begin, user: Uuid) -> Result<Option<String>, Problem> {
        match (begin.purpose, begin.connection) {
            (Purpose::Repair, Some(connection)) => {
                let account = connected_accounts::Entity::find_by_id(connection)
                    .filter(connected_accounts::Column::UserId.eq(user))
                    .one(&self.connections.db)
                    .await
                    .map_err(unexpected)?;
                Ok(Some(account.ok_or(Problem::BadStart)?.subject))
            }
            (Purpose::Connect, None) => Ok(None),
            _ => Err(Problem::BadStart),
        }
    }

    /// What became of an attempt, told only to the session that made it.
    pub async fn outcome(&self, attempt: Uuid, session: Uuid) -> Result<Option<Outcome>, DbErr> {
        let row = oauth_attempts::Entity::find_by_id(attempt)
            .filter(oauth_attempts::Column::SessionId.eq(session))
            .one(&self.connections.db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let address = match row.connection_id.filter(|_| row.outcome == "succeeded") {
            Some(id) => connected_accounts::Entity::find_by_id(id).one(&self.connections.db).await?,
            None => None,
        };
        Ok(Some(life::outcome(&row, address.map(|account| account.address), self.connections.clock.now())))
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

/// The person's half of what went wrong at the provider; the operator's half goes to the log.
fn problem_of(error: &AuthError) -> Problem {
    match error {
        AuthError::GrantRefused { .. } => Problem::CodeRefused,
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
