//! Who the person is: the ID token (provider facts 2.6).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::scopes;
use crate::chance::random;
use crate::forgery;
use crate::oauth::grants::Grant;
use crate::state::Sandbox;
use crate::world::Person;

/// Seconds an ID token is valid.
const ID_TOKEN_S: i64 = 3_600;

/// The subject of a person for one client: another for every client.
pub fn subject(person: &Person, client: &str) -> String {
    let text = format!("{} {client}", person.object);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

/// A signed ID token. It never says that an address was verified.
pub fn id_token(sandbox: &Sandbox, person: &Person, grant: &Grant, nonce: Option<&str>) -> Option<String> {
    let now = sandbox.clock.now().timestamp();
    let mut claims: Value = json!({
        "ver": "2.0",
        "iss": format!("{}/{}/v2.0", sandbox.microsoft.url, person.tenant()),
        "sub": subject(person, &grant.client),
        "aud": grant.client,
        "iat": now,
        "nbf": now,
        "exp": now + ID_TOKEN_S,
        "tid": person.tenant(),
        "uti": random(16),
    });
    if grant.scopes.iter().any(|scope| scope == scopes::PROFILE) {
        claims["name"] = json!(person.name());
        claims["preferred_username"] = json!(person.address);
        claims["oid"] = json!(person.object);
    }
    if grant.scopes.iter().any(|scope| scope == scopes::EMAIL) {
        claims["email"] = json!(person.address);
    }
    if let Some(nonce) = nonce {
        claims["nonce"] = json!(nonce);
    }
    let signer = if person.domain().is_some() { &sandbox.work_signer } else { &sandbox.personal_signer };
    let (wrong, secret) = (sandbox.microsoft.rules.get().id_token, sandbox.config.secret_of(&grant.client));
    forgery::sign(signer, claims, wrong, secret)
        .inspect_err(|error| tracing::error!(%error, "an ID token was not signed"))
        .ok()
}
