//! Which messages are asked for together.
//!
//! A conversation costs twice what a message does, so one with three or more wanted messages is cheaper as a whole; what
//! a batch saves is round trips.

use crate::{
    providers::{
        budget::GmailQuota,
        google::gmail::{Ask, MOST_AT_ONCE},
    },
    sync::items::Wanted,
};
use std::collections::HashMap;

/// No batch is worth more than this share of a minute: between two of them there is room for a person.
const BATCHES_A_MINUTE: u32 = 30;
/// How long an answer takes, for the number of batches in flight (Little's law).
const ANSWER_SECONDS: f64 = 0.5;
/// Never more batches in flight: Gmail refuses what it calls too many concurrent requests.
const MOST_IN_FLIGHT: usize = 4;

/// What is asked for in one request, and which messages are wanted from it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    pub asks: Vec<Ask>,
    pub wanted: Vec<Wanted>,
}

/// So many wanted messages make a conversation cheaper as a whole: it costs two of them. A longer one is read message by
/// message: its answer would be too large.
pub(super) const WORTH_A_THREAD: std::ops::RangeInclusive<i64> = 3..=100;

impl Batch {
    /// How many fetches it is worth: a conversation costs two.
    pub fn work(&self) -> i64 {
        self.asks.iter().map(|ask| if ask.is_thread() { 2 } else { 1 }).sum()
    }
}

/// A conversation as the ledger knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sync) struct Thread {
    /// Its messages that were never tried.
    pub pending: Vec<Wanted>,
    /// All of its messages.
    pub messages: usize,
}

/// Batches of at most `most` parts for everything in `wanted`, in that order, and for what comes along cheaper with it.
/// A message that failed before comes alone: whatever is wrong with it harms no other.
pub(super) fn batches(
    wanted: Vec<Wanted>,
    mut threads: HashMap<String, Thread>,
    quota: GmailQuota,
    most: usize,
) -> Vec<Batch> {
    let (failed, pending): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|one| one.failed);
    let alone = |one: Wanted| Batch { asks: vec![Ask::Message(one.id.clone())], wanted: vec![one] };
    let mut batches: Vec<Batch> = failed.into_iter().map(alone).collect();
    let dearest = (quota.per_minute / BATCHES_A_MINUTE).max(quota.price(true));
    let (mut batch, mut price) = (Batch::default(), 0);
    for one in pending {
        let (ask, wanted) = match threads.get_mut(&one.thread_id) {
            Some(thread) if thread.messages == 0 => continue,
            Some(thread) if is_cheaper(thread) => {
                thread.messages = 0;
                (Ask::Thread(one.thread_id), std::mem::take(&mut thread.pending))
            }
            _ => (Ask::Message(one.id.clone()), vec![one]),
        };
        let more = quota.price(ask.is_thread());
        if batch.asks.len() == most.clamp(1, MOST_AT_ONCE) || (price + more > dearest && !batch.asks.is_empty()) {
            batches.push(std::mem::take(&mut batch));
            price = 0;
        }
        price += more;
        batch.asks.push(ask);
        batch.wanted.extend(wanted);
    }
    if !batch.asks.is_empty() {
        batches.push(batch);
    }
    batches
}

/// Whether a whole conversation costs less than its wanted messages, and brings mostly what is wanted.
fn is_cheaper(thread: &Thread) -> bool {
    let wanted = thread.pending.len();
    let in_range = |count: usize| i64::try_from(count).is_ok_and(|count| WORTH_A_THREAD.contains(&count));
    in_range(wanted) && in_range(thread.messages) && wanted * 2 >= thread.messages
}

/// How many batches to have in flight so that the budget, and not the answers, sets the pace.
pub(super) fn in_flight(quota: GmailQuota) -> usize {
    let messages_a_second = f64::from(quota.per_minute) / f64::from(quota.get.max(1)) / 60.0;
    let wanted = messages_a_second * ANSWER_SECONDS / f64::from(u8::try_from(MOST_AT_ONCE).unwrap_or(u8::MAX));
    (1..MOST_IN_FLIGHT)
        .find(|batches| f64::from(u8::try_from(*batches).unwrap_or(u8::MAX)) >= wanted)
        .unwrap_or(MOST_IN_FLIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(id: usize, thread: &str) -> Wanted {
        Wanted { id: format!("m{id}"), thread_id: thread.to_owned(), failed: false }
    }

    fn asked(batches: &[Batch]) -> Vec<Vec<&str>> {
        batches.iter().map(|batch| batch.asks.iter().map(Ask::id).collect()).collect()
    }

    fn thread(pending: Vec<Wanted>, messages: usize) -> Thread {
        Thread { pending, messages }
    }

    #[test]
    fn three_messages_of_a_conversation_are_cheaper_as_a_whole_and_two_are_not() {
        let list = vec![wanted(1, "three"), wanted(2, "two"), wanted(3, "three"), wanted(4, "two")];
        let three = vec![wanted(1, "three"), wanted(3, "three"), wanted(900, "three")];
        let threads = HashMap::from([
            ("three".to_owned(), thread(three, 3)),
            ("two".to_owned(), thread(vec![wanted(2, "two"), wanted(4, "two")], 2)),
        ]);
        let batches = batches(list, threads, GmailQuota::NEW, 25);
        assert_eq!(asked(&batches), [["three", "m2", "m4"]]);
        assert!(batches[0].asks[0].is_thread());
        let named: Vec<&str> = batches[0].wanted.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(named, ["m1", "m3", "m900", "m2", "m4"], "an older message comes along, and nothing twice");
    }

    #[test]
    fn a_conversation_that_is_mostly_here_or_very_long_is_read_message_by_message() {
        let three = || vec![wanted(1, "t"), wanted(2, "t"), wanted(3, "t")];
        for messages in [7, 101] {
            let threads = HashMap::from([("t".to_owned(), thread(three(), messages))]);
            assert_eq!(asked(&batches(three(), threads, GmailQuota::NEW, 25)), [["m1", "m2", "m3"]], "{messages}");
        }
    }

    #[test]
    fn a_message_that_failed_comes_alone() {
        let mut list = vec![wanted(1, "a"), wanted(2, "b"), wanted(3, "c")];
        list[0].failed = true;
        assert_eq!(asked(&batches(list, HashMap::new(), GmailQuota::NEW, 25)), [vec!["m1"], vec!["m2", "m3"]]);
    }

    #[test]
    fn a_batch_has_few_parts_and_is_worth_a_thirtieth_of_a_minute_at_most() {
        let list: Vec<Wanted> = (0..120).map(|id| wanted(id, &id.to_string())).collect();
        for (quota, most, parts) in [
            (GmailQuota::NEW, 25, 10),
            (GmailQuota::LEGACY, 25, 25),
            (GmailQuota::NEW, 3, 3),
            (GmailQuota { per_minute: 1_200, get: 20 }, 25, 2),
        ] {
            let batches = batches(list.clone(), HashMap::new(), quota, most);
            assert!(batches.iter().all(|batch| batch.asks.len() <= parts), "{quota:?}");
            assert_eq!(batches.iter().map(|batch| batch.asks.len()).sum::<usize>(), 120);
        }
    }

    #[test]
    fn only_a_wide_budget_has_several_batches_in_flight() {
        assert_eq!((in_flight(GmailQuota::NEW), in_flight(GmailQuota::LEGACY)), (1, 1));
        assert_eq!(in_flight(GmailQuota { per_minute: 1_000_000_000, get: 20 }), MOST_IN_FLIGHT);
    }
}
