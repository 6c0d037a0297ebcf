//! What the operator has to look at: a provider that does not accept this server's own credentials. No connection is
//! harmed by it, and none gets a fresh token meanwhile.

use super::PAUSE;
use crate::{cache::Cache, providers::Provider};
use std::time::Duration;

/// An alarm that nobody raises again goes by itself.
const LIFE: Duration = Duration::from_hours(24);

/// The alarms of all processes that share a cache.
#[derive(Clone)]
pub struct Alarms {
    pub(crate) cache: Cache,
}

fn rest_key(provider: Provider) -> String {
    format!("{}:fresh", key(provider))
}

fn key(provider: Provider) -> String {
    format!("alarm:{}", provider.as_str())
}

impl Alarms {
    /// The provider said that it does not accept this client.
    pub(crate) async fn raise(&self, provider: Provider, code: &str) {
        tracing::error!(
            provider = provider.as_str(),
            code,
            "provider.client_refused: check client id, secret and redirect URI; connections are kept"
        );
        self.cache.set(&key(provider), code.as_bytes(), LIFE).await;
        self.cache.set(&rest_key(provider), b"1", PAUSE).await;
    }

    /// Whether it was raised a moment ago: what one grant was told then, all others would be.
    pub(super) async fn is_fresh(&self, provider: Provider) -> bool {
        self.cache.get(&rest_key(provider)).await.is_some()
    }

    /// The provider gave a token: whatever it was is repaired.
    pub(crate) async fn clear(&self, provider: Provider) {
        if self.code(provider).await.is_some() {
            self.cache.delete(&key(provider)).await;
            self.cache.delete(&rest_key(provider)).await;
        }
    }

    /// The provider's code, while it does not accept this server.
    pub async fn code(&self, provider: Provider) -> Option<String> {
        String::from_utf8(self.cache.get(&key(provider)).await?).ok()
    }
}
