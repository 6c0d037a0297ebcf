//! The pace measured and the time left, simulated.

use super::*;

const FREE: Bounds = Bounds { budget: None, opening: None, lanes: 1, most: Lanes::ONE };

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

/// Samples of seconds, messages stored and fetches done.
fn samples(list: &[(i64, i64, i64)], bound: bool) -> VecDeque<Sample> {
    let sample = |(seconds, stored, done): &(i64, i64, i64)| Sample {
        at: at(*seconds),
        stored: *stored,
        done: *done,
        bound,
        lanes: 1,
    };
    list.iter().map(sample).collect()
}

#[test]
fn where_answers_set_the_pace_it_is_what_was_done_over_the_time_it_took() {
    let pace = |list: &[_]| super::pace(&samples(list, false), FREE);
    assert_eq!((pace(&[(0, 0, 0), (30, 150, 100)]).stored, pace(&[(0, 0, 0), (1, 9, 9)]).stored), (Some(300), None));
    assert_eq!(pace(&[(0, 0, 0), (30, 150, 100)]).fetches, Some(200.0));
    assert_eq!(pace(&[(0, 500, 0), (60, 100, 0)]).stored, Some(0), "deleting is no pace");
    assert_eq!(pace(&[]).fetches, None);
}

#[test]
fn where_the_budget_sets_the_pace_it_says_how_long() {
    let room = Room { per_minute: 6_000.0, taken: 1_200 };
    let bounds = Bounds { budget: Some((room, 20)), ..FREE };
    // A screenful came in one go: 600 a minute were seen, and cannot go on.
    let list = [(0, 0, 0), (12, 120, 120)];
    let bound = super::pace(&samples(&list, true), bounds);
    assert_eq!((bound.stored, bound.fetches, bound.behind), (Some(600), Some(300.0), 60.0));
    assert_eq!(bound.seconds(&[600]), Some(132), "the others' share comes on top");
    let free = super::pace(&samples(&[(0, 0, 0), (60, 100, 100)], false), bounds);
    assert_eq!((free.fetches, free.seconds(&[600])), (Some(100.0), Some(360)), "slow answers, a wide budget");
}

/// Graph bears three calls of the background; twice as many folders are read, in turns.
const FOLDERS: Lanes = Lanes { calls: 3, parts: 6 };

#[test]
fn folders_are_read_beside_each_other_and_the_longest_ends_last() {
    let pace = Pace { fetches: Some(300.0), lanes: 3.0, most: FOLDERS, ..Pace::default() };
    assert_eq!(pace.seconds(&[300, 300, 300]), Some(180));
    assert_eq!(pace.seconds(&[900, 0, 0]), Some(540), "one folder is read page after page");
    assert_eq!(pace.seconds(&[300, 300, 300, 300]), Some(240), "four take turns, and end together");
    assert_eq!(pace.seconds(&[100; 12]), Some(240));
    assert_eq!(Pace::default().seconds(&[600]), None, "nothing is known of a sync that stands still");
}

/// Folders read page by page, each page `millis` on its way.
struct Reading {
    left: Vec<i64>,
    millis: i64,
    /// Not begun.
    waiting: VecDeque<usize>,
    /// Begun, and waiting for a place.
    queue: VecDeque<usize>,
    /// On their way, with when the page is there.
    calls: VecDeque<(usize, i64)>,
    now: i64,
}

impl Reading {
    const PAGE: i64 = 50;

    fn new(left: Vec<i64>, millis: i64) -> Self {
        let waiting = (0..left.len()).collect();
        Self { left, millis, waiting, queue: VecDeque::new(), calls: VecDeque::new(), now: 0 }
    }

    /// Lets time go by until the next page is stored; false when all are.
    fn page(&mut self) -> bool {
        while self.queue.len() + self.calls.len() < FOLDERS.parts {
            let Some(next) = self.waiting.pop_front() else { break };
            self.queue.push_back(next);
        }
        while self.calls.len() < FOLDERS.calls {
            let Some(next) = self.queue.pop_front() else { break };
            self.calls.push_back((next, self.now + self.millis));
        }
        let Some((folder, due)) = self.calls.pop_front() else { return false };
        self.now = due;
        self.left[folder] = (self.left[folder] - Self::PAGE).max(0);
        if self.left[folder] > 0 {
            self.queue.push_back(folder);
        }
        true
    }

    /// In the order in which they are begun.
    fn parts(&self) -> Vec<i64> {
        let begun = self.calls.iter().map(|(folder, _)| folder).chain(&self.queue);
        begun.chain(&self.waiting).map(|folder| self.left[*folder]).collect()
    }
}

/// Whatever is shown from the first minute on is what it then takes, give or take a fifth.
#[test]
fn the_time_left_of_folders_is_honest_from_the_first_minute_on() {
    for (folders, millis) in [
        (vec![9_000, 3_000, 2_500, 900, 400, 100], 1_500),
        (vec![4_000, 4_000, 4_000, 4_000], 2_500),
        (vec![12_000, 50, 50, 50], 900),
        (vec![500; 40], 2_000),
    ] {
        let all: i64 = folders.iter().sum();
        let (rates, mut reading) = (Rates::default(), Reading::new(folders.clone(), millis));
        let new = crate::connections::new_feed(Uuid::nil(), Uuid::nil(), "mailbox", "", at(0));
        let mut feed = sea_orm::TryIntoModel::try_into_model(new).unwrap();
        let mut shown = Vec::new();
        while reading.page() {
            feed.work_left = reading.left.iter().sum();
            feed.stored = all - feed.work_left;
            let busy = reading.left.iter().filter(|left| **left > 0).count().clamp(1, 3);
            let bounds = Bounds { lanes: u32::try_from(busy).unwrap(), most: FOLDERS, ..FREE };
            let told = rates.note(&feed, bounds, at(0) + TimeDelta::milliseconds(reading.now), false);
            if let Some(told) = told.filter(|_| reading.now / 60_000 > i64::try_from(shown.len()).unwrap()) {
                shown.push((reading.now, told.pace.seconds(&reading.parts()).unwrap()));
            }
        }
        assert!(shown.len() >= 2, "it takes minutes");
        for (at, seconds) in &shown {
            let took = u64::try_from((reading.now - at) / 1_000).unwrap();
            let off = seconds.abs_diff(took).saturating_sub(3);
            assert!(off * 5 <= took, "{folders:?}: {seconds} s shown, {took} s taken: {shown:?} of {}", reading.now);
        }
    }
}

#[test]
fn reading_the_list_is_no_backward_step() {
    let mut measured = Measured::default();
    let mut feed = crate::connections::new_feed(Uuid::nil(), Uuid::nil(), "mailbox", "", at(0));
    let mut note = |seconds, stored, left| {
        feed.stored = sea_orm::ActiveValue::Set(stored);
        feed.work_left = sea_orm::ActiveValue::Set(left);
        measured.sample(&sea_orm::TryIntoModel::try_into_model(feed.clone()).unwrap(), FREE, at(seconds));
        measured.samples.back().unwrap().done
    };
    assert_eq!([note(0, 0, 0), note(5, 50, 0), note(6, 50, 900), note(20, 110, 850)], [0, 50, 50, 100]);
}

#[test]
fn a_wait_for_everybodys_minute_leaves_the_pace_to_what_is_seen() {
    let mut measured = Measured::default();
    let new = crate::connections::new_feed(Uuid::nil(), Uuid::nil(), "mailbox", "", at(0));
    let mut feed = sea_orm::TryIntoModel::try_into_model(new).unwrap();
    let room = Room { per_minute: 6_000.0, taken: 0 };
    for (held_by, a_minute) in [(HeldBy::Person, 300.0), (HeldBy::Project, 100.0)] {
        measured.samples.clear();
        let opening = Some(Opening { at: at(1), held_by });
        let bounds = Bounds { budget: Some((room, 20)), opening, ..FREE };
        for (seconds, left) in [(0, 600), (30, 550), (60, 500)] {
            feed.work_left = left;
            measured.sample(&feed, bounds, at(seconds));
        }
        assert_eq!(pace(&measured.samples, bounds).fetches, Some(a_minute), "{held_by:?}");
        measured.left = 0;
    }
}
