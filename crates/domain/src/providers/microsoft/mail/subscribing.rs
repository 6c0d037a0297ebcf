//! Asking Graph to tell of changes in the inbox (change notifications; provider facts 6.6). There: what comes in. The other
//! folders are looked into whenever one look is due.

use super::{OutlookMail, escaped};
use crate::providers::{Caller, error::ProviderError};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// What is told of.
const RESOURCE: &str = "/me/mailFolders('inbox')/messages";
const CHANGES: &str = "created,updated,deleted";
/// An hour less than the longest that Graph gives (10,080 minutes), for clocks that differ.
const LIFE: Duration = Duration::minutes(10_020);

/// A subscription of this app to a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Its id, which comes with every notification.
    pub id: String,
    /// When it ends.
    pub expiration_date_time: DateTime<Utc>,
    /// Where it notifies.
    #[serde(default)]
    pub notification_url: Option<String>,
}

#[derive(Deserialize)]
struct Listed {
    value: Vec<Subscription>,
}

impl OutlookMail {
    /// Makes a subscription. Graph asks at `url`, before it answers, whether that is wanted.
    pub async fn subscribe(
        &self,
        caller: Caller<'_>,
        url: &str,
        secret: &SecretString,
    ) -> Result<Subscription, ProviderError> {
        let body = json!({
            "changeType": CHANGES,
            "notificationUrl": url,
            // Cannot be added later.
            "lifecycleNotificationUrl": url,
            "resource": RESOURCE,
            "expirationDateTime": self.end_of_life(),
            "clientState": secret.expose_secret(),
        });
        self.say(caller, Method::POST, "subscriptions", Some(&body)).await
    }

    /// Lets a subscription go on; [`ProviderError::Gone`] when it has ended.
    pub async fn resubscribe(&self, caller: Caller<'_>, id: &str) -> Result<Subscription, ProviderError> {
        let body = json!({ "expirationDateTime": self.end_of_life() });
        self.say(caller, Method::PATCH, &format!("subscriptions/{}", escaped(id)), Some(&body)).await
    }

    /// Ends a subscription; one that has ended is as good.
    pub async fn unsubscribe(&self, caller: Caller<'_>, id: &str) -> Result<(), ProviderError> {
        let ended = self.say::<Value>(caller, Method::DELETE, &format!("subscriptions/{}", escaped(id)), None).await;
        match ended {
            Ok(_) | Err(ProviderError::Gone) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The subscriptions of this mailbox that notify `url`.
    pub async fn subscriptions(&self, caller: Caller<'_>, url: &str) -> Result<Vec<Subscription>, ProviderError> {
        let listed: Listed = self.say(caller, Method::GET, "subscriptions", None).await?;
        Ok(listed.value.into_iter().filter(|one| one.notification_url.as_deref() == Some(url)).collect())
    }

    fn end_of_life(&self) -> String {
        (self.clock.now() + LIFE).to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    async fn say<T: DeserializeOwned>(
        &self,
        caller: Caller<'_>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, ProviderError> {
        let url = self.base.join(path).map_err(|error| ProviderError::unreadable("address", error))?;
        let request = self
            .http
            .request(method, url)
            .bearer_auth(caller.token.expose_secret())
            .header("Prefer", "IdType=\"ImmutableId\"");
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = self.send(caller, request, 1).await?;
        let text = if answer.body.is_empty() { b"null".as_slice() } else { &answer.body };
        serde_json::from_slice(text).map_err(|error| ProviderError::unreadable("Graph's answer", error))
    }
}
