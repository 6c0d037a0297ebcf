//! Microsoft: its identity platform (Entra, and personal accounts), and at Graph whose mailbox it is and its mail.

pub mod auth;
pub mod mail;
mod me;
mod scopes;

use secrecy::SecretString;
use url::Url;

/// How this server is known to Microsoft.
#[derive(Clone, Debug)]
pub struct MicrosoftSettings {
    /// `MICROSOFT_CLIENT_ID`
    pub client_id: String,
    /// `MICROSOFT_CLIENT_SECRET`
    pub client_secret: SecretString,
    /// `MICROSOFT_AUTHORITY`, without a slash at the end.
    pub authority: String,
    /// `MICROSOFT_TENANT`: `common`, `organizations`, `consumers`, or one tenant.
    pub tenant: String,
    /// `MICROSOFT_GRAPH_URL`, without the version.
    pub graph_url: Url,
    /// The one redirect URI, built from `PUBLIC_URL`.
    pub redirect_uri: Url,
    /// Where Graph is asked to tell of news, built from `PUBLIC_URL`; `None`: nowhere, it is asked by the clock.
    pub notification_url: Option<Url>,
}
