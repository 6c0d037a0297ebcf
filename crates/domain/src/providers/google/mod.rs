//! Google: OAuth and OpenID Connect, Gmail, Pub/Sub.

pub mod auth;
pub mod gmail;
pub mod pubsub;
mod scopes;
mod service_account;

pub use service_account::{KeyFileProblem, ServiceAccount};

use crate::providers::budget::{GmailQuota, ProjectQuota};
use secrecy::SecretString;
use url::Url;

/// How this server is known to Google.
#[derive(Clone, Debug)]
pub struct GoogleSettings {
    /// `GOOGLE_CLIENT_ID`
    pub client_id: String,
    /// `GOOGLE_CLIENT_SECRET`
    pub client_secret: SecretString,
    /// `GOOGLE_ISSUER`: the endpoints come from its discovery document.
    pub issuer: String,
    /// `GOOGLE_API_URL`: one base for all APIs, or Google's own hosts.
    pub api_url: Option<Url>,
    /// The one redirect URI, built from `PUBLIC_URL`.
    pub redirect_uri: Url,
    /// `GOOGLE_QUOTA`
    pub quota: GmailQuota,
    /// `GOOGLE_PROJECT_QUOTA`
    pub project_quota: ProjectQuota,
    /// Where Gmail leaves word of news; `None`: nowhere, it is asked by the clock.
    pub pubsub: Option<PubsubSettings>,
}

/// Where Gmail leaves word of news.
#[derive(Clone, Debug)]
pub struct PubsubSettings {
    /// `GOOGLE_PUBSUB_TOPIC`: where Gmail publishes.
    pub topic: String,
    /// `GOOGLE_PUBSUB_SUBSCRIPTION`: where this server pulls.
    pub subscription: String,
    /// `GOOGLE_PUBSUB_KEY_FILE`: as whom.
    pub account: ServiceAccount,
}
