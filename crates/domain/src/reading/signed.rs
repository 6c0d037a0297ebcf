//! Addresses of pictures that are good for one picture of one mail, and for minutes. Whoever holds one needs no session:
//! the frame of a mail sends no cookies.

use crate::vault::Vault;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use ring::hmac;
use std::sync::Arc;
use uuid::Uuid;

/// Label under which the signing key is derived.
const LABEL: &str = "pictures";
/// Addresses made in one such span are the same, so that a browser asks once.
const SPAN: TimeDelta = TimeDelta::minutes(10);

/// Until when an address is good, and the proof that we said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// Seconds since 1970.
    pub until: i64,
    /// HMAC-SHA256 as base64url without padding.
    pub proof: String,
}

/// Makes and checks permits.
pub(super) struct Signer {
    vault: Arc<Vault>,
}

impl Signer {
    pub fn new(vault: Arc<Vault>) -> Self {
        Self { vault }
    }

    /// For a picture of a message: good for ten to twenty minutes.
    pub fn permit(&self, message: Uuid, picture: &str, now: DateTime<Utc>) -> Permit {
        let span = SPAN.num_seconds();
        let until = (now.timestamp().div_euclid(span) + 2) * span;
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.vault.derived_key(LABEL));
        let proof = URL_SAFE_NO_PAD.encode(hmac::sign(&key, &bound(message, picture, until)));
        Permit { until, proof }
    }

    /// Whether a permit is ours, for this picture, and not over. What was signed before the keys changed stays good.
    pub fn allows(&self, permit: &Permit, message: Uuid, picture: &str, now: DateTime<Utc>) -> bool {
        let Ok(proof) = URL_SAFE_NO_PAD.decode(&permit.proof) else { return false };
        let bound = bound(message, picture, permit.until);
        let signed = self
            .vault
            .key_ids()
            .filter_map(|id| self.vault.derived_key_of(id, LABEL))
            .any(|key| hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), &bound, &proof).is_ok());
        signed && now.timestamp() < permit.until
    }
}

/// The message and the time have a fixed length, so that no two permits are over the same bytes.
fn bound(message: Uuid, picture: &str, until: i64) -> Vec<u8> {
    [&message.as_bytes()[..], &until.to_be_bytes(), picture.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Randomness, vault::VaultKey};

    fn signer(keys: &[u8]) -> Signer {
        let keys = keys.iter().map(|key| VaultKey { id: format!("k{key}"), key: [*key; 32] }).collect();
        Signer::new(Arc::new(Vault::new(keys, Randomness::seeded(1)).unwrap()))
    }

    #[test]
    fn a_permit_is_for_one_picture_of_one_mail_and_for_minutes() {
        let (signer, noon) = (signer(&[1]), DateTime::from_timestamp(1_790_000_000, 0).unwrap());
        let (mail, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let permit = signer.permit(mail, "a", noon);
        assert!(signer.allows(&permit, mail, "a", noon));
        assert!(signer.allows(&permit, mail, "a", noon + TimeDelta::minutes(9)));
        assert!(!signer.allows(&permit, mail, "a", noon + TimeDelta::minutes(21)));
        assert!(!signer.allows(&permit, mail, "b", noon) && !signer.allows(&permit, other, "a", noon));
        let longer = Permit { until: permit.until + 1, ..permit.clone() };
        assert!(!signer.allows(&longer, mail, "a", noon));
        for proof in ["", "AAAA", "not base64 at all"] {
            let forged = Permit { proof: proof.to_owned(), ..permit.clone() };
            assert!(!signer.allows(&forged, mail, "a", noon), "{proof}");
        }
        assert_eq!(signer.permit(mail, "a", noon + TimeDelta::seconds(1)), permit, "browsers may keep the picture");
    }

    #[test]
    fn a_permit_outlives_a_change_of_keys_and_no_other_installation_takes_it() {
        let (noon, mail) = (DateTime::from_timestamp(1_790_000_000, 0).unwrap(), Uuid::from_u128(1));
        let permit = signer(&[1]).permit(mail, "a", noon);
        assert!(signer(&[2, 1]).allows(&permit, mail, "a", noon));
        assert!(!signer(&[2]).allows(&permit, mail, "a", noon));
    }
}
