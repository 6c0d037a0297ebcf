//! Chance that can be repeated: a small generator whose whole sequence follows from a seed and a path of numbers.
//! The mailboxes are written with it, so the same flags give the same mails on every machine and in every release.

/// A deterministic source of numbers (`SplitMix64`); cheap enough to make one per mail.
#[derive(Clone, Debug)]
pub struct Dice(u64);

/// Scrambles one 64-bit number so that neighbours have nothing in common.
pub fn scramble(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Dice {
    /// Dice for one thing, named by a path such as `[seed, person, message, purpose]`.
    pub fn of(path: &[u64]) -> Self {
        Self(path.iter().fold(0x6761_7465_706F_7374, |state, step| scramble(state ^ scramble(*step))))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        scramble(self.0)
    }

    /// A number from 0 to `limit - 1`; 0 when `limit` is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(1).max(1);
        usize::try_from(self.bits() % limit).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the given values.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// A fraction from 0 up to, but not including, 1.
    pub fn fraction(&mut self) -> f64 {
        let bits = u32::try_from(self.bits() >> 32).unwrap_or(0);
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }

    /// A number of the bell curve around 0 with deviation 1 (the sum of twelve fractions, which is close enough here).
    pub fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.fraction()).sum::<f64>() - 6.0
    }

    /// `count` lower-case hexadecimal digits.
    pub fn hex(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b"0123456789abcdef"[self.below(16)])).collect()
    }

    /// `count` decimal digits, the first one not 0.
    pub fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|at| char::from(b"0123456789"[if at == 0 { self.between(1, 9) } else { self.below(10) }]))
            .collect()
    }

    /// `count` characters of the base64 alphabet, as signatures show them.
    pub fn base64(&mut self, count: usize) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        (0..count).map(|_| char::from(ALPHABET[self.below(64)])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_path_gives_the_same_sequence_and_another_path_another() {
        let draw = |path: &[u64]| Dice::of(path).hex(24);
        assert_eq!(draw(&[1, 2, 3]), draw(&[1, 2, 3]));
        assert_ne!(draw(&[1, 2, 3]), draw(&[1, 3, 2]));
        assert_ne!(draw(&[1, 2, 3]), draw(&[1, 2]));
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut dice = Dice::of(&[7]);
        for _ in 0..1000 {
            assert!((3..=9).contains(&dice.between(3, 9)));
            assert!((0.0..1.0).contains(&dice.fraction()));
        }
        assert_eq!(dice.below(0), 0);
    }
}
