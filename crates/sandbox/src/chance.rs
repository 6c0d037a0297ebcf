//! True chance, for what must never repeat: codes, tokens, boundaries. Everything in the world comes from `dice.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};

/// So many random bytes in base64url without padding.
pub fn random(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    if SystemRandom::new().fill(&mut buffer).is_err() {
        tracing::error!("the computer has no randomness to give");
    }
    URL_SAFE_NO_PAD.encode(buffer)
}

/// A random GUID (version 4).
pub fn guid() -> String {
    let hex: String =
        random(32).bytes().take(32).map(|byte| char::from(b"0123456789abcdef"[usize::from(byte % 16)])).collect();
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
