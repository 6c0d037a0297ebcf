//! Conversations by the example mix of the provider facts (section 8), for figures that depend on their lengths.

use crate::dice::Dice;
use crate::world::plan::{Kind, Slot};

/// Lengths of conversations, and how many of a hundred have them: 1.76 mails on average.
const LENGTHS: [(usize, usize); 5] = [(1, 70), (2, 15), (3, 7), (5, 5), (10, 3)];

/// The slots of the mails from `first` to before `end`, in the order of the sequence, newest first. The mails of
/// different conversations lie mixed. What is not part of a conversation is rolled by `alone`.
pub fn slots(dice: &mut Dice, first: u32, end: u32, alone: impl Fn(&mut Dice) -> Kind) -> Vec<Slot> {
    let room = usize::try_from(end - first).unwrap_or(0);
    let mut owners: Vec<usize> = Vec::with_capacity(room);
    let mut lengths: Vec<usize> = Vec::new();
    while owners.len() < room {
        let length = length(dice).min(room - owners.len());
        owners.extend(std::iter::repeat_n(lengths.len(), length));
        lengths.push(length);
    }
    for at in (1..owners.len()).rev() {
        owners.swap(at, dice.below(at + 1));
    }
    let mut last: Vec<Option<Slot>> = vec![None; lengths.len()];
    let mut latest: Vec<u32> = vec![0; lengths.len()];
    let mut slots: Vec<Slot> = (first..end)
        .rev()
        .zip(owners)
        .map(|(sequence, owner)| {
            let slot = if let Some(before) = last[owner] {
                Slot { previous: Some(latest[owner]), turn: before.turn + 1, ..before }
            } else {
                let kind = if lengths[owner] > 1 { Kind::Talk } else { alone(dice) };
                Slot { kind, root: sequence, previous: None, turn: 0, mine: kind == Kind::Draft }
            };
            last[owner] = Some(slot);
            latest[owner] = sequence;
            slot
        })
        .collect();
    slots.reverse();
    slots
}

fn length(dice: &mut Dice) -> usize {
    let mut at = dice.below(100);
    for (length, share) in LENGTHS {
        if at < share {
            return length;
        }
        at -= share;
    }
    1
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use crate::config::{Folders, Threads};
    use crate::world::plan::Plan;

    #[test]
    fn lengths_are_those_of_the_mix_and_answers_follow_what_they_answer() {
        let plan = Plan {
            seed: 1,
            person: 0,
            total: 64_000,
            base_s: 1_800_000_000,
            threads: Threads::Mixed,
            folders: Folders::Marked,
        };
        let mut lengths: HashMap<u32, u32> = HashMap::new();
        for slot in (0..1_000).flat_map(|block| plan.block(block)) {
            assert!(slot.previous.is_none_or(|previous| previous <= slot.root));
            *lengths.entry(slot.root).or_default() += 1;
        }
        // A conversation of k mails costs 20 units a mail, or 40 as a whole: 14.8 a mail by the facts.
        let units: u32 = lengths.values().map(|length| (20 * length).min(40)).sum();
        assert!((14.6..15.2).contains(&(f64::from(units) / 64_000.0)), "{}", f64::from(units) / 64_000.0);
    }
}
