//! Giving and taking labels: of one message, or of up to a thousand in one call.

use super::Gmail;
use crate::providers::{Caller, error::ProviderError};
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::json;

/// `messages.modify`, in units, on both price lists.
const MODIFY: u32 = 5;
/// `messages.batchModify`, however many messages it names.
const MODIFY_MANY: u32 = 50;
/// Most messages of one `messages.batchModify`.
pub const MOST_MODIFIED: usize = 1_000;

/// Labels to give and to take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Relabelling {
    /// Given.
    pub add: Vec<&'static str>,
    /// Taken.
    pub take: Vec<&'static str>,
}

impl Gmail {
    /// Gives and takes labels of messages, at most [`MOST_MODIFIED`]; every other label stays. Doing it again changes
    /// nothing. [`ProviderError::Gone`] only when a single message is named: of several, those that are gone are passed over.
    pub async fn relabel(&self, caller: Caller<'_>, ids: &[String], change: &Relabelling) -> Result<(), ProviderError> {
        let Relabelling { add, take } = change;
        let labels = json!({ "addLabelIds": add, "removeLabelIds": take });
        match ids {
            [one] => {
                let one: String = url::form_urlencoded::byte_serialize(one.as_bytes()).collect();
                let path = "/gmail/v1/users/me/messages/{id}/modify";
                self.write(caller, MODIFY, &format!("messages/{one}/modify"), &labels, path).await
            }
            many => {
                let body = json!({ "ids": many, "addLabelIds": add, "removeLabelIds": take });
                let path = "/gmail/v1/users/me/messages/batchModify";
                self.write(caller, MODIFY_MANY, "messages/batchModify", &body, path).await
            }
        }
    }

    async fn write(
        &self,
        caller: Caller<'_>,
        units: u32,
        name: &str,
        body: &serde_json::Value,
        path: &'static str,
    ) -> Result<(), ProviderError> {
        let url = self.address(name)?;
        let request = self.http.request(Method::POST, url).bearer_auth(caller.token.expose_secret()).json(body);
        let answer = self.spend(caller, units, request, path).await?;
        self.accept(caller, answer).map(drop)
    }
}
