//! Time and chance as values: everything in this crate that needs either is handed one of these.

use chrono::{DateTime, SubsecRound, Utc};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;
use uuid::Uuid;

/// What time it is, and how to wait.
#[async_trait::async_trait]
pub trait Clock: Send + Sync + 'static {
    /// Now, to the microsecond: what both databases keep.
    fn now(&self) -> DateTime<Utc>;
    /// Returns when `duration` has gone by on this clock.
    async fn sleep(&self, duration: Duration);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait::async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A clock that stands still until a test moves it.
#[derive(Clone, Debug)]
pub struct FixedClock {
    now: watch::Sender<DateTime<Utc>>,
}

impl FixedClock {
    /// A clock that shows `instant`.
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self { now: watch::Sender::new(instant.trunc_subsecs(6)) }
    }

    /// Moves the clock; sleepers whose time has come wake.
    pub fn advance(&self, duration: Duration) {
        self.now.send_modify(|now| *now += duration);
    }

    /// How many sleep on this clock just now.
    pub fn sleepers(&self) -> usize {
        self.now.receiver_count()
    }
}

#[async_trait::async_trait]
impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.now.borrow()
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.now() + duration;
        // Fails only when the sender is gone, and this clock holds it.
        let _ = self.now.subscribe().wait_for(|now| *now >= until).await;
    }
}

/// Random numbers: from the system in life, from a seed in tests.
#[derive(Clone)]
pub struct Randomness(Arc<Mutex<ChaCha20Rng>>);

impl Randomness {
    /// A generator seeded by the operating system.
    pub fn system() -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::from_os_rng())))
    }

    /// The same numbers for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// A time-ordered UUID (RFC 9562 section 5.7): rows made later sort later.
    pub fn uuid(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// An even share of `0..=most`.
    pub fn jitter(&self, most: Duration) -> Duration {
        let share = f64::from(u32::from_le_bytes(self.bytes())) / f64::from(u32::MAX);
        most.mul_f64(share)
    }
}

impl std::fmt::Debug for Randomness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Randomness")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_its_time_has_come_and_not_before() {
        let clock = FixedClock::at(noon());
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_mins(1)).await }
        });
        while clock.now.receiver_count() == 0 {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_secs(59));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        sleeper.await.unwrap();
        assert_eq!(clock.now(), noon() + Duration::from_mins(1));
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_ids_sort_by_time() {
        let (one, two) = (Randomness::seeded(7), Randomness::seeded(7));
        assert_eq!(one.bytes::<32>(), two.bytes::<32>());
        assert!(one.uuid(noon()) < one.uuid(noon() + Duration::from_secs(1)));
        assert!(one.jitter(Duration::from_secs(5)) <= Duration::from_secs(5));
    }
}
