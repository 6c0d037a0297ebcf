//! What searches mean, and that none of them makes trouble.

use super::*;
use crate::mail::search::words::tests::ODD;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

fn phrase(field: Field, words: &[&str], begins: bool) -> Clause {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    Clause { not: false, what: What::Says(Phrase { field, written: String::new(), words, begins }) }
}

/// The same without what was written letter by letter.
fn as_meant(mut clauses: Vec<Clause>) -> Vec<Clause> {
    for clause in &mut clauses {
        if let What::Says(phrase) = &mut clause.what {
            phrase.written.clear();
        }
    }
    clauses
}

fn is(what: What) -> Clause {
    Clause { not: false, what }
}

fn not(clause: Clause) -> Clause {
    Clause { not: !clause.not, ..clause }
}

/// What a search means when nothing about it is odd.
fn clauses(text: &str) -> Vec<Clause> {
    let query = parse(text);
    assert_eq!(query.hints, [], "{text}");
    as_meant(query.clauses)
}

#[test]
fn words_phrases_and_what_is_not_wanted() {
    use Field::Any;
    assert_eq!(clauses("Año nuevo "), [phrase(Any, &["ano"], false), phrase(Any, &["nuevo"], false)]);
    assert_eq!(clauses("\"año nuevo\""), [phrase(Any, &["ano", "nuevo"], false)]);
    assert_eq!(
        clauses("x -\"a b\" -c "),
        [phrase(Any, &["x"], false), not(phrase(Any, &["a", "b"], false)), not(phrase(Any, &["c"], false)),]
    );
    // What is no letter joins words to a phrase.
    assert_eq!(clauses("1,234.56 "), [phrase(Any, &["1", "234", "56"], false)]);
    assert_eq!(clauses("ana@example.com "), [phrase(Any, &["ana", "example", "com"], false)]);
    assert_eq!(clauses("https://example.com/x "), [phrase(Any, &["https", "example", "com", "x"], false)]);
    assert_eq!(clauses("Re: hola "), [phrase(Any, &["re"], false), phrase(Any, &["hola"], false)]);
}

#[test]
fn the_word_being_typed_stands_for_all_that_begin_with_it() {
    use Field::{Any, Sender};
    assert_eq!(clauses("hola factu"), [phrase(Any, &["hola"], false), phrase(Any, &["factu"], true)]);
    assert_eq!(clauses("fa"), [phrase(Any, &["fa"], false)]);
    assert_eq!(clauses("fa*"), [phrase(Any, &["fa"], true)]);
    assert_eq!(clauses("factu* hola "), [phrase(Any, &["factu"], true), phrase(Any, &["hola"], false)]);
    assert_eq!(clauses("from:ana@exam"), [phrase(Sender, &["ana", "exam"], true)]);
    assert_eq!(clauses("\"año nue"), [phrase(Any, &["ano", "nue"], false)]);
    assert_eq!(clauses("factura."), [phrase(Any, &["factura"], false)]);
    // Pairs are what is written of these scripts: a letter alone is the beginning of one.
    assert_eq!(clauses("日本 日 "), [phrase(Any, &["日本"], false), phrase(Any, &["日"], true)]);
    assert_eq!(clauses("日本語"), [phrase(Any, &["日本", "本語"], false)]);
}

#[test]
fn every_operator_is_understood_in_any_case_and_with_a_space() {
    use Field::{Recipients, Sender, Subject};
    assert_eq!(
        clauses("from:\"Ana Mora\" x "),
        [phrase(Sender, &["ana", "mora"], false), phrase(Field::Any, &["x"], false)]
    );
    assert_eq!(
        clauses("FROM: ana to:luis cc:eva Subject:\"año\" "),
        [
            phrase(Sender, &["ana"], false),
            phrase(Recipients, &["luis"], false),
            phrase(Recipients, &["eva"], false),
            phrase(Subject, &["ano"], false),
        ]
    );
    assert_eq!(clauses("has:attachment -has:file"), [is(What::HasFiles), not(is(What::HasFiles))]);
    assert_eq!(
        clauses("is:unread is:read is:starred -is:read"),
        [is(What::Unread), is(What::Read), is(What::Starred), not(is(What::Read))]
    );
    let label = In::Label { name: "Año/Clientes".into(), folded: "ano clientes".into() };
    assert_eq!(
        clauses("in:INBOX in:trash label:Año/Clientes"),
        [is(What::In(In::Inbox)), is(What::In(In::Bin)), is(What::In(label))]
    );
    let day = dates::day("2026-03-01").unwrap();
    assert_eq!(clauses("after:2026-03-01 -before:2026/03/01"), [is(What::After(day)), not(is(What::Before(day)))]);
    assert_eq!(
        clauses("newer_than:7d older_than:1y"),
        [is(What::NewerThan(Span::Days(7))), is(What::OlderThan(Span::Months(12)))]
    );
}

#[test]
fn what_makes_no_sense_is_a_hint_and_the_rest_is_looked_for() {
    use Hint::{Empty, NoAlternatives, NotADay, NotASpan, NothingToLookFor, OnlyNot, UnknownHas, UnknownIs};
    for (text, hints, clauses) in [
        ("filename:bill x ", vec![Hint::UnknownOperator("filename".into())], 2),
        ("before:yesterday x ", vec![NotADay("yesterday".into())], 1),
        ("after:2026-13-01 before:\"\" x", vec![NotADay("2026-13-01".into()), Empty("before".into())], 1),
        ("newer_than:soon x", vec![NotASpan("soon".into())], 1),
        ("from:", vec![Empty("from".into())], 0),
        ("from:... x", vec![Empty("from".into())], 1),
        ("is:blue has:wings x", vec![UnknownIs("blue".into()), UnknownHas("wings".into())], 1),
        ("ana OR luis", vec![NoAlternatives], 2),
        ("from:(ana luis)", vec![NoAlternatives], 2),
        ("-ana -from:luis", vec![OnlyNot], 2),
        ("\"*\" ... - --", vec![NothingToLookFor], 0),
    ] {
        let query = parse(text);
        assert_eq!((&query.hints, query.clauses.len()), (&hints, clauses), "{text}");
    }
    assert_eq!(parse("").hints, []);
    assert_eq!(parse("  ").hints, []);
}

#[test]
fn a_search_as_long_as_a_book_is_read_at_its_beginning() {
    for long in ["word ".repeat(2_000), "x".repeat(10_000), "日".repeat(10_000), "-\"".repeat(5_000)] {
        let query = parse(&long);
        assert!(query.hints.contains(&Hint::TooLong), "{}", &long[..12]);
        assert!(query.clauses.len() <= MOST);
    }
}

#[test]
fn whatever_is_typed_is_read() {
    let mut dice = ChaCha20Rng::seed_from_u64(9);
    let odd: Vec<char> = ODD.chars().collect();
    let pieces =
        ["from:", "-", "\"", "is:unread", "before:", "2026-02-30", "NEAR(", "OR", " ", "in:", "newer_than:9999999999y"];
    for _ in 0..5_000 {
        let mut text = String::new();
        for _ in 0..dice.random_range(0..12) {
            if dice.random_bool(0.4) {
                text.push_str(pieces[dice.random_range(0..pieces.len())]);
            } else {
                text.push(odd[dice.random_range(0..odd.len())]);
            }
        }
        let query = parse(&text);
        assert_eq!(query, parse(&text), "{text:?}");
        for phrase in query.phrases(false).chain(query.phrases(true)) {
            assert!(!phrase.words.is_empty() && phrase.words.iter().all(|word| !word.is_empty()), "{text:?}");
            let letters =
                |word: &String| word.chars().all(|c| !c.is_ascii() || c.is_ascii_lowercase() || c.is_ascii_digit());
            assert!(phrase.words.iter().all(letters), "{text:?}: {phrase:?}");
        }
        assert!(query.clauses.len() <= MOST && query.hints.len() < 20, "{text:?}");
        assert!(text.trim().is_empty() || !query.clauses.is_empty() || !query.hints.is_empty(), "{text:?}");
    }
}
