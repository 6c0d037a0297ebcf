//! Signs the pretend provider's ID tokens and publishes the public half of the key.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

/// The key id in JWKS and in token headers.
const KEY_ID: &str = "sandbox-2026-01";
/// The sandbox's own key; it protects nothing.
const KEY: &str = include_str!("../keys/signing-key.txt");

/// The signing key.
#[derive(Debug)]
pub struct Signer {
    pair: RsaKeyPair,
}

impl Signer {
    /// Reads the key that is part of the sandbox.
    pub fn load() -> anyhow::Result<Self> {
        let text: String = KEY.lines().filter(|line| !line.starts_with('#')).collect();
        let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(text)?)
            .map_err(|rejected| anyhow::anyhow!("the key was rejected: {rejected}"))?;
        Ok(Self { pair })
    }

    /// A signed JWT (RS256) with these claims.
    pub fn sign(&self, claims: &Value) -> anyhow::Result<String> {
        let header = json!({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"});
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut token = format!("{}.{}", encode(&header), encode(claims));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| anyhow::anyhow!("signing failed"))?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Ok(token)
    }

    /// The claims of a token this key signed; `None` when it did not.
    pub fn open(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let public = ring::signature::UnparsedPublicKey::new(
            &ring::signature::RSA_PKCS1_2048_8192_SHA256,
            self.pair.public_key().as_ref(),
        );
        public.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
        let claims = signed.split_once('.')?.1;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }

    /// The key set as published.
    pub fn key_set(&self) -> Value {
        let public = PublicKeyComponents::<Vec<u8>>::from(self.pair.public());
        json!({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID,
            "n": URL_SAFE_NO_PAD.encode(public.n), "e": URL_SAFE_NO_PAD.encode(public.e)}]})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Signer;

    #[test]
    fn a_signed_token_opens_and_a_changed_one_does_not() {
        let signer = Signer::load().unwrap();
        let token = signer.sign(&json!({"sub": "1"})).unwrap();
        assert_eq!(signer.open(&token), Some(json!({"sub": "1"})));
        let forged = token.replacen('.', ".x", 1);
        assert_eq!(signer.open(&forged), None);
        assert_eq!(signer.key_set()["keys"][0]["e"], "AQAB");
    }
}
