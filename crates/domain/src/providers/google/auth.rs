//! Google's authorization server: what it wants to be asked otherwise than others, and revocation.

use super::{GoogleSettings, scopes};
use crate::{
    clock::Clock,
    providers::{
        Features, Provider,
        auth::{AuthError, AuthServer, Question, Redeem, Redeemed, Revoked, Tokens, Wants},
        http::Http,
        id_token::{IdTokenError, IssuerRule},
        oauth_calls::post_form,
        openid::{OpenId, Registration, transient},
    },
};
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeSet, sync::Arc};
use url::Url;

/// Speaks to the authorization server.
pub struct GoogleAuth {
    openid: OpenId,
    issuer: String,
}

impl GoogleAuth {
    pub(crate) fn new(settings: GoogleSettings, http: Http, clock: Arc<dyn Clock>) -> Self {
        let registration = Registration {
            client_id: settings.client_id,
            client_secret: settings.client_secret,
            redirect_uri: settings.redirect_uri,
            address: settings.issuer.clone(),
            rule: IssuerRule::One(settings.issuer.clone()),
            normalised: |granted| scopes::normalised(granted),
        };
        Self { openid: OpenId::new(registration, http, clock), issuer: settings.issuer }
    }
}

#[async_trait::async_trait]
impl AuthServer for GoogleAuth {
    fn provider(&self) -> Provider {
        Provider::Google
    }

    fn issuer(&self) -> &str {
        &self.issuer
    }

    fn vouches_for(&self, issuer: &str) -> bool {
        self.openid.registration.rule.vouches(issuer)
    }

    fn offered(&self) -> Features {
        scopes::TABLE.offered()
    }

    fn allowed(&self, wanted: &Features, granted: &BTreeSet<String>) -> Features {
        scopes::TABLE.allowed(wanted, granted)
    }

    async fn authorize_url(&self, question: Question<'_>) -> Result<Url, AuthError> {
        let mut extra = match question.wants {
            // Whatever was granted before stays out of a token that only says who it is: no `include_granted_scopes`.
            Wants::Identity => vec![("access_type", "online"), ("prompt", "select_account")],
            // The only dependable way to a refresh token for an account that has consented before.
            Wants::Features(_) if question.account.is_some() => vec![("access_type", "offline"), ("prompt", "consent")],
            Wants::Features(_) => vec![("access_type", "offline"), ("prompt", "consent select_account")],
        };
        extra.extend(question.account.map(|account| ("login_hint", account.subject)));
        self.openid.authorize_url(&question, scopes::TABLE.asked(question.wants), &extra).await
    }

    async fn exchange(&self, redeem: Redeem<'_>) -> Result<Redeemed, AuthError> {
        self.openid.exchange(redeem).await
    }

    async fn refresh(&self, refresh_token: &SecretString, _scopes: &str) -> Result<Tokens, AuthError> {
        self.openid.refresh(refresh_token, Vec::new()).await
    }

    async fn subject_of(&self, access_token: &SecretString) -> Result<Option<String>, AuthError> {
        self.openid.subject_of(access_token).await.map(Some)
    }

    /// Takes every scope of the whole project with it.
    async fn revoke(&self, token: &SecretString) -> Result<Revoked, AuthError> {
        let discovery = self.openid.discovery().await?;
        let missing = IdTokenError::Claim("revocation_endpoint of the discovery document");
        let endpoint = discovery.revocation_endpoint.as_ref().ok_or(AuthError::IdentityUnproven(missing))?;
        let form = [("token", token.expose_secret())];
        let accepted = post_form(&self.openid.http, endpoint, &form, "/revoke").await.map_err(transient)?;
        if accepted {
            return Ok(Revoked::Done);
        }
        tracing::info!("grant.revoke_refused: the provider does not know the token any more");
        Ok(Revoked::Unknown)
    }
}
