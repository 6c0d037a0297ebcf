//! Google's authorization server: where to send a person, what a code is worth, a fresh access token, revocation.

use super::{GoogleSettings, scopes};
use crate::{
    clock::Clock,
    providers::{
        Features,
        error::ProviderError,
        google::id_token::{self, IdTokenError, Identity, Keys},
        http::Http,
        oauth_calls::{Caller, get_json, post_form},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
        BasicTokenType,
    },
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::sync::RwLock;
use url::Url;

/// The discovery document is read again after this long, and after a failure at once.
const DISCOVERY_LIFE: TimeDelta = TimeDelta::hours(1);

/// Fields of a token response beyond RFC 6749.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Extra {
    id_token: Option<String>,
    refresh_token_expires_in: Option<u64>,
}
impl ExtraTokenFields for Extra {}

type Response = StandardTokenResponse<Extra, BasicTokenType>;
type OAuthClient = Client<
    BasicErrorResponse,
    Response,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Why a token was not given.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// `invalid_grant`: the code or the refresh token is worth nothing (any more).
    #[error("the provider refused the grant")]
    GrantRefused {
        /// `error_subtype`, when the provider said one.
        subtype: Option<String>,
    },
    /// `invalid_client` and its kin: the operator has to look at id, secret and redirect URI.
    #[error("the provider does not accept this client: {code}")]
    ClientRefused {
        /// The provider's `error`.
        code: String,
    },
    /// No answer, or one that says to come back: nothing is known about the grant.
    #[error("the provider did not answer")]
    Transient(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The ID token does not prove who this is.
    #[error("the ID token does not prove who this is")]
    IdentityUnproven(#[source] IdTokenError),
}

/// What a code was worth.
pub struct Granted {
    /// Who consented, from the verified ID token.
    pub identity: Identity,
    /// What was granted, in normalised scopes.
    pub tokens: Tokens,
}

/// The tokens of one response.
pub struct Tokens {
    /// For API calls.
    pub access_token: SecretString,
    /// When it runs out, as the provider says.
    pub access_expires_at: DateTime<Utc>,
    /// Only on the first exchange, or when it changed.
    pub refresh_token: Option<SecretString>,
    /// Normalised; `None` when the response named none.
    pub scopes: Option<BTreeSet<String>>,
}

/// What to ask for.
pub struct Question<'a> {
    /// Features wanted.
    pub features: &'a Features,
    /// Echoed back.
    pub state: SecretString,
    /// Found again in the ID token.
    pub nonce: &'a SecretString,
    /// PKCE verifier; only its S256 challenge leaves.
    pub verifier: &'a SecretString,
    /// The account to repair, as `sub` or address.
    pub login_hint: Option<&'a str>,
}

#[derive(Clone, Debug, Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    revocation_endpoint: Url,
    jwks_uri: Url,
}

/// Speaks to the authorization server.
pub struct GoogleAuth {
    settings: GoogleSettings,
    http: Http,
    clock: Arc<dyn Clock>,
    discovery: RwLock<Option<(DateTime<Utc>, Arc<Discovery>)>>,
    keys: Keys,
}

impl GoogleAuth {
    pub(crate) fn new(settings: GoogleSettings, http: Http, clock: Arc<dyn Clock>) -> Self {
        let keys = Keys::new(http.clone(), clock.clone());
        Self { settings, http, clock, discovery: RwLock::default(), keys }
    }

    /// Who vouches for the accounts: kept with every identity and connection.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Where to send the person's browser.
    pub async fn authorize_url(&self, question: Question<'_>) -> Result<Url, AuthError> {
        let discovery = self.discovery().await?;
        let client = self.client(&discovery)?;
        let verifier = PkceCodeVerifier::new(question.verifier.expose_secret().to_owned());
        let state = question.state.expose_secret().to_owned();
        let mut request = client
            .authorize_url(move || CsrfToken::new(state))
            .add_scopes(scopes::asked(question.features).into_iter().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_extra_param("nonce", question.nonce.expose_secret())
            // The only dependable way to a refresh token for an account that has consented before.
            .add_extra_param("access_type", "offline");
        request = match question.login_hint {
            Some(hint) => request.add_extra_param("prompt", "consent").add_extra_param("login_hint", hint),
            None => request.add_extra_param("prompt", "consent select_account"),
        };
        Ok(request.url().0)
    }

    /// Redeems a code.
    pub async fn exchange(
        &self,
        code: SecretString,
        verifier: &SecretString,
        nonce: &SecretString,
    ) -> Result<Granted, AuthError> {
        let discovery = self.discovery().await?;
        let response = self
            .client(&discovery)?
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()))
            .request_async(&Caller(&self.http))
            .await
            .map_err(refused)?;
        let token = response.extra_fields().id_token.as_deref();
        let token = token.ok_or(AuthError::IdentityUnproven(IdTokenError::Missing))?;
        let expected = id_token::Expected {
            issuer: &discovery.issuer,
            audience: &self.settings.client_id,
            nonce: nonce.expose_secret(),
            now: self.clock.now(),
        };
        let identity = self.keys.verify(&discovery.jwks_uri, token, &expected).await.map_err(|error| match error {
            IdTokenError::KeysUnreachable(source) => AuthError::Transient(Box::new(source)),
            other => AuthError::IdentityUnproven(other),
        })?;
        Ok(Granted { identity, tokens: self.tokens(&response) })
    }

    /// A new access token for a refresh token.
    pub async fn refresh(&self, refresh_token: &SecretString) -> Result<Tokens, AuthError> {
        let discovery = self.discovery().await?;
        let response = self
            .client(&discovery)?
            .exchange_refresh_token(&RefreshToken::new(refresh_token.expose_secret().to_owned()))
            .request_async(&Caller(&self.http))
            .await
            .map_err(refused)?;
        Ok(self.tokens(&response))
    }

    /// Gives a grant back. Takes every scope of the whole project with it (see [`crate::connections`] for when that is safe).
    pub async fn revoke(&self, token: &SecretString) -> Result<(), AuthError> {
        let discovery = self.discovery().await?;
        let form = [("token", token.expose_secret())];
        let accepted =
            post_form(&self.http, &discovery.revocation_endpoint, &form, "/revoke").await.map_err(transient)?;
        if !accepted {
            tracing::info!("grant.revoke_refused: the provider does not know the token any more");
        }
        Ok(())
    }

    fn tokens(&self, response: &Response) -> Tokens {
        if let Some(seconds) = response.extra_fields().refresh_token_expires_in {
            tracing::warn!(days = seconds / 86_400, "grant.time_limited: the provider will end this grant by itself");
        }
        // RFC 6749 section 5.1 only recommends expires_in: without it the token is used once and renewed.
        let life = response.expires_in().unwrap_or(Duration::from_mins(1));
        Tokens {
            access_token: response.access_token().secret().clone().into(),
            access_expires_at: self.clock.now() + life,
            refresh_token: response.refresh_token().map(|token| token.secret().clone().into()),
            scopes: response.scopes().map(|scopes| scopes::normalised(scopes.iter().map(|scope| scope.as_str()))),
        }
    }

    fn client(&self, discovery: &Discovery) -> Result<OAuthClient, AuthError> {
        let redirect = RedirectUrl::new(self.settings.redirect_uri.to_string())
            .map_err(|error| AuthError::Transient(error.into()))?;
        Ok(Client::new(ClientId::new(self.settings.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.settings.client_secret.expose_secret().to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::from_url(discovery.authorization_endpoint.clone()))
            .set_token_uri(TokenUrl::from_url(discovery.token_endpoint.clone()))
            .set_redirect_uri(redirect))
    }

    async fn discovery(&self) -> Result<Arc<Discovery>, AuthError> {
        let now = self.clock.now();
        if let Some((read_at, discovery)) = &*self.discovery.read().await
            && now - *read_at < DISCOVERY_LIFE
        {
            return Ok(discovery.clone());
        }
        let address = format!("{}/.well-known/openid-configuration", self.settings.issuer.trim_end_matches('/'));
        let address = Url::parse(&address).map_err(|error| AuthError::Transient(error.into()))?;
        let discovery: Discovery =
            get_json(&self.http, &address, "/.well-known/openid-configuration").await.map_err(transient)?;
        // OpenID Connect Discovery 1.0 section 4.3: the document must be the one of the issuer it was asked for.
        if discovery.issuer.trim_end_matches('/') != self.settings.issuer.trim_end_matches('/') {
            return Err(AuthError::IdentityUnproven(IdTokenError::Claim("issuer of the discovery document")));
        }
        let discovery = Arc::new(discovery);
        *self.discovery.write().await = Some((now, discovery.clone()));
        Ok(discovery)
    }
}

fn transient(error: ProviderError) -> AuthError {
    AuthError::Transient(Box::new(error))
}

/// Tells transient from permanent by `error` alone (RFC 6749 section 5.2); descriptions are not stable.
fn refused(error: RequestTokenError<ProviderError, BasicErrorResponse>) -> AuthError {
    match error {
        RequestTokenError::ServerResponse(response) => match response.error() {
            BasicErrorResponseType::InvalidGrant => AuthError::GrantRefused { subtype: None },
            code @ (BasicErrorResponseType::InvalidClient
            | BasicErrorResponseType::UnauthorizedClient
            | BasicErrorResponseType::InvalidRequest
            | BasicErrorResponseType::UnsupportedGrantType
            | BasicErrorResponseType::InvalidScope) => AuthError::ClientRefused { code: code.to_string() },
            BasicErrorResponseType::Extension(code) => {
                tracing::warn!(code, "grant.unknown_error: taken as transient");
                AuthError::Transient(format!("the provider answered {code}").into())
            }
        },
        RequestTokenError::Request(error) => transient(error),
        // A body that is no OAuth answer: a proxy's page, a 5xx. Never shown: it may hold anything.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            AuthError::Transient("the token endpoint did not answer as OAuth 2.0 asks".into())
        }
    }
}
