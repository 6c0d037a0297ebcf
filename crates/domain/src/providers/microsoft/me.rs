//! Graph's `/me`: the address of the mailbox, which an ID token does not always tell.

use crate::providers::{
    ProviderError,
    http::{Http, Patience},
};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Me {
    mail: Option<String>,
    user_principal_name: Option<String>,
}

/// The mailbox's address; the sign-in name where the account has no mailbox address.
pub(super) async fn address(http: &Http, graph: &Url, token: &SecretString) -> Result<String, ProviderError> {
    let url = format!("{}/v1.0/me?$select=mail,userPrincipalName", graph.as_str().trim_end_matches('/'));
    let url = Url::parse(&url).map_err(|error| ProviderError::unreadable("MICROSOFT_GRAPH_URL", error))?;
    let request = http.request(Method::GET, url).bearer_auth(token.expose_secret());
    let answer = http.send(request, "/v1.0/me", Patience::Token).await?;
    if !answer.status.is_success() {
        return Err(ProviderError::nonsense(&format!("status {}", answer.status.as_u16())));
    }
    let me: Me = serde_json::from_slice(&answer.body).map_err(|_| ProviderError::nonsense("/me"))?;
    let address = me.mail.filter(|mail| !mail.is_empty()).or(me.user_principal_name);
    address.filter(|address| !address.is_empty()).ok_or_else(|| ProviderError::nonsense("/me without an address"))
}
