//! The words of a text, as they are written into the index, looked up and marked: one way for all three, in front of both
//! databases.

use super::letters::{Kind, fold, fold_letter, kind};
use std::{borrow::Cow, ops::Range};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// As it is compared.
    pub folded: String,
    /// Its bytes in the text.
    pub at: Range<usize>,
}

/// The text with its letters in one piece each (NFC): what every function here expects. Looks the same.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Calls `found` with every word, until it says to stop. Whatever is no letter is between two words: an address or a host is
/// the words between its dots and its `@`. Where a script has no spaces, every two letters are a word, and the last one
/// once more alone, so that every letter begins one.
pub(super) fn each_word(text: &str, mut found: impl FnMut(&str, Range<usize>) -> bool) {
    let mut folded = String::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let end = at + c.len_utf8();
        let goes_on = match kind(c) {
            Kind::Letter => {
                let end = end_of_run(text, end, Kind::Letter);
                fold(&text[at..end], &mut folded);
                let goes_on = folded.is_empty() || found(&folded, at..end);
                at = end;
                goes_on
            }
            Kind::Unspaced => {
                let end = end_of_run(text, end, Kind::Unspaced);
                let goes_on = each_pair(text, at..end, &mut found);
                at = end;
                goes_on
            }
            Kind::Picture => {
                let goes_on = found(&text[at..end], at..end);
                at = end;
                goes_on
            }
            Kind::Mark | Kind::Nothing | Kind::Between => {
                at = end;
                true
            }
        };
        if !goes_on {
            return;
        }
    }
}

/// All words.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    each_word(text, |folded, at| {
        words.push(Word { folded: folded.to_owned(), at });
        true
    });
    words
}

/// The words to look up for a text: those it would be written with, but that more letters may follow its last pair.
pub(super) fn sought(text: &str) -> Vec<Word> {
    let mut sought = words(text);
    if let [.., pair, last] = sought.as_slice()
        && last.at.end == pair.at.end
    {
        sought.pop();
    }
    sought
}

/// The words of a short text with a space between each two: what names are compared as.
pub(super) fn fold_all(text: &str) -> String {
    let words: Vec<String> = sought(&composed(text)).into_iter().map(|word| word.folded).collect();
    words.join(" ")
}

/// Behind the last character that belongs to a run of this kind.
fn end_of_run(text: &str, from: usize, of: Kind) -> usize {
    let run = text[from..].char_indices().find(|(_, c)| {
        let kind = kind(*c);
        kind != of && kind != Kind::Mark && kind != Kind::Nothing
    });
    run.map_or(text.len(), |(length, _)| from + length)
}

fn each_pair(text: &str, run: Range<usize>, found: &mut impl FnMut(&str, Range<usize>) -> bool) -> bool {
    // A letter takes the marks behind it along.
    let mut letters: Vec<Range<usize>> = Vec::new();
    for (at, c) in text[run.clone()].char_indices().map(|(offset, c)| (run.start + offset, c)) {
        match (kind(c), letters.last_mut()) {
            (Kind::Nothing, _) => {}
            (Kind::Mark, Some(letter)) => letter.end = at + c.len_utf8(),
            _ => letters.push(at..at + c.len_utf8()),
        }
    }
    let mut folded = String::new();
    for (at, letter) in letters.iter().enumerate() {
        folded.clear();
        fold_letter(&text[letter.clone()], &mut folded);
        let next = letters.get(at + 1);
        if let Some(next) = next {
            fold_letter(&text[next.clone()], &mut folded);
        }
        let end = next.map_or(letter.end, |next| next.end);
        if !folded.is_empty() && !found(&folded, letter.start..end) {
            return false;
        }
    }
    true
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha20Rng;

    fn folded(text: &str) -> Vec<String> {
        words(&composed(text)).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn words_are_what_is_between_everything_else() {
        assert_eq!(folded("Hello, world!  don't"), ["hello", "world", "don", "t"]);
        assert_eq!(folded("Ana.Mora+x@mail.Example.COM"), ["ana", "mora", "x", "mail", "example", "com"]);
        assert_eq!(folded("1,234.56 € — n.º 7_b"), ["1", "234", "56", "n", "o", "7", "b"]);
        assert_eq!(folded("soft\u{ad}hyphen zero\u{200d}joiner"), ["softhyphen", "zerojoiner"]);
        assert_eq!(folded(""), [""; 0]);
        assert_eq!(folded(" \0\"*():^{}-+ \u{301}"), [""; 0]);
    }

    #[test]
    fn scripts_without_spaces_are_pairs_and_a_last_letter() {
        assert_eq!(folded("日本語"), ["日本", "本語", "語"]);
        assert_eq!(folded("2026年の"), ["2026", "年の", "の"]);
        assert_eq!(folded("請求書.pdf"), ["請求", "求書", "書", "pdf"]);
        assert_eq!(folded("안녕"), ["안녕", "녕"]);
        let looked_up = |text| sought(text).into_iter().map(|word| word.folded).collect::<Vec<_>>();
        assert_eq!(looked_up("日本語"), ["日本", "本語"]);
        assert_eq!(looked_up("日 x"), ["日", "x"]);
        assert_eq!(looked_up("日本 x"), ["日本", "本", "x"]);
        // As macOS writes it into the names of files.
        assert_eq!(folded("\u{1112}\u{1161}\u{11ab}가"), folded("한가"));
        assert_eq!(folded("か\u{3099}"), ["が"]);
    }

    #[test]
    fn every_emoji_is_a_word() {
        assert_eq!(folded("🎉🎉 party"), ["🎉", "🎉", "party"]);
        assert_eq!(folded("👩🏽\u{200d}💻 ok 1\u{fe0f}\u{20e3}"), ["👩", "💻", "ok", "1"]);
        assert_eq!(folded("🇪🇸"), ["🇪", "🇸"]);
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = composed("¡Qué «Año»!");
        let found: Vec<&str> = words(&text).into_iter().map(|word| &text[word.at]).collect();
        assert_eq!(found, ["Qué", "Año"]);
    }

    /// Characters of every kind, and of every trouble.
    pub const ODD: &str = "aZ09 \0\"'*()-:^{}@.,_|&!<>\\éßıİΣς日本のｶﾞ한글ไทยकिشُ🎉🏽\u{200d}\u{fe0f}\u{301}\u{ad}½ﬁ\u{2028}\u{feff}\u{10ffff}";

    #[test]
    fn whatever_is_written_words_are_in_order_and_made_of_letters() {
        let mut dice = ChaCha20Rng::seed_from_u64(7);
        let odd: Vec<char> = ODD.chars().collect();
        for _ in 0..3_000 {
            let length = dice.random_range(0..60);
            let text: String = (0..length).map(|_| odd[dice.random_range(0..odd.len())]).collect();
            let text = composed(&text);
            let mut before = 0;
            for word in words(&text) {
                assert!(!text[word.at.clone()].is_empty() && word.at.start >= before, "{text:?}: {word:?}");
                assert!(!word.folded.is_empty() && word.folded.len() < 200, "{text:?}: {word:?}");
                // Neither database's query language has a meaning for any of these.
                assert!(
                    word.folded.chars().all(|c| !c.is_ascii() || c.is_ascii_lowercase() || c.is_ascii_digit()),
                    "{text:?}: {word:?}"
                );
                before = word.at.start;
            }
        }
    }

    #[test]
    fn a_word_looked_up_is_the_word_that_was_written() {
        let mut dice = ChaCha20Rng::seed_from_u64(8);
        let odd: Vec<char> = ODD.chars().collect();
        for _ in 0..3_000 {
            let length = dice.random_range(0..20);
            let text: String = (0..length).map(|_| odd[dice.random_range(0..odd.len())]).collect();
            for word in words(&composed(&text)) {
                let again = folded(&word.folded);
                assert_eq!(again.first(), Some(&word.folded), "{text:?}");
            }
        }
    }
}
