//! The keys a provider signs with: read, kept, and read again when they rotate.

use super::{Expected, IdTokenError, Identity, claims};
use crate::{
    clock::Clock,
    jwt,
    providers::{http::Http, oauth_calls::get_json},
};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::Jwk};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

/// Keys are asked for again at most this often when a token names an unknown one.
const ASK_AGAIN: TimeDelta = TimeDelta::minutes(1);
/// Keys are read anew after this long, so that a withdrawn one is forgotten.
const KEYS_LIFE: TimeDelta = TimeDelta::hours(6);

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

/// One signing key.
#[derive(Clone)]
struct Key {
    id: String,
    jwk: Jwk,
    /// Microsoft: the only issuer that signs with it.
    issuer: Option<String>,
}

impl KeySet {
    /// The keys that can be read; a kind nobody knows yet does not spoil the others.
    fn readable(self) -> Vec<Key> {
        let text = |value: &serde_json::Value, name: &str| value.get(name)?.as_str().map(str::to_owned);
        let read = |value: serde_json::Value| {
            let (id, issuer) = (text(&value, "kid")?, text(&value, "issuer"));
            Some(Key { id, jwk: serde_json::from_value(value).ok()?, issuer })
        };
        self.keys.into_iter().filter_map(read).collect()
    }
}

/// The provider's signing keys, kept and read again when they rotate.
pub struct Keys {
    http: Http,
    clock: Arc<dyn Clock>,
    known: Mutex<Option<(DateTime<Utc>, Vec<Key>)>>,
}

impl Keys {
    pub(in crate::providers) fn new(http: Http, clock: Arc<dyn Clock>) -> Self {
        jwt::install();
        Self { http, clock, known: Mutex::default() }
    }

    /// Checks signature and claims.
    pub async fn verify(&self, jwks: &Url, token: &str, expected: &Expected<'_>) -> Result<Identity, IdTokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| IdTokenError::Signature("not a JWT"))?;
        // RFC 8725 section 3.1: the algorithm is ours to fix, not the token's to choose.
        if header.alg != Algorithm::RS256 {
            return Err(IdTokenError::Signature("not RS256"));
        }
        let kid = header.kid.ok_or(IdTokenError::Signature("no key id"))?;
        let key = self.key(jwks, &kid).await?;
        let decoding = DecodingKey::from_jwk(&key.jwk).map_err(|_| IdTokenError::Signature("unusable key"))?;
        let claims = jsonwebtoken::decode::<claims::Claims>(token, &decoding, &signature_only())
            .map_err(|_| IdTokenError::Signature("wrong signature or malformed claims"))?
            .claims;
        claims::check(claims, key.issuer.as_deref(), expected)
    }

    async fn key(&self, jwks: &Url, kid: &str) -> Result<Key, IdTokenError> {
        let now = self.clock.now();
        let mut known = self.known.lock().await;
        if let Some((read_at, keys)) = &*known {
            let found = keys.iter().find(|key| key.id == kid);
            let fresh_enough = if found.is_some() { KEYS_LIFE } else { ASK_AGAIN };
            if now - *read_at < fresh_enough {
                return found.cloned().ok_or(IdTokenError::Signature("unknown key"));
            }
        }
        let keys: KeySet = get_json(&self.http, jwks, "/certs").await.map_err(IdTokenError::KeysUnreachable)?;
        let keys = keys.readable();
        let key = keys.iter().find(|key| key.id == kid).cloned().ok_or(IdTokenError::Signature("unknown key"));
        *known = Some((now, keys));
        key
    }
}

/// Claims are checked here against the domain's clock, not by the library against the system's.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}
