//! Pub/Sub: where Gmail leaves word that something changed in a mailbox. Messages are pulled, so that this server needs no
//! address that Google can reach; one that is not acknowledged in time comes again.

use super::PubsubSettings;
use crate::{
    clock::Clock,
    providers::{
        error::{ProviderError, classify},
        http::{Answer, Http, Patience},
    },
};
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

/// Pub/Sub's own host.
const HOST: &str = "https://pubsub.googleapis.com/";
const SCOPE: &str = "https://www.googleapis.com/auth/pubsub";
/// Messages of one answer.
const MOST: u32 = 500;
/// A token is renewed this long before its end.
const EARLY: TimeDelta = TimeDelta::minutes(5);
/// Either of the two alphabets, once `-` and `_` are read as `+` and `/`; with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// An access token, and when it runs out.
type Token = (SecretString, DateTime<Utc>);

/// The subscription of this server.
#[derive(Clone)]
pub struct Pubsub {
    http: Http,
    base: Url,
    settings: PubsubSettings,
    clock: Arc<dyn Clock>,
    token: Arc<Mutex<Option<Token>>>,
}

/// Something lies in the subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// By which it is acknowledged.
    pub ack_id: String,
    /// What it says; `None` when it is not of Gmail's making.
    pub word: Option<Word>,
}

/// What Gmail says: something changed in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The mailbox's address, in lower case.
    pub address: String,
    /// Where its history stands. Anybody who may publish can say so: nothing is stored that follows from it.
    pub history_id: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pulled {
    #[serde(default)]
    received_messages: Vec<Received>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    ack_id: String,
    #[serde(default)]
    message: Published,
}

#[derive(Default, Deserialize)]
struct Published {
    #[serde(default)]
    data: String,
}

impl Pubsub {
    /// `api_url` replaces Google's own host, for the sandbox and for proxies.
    pub fn new(
        http: Http,
        api_url: Option<&Url>,
        settings: PubsubSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, url::ParseError> {
        let mut base = api_url.map_or_else(|| Url::parse(HOST), |url| Ok(url.clone()))?;
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Ok(Self { http, base, settings, clock, token: Arc::default() })
    }

    /// What lies there. Pub/Sub may hold the answer back for a minute and a half, until there is something.
    pub async fn pull(&self) -> Result<Vec<Delivery>, ProviderError> {
        let body = json!({ "maxMessages": MOST });
        let answer = self.call("pull", &body, Patience::News).await?;
        let pulled: Pulled = serde_json::from_slice(&answer.body)
            .map_err(|error| ProviderError::unreadable("Pub/Sub's answer", error))?;
        let read = |one: Received| Delivery { word: read(&one.message.data), ack_id: one.ack_id };
        Ok(pulled.received_messages.into_iter().map(read).collect())
    }

    /// These need not come again.
    pub async fn acknowledge(&self, ack_ids: &[String]) -> Result<(), ProviderError> {
        self.call("acknowledge", &json!({ "ackIds": ack_ids }), Patience::Api).await.map(drop)
    }

    async fn call(&self, method: &str, body: &Value, patience: Patience) -> Result<Answer, ProviderError> {
        // The colon would make it an address of its own in a relative one.
        let url = format!("{}v1/{}:{method}", self.base, self.settings.subscription);
        let url = Url::parse(&url).map_err(|error| ProviderError::unreadable("address", error))?;
        let token = self.token().await?;
        let request = self.http.request(Method::POST, url).bearer_auth(token.expose_secret()).json(body);
        let answer = self.http.send(request, "/v1/{subscription}", patience).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let error = classify(answer.status, &answer.headers, &answer.body, self.clock.now());
        if matches!(error, ProviderError::Expired) {
            *self.token.lock().await = None;
        }
        Err(error)
    }

    async fn token(&self) -> Result<SecretString, ProviderError> {
        let mut known = self.token.lock().await;
        let now = self.clock.now();
        if let Some((token, until)) = &*known
            && *until > now + EARLY
        {
            return Ok(token.clone());
        }
        let (token, until) = self.settings.account.access_token(&self.http, SCOPE, now).await?;
        *known = Some((token.clone(), until));
        Ok(token)
    }
}

/// Reads `{"emailAddress","historyId"}`; the number may come as text.
fn read(data: &str) -> Option<Word> {
    let bytes = BASE64.decode(data.replace('-', "+").replace('_', "/")).ok()?;
    let told: Value = serde_json::from_slice(&bytes).ok()?;
    let number = &told["historyId"];
    let history_id = number.as_u64().or_else(|| number.as_str()?.parse().ok())?;
    Some(Word { address: told["emailAddress"].as_str()?.to_lowercase(), history_id })
}

#[cfg(test)]
mod tests {
    use super::{Word, read};

    #[test]
    fn a_word_is_read_in_both_alphabets_and_with_a_number_of_either_kind() {
        let word = Word { address: "ada@example.org".to_owned(), history_id: 9_876 };
        // {"emailAddress":"Ada@example.org","historyId":"9876"}, and as a number.
        let text = "eyJlbWFpbEFkZHJlc3MiOiJBZGFAZXhhbXBsZS5vcmciLCJoaXN0b3J5SWQiOiI5ODc2In0=";
        let number = "eyJlbWFpbEFkZHJlc3MiOiJBZGFAZXhhbXBsZS5vcmciLCJoaXN0b3J5SWQiOjk4NzZ9";
        assert_eq!(read(text), Some(word.clone()));
        assert_eq!(read(text.trim_end_matches('=')), Some(word.clone()));
        assert_eq!(read(number), Some(word));
        for other in ["", "hello", "e30=", "eyJlbWFpbEFkZHJlc3MiOiJhQGIuYyJ9"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
