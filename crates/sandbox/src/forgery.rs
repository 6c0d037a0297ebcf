//! ID tokens that prove nothing, as a test wants them: `PUT /_sandbox/rules {"id_token": …}`. Each is one attack or slip that
//! a client has to notice (OpenID Connect Core 1.0 section 3.1.3.7, RFC 8725 sections 2.1 and 3.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::signer::Signer;

/// What is wrong with the ID tokens that are issued from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Forgery {
    /// The response holds none.
    Missing,
    /// `alg` is `none`, and there is no signature.
    AlgNone,
    /// `alg` is `HS256`, signed with the client's secret.
    AlgHs256,
    /// The claims were changed after signing.
    Tampered,
    /// It answers another question.
    Nonce,
    /// It is for another client.
    Audience,
    /// It ran out an hour ago.
    Expired,
    /// The issuer is another than the provider, at Microsoft another than the tenant in the same token.
    Issuer,
    /// Microsoft: a token of another tenant, good in itself.
    Tenant,
}

/// The tenant that [`Forgery::Issuer`] and [`Forgery::Tenant`] name.
const OTHER_TENANT: &str = "11111111-2222-4333-8444-555555555555";

/// Signs these claims, with what is wrong with them. `secret` is the client's.
pub fn sign(signer: &Signer, mut claims: Value, wrong: Option<Forgery>, secret: &str) -> anyhow::Result<String> {
    match wrong {
        Some(Forgery::AlgNone) => Ok(format!("{}.", unsigned("none", signer, &claims))),
        Some(Forgery::AlgHs256) => {
            let unsigned = unsigned("HS256", signer, &claims);
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), unsigned.as_bytes());
            Ok(format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode(tag)))
        }
        Some(Forgery::Tampered) => {
            let token = signer.sign(&claims)?;
            claims["sub"] = json!("somebody-else");
            let parts: Vec<_> = token.split('.').collect();
            Ok(format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(claims.to_string()), parts[2]))
        }
        Some(Forgery::Nonce) => {
            claims["nonce"] = json!("of another question");
            signer.sign(&claims)
        }
        Some(Forgery::Audience) => {
            claims["aud"] = json!("somebody-else");
            signer.sign(&claims)
        }
        Some(Forgery::Expired) => {
            claims["exp"] = json!(claims["iat"].as_i64().unwrap_or_default() - 3_600);
            signer.sign(&claims)
        }
        Some(wrong @ (Forgery::Issuer | Forgery::Tenant)) => {
            let tenant = claims["tid"].as_str().map(str::to_owned);
            let issuer = claims["iss"].as_str().unwrap_or_default();
            match &tenant {
                Some(tenant) => claims["iss"] = json!(issuer.replace(tenant.as_str(), OTHER_TENANT)),
                None if wrong == Forgery::Issuer => claims["iss"] = json!(format!("{issuer}/elsewhere")),
                None => {}
            }
            if tenant.is_some() && wrong == Forgery::Tenant {
                claims["tid"] = json!(OTHER_TENANT);
            }
            signer.sign(&claims)
        }
        Some(Forgery::Missing) | None => signer.sign(&claims),
    }
}

/// Header and claims as they stand before the second dot.
fn unsigned(alg: &str, signer: &Signer, claims: &Value) -> String {
    let header = json!({"alg": alg, "kid": signer.key_id(), "typ": "JWT"});
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}
