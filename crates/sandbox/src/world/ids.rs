//! Ids of mails: sixteen hexadecimal digits as at Gmail, turned back into sequence numbers without a table.

use crate::dice::scramble;

/// Bits of the id below its fixed first two digits.
const BITS: u64 = (1 << 56) - 1;
/// The first two digits of every id.
const PREFIX: u64 = 0x19 << 56;
/// An odd number, so that multiplying by it modulo 2^56 can be undone.
const FACTOR: u64 = 0x00B5_4A32_D192_ED03;

/// The ids of one mailbox.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    mask: u64,
    inverse: u64,
}

impl Ids {
    /// The ids of a person's mailbox in the world of a seed.
    pub fn of(seed: u64, person: u64) -> Self {
        // Newton's iteration doubles the right bits of the inverse each time; six rounds are more than 56 bits.
        let inverse = (0..6).fold(FACTOR, |x, _| x.wrapping_mul(2u64.wrapping_sub(FACTOR.wrapping_mul(x))));
        Self { mask: scramble(seed ^ scramble(person)) & BITS, inverse }
    }

    /// The id of a mail.
    pub fn id(self, sequence: u32) -> String {
        let mixed = u64::from(sequence).wrapping_add(1).wrapping_mul(FACTOR) & BITS;
        format!("{:016x}", PREFIX | (mixed ^ self.mask))
    }

    /// The sequence number behind an id; `None` for text that cannot be an id of this mailbox.
    pub fn sequence(self, id: &str) -> Option<u32> {
        if id.len() != 16 || id.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        let value = u64::from_str_radix(id, 16).ok()?;
        if value & !BITS != PREFIX {
            return None;
        }
        let mixed = (value & BITS) ^ self.mask;
        u32::try_from((mixed.wrapping_mul(self.inverse) & BITS).checked_sub(1)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn ids_turn_back_into_their_sequence_numbers() {
        let ids = Ids::of(1, 0);
        for sequence in (0..200_000).step_by(97).chain([u32::MAX]) {
            assert_eq!(ids.sequence(&ids.id(sequence)), Some(sequence));
        }
        assert_ne!(ids.id(0), Ids::of(1, 1).id(0));
        assert_eq!(Ids::of(1, 1).sequence(&ids.id(5)).filter(|at| *at < 1_000_000), None);
        assert_eq!(ids.sequence("nonsense"), None);
    }
}
