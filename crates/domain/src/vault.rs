//! Seals secrets before they are stored anywhere: AES-256-GCM, with the key's id in front and the place in the tag.
//!
//! A sealed value opens only in the table, row and purpose it was sealed for, so that a value moved to another row or
//! column is unreadable. Layout: version (1 byte), length of the key id (1), key id, nonce (12), ciphertext and tag.

use crate::clock::Randomness;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest::{SHA256, digest},
    hkdf,
};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use uuid::Uuid;

const VERSION: u8 = 1;

/// One key by its id, as in `TOKEN_ENCRYPTION_KEYS`.
#[derive(Clone)]
pub struct VaultKey {
    /// At most 32 letters, digits, `-` or `_`; stored with every value it seals.
    pub id: String,
    /// 256 bits.
    pub key: [u8; 32],
}

/// Where a sealed value lives: it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Table, or `cache`.
    pub table: &'a str,
    /// The row it belongs to.
    pub row: Uuid,
    /// What it is for: a column, or a finer word.
    pub purpose: &'a str,
}

impl Place<'_> {
    fn bound(&self, key_id: &str) -> Vec<u8> {
        // Lengths in front, so that no two places spell the same bytes.
        let mut bytes = vec![VERSION];
        for part in [key_id.as_bytes(), self.table.as_bytes(), self.row.as_bytes(), self.purpose.as_bytes()] {
            bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// Why a value could not be opened, or a vault not be made.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum VaultError {
    /// No key at all, an unusable id, or the same id twice.
    #[error("the encryption keys cannot be used: {0}")]
    Keys(&'static str),
    /// Sealed with a key that is not in the list.
    #[error("sealed with the key \"{0}\", which is not among the encryption keys")]
    KeyMissing(String),
    /// Wrong key of the same name, another place, or changed bytes.
    #[error("the sealed value does not open here")]
    Unreadable,
}

struct Key {
    id: String,
    sealing: LessSafeKey,
    deriving: hkdf::Prk,
}

impl Key {
    fn derived(&self, label: &str) -> [u8; 32] {
        let mut out = [0; 32];
        let info = [label.as_bytes()];
        if let Ok(okm) = self.deriving.expand(&info, hkdf::HKDF_SHA256) {
            // Cannot fail: the output is as long as the digest.
            let _ = okm.fill(&mut out);
        }
        out
    }
}

/// The keys of this installation: the first seals, all open.
pub struct Vault {
    keys: Vec<Key>,
    randomness: Randomness,
}

impl Vault {
    /// A vault whose first key seals.
    pub fn new(keys: Vec<VaultKey>, randomness: Randomness) -> Result<Self, VaultError> {
        if keys.is_empty() {
            return Err(VaultError::Keys("there is none"));
        }
        let mut ready: Vec<Key> = Vec::with_capacity(keys.len());
        for VaultKey { id, key } in keys {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if id.is_empty() || id.len() > 32 || !id.chars().all(plain) {
                return Err(VaultError::Keys("an id must be 1 to 32 letters, digits, - or _"));
            }
            if ready.iter().any(|other| other.id == id) {
                return Err(VaultError::Keys("two have the same id"));
            }
            let unbound = UnboundKey::new(&AES_256_GCM, &key).map_err(|_| VaultError::Keys("a key is not 256 bits"))?;
            let deriving = hkdf::Salt::new(hkdf::HKDF_SHA256, b"gatepost").extract(&key);
            ready.push(Key { id, sealing: LessSafeKey::new(unbound), deriving });
        }
        Ok(Self { keys: ready, randomness })
    }

    /// Seals with the first key, for `place` only.
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = &self.keys[0];
        let nonce: [u8; NONCE_LEN] = self.randomness.bytes();
        let mut sealed = prefix_of(&key.id);
        sealed.extend_from_slice(&nonce);
        let mut body = plain.to_vec();
        key.sealing
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.bound(&key.id)), &mut body)
            .map_err(|_| VaultError::Unreadable)?;
        sealed.extend_from_slice(&body);
        Ok(sealed)
    }

    /// Opens what was sealed for `place`, with whichever key sealed it.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<SecretBox<Vec<u8>>, VaultError> {
        let (key_id, nonce, body) = split(sealed).ok_or(VaultError::Unreadable)?;
        let key =
            self.keys.iter().find(|key| key.id == key_id).ok_or_else(|| VaultError::KeyMissing(key_id.to_owned()))?;
        let mut body = body.to_vec();
        let length = key
            .sealing
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(place.bound(key_id)), &mut body)
            .map_err(|_| VaultError::Unreadable)?
            .len();
        body.truncate(length);
        Ok(SecretBox::new(Box::new(body)))
    }

    /// Like [`Vault::open`], for text.
    pub fn open_text(&self, place: &Place<'_>, sealed: &[u8]) -> Result<SecretString, VaultError> {
        let bytes = self.open(place, sealed)?;
        let text = std::str::from_utf8(bytes.expose_secret()).map_err(|_| VaultError::Unreadable)?;
        Ok(SecretString::from(text))
    }

    /// The ids of the keys, the sealing one first.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// Opens and seals again, with the first key.
    pub fn reseal(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let plain = self.open(place, sealed)?;
        self.seal(place, plain.expose_secret())
    }

    /// The id of the key that seals.
    pub fn first_key_id(&self) -> &str {
        &self.keys[0].id
    }

    /// A key for something else (cookies, signed addresses), derived by HKDF under its own label.
    pub fn derived_key(&self, label: &str) -> [u8; 32] {
        self.keys[0].derived(label)
    }

    /// Like [`Vault::derived_key`], from the key named `id`: what was signed before the keys changed stays good.
    pub fn derived_key_of(&self, id: &str, label: &str) -> Option<[u8; 32]> {
        self.keys.iter().find(|key| key.id == id).map(|key| key.derived(label))
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("keys", &self.keys.iter().map(|key| &key.id).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// SHA-256 of a random secret of 256 bits: what is stored of a secret that only has to be recognised.
pub(crate) fn digest_of(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// The id of the key that sealed a value; `None` when it is no sealed value.
pub fn key_id_of(sealed: &[u8]) -> Option<&str> {
    split(sealed).map(|(key_id, _, _)| key_id)
}

/// The bytes that every value begins with that the key named `key_id` sealed, and no other.
pub fn prefix_of(key_id: &str) -> Vec<u8> {
    let mut prefix = vec![VERSION, u8::try_from(key_id.len()).unwrap_or(u8::MAX)];
    prefix.extend_from_slice(key_id.as_bytes());
    prefix
}

fn split(sealed: &[u8]) -> Option<(&str, [u8; NONCE_LEN], &[u8])> {
    let (&[version, id_length], rest) = sealed.split_first_chunk::<2>()?;
    if version != VERSION {
        return None;
    }
    let (id, rest) = rest.split_at_checked(usize::from(id_length))?;
    let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>()?;
    Some((std::str::from_utf8(id).ok()?, *nonce, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(keys: &[(&str, u8)]) -> Vault {
        let keys = keys.iter().map(|(id, byte)| VaultKey { id: (*id).into(), key: [*byte; 32] }).collect();
        Vault::new(keys, Randomness::seeded(1)).unwrap()
    }

    fn place(row: u128, purpose: &str) -> Place<'_> {
        Place { table: "oauth_grants", row: Uuid::from_u128(row), purpose }
    }

    #[test]
    fn a_sealed_value_opens_in_its_own_place_only() {
        let vault = vault(&[("a", 1)]);
        let sealed = vault.seal(&place(1, "refresh"), b"1//secret").unwrap();
        assert!(!sealed.windows(9).any(|window| window == b"1//secret"));
        assert_eq!(vault.open_text(&place(1, "refresh"), &sealed).unwrap().expose_secret(), "1//secret");
        for (other, table) in [
            (place(2, "refresh"), "oauth_grants"),
            (place(1, "access"), "oauth_grants"),
            (place(1, "refresh"), "cache"),
        ] {
            let other = Place { table, ..other };
            assert_eq!(vault.open(&other, &sealed).unwrap_err(), VaultError::Unreadable);
        }
    }

    #[test]
    fn every_key_opens_and_the_first_seals() {
        let old = vault(&[("old", 1)]).seal(&place(1, "x"), b"v").unwrap();
        let both = vault(&[("new", 2), ("old", 1)]);
        assert_eq!(both.open(&place(1, "x"), &old).unwrap().expose_secret(), b"v");
        let new = both.seal(&place(1, "x"), b"v").unwrap();
        assert_eq!(vault(&[("old", 1)]).open(&place(1, "x"), &new).unwrap_err(), VaultError::KeyMissing("new".into()));
        assert_eq!(vault(&[("old", 9)]).open(&place(1, "x"), &old).unwrap_err(), VaultError::Unreadable);
    }

    #[test]
    fn changed_or_cut_bytes_do_not_open() {
        let vault = vault(&[("a", 1)]);
        let sealed = vault.seal(&place(1, "x"), b"value").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(vault.open(&place(1, "x"), &changed).is_err(), "byte {at}");
            assert!(vault.open(&place(1, "x"), &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn unusable_keys_are_refused_and_labels_give_different_keys() {
        let none = Vault::new(vec![], Randomness::seeded(1));
        assert!(matches!(none, Err(VaultError::Keys(_))));
        let twice = vec![VaultKey { id: "a".into(), key: [1; 32] }, VaultKey { id: "a".into(), key: [2; 32] }];
        assert!(matches!(Vault::new(twice, Randomness::seeded(1)), Err(VaultError::Keys(_))));
        let vault = vault(&[("a", 1)]);
        assert_ne!(vault.derived_key("cookie"), vault.derived_key("jwt"));
        assert_eq!(format!("{vault:?}"), "Vault { keys: [\"a\"], .. }");
    }
}
