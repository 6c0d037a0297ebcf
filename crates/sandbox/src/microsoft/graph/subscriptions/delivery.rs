//! Posts notifications.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;

use crate::state::Sandbox;

/// How long an address may take to show that it wants notifications.
pub const VALIDATION: Duration = Duration::from_secs(10);
/// How long it may take to take one.
const TAKING: Duration = Duration::from_secs(3);

static CLIENT: OnceLock<Option<Client>> = OnceLock::new();

/// The one client.
pub(super) fn client() -> Option<&'static Client> {
    let client = CLIENT.get_or_init(|| {
        // Fails only when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Client::builder().redirect(Policy::none()).no_proxy().build().ok()
    });
    client.as_ref()
}

/// Posts what is due, each letter by itself; nobody waits for it.
pub fn post_due(sandbox: &Arc<Sandbox>) {
    for letter in sandbox.graph.shelf.take_due(&sandbox.world, sandbox.clock.now()) {
        let sandbox = Arc::clone(sandbox);
        tokio::spawn(async move {
            let Some(client) = client() else { return };
            let taken = client.post(&letter.url).json(&letter.body).timeout(TAKING).send().await;
            let taken = taken.is_ok_and(|response| response.status().is_success());
            sandbox.graph.shelf.settle(letter, taken, sandbox.clock.now());
        });
    }
}
