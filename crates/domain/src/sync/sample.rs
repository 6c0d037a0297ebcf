//! Messages picked at random, laid beside the provider's: do labels and texts agree?

use crate::{
    clock::Randomness,
    mail::{Kept, Parsed},
};
use std::collections::HashSet;
use uuid::Uuid;

/// Messages compared in one check of a mailbox.
const MOST: usize = 50;

/// A fair pick from a list whose length nobody knows beforehand (Vitter's algorithm R, 1985).
#[derive(Debug, Default)]
pub(super) struct Picks {
    offered: u64,
    picked: Vec<(Uuid, String)>,
}

impl Picks {
    /// One more of the list: its feed and id.
    pub fn offer(&mut self, randomness: &Randomness, feed: Uuid, id: &str) {
        self.offered += 1;
        if self.picked.len() < MOST {
            return self.picked.push((feed, id.to_owned()));
        }
        let place = u64::from_le_bytes(randomness.bytes()) % self.offered;
        if let Some(place) = usize::try_from(place).ok().and_then(|place| self.picked.get_mut(place)) {
            *place = (feed, id.to_owned());
        }
    }

    /// What was picked.
    pub fn take(&mut self) -> Vec<(Uuid, String)> {
        std::mem::take(&mut self.picked)
    }
}

/// One message laid beside the provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Judged {
    feed: Uuid,
    id: String,
    labels: bool,
    body: bool,
}

/// What came of comparing them.
#[derive(Debug, Default)]
pub(super) struct Sample(Vec<Judged>);

impl Sample {
    /// Lays one beside the other.
    pub fn judge(&mut self, feed: Uuid, id: &str, here: &Kept, there: &Parsed) {
        let (labels, body) = (here.has_labels_of(there), here.has_body_of(there));
        self.0.push(Judged { feed, id: id.to_owned(), labels, body });
    }

    /// Those that differ, with their feeds.
    pub fn differing(&self) -> impl Iterator<Item = (Uuid, &str)> {
        self.0.iter().filter(|one| !(one.labels && one.body)).map(|one| (one.feed, one.id.as_str()))
    }

    /// Takes out what only changed since the sync looked last: it learns of it by itself.
    pub fn forgive(&mut self, changed: &HashSet<String>) {
        self.0.retain(|one| (one.labels && one.body) || !changed.contains(&one.id));
    }

    /// How many, and of these how many with the same labels and with the same text.
    pub fn counts(&self) -> (i64, i64, i64) {
        let count =
            |of: fn(&Judged) -> bool| i64::try_from(self.0.iter().filter(|one| of(one)).count()).unwrap_or(i64::MAX);
        (count(|_| true), count(|one| one.labels), count(|one| one.body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_as_likely_to_be_picked_as_any_other() {
        let randomness = Randomness::seeded(5);
        let mut often = [0_u32; 200];
        for _ in 0..400 {
            let mut picks = Picks::default();
            (0..200).for_each(|id| picks.offer(&randomness, Uuid::nil(), &id.to_string()));
            let picked = picks.take();
            assert_eq!(picked.iter().collect::<HashSet<_>>().len(), MOST, "nobody twice");
            for (_, id) in picked {
                often[id.parse::<usize>().unwrap()] += 1;
            }
        }
        // A quarter of 400 each, give or take five standard deviations.
        assert!(often.iter().all(|times| (57..144).contains(times)), "{often:?}");
    }

    #[test]
    fn what_changed_meanwhile_is_neither_an_agreement_nor_a_difference() {
        let one = |id: &str, labels, body| Judged { feed: Uuid::nil(), id: id.to_owned(), labels, body };
        let mut sample =
            Sample(vec![one("same", true, true), one("read just now", false, true), one("other", true, false)]);
        assert_eq!(sample.counts(), (3, 2, 2));
        sample.forgive(&HashSet::from(["read just now".to_owned(), "same".to_owned()]));
        assert_eq!((sample.counts(), sample.differing().count()), ((2, 2, 1), 1));
    }
}
