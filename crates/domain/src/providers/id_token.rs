//! ID tokens, verified to the letter (OpenID Connect Core 1.0 section 3.1.3.7, RFC 8725), and the rule of issuers with many
//! tenants.

use crate::{
    clock::Clock,
    jwt,
    providers::{ProviderError, http::Http, oauth_calls::get_json},
};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::Jwk};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;
use uuid::Uuid;

/// Clocks may differ by this much.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// Keys are asked for again at most this often when a token names an unknown one.
const ASK_AGAIN: TimeDelta = TimeDelta::minutes(1);
/// Keys are read anew after this long, so that a withdrawn one is forgotten.
const KEYS_LIFE: TimeDelta = TimeDelta::hours(6);
/// Stands for the tenant in the issuer of Microsoft's shared documents and keys.
const TENANT: &str = "{tenantid}";

/// Who an ID token speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who vouches: the configured issuer, or the tenant's own.
    pub issuer: String,
    /// Stable at the issuer, never reused: `sub` at Google, `tid:oid` at Microsoft.
    pub subject: String,
    /// Microsoft's `sub`, another one for each registration.
    pub pairwise_subject: Option<String>,
    /// The address, as the provider shows it.
    pub address: String,
    /// Whether the provider has authority over the address: only then it may speak for the person's mailbox.
    pub address_proven: bool,
    /// The display name, when given.
    pub name: Option<String>,
    /// The given name, when given.
    pub first_name: Option<String>,
    /// The family name, when given.
    pub last_name: Option<String>,
}

/// Which issuers a server may sign as.
#[derive(Clone, Debug)]
pub enum IssuerRule {
    /// Exactly this one.
    One(String),
    /// `{authority}/{tid}/v2.0` for the tenant that the token names.
    Tenants {
        /// Scheme and host, without a slash at the end.
        authority: String,
    },
}

impl IssuerRule {
    /// Whether a discovery document of this issuer is the one that was asked for.
    pub(super) fn accepts_document(&self, issuer: &str) -> bool {
        match self {
            Self::One(one) => issuer.trim_end_matches('/') == one.trim_end_matches('/'),
            Self::Tenants { .. } => self.tenant_of(issuer).is_some_and(|tenant| tenant == TENANT || is_guid(tenant)),
        }
    }

    /// Whether an issuer kept with an identity or a connection is one of these.
    pub(super) fn vouches(&self, issuer: &str) -> bool {
        match self {
            Self::One(one) => issuer == one,
            Self::Tenants { .. } => self.tenant_of(issuer).is_some_and(is_guid),
        }
    }

    fn tenant_of<'i>(&self, issuer: &'i str) -> Option<&'i str> {
        let Self::Tenants { authority } = self else { return None };
        issuer.strip_prefix(authority.as_str())?.strip_prefix('/')?.strip_suffix("/v2.0")
    }
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

/// What a token must say.
pub struct Expected<'a> {
    /// Which issuers are accepted.
    pub rule: &'a IssuerRule,
    /// The issuer of the discovery document.
    pub document_issuer: &'a str,
    /// `aud`, and `azp` where present: our client id.
    pub audience: &'a str,
    /// The attempt's; `None` where a code came without one.
    pub nonce: Option<&'a str>,
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

#[derive(Clone, Debug, Default, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    email: Option<String>,
    email_verified: Option<bool>,
    /// Google: the organisation that owns the address.
    hd: Option<String>,
    /// Microsoft: an address that may change; for the screen only.
    preferred_username: Option<String>,
    /// Microsoft: the version of the token.
    ver: Option<String>,
    /// Microsoft: the tenant.
    tid: Option<String>,
    /// Microsoft: the account within the tenant.
    oid: Option<String>,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Default for Audience {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

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
        let decoding = DecodingKey::from_jwk(&key.jwk).map_err(|_| IdTokenError::Signature("unusable key"))?;
        let claims = jsonwebtoken::decode::<Claims>(token, &decoding, &signature_only())
            .map_err(|_| IdTokenError::Signature("wrong signature or malformed claims"))?
            .claims;
        check(claims, key.issuer.as_deref(), expected)
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

fn require(holds: bool, claim: &'static str) -> Result<(), IdTokenError> {
    if holds { Ok(()) } else { Err(IdTokenError::Claim(claim)) }
}

fn check(claims: Claims, key_issuer: Option<&str>, expected: &Expected<'_>) -> Result<Identity, IdTokenError> {
    let audience = match &claims.aud {
        Audience::One(one) => one == expected.audience,
        Audience::Many(many) => many.len() == 1 && many[0] == expected.audience,
    };
    require(audience, "aud")?;
    require(claims.azp.as_deref().is_none_or(|azp| azp == expected.audience), "azp")?;
    let instant = |seconds| DateTime::from_timestamp(seconds, 0);
    require(instant(claims.exp).is_some_and(|exp| exp + SKEW > expected.now), "exp")?;
    let begun = |seconds| instant(seconds).is_some_and(|at| at - SKEW <= expected.now);
    require(begun(claims.iat), "iat")?;
    require(claims.nbf.is_none_or(begun), "nbf")?;
    require(expected.nonce.is_none_or(|nonce| claims.nonce.as_deref() == Some(nonce)), "nonce")?;
    require(!claims.sub.is_empty() && claims.sub.len() <= 255, "sub")?;
    match expected.rule {
        IssuerRule::One(issuer) => check_one(claims, issuer),
        IssuerRule::Tenants { .. } => check_tenant(claims, key_issuer, expected),
    }
}

/// Google: one issuer, accounts by `sub`.
fn check_one(claims: Claims, issuer: &str) -> Result<Identity, IdTokenError> {
    // Google signs as itself with and without the scheme.
    let bare = issuer.strip_prefix("https://").unwrap_or(issuer);
    require(claims.iss == issuer || claims.iss == bare, "iss")?;
    let address = claims.email.filter(|email| !email.is_empty()).ok_or(IdTokenError::Claim("email"))?;
    // Google has authority over its own addresses and over those of organisations it hosts, over no others.
    let verified = claims.email_verified == Some(true);
    let address_proven = verified && (address.to_ascii_lowercase().ends_with("@gmail.com") || claims.hd.is_some());
    Ok(Identity {
        issuer: issuer.to_owned(),
        subject: claims.sub,
        pairwise_subject: None,
        address,
        address_proven,
        name: claims.name,
        first_name: claims.given_name,
        last_name: claims.family_name,
    })
}

/// Microsoft: the issuer is the tenant's own, accounts by `tid` and `oid`; `sub` is another one for each registration.
fn check_tenant(claims: Claims, key_issuer: Option<&str>, expected: &Expected<'_>) -> Result<Identity, IdTokenError> {
    require(claims.ver.as_deref() == Some("2.0"), "ver")?;
    let tenant = claims.tid.as_deref().filter(|tid| is_guid(tid)).ok_or(IdTokenError::Claim("tid"))?;
    // For a document of one tenant this also refuses every other tenant.
    require(claims.iss == expected.document_issuer.replace(TENANT, tenant), "iss")?;
    require(expected.rule.vouches(&claims.iss), "iss")?;
    require(key_issuer.is_none_or(|issuer| issuer.replace(TENANT, tenant) == claims.iss), "issuer of the key")?;
    let object = claims.oid.filter(|oid| is_guid(oid)).ok_or(IdTokenError::Claim("oid"))?;
    let subject = format!("{tenant}:{object}");
    let address = claims.email.or(claims.preferred_username).filter(|address| !address.is_empty());
    Ok(Identity {
        issuer: claims.iss,
        subject,
        pairwise_subject: Some(claims.sub),
        // Tenants write these as they like: never proof of anything ("nOAuth").
        address: address.unwrap_or_default(),
        address_proven: false,
        name: claims.name,
        first_name: claims.given_name,
        last_name: claims.family_name,
    })
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
            ..Claims::default()
        }
    }

    fn verdict(change: impl FnOnce(&mut Claims)) -> Result<Identity, IdTokenError> {
        let mut claims = claims();
        change(&mut claims);
        let now = DateTime::from_timestamp(NOW, 0).unwrap();
        let rule = IssuerRule::One("https://accounts.google.com".into());
        let document_issuer = "https://accounts.google.com";
        check(claims, None, &Expected { rule: &rule, document_issuer, audience: "client", nonce: Some("n-1"), now })
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

    const AUTHORITY: &str = "https://login.microsoftonline.com";
    const TID: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
    const OTHER: &str = "11111111-2222-4333-8444-555555555555";

    /// A token of a tenant, judged under a document and a key of these issuers.
    fn tenant_verdict(
        document: &str,
        key: Option<&str>,
        change: impl FnOnce(&mut Claims),
    ) -> Result<Identity, IdTokenError> {
        let mut claims = Claims {
            iss: format!("{AUTHORITY}/{TID}/v2.0"),
            tid: Some(TID.into()),
            oid: Some("00000000-0000-0000-66f3-3332eca7ea81".into()),
            ver: Some("2.0".into()),
            azp: None,
            email: None,
            preferred_username: Some("ana@outlook.com".into()),
            ..claims()
        };
        change(&mut claims);
        let rule = IssuerRule::Tenants { authority: AUTHORITY.into() };
        assert!(rule.accepts_document(document), "{document}");
        let now = DateTime::from_timestamp(NOW, 0).unwrap();
        let nonce = Some("n-1");
        check(claims, key, &Expected { rule: &rule, document_issuer: document, audience: "client", nonce, now })
    }

    #[test]
    fn a_tenants_token_is_known_by_tenant_and_object() {
        let template = format!("{AUTHORITY}/{TENANT}/v2.0");
        for key in [None, Some(template.as_str())] {
            let identity = tenant_verdict(&template, key, |_| ()).unwrap();
            assert_eq!(identity.issuer, format!("{AUTHORITY}/{TID}/v2.0"));
            assert_eq!(identity.subject, format!("{TID}:00000000-0000-0000-66f3-3332eca7ea81"));
            assert_eq!((identity.address.as_str(), identity.address_proven), ("ana@outlook.com", false));
        }
        assert!(tenant_verdict(&format!("{AUTHORITY}/{TID}/v2.0"), None, |_| ()).is_ok(), "one tenant only");
    }

    #[test]
    fn a_token_of_another_tenant_than_it_says_proves_nothing() {
        type Change = fn(&mut Claims);
        let template = format!("{AUTHORITY}/{TENANT}/v2.0");
        let cases: [(&str, Change); 6] = [
            ("iss", |claims| claims.tid = Some(OTHER.into())),
            ("iss", |claims| claims.iss = format!("https://login.evil.example/{TID}/v2.0")),
            ("iss", |claims| claims.iss = format!("{AUTHORITY}/{TENANT}/v2.0")),
            ("tid", |claims| claims.tid = Some("../common".into())),
            ("oid", |claims| claims.oid = None),
            ("ver", |claims| claims.ver = Some("1.0".into())),
        ];
        for (name, change) in cases {
            let verdict = tenant_verdict(&template, None, change);
            assert!(matches!(verdict, Err(IdTokenError::Claim(claim)) if claim == name), "{name}");
        }
        let foreign_key = format!("{AUTHORITY}/{OTHER}/v2.0");
        assert!(tenant_verdict(&template, Some(&foreign_key), |_| ()).is_err(), "a key signs for its own issuer");
        assert!(tenant_verdict(&foreign_key, None, |_| ()).is_err(), "a server of one tenant lets no other in");
    }

    #[test]
    fn a_document_of_another_authority_is_not_accepted() {
        let rule = IssuerRule::Tenants { authority: AUTHORITY.into() };
        for issuer in
            ["https://login.evil.example/{tenantid}/v2.0", "https://login.microsoftonline.com/common/v2.0", ""]
        {
            assert!(!rule.accepts_document(issuer), "{issuer}");
        }
        assert!(!rule.vouches(&format!("{AUTHORITY}/{TENANT}/v2.0")), "a template vouches for nobody");
    }

    #[test]
    fn google_speaks_for_its_own_addresses_only() {
        let proven = |address: &str, verified, hd: Option<&str>| {
            let change = |claims: &mut Claims| {
                claims.email = Some(address.into());
                claims.email_verified = verified;
                claims.hd = hd.map(str::to_owned);
            };
            verdict(change).unwrap().address_proven
        };
        assert!(
            proven("ana@gmail.com", Some(true), None) && proven("ana@work.example", Some(true), Some("work.example"))
        );
        assert!(!proven("ana@work.example", Some(true), None) && !proven("ana@gmail.com", None, None));
    }
}
