//! What changed in a mailbox, in the order of history ids. An id carries the minute it was given in, so that one can
//! tell how old a client's id is without keeping a table.

use chrono::{DateTime, Utc};

use crate::world::labels::Marks;

/// Ids per minute; more changes than that borrow from the next minute.
const PER_MINUTE: u64 = 100;
/// Minutes after which a history id is too old: one week.
const KEPT_MIN: u64 = 7 * 24 * 60;

/// The first id of the minute of a Unix time.
pub fn stamp(seconds: i64) -> u64 {
    u64::try_from(seconds.max(0)).unwrap_or(0) / 60 * PER_MINUTE
}

/// What happened to a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It came into the mailbox.
    Added,
    /// It left the mailbox for good.
    Deleted,
    /// It got these labels.
    Marked(Marks),
    /// It lost these labels.
    Unmarked(Marks),
}

/// One change.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// History id.
    pub id: u64,
    /// Sequence of the mail.
    pub sequence: u32,
    /// What happened.
    pub what: What,
    /// The mail's labels afterwards.
    pub marks: Marks,
}

/// The history of a mailbox since the sandbox started.
#[derive(Debug)]
pub struct History {
    first: u64,
    last: u64,
    changes: Vec<Change>,
}

impl History {
    /// An empty history that begins now.
    pub fn begin(now: DateTime<Utc>) -> Self {
        let first = stamp(now.timestamp());
        Self { first, last: first, changes: Vec::new() }
    }

    /// Writes a change down and gives its id.
    pub fn note(&mut self, now: DateTime<Utc>, sequence: u32, what: What, marks: Marks) -> u64 {
        let id = (self.current(now) + 1).max(stamp(now.timestamp()));
        self.last = id;
        self.changes.push(Change { id, sequence, what, marks });
        id
    }

    /// The mailbox's history id. It moves on by itself once an hour, as mailboxes' do.
    pub fn current(&self, now: DateTime<Utc>) -> u64 {
        self.last.max(stamp(now.timestamp() / 3600 * 3600))
    }

    /// The changes after an id; `None` when it is too old, from before the start, or was never given.
    pub fn since(&self, start: u64, now: DateTime<Utc>) -> Option<&[Change]> {
        let oldest = stamp(now.timestamp()).saturating_sub(KEPT_MIN * PER_MINUTE).max(self.first);
        if start < oldest || start > self.current(now) {
            return None;
        }
        let from = self.changes.partition_point(|change| change.id <= start);
        Some(&self.changes[from..])
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::{History, What};
    use crate::world::labels::Marks;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn changes_after_an_id_are_given_once_and_in_order() {
        let mut history = History::begin(noon());
        let start = history.current(noon());
        let first = history.note(noon(), 5, What::Added, Marks::INBOX);
        let second = history.note(noon() + Duration::seconds(70), 5, What::Deleted, Marks::INBOX);
        assert!(start < first && first < second);
        let now = noon() + Duration::minutes(2);
        assert_eq!(history.since(start, now).unwrap().len(), 2);
        assert_eq!(history.since(first, now).unwrap().len(), 1);
        assert!(history.since(second, now).unwrap().is_empty());
    }

    #[test]
    fn an_id_dies_after_a_week_even_in_a_quiet_mailbox() {
        let history = History::begin(noon());
        let start = history.current(noon());
        assert!(history.since(start, noon() + Duration::days(6)).is_some());
        assert!(history.since(start, noon() + Duration::days(8)).is_none());
        let later = noon() + Duration::days(8);
        assert!(history.since(history.current(later), later).is_some());
    }

    #[test]
    fn an_id_that_was_never_given_is_refused() {
        let history = History::begin(noon());
        assert!(history.since(history.current(noon()) + 1, noon()).is_none());
        assert!(history.since(1, noon()).is_none());
    }
}
