//! ID tokens, verified to the letter (OpenID Connect Core 1.0 section 3.1.3.7, RFC 8725).

use crate::{
    clock::Clock,
    jwt,
    providers::{ProviderError, http::Http, oauth_calls::get_json},
};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

/// Clocks may differ by this much.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// Keys are asked for again at most this often when a token names an unknown one.
const ASK_AGAIN: TimeDelta = TimeDelta::minutes(1);
/// Keys are read anew after this long, so that a withdrawn one is forgotten.
const KEYS_LIFE: TimeDelta = TimeDelta::hours(6);

/// Who an ID token speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `sub`: stable, never reused.
    pub subject: String,
    /// The address, as the provider shows it.
    pub address: String,
    /// The display name, when given.
    pub name: Option<String>,
}

/// What a token must say.
pub struct Expected<'a> {
    /// `iss`
    pub issuer: &'a str,
    /// `aud`, and `azp` where present: our client id.
    pub audience: &'a str,
    /// The attempt's.
    pub nonce: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Why a token proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum IdTokenError {
    /// The response held none.
    #[error("there is no ID token")]
    Missing,
    /// Not a JWT, a wrong algorithm, an unknown key or a wrong signature.
    #[error("the signature does not hold: {0}")]
    Signature(&'static str),
    /// A claim is missing or not as expected.
    #[error("the claim {0} is not as expected")]
    Claim(&'static str),
    /// The provider's keys could not be read.
    #[error("the provider's keys cannot be read")]
    KeysUnreachable(#[source] ProviderError),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nonce: Option<String>,
    email: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// The provider's signing keys, kept and read again when they rotate.
pub struct Keys {
    http: Http,
    clock: Arc<dyn Clock>,
    known: Mutex<Option<(DateTime<Utc>, JwkSet)>>,
}

impl Keys {
    pub(super) fn new(http: Http, clock: Arc<dyn Clock>) -> Self {
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
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &signature_only())
            .map_err(|_| IdTokenError::Signature("wrong signature or malformed claims"))?
            .claims;
        check(claims, expected)
    }

    async fn key(&self, jwks: &Url, kid: &str) -> Result<DecodingKey, IdTokenError> {
        let now = self.clock.now();
        let mut known = self.known.lock().await;
        if let Some((read_at, keys)) = &*known {
            let found = keys.find(kid);
            let fresh_enough = if found.is_some() { KEYS_LIFE } else { ASK_AGAIN };
            if now - *read_at < fresh_enough {
                return decoding_key(found);
            }
        }
        let keys: JwkSet = get_json(&self.http, jwks, "/certs").await.map_err(IdTokenError::KeysUnreachable)?;
        let key = decoding_key(keys.find(kid));
        *known = Some((now, keys));
        key
    }
}

fn decoding_key(key: Option<&jsonwebtoken::jwk::Jwk>) -> Result<DecodingKey, IdTokenError> {
    let key = key.ok_or(IdTokenError::Signature("unknown key"))?;
    DecodingKey::from_jwk(key).map_err(|_| IdTokenError::Signature("unusable key"))
}

/// Claims are checked here against the domain's clock, not by the library against the system's.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

fn check(claims: Claims, expected: &Expected<'_>) -> Result<Identity, IdTokenError> {
    let require = |holds: bool, claim: &'static str| if holds { Ok(()) } else { Err(IdTokenError::Claim(claim)) };
    // Google signs as itself with and without the scheme.
    let bare = expected.issuer.strip_prefix("https://").unwrap_or(expected.issuer);
    require(claims.iss == expected.issuer || claims.iss == bare, "iss")?;
    let audience = match &claims.aud {
        Audience::One(one) => one == expected.audience,
        Audience::Many(many) => many.len() == 1 && many[0] == expected.audience,
    };
    require(audience, "aud")?;
    require(claims.azp.as_deref().is_none_or(|azp| azp == expected.audience), "azp")?;
    let instant = |seconds| DateTime::from_timestamp(seconds, 0);
    require(instant(claims.exp).is_some_and(|exp| exp + SKEW > expected.now), "exp")?;
    require(instant(claims.iat).is_some_and(|iat| iat - SKEW <= expected.now), "iat")?;
    require(claims.nonce.as_deref() == Some(expected.nonce), "nonce")?;
    require(!claims.sub.is_empty() && claims.sub.len() <= 255, "sub")?;
    let address = claims.email.filter(|email| !email.is_empty()).ok_or(IdTokenError::Claim("email"))?;
    Ok(Identity { subject: claims.sub, address, name: claims.name })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn claims() -> Claims {
        Claims {
            iss: "https://accounts.google.com".into(),
            sub: "110169484474386276334".into(),
            aud: Audience::One("client".into()),
            azp: Some("client".into()),
            exp: NOW + 3600,
            iat: NOW,
            nonce: Some("n-1".into()),
            email: Some("ana@gmail.com".into()),
            name: None,
        }
    }

    fn verdict(change: impl FnOnce(&mut Claims)) -> Result<Identity, IdTokenError> {
        let mut claims = claims();
        change(&mut claims);
        let now = DateTime::from_timestamp(NOW, 0).unwrap();
        check(claims, &Expected { issuer: "https://accounts.google.com", audience: "client", nonce: "n-1", now })
    }

    #[test]
    fn a_token_for_us_proves_who_it_is() {
        assert_eq!(verdict(|_| ()).unwrap().subject, "110169484474386276334");
        assert!(verdict(|claims| claims.iss = "accounts.google.com".into()).is_ok());
        assert!(verdict(|claims| claims.azp = None).is_ok());
        assert!(verdict(|claims| claims.exp = NOW - 30).is_ok(), "inside the skew");
    }

    #[test]
    fn every_claim_that_is_not_as_expected_is_named() {
        type Change = fn(&mut Claims);
        let cases: [(&str, Change); 10] = [
            ("iss", |claims| claims.iss = "https://accounts.google.com.evil.example".into()),
            ("aud", |claims| claims.aud = Audience::One("other".into())),
            ("aud", |claims| claims.aud = Audience::Many(vec!["client".into(), "other".into()])),
            ("azp", |claims| claims.azp = Some("other".into())),
            ("exp", |claims| claims.exp = NOW - 61),
            ("iat", |claims| claims.iat = NOW + 3600),
            ("nonce", |claims| claims.nonce = None),
            ("nonce", |claims| claims.nonce = Some("n-2".into())),
            ("sub", |claims| claims.sub = String::new()),
            ("email", |claims| claims.email = None),
        ];
        for (name, change) in cases {
            assert!(matches!(verdict(change), Err(IdTokenError::Claim(claim)) if claim == name), "{name}");
        }
    }
}
