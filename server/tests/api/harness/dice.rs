//! Chance that can be repeated.

use domain::clock::Randomness;

/// Random numbers, the same for the same seed.
pub struct Dice(Randomness);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(Randomness::seeded(seed))
    }

    /// A number below `below`.
    pub fn below(&mut self, below: usize) -> usize {
        let drawn = u64::from_le_bytes(self.0.bytes());
        usize::try_from(drawn % u64::try_from(below.max(1)).unwrap()).unwrap()
    }
}
