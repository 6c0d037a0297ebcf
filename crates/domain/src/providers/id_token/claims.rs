//! What an ID token claims, and whether that proves who somebody is (OpenID Connect Core 1.0 section 3.1.3.7).

use super::{
    Expected, IdTokenError, Identity, IssuerRule,
    issuer::{TENANT, is_guid},
};
use chrono::{DateTime, TimeDelta};
use serde::Deserialize;

/// Clocks may differ by this much.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// What a token says, as far as anything here reads it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Claims {
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

fn require(holds: bool, claim: &'static str) -> Result<(), IdTokenError> {
    if holds { Ok(()) } else { Err(IdTokenError::Claim(claim)) }
}

/// Whether the claims of a token whose signature holds are what was expected, and who they speak of.
pub(super) fn check(
    claims: Claims,
    key_issuer: Option<&str>,
    expected: &Expected<'_>,
) -> Result<Identity, IdTokenError> {
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
