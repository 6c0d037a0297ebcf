//! Which words are looked for: some that few mails say, and some that every fifth says.

use crate::harness::database::TestDatabase;
use std::collections::{BTreeMap, BTreeSet};

/// Searches of each kind.
const EACH: usize = 5;
/// Mails in which words are counted before.
const SAMPLE: usize = 20_000;
/// At most so many mails say a narrow word, and at least so many a broad one: of a million.
const NARROW: i64 = 10_000;
const BROAD: i64 = 200_000;

/// Words, and how many mails say them.
pub struct Words {
    pub narrow: Vec<(String, i64)>,
    pub broad: Vec<(String, i64)>,
}

impl Words {
    /// Counts the words of a sample and takes the first that fit, by the alphabet.
    pub async fn choose(database: &TestDatabase) -> Self {
        let mails = database.count("messages").await;
        let texts =
            database.texts(&format!("SELECT text FROM message_bodies WHERE text IS NOT NULL LIMIT {SAMPLE}")).await;
        let mut said: BTreeMap<String, i64> = BTreeMap::new();
        for text in &texts {
            let words: BTreeSet<String> = text
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| word.len() >= 5 && word.bytes().all(|letter| letter.is_ascii_lowercase()))
                .map(str::to_owned)
                .collect();
            for word in words {
                *said.entry(word).or_default() += 1;
            }
        }
        let sample = i64::try_from(texts.len()).expect("a sample");
        let of_all = |count: i64| count * mails / sample;
        let fits = |from: i64, to: i64| {
            let scale = |hits: i64| hits * mails / 1_000_000;
            let fitting = said.iter().filter(move |(_, count)| (scale(from)..scale(to)).contains(&of_all(**count)));
            let all: Vec<(String, i64)> = fitting.map(|(word, count)| (word.clone(), of_all(*count))).collect();
            let step = (all.len() / EACH).max(1);
            all.into_iter().step_by(step).take(EACH).collect::<Vec<_>>()
        };
        let words = Self { narrow: fits(NARROW / 20, NARROW * 9 / 10), broad: fits(BROAD * 11 / 10, 1_000_000) };
        assert!(words.narrow.len() == EACH && words.broad.len() == EACH, "{:?} {:?}", words.narrow, words.broad);
        words
    }
}
