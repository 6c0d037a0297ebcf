//! Password hashing: Argon2id, off the async threads, only so many at once.

use super::{SignInError, Unfit};
use crate::clock::Randomness;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordVerifier, phc::PasswordHash},
};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// OWASP ASVS 5.0 appendix C: m >= 19 MiB with t = 2, p = 1; 46 MiB with t = 2 takes well under 0.5 s on one core.
const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes at the same time: 4 x 46 MiB is the most memory that sign-ins can take. Others wait in line.
const AT_ONCE: usize = 4;
/// ASVS 5.0, 6.2.1: at least 8 characters.
const SHORTEST: usize = 8;
/// Longer than any passphrase, short enough to hash. ASVS 5.0, 6.2.9 asks for 64 at least.
const LONGEST_BYTES: usize = 1024;
/// ASVS 5.0, 6.2.4: none of the 3,000 commonest passwords; that many guesses are too few however it is spelled.
const FEWEST_GUESSES: u64 = 3_000;

/// Says why a new password cannot be accepted. `about` is what a guesser would try first.
pub(super) fn check_new(password: &SecretString, about: &[&str]) -> Result<(), Unfit> {
    let text = password.expose_secret();
    if text.chars().count() < SHORTEST {
        return Err(Unfit::ShortPassword);
    }
    if text.len() > LONGEST_BYTES {
        return Err(Unfit::LongPassword);
    }
    let about: Vec<&str> = about.iter().copied().filter(|word| !word.is_empty()).collect();
    // The estimate looks at the first 100 characters: more cannot make it weaker, only slower.
    let head: String = text.chars().take(100).collect();
    if zxcvbn::zxcvbn(&head, &about).guesses() < FEWEST_GUESSES {
        return Err(Unfit::CommonPassword);
    }
    Ok(())
}

/// Hashes and verifies.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    randomness: Randomness,
    /// Verified against when there is no such user, so that the answer takes as long.
    nobody: Arc<str>,
}

impl Passwords {
    pub(super) fn new(randomness: Randomness) -> Self {
        let nobody = encode(b"nobody has this password", &randomness.bytes()).unwrap_or_default().into();
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)), randomness, nobody }
    }

    /// A PHC string with its own salt.
    pub async fn hash(&self, password: SecretString) -> Result<String, SignInError> {
        let salt = self.randomness.bytes();
        self.off_thread(move || encode(password.expose_secret().as_bytes(), &salt)).await?
    }

    /// Whether `password` is the one that was hashed; does the same work and says no when there is no hash.
    pub async fn verify(&self, password: SecretString, stored: Option<String>) -> Result<bool, SignInError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let same = move || {
            PasswordHash::new(&stored)
                .is_ok_and(|hash| Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
        };
        Ok(self.off_thread(same).await? && known)
    }

    /// Whether a hash was made with less work than one that is made today, so that it is time for a new one.
    pub(super) fn is_outgrown(stored: &str) -> bool {
        let Ok(hash) = PasswordHash::new(stored) else { return false };
        let Ok(made_with) = Params::try_from(&hash) else { return false };
        let ours = hash.algorithm == Algorithm::Argon2id.ident() && hash.version == Some(Version::V0x13.into());
        !ours || made_with.m_cost() < MEMORY_KIB || made_with.t_cost() < PASSES
    }

    async fn off_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, SignInError> {
        let permit =
            self.permits.clone().acquire_owned().await.map_err(|error| SignInError::Unexpected(error.into()))?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        })
        .await
        .map_err(|error| SignInError::Unexpected(error.into()))
    }
}

fn encode(password: &[u8], salt: &[u8; 16]) -> Result<String, SignInError> {
    use argon2::password_hash::PasswordHasher;
    let failed = |what: String| SignInError::Unexpected(what.into());
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| failed(error.to_string()))?;
    let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password, salt)
        .map_err(|error| failed(error.to_string()))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_only_itself_verifies() {
        let passwords = Passwords::new(Randomness::seeded(1));
        let hash = passwords.hash("seven red kettles".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("seven red kettles".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("seven red kettle".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("nobody has this password".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_is_outgrown_by_more_memory_or_passes_and_by_nothing_else() {
        let today = Passwords::new(Randomness::seeded(1)).hash("seven red kettles".into()).await.unwrap();
        assert!(!Passwords::is_outgrown(&today));
        for weaker in ["m=19456,t=2,p=1", "m=47104,t=1,p=1"] {
            assert!(Passwords::is_outgrown(&today.replace("m=47104,t=2,p=1", weaker)), "{weaker}");
        }
        assert!(Passwords::is_outgrown(&today.replace("argon2id", "argon2i")));
        assert!(!Passwords::is_outgrown(&today.replace("m=47104", "m=65536")), "a stronger one stays");
    }

    #[test]
    fn short_common_and_personal_passwords_are_refused() {
        for refused in ["short", "password", "12345678", "qwertyui"] {
            assert!(check_new(&refused.into(), &[]).is_err(), "{refused}");
        }
        assert!(check_new(&"marcela.quiros".into(), &["marcela.quiros"]).is_err());
        for accepted in ["seven red kettles", "Tr0ub4dor&3", "пароль из слов"] {
            assert!(check_new(&accepted.into(), &["ana@example.com"]).is_ok(), "{accepted}");
        }
        assert!(check_new(&"x".repeat(1025).into(), &[]).is_err());
    }
}
