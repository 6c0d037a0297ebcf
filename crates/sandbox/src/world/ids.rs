//! Ids of mails: sixteen hexadecimal digits as at Gmail, turned back into sequence numbers without a table. The upper 44 bits
//! are a time in milliseconds, as in X-GM-MSGID (`101865c04ac2427f` is of 18 January 2005): ids of mails that came one after
//! the other are neighbours. The other 20 bits are chance.

use crate::dice::scramble;

/// Bits that say nothing.
const CHANCE: u32 = 20;
/// The time in the id of everybody's first mail: 1 January 2015, in milliseconds.
const FIRST: u64 = 1_420_070_400_000;
/// Milliseconds between the ids of two mails; those of different people fall anywhere in between.
const STEP: u64 = 1_000;

/// The ids of one mailbox.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    first: u64,
    own: u64,
}

impl Ids {
    /// The ids of a person's mailbox in the world of a seed.
    pub fn of(seed: u64, person: u64) -> Self {
        let own = scramble(seed ^ scramble(person));
        Self { first: FIRST + own % STEP, own }
    }

    /// The id of a mail.
    pub fn id(self, sequence: u32) -> String {
        let time = self.first + u64::from(sequence) * STEP;
        format!("{:016x}", time << CHANCE | self.chance(sequence))
    }

    /// The sequence number behind an id; `None` for text that cannot be an id of this mailbox.
    pub fn sequence(self, id: &str) -> Option<u32> {
        if id.len() != 16 || id.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        let value = u64::from_str_radix(id, 16).ok()?;
        let since = (value >> CHANCE).checked_sub(self.first)?;
        let sequence = u32::try_from(since / STEP).ok()?;
        (self.id(sequence) == id).then_some(sequence)
    }

    fn chance(self, sequence: u32) -> u64 {
        scramble(self.own ^ scramble(u64::from(sequence))) & ((1 << CHANCE) - 1)
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
        assert_eq!(Ids::of(1, 1).sequence(&ids.id(5)), None);
        assert_eq!(ids.sequence("nonsense"), None);
        assert_eq!(ids.sequence("+19c0a3f2b7d0001"), None);
        assert!(ids.id(8) < ids.id(9), "later mail has a higher id");
    }
}
