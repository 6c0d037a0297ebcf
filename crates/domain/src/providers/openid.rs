//! What both authorization servers have in common: OpenID Connect discovery, the authorization code flow with PKCE, ID
//! tokens, refreshing, and what a refusal of the token endpoint means.

use super::{
    auth::{AuthError, Question, Redeem, Redeemed, Tokens},
    error::ProviderError,
    http::Http,
    id_token::{self, IdTokenError, Identity, IssuerRule, Keys},
    oauth_calls::{Caller, get_json, get_json_as},
    refusal::{Refusal, read_refusal},
};
use crate::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::sync::RwLock;
use url::Url;

/// After a failure the document read before is good for this long.
const DISCOVERY_AGAIN: TimeDelta = TimeDelta::minutes(1);
/// The discovery document is read again after this long, and after a failure at once.
const DISCOVERY_LIFE: TimeDelta = TimeDelta::hours(1);
/// A lifetime longer than this is a slip of the provider, and would not fit an instant.
const LONGEST_LIFE: u64 = 10 * 366 * 86_400;

/// Fields of a token response beyond RFC 6749.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Extra {
    id_token: Option<String>,
    refresh_token_expires_in: Option<u64>,
}
impl ExtraTokenFields for Extra {}

type Response = StandardTokenResponse<Extra, BasicTokenType>;
type OAuthClient = Client<
    Refusal,
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

/// What an authorization server says about itself (OpenID Connect Discovery 1.0).
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Discovery {
    pub issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    pub revocation_endpoint: Option<Url>,
    jwks_uri: Url,
    userinfo_endpoint: Option<Url>,
}

#[derive(Deserialize)]
struct UserInfo {
    sub: String,
}

/// How we are known to a server, and where its document is.
pub(super) struct Registration {
    pub client_id: String,
    pub client_secret: SecretString,
    pub redirect_uri: Url,
    /// The address below which `/.well-known/openid-configuration` lies.
    pub address: String,
    pub rule: IssuerRule,
    /// One spelling of each granted scope.
    pub normalised: fn(Vec<&str>) -> BTreeSet<String>,
}

/// A client of one authorization server.
pub(super) struct OpenId {
    pub registration: Registration,
    pub http: Http,
    clock: Arc<dyn Clock>,
    discovery: RwLock<Option<(DateTime<Utc>, Arc<Discovery>)>>,
    keys: Keys,
}

impl OpenId {
    pub fn new(registration: Registration, http: Http, clock: Arc<dyn Clock>) -> Self {
        let keys = Keys::new(http.clone(), clock.clone());
        Self { registration, http, clock, discovery: RwLock::default(), keys }
    }

    /// The address of the consent page, with the parameters both servers know and `extra` ones.
    pub async fn authorize_url(
        &self,
        question: &Question<'_>,
        scopes: Vec<String>,
        extra: &[(&'static str, &str)],
    ) -> Result<Url, AuthError> {
        let discovery = self.discovery().await?;
        let client = self.client(&discovery, true)?;
        let verifier = PkceCodeVerifier::new(question.verifier.expose_secret().to_owned());
        let state = question.state.expose_secret().to_owned();
        let mut request = client
            .authorize_url(move || CsrfToken::new(state))
            .add_scopes(scopes.into_iter().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_extra_param("nonce", question.nonce.expose_secret());
        for (name, value) in extra {
            request = request.add_extra_param(*name, (*value).to_owned());
        }
        Ok(request.url().0)
    }

    /// Redeems a code: the tokens, and whose they are or why that is not proven.
    pub async fn exchange(&self, redeem: Redeem<'_>) -> Result<Redeemed, AuthError> {
        let discovery = self.discovery().await?;
        let client = self.client(&discovery, redeem.redirect_uri.is_none())?;
        let mut request = client.exchange_code(AuthorizationCode::new(redeem.code.expose_secret().to_owned()));
        if let Some(verifier) = redeem.verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()));
        }
        // Google's own code client stands for its popup with a word that is no address.
        if let Some(redirect_uri) = redeem.redirect_uri {
            request = request.add_extra_param("redirect_uri", redirect_uri.to_owned());
        }
        let response = request.request_async(&Caller(&self.http)).await.map_err(refused)?;
        let identity = self.proven(&discovery, &response, redeem.nonce).await;
        Ok(Redeemed { tokens: self.tokens(&response), identity })
    }

    async fn proven(
        &self,
        discovery: &Discovery,
        response: &Response,
        nonce: Option<&SecretString>,
    ) -> Result<Identity, AuthError> {
        let token = response.extra_fields().id_token.as_deref();
        let token = token.ok_or(AuthError::IdentityUnproven(IdTokenError::Missing))?;
        let expected = id_token::Expected {
            rule: &self.registration.rule,
            document_issuer: &discovery.issuer,
            audience: &self.registration.client_id,
            nonce: nonce.map(ExposeSecret::expose_secret),
            now: self.clock.now(),
        };
        self.keys.verify(&discovery.jwks_uri, token, &expected).await.map_err(|error| match error {
            IdTokenError::KeysUnreachable(source) => AuthError::Transient(Box::new(source)),
            other => AuthError::IdentityUnproven(other),
        })
    }

    /// `sub`, from the userinfo endpoint (OpenID Connect Core 1.0 section 5.3): the provider's word over TLS, where an ID
    /// token proved nothing.
    pub async fn subject_of(&self, access_token: &SecretString) -> Result<String, AuthError> {
        let discovery = self.discovery().await?;
        let endpoint = discovery.userinfo_endpoint.as_ref();
        let endpoint = endpoint.ok_or(AuthError::IdentityUnproven(IdTokenError::Claim("userinfo_endpoint")))?;
        let info: UserInfo = get_json_as(&self.http, endpoint, access_token, "/userinfo").await.map_err(transient)?;
        Ok(info.sub)
    }

    /// A new access token for a refresh token.
    pub async fn refresh(&self, refresh_token: &SecretString, scopes: Vec<String>) -> Result<Tokens, AuthError> {
        let discovery = self.discovery().await?;
        let response = self
            .client(&discovery, false)?
            .exchange_refresh_token(&RefreshToken::new(refresh_token.expose_secret().to_owned()))
            .add_scopes(scopes.into_iter().map(Scope::new))
            .request_async(&Caller(&self.http))
            .await
            .map_err(refused)?;
        Ok(self.tokens(&response))
    }

    fn tokens(&self, response: &Response) -> Tokens {
        let now = self.clock.now();
        let refresh_life = response.extra_fields().refresh_token_expires_in.filter(|seconds| *seconds < LONGEST_LIFE);
        // RFC 6749 section 5.1 only recommends expires_in: without it the token is used once and renewed.
        let life = response.expires_in().unwrap_or(Duration::from_mins(1)).min(Duration::from_secs(LONGEST_LIFE));
        Tokens {
            access_token: response.access_token().secret().clone().into(),
            access_expires_at: now + life,
            refresh_token: response.refresh_token().map(|token| token.secret().clone().into()),
            refresh_expires_at: refresh_life.map(|seconds| now + Duration::from_secs(seconds)),
            scopes: response
                .scopes()
                .map(|scopes| scopes.iter().map(|scope| scope.as_str()).filter(|scope| !scope.is_empty()).collect())
                .filter(|scopes: &Vec<_>| !scopes.is_empty())
                .map(self.registration.normalised),
        }
    }

    fn client(&self, discovery: &Discovery, with_callback: bool) -> Result<OAuthClient, AuthError> {
        let registration = &self.registration;
        let client: OAuthClient = Client::new(ClientId::new(registration.client_id.clone()))
            .set_client_secret(ClientSecret::new(registration.client_secret.expose_secret().to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::from_url(discovery.authorization_endpoint.clone()))
            .set_token_uri(TokenUrl::from_url(discovery.token_endpoint.clone()));
        if !with_callback {
            return Ok(client);
        }
        let callback = RedirectUrl::new(registration.redirect_uri.to_string());
        Ok(client.set_redirect_uri(callback.map_err(|error| AuthError::Transient(error.into()))?))
    }

    pub async fn discovery(&self) -> Result<Arc<Discovery>, AuthError> {
        let now = self.clock.now();
        if let Some((read_at, discovery)) = &*self.discovery.read().await
            && now - *read_at < DISCOVERY_LIFE
        {
            return Ok(discovery.clone());
        }
        let address = self.registration.address.trim_end_matches('/');
        let address = Url::parse(&format!("{address}/.well-known/openid-configuration"))
            .map_err(|error| AuthError::Transient(error.into()))?;
        let discovery: Discovery = match get_json(&self.http, &address, "/.well-known/openid-configuration").await {
            Ok(discovery) => discovery,
            Err(error) => {
                // The document hardly ever changes: an old one is better than none while its host is away.
                let known = self.discovery.read().await.clone();
                let Some((_, known)) = known else { return Err(transient(error)) };
                tracing::warn!(%error, "discovery.unreachable: going on with the one read before");
                *self.discovery.write().await = Some((now - DISCOVERY_LIFE + DISCOVERY_AGAIN, known.clone()));
                return Ok(known);
            }
        };
        // OpenID Connect Discovery 1.0 section 4.3: the document must be the one of the issuer it was asked for.
        if !self.registration.rule.accepts_document(&discovery.issuer) {
            return Err(AuthError::IdentityUnproven(IdTokenError::Claim("issuer of the discovery document")));
        }
        let discovery = Arc::new(discovery);
        *self.discovery.write().await = Some((now, discovery.clone()));
        Ok(discovery)
    }
}

pub(super) fn transient(error: ProviderError) -> AuthError {
    AuthError::Transient(Box::new(error))
}

fn refused(error: RequestTokenError<ProviderError, Refusal>) -> AuthError {
    match error {
        RequestTokenError::ServerResponse(refusal) => read_refusal(&refusal),
        RequestTokenError::Request(error) => transient(error),
        // A body that is no OAuth answer: a proxy's page, a 5xx. Never shown: it may hold anything.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            AuthError::Transient("the token endpoint did not answer as OAuth 2.0 asks".into())
        }
    }
}
