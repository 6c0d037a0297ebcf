//! Microsoft's authorization server: many tenants, refresh tokens that rotate, an administrator's consent, and no way to
//! give a grant back.

use super::{MicrosoftSettings, me, scopes};
use crate::{
    clock::Clock,
    providers::{
        Features, Provider,
        auth::{AuthError, AuthServer, Question, Redeem, Redeemed, Revoked, Tokens, Wants},
        http::Http,
        id_token::IssuerRule,
        openid::{OpenId, Registration, transient},
    },
};
use secrecy::SecretString;
use std::{collections::BTreeSet, sync::Arc};
use url::Url;

/// Speaks to the authorization server.
pub struct MicrosoftAuth {
    openid: OpenId,
    settings: MicrosoftSettings,
}

impl MicrosoftAuth {
    pub(crate) fn new(settings: MicrosoftSettings, http: Http, clock: Arc<dyn Clock>) -> Self {
        let registration = Registration {
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
            redirect_uri: settings.redirect_uri.clone(),
            address: format!("{}/{}/v2.0", settings.authority, settings.tenant),
            rule: IssuerRule::Tenants { authority: settings.authority.clone() },
            normalised: |granted| scopes::normalised(granted),
        };
        Self { openid: OpenId::new(registration, http, clock), settings }
    }
}

#[async_trait::async_trait]
impl AuthServer for MicrosoftAuth {
    fn provider(&self) -> Provider {
        Provider::Microsoft
    }

    fn issuer(&self) -> &str {
        &self.settings.authority
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
        // As a form it would be posted from another site, and arrive without our cookies.
        let mut extra = vec![("response_mode", "query")];
        match question.account {
            Some(account) => extra.push(("login_hint", account.address)),
            None => extra.push(("prompt", "select_account")),
        }
        self.openid.authorize_url(&question, scopes::TABLE.asked(question.wants), &extra).await
    }

    async fn exchange(&self, redeem: Redeem<'_>) -> Result<Redeemed, AuthError> {
        let wants_mailbox = matches!(redeem.wants, Wants::Features(_));
        let mut redeemed = self.openid.exchange(redeem).await?;
        if let Ok(identity) = &mut redeemed.identity
            && wants_mailbox
        {
            match me::address(&self.openid.http, &self.settings.graph_url, &redeemed.tokens.access_token).await {
                Ok(address) => identity.address = address,
                Err(error) if identity.address.is_empty() => redeemed.identity = Err(transient(error)),
                Err(error) => tracing::warn!(error = %error, "graph.me_unread: the ID token's address is shown"),
            }
        }
        Ok(redeemed)
    }

    async fn refresh(&self, refresh_token: &SecretString, scopes: &str) -> Result<Tokens, AuthError> {
        // One resource a call: Graph. Without `offline_access` no newer refresh token would come.
        let granted = scopes.split(' ').filter(|scope| !scope.is_empty() && *scope != "offline_access");
        let asked = granted.chain(["offline_access"]).map(str::to_owned).collect();
        self.openid.refresh(refresh_token, asked).await
    }

    async fn revoke(&self, _token: &SecretString) -> Result<Revoked, AuthError> {
        Ok(Revoked::Unsupported)
    }

    fn admin_consent_url(&self) -> Option<Url> {
        // An administrator speaks for an organisation; `common` and personal accounts are none.
        let tenant = match self.settings.tenant.as_str() {
            "common" | "consumers" => "organizations",
            tenant => tenant,
        };
        let mut url = Url::parse(&format!("{}/{tenant}/v2.0/adminconsent", self.settings.authority)).ok()?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("scope", "https://graph.microsoft.com/.default")
            .append_pair("redirect_uri", self.settings.redirect_uri.as_str());
        Some(url)
    }
}
