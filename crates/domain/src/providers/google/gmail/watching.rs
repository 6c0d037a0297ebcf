//! Asking Gmail to leave word in a topic of Pub/Sub whenever something changes in a mailbox.

use super::{Gmail, encoding::number};
use crate::providers::{Caller, error::ProviderError};
use chrono::{DateTime, Utc};
use reqwest::Method;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

/// `users.watch`, in units, on both price lists.
const WATCH: u32 = 100;
/// `users.stop`, in units.
const STOP: u32 = 50;

#[derive(Deserialize)]
struct Watch {
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "number")]
    expiration: i64,
}

impl Gmail {
    /// Begins a watch, or renews the one there is; says when it ends.
    pub async fn watch(&self, caller: Caller<'_>, topic: &str) -> Result<DateTime<Utc>, ProviderError> {
        let url = self.address("watch")?;
        let request = self.http.request(Method::POST, url).bearer_auth(caller.token.expose_secret());
        let request = request.json(&json!({ "topicName": topic }));
        let watch: Watch = self.ask(caller, WATCH, request, "/gmail/v1/users/me/watch").await?;
        DateTime::from_timestamp_millis(watch.expiration).ok_or_else(|| ProviderError::nonsense("the end of a watch"))
    }

    /// Ends the watch of a mailbox: there is one for the whole project.
    pub async fn stop(&self, caller: Caller<'_>) -> Result<(), ProviderError> {
        let request = self.http.request(Method::POST, self.address("stop")?).bearer_auth(caller.token.expose_secret());
        let answer = self.spend(caller, STOP, request, "/gmail/v1/users/me/stop").await?;
        self.accept(caller, answer).map(drop)
    }
}
