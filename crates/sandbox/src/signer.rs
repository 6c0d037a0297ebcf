//! Signs the pretend providers' ID tokens and publishes the public halves of the keys. Each signer has two keys of its
//! own, so that a token of one provider, or of the other kind of account, is never good for another; rotating takes the
//! keys in turn under ever new ids.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

/// The sandbox's own keys, each below a line that names it; they protect nothing.
const KEYS: &str = include_str!("../keys/signing-keys.txt");

/// Signs with one key, and may publish the one before it as well.
#[derive(Debug)]
pub struct Signer {
    name: &'static str,
    pairs: [RsaKeyPair; 2],
    /// Number of the key that signs, from 1.
    current: AtomicUsize,
    /// Number of the oldest key that is still published.
    oldest: AtomicUsize,
}

impl Signer {
    /// Reads the two keys of this name, which are part of the sandbox.
    pub fn load(name: &'static str) -> anyhow::Result<Self> {
        let pairs = [read(&format!("# {name} 1"))?, read(&format!("# {name} 2"))?];
        Ok(Self { name, pairs, current: AtomicUsize::new(1), oldest: AtomicUsize::new(1) })
    }

    /// From now on a new key signs. The one before stays published, as providers do it, unless it is to be forgotten.
    pub fn rotate(&self, forget: bool) {
        let before = self.current.fetch_add(1, Ordering::Relaxed);
        self.oldest.store(before + usize::from(forget), Ordering::Relaxed);
    }

    /// The id of the key that signs.
    pub fn key_id(&self) -> String {
        self.id(self.current.load(Ordering::Relaxed))
    }

    /// A signed JWT (RS256) with these claims.
    pub fn sign(&self, claims: &Value) -> anyhow::Result<String> {
        let number = self.current.load(Ordering::Relaxed);
        let pair = self.pair(number);
        let header = json!({"alg": "RS256", "kid": self.id(number), "typ": "JWT"});
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut token = format!("{}.{}", encode(&header), encode(claims));
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| anyhow::anyhow!("signing failed"))?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Ok(token)
    }

    /// The claims of a token that a published key signed; `None` when none did.
    pub fn open(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let good = self.published().any(|number| {
            let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair(number).public_key().as_ref());
            public.verify(signed.as_bytes(), &signature).is_ok()
        });
        let claims = signed.split_once('.').filter(|_| good)?.1;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }

    /// The published keys (RFC 7517), the newest first.
    pub fn keys(&self) -> Vec<Value> {
        let key = |number| {
            let public = PublicKeyComponents::<Vec<u8>>::from(self.pair(number).public());
            json!({"kty": "RSA", "use": "sig", "kid": self.id(number),
                "n": URL_SAFE_NO_PAD.encode(public.n), "e": URL_SAFE_NO_PAD.encode(public.e)})
        };
        self.published().map(key).collect()
    }

    fn published(&self) -> impl Iterator<Item = usize> {
        (self.oldest.load(Ordering::Relaxed)..=self.current.load(Ordering::Relaxed)).rev()
    }

    fn pair(&self, number: usize) -> &RsaKeyPair {
        &self.pairs[(number + 1) % self.pairs.len()]
    }

    fn id(&self, number: usize) -> String {
        format!("{}-{number:02}", self.name.replace(' ', "-"))
    }
}

/// The lines below a headline: a key in PKCS#8, in base64.
fn below(headline: &str) -> impl Iterator<Item = &'static str> {
    let below = KEYS.lines().skip_while(move |line| *line != headline).skip(1);
    below.take_while(|line| !line.starts_with('#'))
}

/// The key below a headline, for a key file.
pub fn private_key(headline: &str) -> String {
    below(headline).flat_map(|line| [line, "\n"]).collect()
}

fn read(headline: &str) -> anyhow::Result<RsaKeyPair> {
    let text: String = below(headline).collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(text)?)
        .map_err(|rejected| anyhow::anyhow!("{rejected}"))
        .with_context(|| format!("the key below {headline:?} cannot be read"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Signer;

    #[test]
    fn a_signed_token_opens_and_a_changed_one_does_not() {
        let signer = Signer::load("google").unwrap();
        let token = signer.sign(&json!({"sub": "1"})).unwrap();
        assert_eq!(signer.open(&token), Some(json!({"sub": "1"})));
        let forged = token.replacen('.', ".x", 1);
        assert_eq!(signer.open(&forged), None);
        assert_eq!(signer.keys()[0]["e"], "AQAB");
        assert_eq!(Signer::load("microsoft work").unwrap().open(&token), None, "every signer has keys of its own");
    }

    #[test]
    fn a_rotated_key_stays_published_until_it_is_forgotten() {
        let signer = Signer::load("google").unwrap();
        let token = signer.sign(&json!({"sub": "1"})).unwrap();
        signer.rotate(false);
        assert_eq!((signer.keys().len(), signer.key_id().as_str()), (2, "google-02"));
        assert!(signer.open(&token).is_some());
        signer.rotate(true);
        assert_eq!(signer.keys().len(), 1);
        let newest = signer.sign(&json!({"sub": "2"})).unwrap();
        assert!(signer.open(&newest).is_some());
    }
}
