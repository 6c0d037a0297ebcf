//! Where in a mail the words were found: worked out here, from what is stored, with the words that were looked up, so that it
//! is the same on both databases.

use super::{
    query::{Field, Phrase},
    words::{Word, composed, each_word},
};
use std::ops::Range;

/// Letters shown before the first word found.
const BEFORE: usize = 50;
/// Letters shown in all.
const SHOWN: usize = 200;

/// A text and the parts of it that were looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Bytes of it, in order, not touching each other.
    pub marks: Vec<Range<usize>>,
}

impl Marked {
    /// A text with everything marked in it that says one of these.
    pub(super) fn of(text: &str, phrases: &[&Phrase]) -> Self {
        let text = composed(text).into_owned();
        let marks = found(&text, phrases, usize::MAX);
        Self { text, marks }
    }

    /// Whether anything was found in it.
    pub fn is_marked(&self) -> bool {
        !self.marks.is_empty()
    }

    /// The part of a long text around what was found first, on one line; `None` when nothing was.
    pub(super) fn excerpt(text: &str, phrases: &[&Phrase]) -> Option<Self> {
        let text = composed(text);
        let marks = found(&text, phrases, SHOWN * 4);
        let first = marks.first()?.start;
        let from = beginning(&text, first);
        let mut excerpt = Self::default();
        if from > 0 {
            excerpt.text.push_str("… ");
        }
        let mut marks = marks.into_iter().peekable();
        let mut letters = 0;
        let mut start = None;
        for (at, c) in text[from..].char_indices().map(|(offset, c)| (from + offset, c)) {
            if let (Some(begun), Some(mark)) = (start, marks.peek())
                && at >= mark.end
            {
                excerpt.marks.push(begun..excerpt.text.trim_end().len());
                start = None;
                marks.next();
            }
            if letters >= SHOWN && start.is_none() {
                break;
            }
            if start.is_none() && marks.peek().is_some_and(|mark| at >= mark.start) {
                start = Some(excerpt.text.len());
            }
            if !c.is_whitespace() && !c.is_control() {
                excerpt.text.push(c);
                letters += 1;
            } else if !excerpt.text.ends_with(' ') {
                excerpt.text.push(' ');
            }
        }
        if let Some(begun) = start {
            excerpt.marks.push(begun..excerpt.text.trim_end().len());
        }
        excerpt.text.truncate(excerpt.text.trim_end().len());
        Some(excerpt)
    }
}

/// The phrases that are looked for in a field.
pub(super) fn sought_in<'a>(phrases: &[&'a Phrase], field: Field) -> Vec<&'a Phrase> {
    phrases.iter().copied().filter(|phrase| phrase.field == field || phrase.field == Field::Any).collect()
}

/// Where a text says one of the phrases, as far as `reach` bytes behind the first place.
fn found(text: &str, phrases: &[&Phrase], reach: usize) -> Vec<Range<usize>> {
    let mut words: Vec<Word> = Vec::new();
    let mut marks: Vec<Range<usize>> = Vec::new();
    if phrases.is_empty() {
        return marks;
    }
    let mut until = usize::MAX;
    each_word(text, |folded, at| {
        words.push(Word { folded: folded.to_owned(), at });
        for phrase in phrases {
            if let Some(mark) = ends_here(&words, phrase) {
                until = until.min(mark.start.saturating_add(reach));
                add(&mut marks, mark);
            }
        }
        words.last().is_none_or(|word| word.at.end < until)
    });
    marks
}

/// The place of a phrase whose last word is the newest one.
fn ends_here(words: &[Word], phrase: &Phrase) -> Option<Range<usize>> {
    let from = words.len().checked_sub(phrase.words.len())?;
    let (last, before) = phrase.words.split_last()?;
    let newest = words.last()?;
    let is_last = if phrase.begins { newest.folded.starts_with(last.as_str()) } else { newest.folded == *last };
    let is_here = is_last && words[from..].iter().zip(before).all(|(word, wanted)| word.folded == *wanted);
    // Of a pair that begins with the letter looked for, the letter.
    is_here.then(|| words[from].at.start..newest.at.end)
}

/// Marks come in the order of their ends; those that touch become one.
fn add(marks: &mut Vec<Range<usize>>, mut mark: Range<usize>) {
    while let Some(before) = marks.last()
        && before.end >= mark.start
    {
        mark = before.start.min(mark.start)..before.end.max(mark.end);
        marks.pop();
    }
    marks.push(mark);
}

/// A little before `at`, where a word begins.
fn beginning(text: &str, at: usize) -> usize {
    let before = text[..at].char_indices().rev().take(BEFORE);
    let Some(earliest) = before.map(|(offset, _)| offset).last().filter(|offset| *offset > 0) else { return 0 };
    let space = text[earliest..at].char_indices().find(|(_, c)| c.is_whitespace());
    space.map_or(earliest, |(offset, c)| earliest + offset + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::search::{parse::parse, words::tests::ODD};
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha20Rng;
    use std::fmt::Write;

    fn marked(text: &str, search: &str) -> String {
        let query = parse(search);
        show(&Marked::of(text, &query.phrases(false).collect::<Vec<_>>()))
    }

    fn excerpt(text: &str, search: &str) -> Option<String> {
        let query = parse(search);
        Marked::excerpt(text, &query.phrases(false).collect::<Vec<_>>()).map(|found| show(&found))
    }

    fn show(marked: &Marked) -> String {
        let (mut shown, mut at) = (String::new(), 0);
        for mark in &marked.marks {
            let _ = write!(shown, "{}[{}]", &marked.text[at..mark.start], &marked.text[mark.clone()]);
            at = mark.end;
        }
        shown + &marked.text[at..]
    }

    #[test]
    fn what_was_looked_for_is_marked_as_it_is_written() {
        assert_eq!(marked("Tu FACTURACIÓN de año", "facturacion ano "), "Tu [FACTURACIÓN] de [año]");
        assert_eq!(marked("Factura y facturas", "factu"), "[Factura] y [facturas]");
        assert_eq!(marked("Factura y facturas", "factura "), "[Factura] y facturas");
        assert_eq!(marked("new year, New-Year year", "\"new year\""), "[new year], [New-Year] year");
        assert_eq!(marked("ana@example.com", "from:example.com "), "ana@[example.com]");
        assert_eq!(marked("STRASSE Straße", "straße "), "[STRASSE] [Straße]");
        assert_eq!(marked("日本語の請求書", "請求書"), "日本語の[請求書]");
        assert_eq!(marked("🎉 party", "🎉"), "[🎉] party");
        assert_eq!(marked("<b>&amp;", "amp "), "<b>&[amp];");
        assert_eq!(marked("nothing", "-nothing x "), "nothing");
    }

    #[test]
    fn an_excerpt_begins_a_little_before_and_is_one_line() {
        let long = format!("{} needle\n\n in   the hay {}", "word ".repeat(100), "more ".repeat(100));
        let found = excerpt(&long, "\"needle in\" hay ").unwrap();
        assert!(found.starts_with("… word word"), "{found}");
        assert!(found.contains("word [needle in] the [hay] more"), "{found}");
        assert!(found.chars().count() < 300, "{found}");
        assert_eq!(excerpt("a needle", "needle "), Some("a [needle]".into()));
        assert_eq!(excerpt("a needle", "thread "), None);
        let unbroken = format!("{}日本{}", "字".repeat(500), "字".repeat(500));
        assert!(excerpt(&unbroken, "日本").unwrap().contains("[日本]"));
    }

    #[test]
    fn marks_are_whole_letters_in_order_whatever_is_written_and_looked_for() {
        let mut dice = ChaCha20Rng::seed_from_u64(11);
        let odd: Vec<char> = ODD.chars().collect();
        let mut write = |most| -> String {
            let length = dice.random_range(0..most);
            (0..length).map(|_| odd[dice.random_range(0..odd.len())]).collect()
        };
        for _ in 0..3_000 {
            let (text, search) = (write(400), write(6));
            let query = parse(&search);
            let phrases: Vec<&Phrase> = query.phrases(false).collect();
            for found in [Some(Marked::of(&text, &phrases)), Marked::excerpt(&text, &phrases)].into_iter().flatten() {
                let mut before = 0;
                for mark in found.marks {
                    assert!(!found.text[mark.clone()].is_empty() && mark.start >= before, "{text:?} {search:?}");
                    before = mark.end;
                }
            }
        }
    }
}
