//! Which words are looked for: some that few mails say, and some that every fifth says.

use crate::harness::database::TestDatabase;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

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
    /// Counts the words of a sample, and asks the index of SQLite, which is filled first, about those that may fit.
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
        let likely = |range: &Range<i64>| {
            let fits = |count: i64| range.contains(&(count * 1_000_000 / sample));
            said.iter().filter(|(_, count)| fits(**count)).map(|(word, _)| word.clone()).collect::<Vec<_>>()
        };
        let (narrow, broad) = (NARROW / 20..NARROW, BROAD..1_000_000);
        let narrow = Self::take(database, likely(&narrow), &narrow, mails).await;
        let broad = Self::take(database, likely(&broad), &broad, mails).await;
        assert!(narrow.len() == EACH && broad.len() == EACH, "{narrow:?} {broad:?}");
        Self { narrow, broad }
    }

    /// Words from all over the alphabet that so many of a million mails say anywhere, as the index knows it.
    async fn take(
        database: &TestDatabase,
        mut likely: Vec<String>,
        range: &Range<i64>,
        mails: i64,
    ) -> Vec<(String, i64)> {
        let mut taken = Vec::new();
        while !likely.is_empty() && taken.len() < EACH {
            let word = likely.remove(taken.len() * likely.len() / EACH);
            let hits = database.count(&format!("search_index WHERE search_index MATCH '\"{word}\"'")).await;
            if range.contains(&(hits * 1_000_000 / mails)) {
                taken.push((word, hits));
            }
        }
        taken
    }
}
