//! How carefully a run goes: after a process died, less is asked for at once, until what was in its hands then is behind.

use std::sync::{
    Arc,
    atomic::{AtomicI32, AtomicI64, Ordering::Relaxed},
};

/// Failed tries of a run after which a batch holds one message.
pub(super) const ALONE: i32 = 4;
/// Messages that a run can have in its hands, rounded up: twelve Gmail batches of 25 being fetched and twice as many waiting
/// to be stored; or six Outlook folders with a page of 250 each.
const IN_HAND: i64 = 2_000;

/// Shared by all that work for one run.
#[derive(Clone)]
pub(super) struct Caution(Arc<Counts>);

struct Counts {
    /// Failed tries in a row before this one.
    attempts: AtomicI32,
    /// So many messages are to come through before the dead are behind.
    unproven: AtomicI64,
}

impl Caution {
    pub(super) fn after(attempts: i32) -> Self {
        Self(Arc::new(Counts { attempts: AtomicI32::new(attempts), unproven: AtomicI64::new(IN_HAND) }))
    }

    /// Whether there still is reason to be careful.
    pub(super) fn is_on(&self) -> bool {
        self.0.attempts.load(Relaxed) > 0
    }

    /// Whether the runs before this one died so often that each message is tried by itself.
    pub(super) fn is_alone(&self) -> bool {
        self.0.attempts.load(Relaxed) >= ALONE
    }

    /// So many things of `usual` are asked for at once.
    pub(super) fn at_once<N>(&self, usual: N) -> N
    where
        N: std::ops::Shr<u32, Output = N> + Ord + From<u8>,
    {
        let halvings = self.0.attempts.load(Relaxed).clamp(0, ALONE + 1).unsigned_abs();
        (usual >> halvings).max(N::from(1))
    }

    /// These came through: stored, gone or failed by themselves.
    pub(super) fn came_through(&self, messages: usize) {
        let messages = i64::try_from(messages).unwrap_or(i64::MAX);
        if self.0.unproven.fetch_sub(messages, Relaxed) <= messages {
            self.0.attempts.store(0, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_death_halves_what_is_asked_for_until_each_message_is_alone() {
        let at_once = |attempts| Caution::after(attempts).at_once(25_u32);
        assert_eq!([-1, 0, 1, 2, 3, 4, 5, 99].map(at_once), [25, 25, 12, 6, 3, 1, 1, 1]);
        assert_eq!([0, 4, 99].map(|attempts| Caution::after(attempts).is_alone()), [false, true, true]);
    }

    #[test]
    fn once_what_the_dead_had_in_hand_is_through_the_usual_pace_comes_back() {
        let (caution, whole) = (Caution::after(4), usize::try_from(IN_HAND).unwrap());
        let of_a_folder = caution.clone();
        of_a_folder.came_through(whole - 1);
        assert!(caution.is_alone() && caution.is_on());
        of_a_folder.came_through(1);
        assert!(!caution.is_alone() && !caution.is_on());
        assert_eq!(caution.at_once(25_u32), 25);
    }
}
