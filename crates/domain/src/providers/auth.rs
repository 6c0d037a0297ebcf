//! What an authorization server does for us, whichever company's it is.

use super::{Features, Provider, http::Http, id_token::IdTokenError};
use crate::{providers::id_token::Identity, trouble::Trouble, vault::VaultError};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use std::{collections::BTreeSet, sync::Arc};
use url::Url;

/// Why a token was not given.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The code or the refresh token is worth nothing (any more): only the person can help.
    #[error("the provider refused the grant: {reason}")]
    GrantRefused {
        /// The provider's `error`, with its finer code after a colon where it gave one.
        reason: String,
    },
    /// `invalid_client` and its kin: the operator has to look at id, secret and redirect URI.
    #[error("the provider does not accept this client: {code}")]
    ClientRefused {
        /// The provider's `error`, with its finer code after a colon where it gave one.
        code: String,
    },
    /// No answer, or one that says to come back: nothing is known about the grant.
    #[error("the provider did not answer")]
    Transient(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The ID token does not prove who this is.
    #[error("the ID token does not prove who this is")]
    IdentityUnproven(#[source] IdTokenError),
}

impl AuthError {
    /// What it is to a person.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::GrantRefused { .. } => Trouble::NeedsReconnect,
            Self::ClientRefused { .. } => Trouble::NotSetUp,
            Self::Transient(source) if source.is::<VaultError>() => Trouble::KeyMissing,
            Self::Transient(_) => Trouble::NoAnswer,
            Self::IdentityUnproven(_) => Trouble::Unusable,
        }
    }
}

/// What a code was worth.
pub struct Granted {
    /// Who consented, from the verified ID token.
    pub identity: Identity,
    /// What was granted, in normalised scopes.
    pub tokens: Tokens,
}

/// What a code brought: its tokens, whether or not they prove whose they are.
pub struct Redeemed {
    /// The tokens; without a proof they are given back or thrown away.
    pub tokens: Tokens,
    /// Who consented, or why that is not proven.
    pub identity: Result<Identity, AuthError>,
}

/// The tokens of one response.
pub struct Tokens {
    /// For API calls.
    pub access_token: SecretString,
    /// When it runs out, as the provider says.
    pub access_expires_at: DateTime<Utc>,
    /// Only on the first exchange, or when it changed.
    pub refresh_token: Option<SecretString>,
    /// When the provider will end the grant by itself, where it says so.
    pub refresh_expires_at: Option<DateTime<Utc>>,
    /// Normalised; `None` when the response named none.
    pub scopes: Option<BTreeSet<String>>,
}

/// What a trip asks for.
#[derive(Clone, Copy, Debug)]
pub enum Wants<'a> {
    /// Only who it is: `openid email profile`, no token that outlives the trip.
    Identity,
    /// What these features need, and who it is.
    Features(&'a Features),
}

/// What to ask for.
pub struct Question<'a> {
    /// The scopes, by what they are for.
    pub wants: Wants<'a>,
    /// Echoed back.
    pub state: SecretString,
    /// Found again in the ID token.
    pub nonce: &'a SecretString,
    /// PKCE verifier; only its S256 challenge leaves.
    pub verifier: &'a SecretString,
    /// The account to repair.
    pub account: Option<Account<'a>>,
}

/// An account as the provider may be reminded of it.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// Its stable name.
    pub subject: &'a str,
    /// Its address.
    pub address: &'a str,
}

/// A code, and what has to come with it.
pub struct Redeem<'a> {
    /// The code.
    pub code: SecretString,
    /// The PKCE verifier, when the code came from our own question.
    pub verifier: Option<&'a SecretString>,
    /// The nonce, when the code came from our own question.
    pub nonce: Option<&'a SecretString>,
    /// The redirect URI the code was sent to, when it is not our callback.
    pub redirect_uri: Option<&'a str>,
    /// What was asked for.
    pub wants: Wants<'a>,
}

/// What became of a grant that was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revoked {
    /// It is over at the provider.
    Done,
    /// The provider did not know it any more.
    Unknown,
    /// The provider has no way to take one back; the person ends it there.
    Unsupported,
}

/// Speaks to an authorization server.
#[async_trait::async_trait]
pub trait AuthServer: Send + Sync {
    /// Whose it is.
    fn provider(&self) -> Provider;

    /// Its name in attempts, so that the answer of one never finishes a question to another.
    fn issuer(&self) -> &str;

    /// Whether an issuer kept with an identity or a connection is this one's.
    fn vouches_for(&self, issuer: &str) -> bool;

    /// The features that exist there.
    fn offered(&self) -> Features;

    /// Which of the wanted features the granted scopes allow; a broader scope satisfies a narrower need.
    fn allowed(&self, wanted: &Features, granted: &BTreeSet<String>) -> Features;

    /// Where to send the person's browser.
    async fn authorize_url(&self, question: Question<'_>) -> Result<Url, AuthError>;

    /// Redeems a code.
    async fn exchange(&self, redeem: Redeem<'_>) -> Result<Redeemed, AuthError>;

    /// A new access token for a refresh token; `scopes` are the granted ones.
    async fn refresh(&self, refresh_token: &SecretString, scopes: &str) -> Result<Tokens, AuthError>;

    /// Whose an access token is, as the provider itself says when asked with it; `None` where giving back does not depend
    /// on it.
    async fn subject_of(&self, _access_token: &SecretString) -> Result<Option<String>, AuthError> {
        Ok(None)
    }

    /// Gives a grant back (see [`crate::connections`] for when that is safe).
    async fn revoke(&self, token: &SecretString) -> Result<Revoked, AuthError>;

    /// Where an administrator allows this server for a whole organisation.
    fn admin_consent_url(&self) -> Option<Url> {
        None
    }
}

/// The authorization servers this server has credentials for.
#[derive(Clone, Default)]
pub struct AuthServers {
    google: Option<Arc<dyn AuthServer>>,
    microsoft: Option<Arc<dyn AuthServer>>,
}

impl AuthServers {
    pub(crate) fn new(settings: &crate::DomainSettings, http: &Http, clock: &Arc<dyn crate::clock::Clock>) -> Self {
        let google = settings.google.clone().map(|google| {
            let server = super::google::auth::GoogleAuth::new(google, http.clone(), clock.clone());
            Arc::new(server) as Arc<dyn AuthServer>
        });
        let microsoft = settings.microsoft.clone().map(|microsoft| {
            let server = super::microsoft::auth::MicrosoftAuth::new(microsoft, http.clone(), clock.clone());
            Arc::new(server) as Arc<dyn AuthServer>
        });
        Self { google, microsoft }
    }

    /// Names the servers that are set up, for what must not outlive another setting.
    pub fn issuers(&self) -> String {
        let issuer =
            |server: &Option<Arc<dyn AuthServer>>| server.as_ref().map_or("", |server| server.issuer()).to_owned();
        format!("{} {}", issuer(&self.google), issuer(&self.microsoft))
    }

    /// A company's; `None` when it is not set up.
    pub fn get(&self, provider: Provider) -> Option<&Arc<dyn AuthServer>> {
        match provider {
            Provider::Google => self.google.as_ref(),
            Provider::Microsoft => self.microsoft.as_ref(),
        }
    }
}
