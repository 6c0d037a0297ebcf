//! Reads a search. That cannot fail: what makes no sense becomes a [`Hint`], and the rest is looked for.

use super::{
    dates::{self, Day, Span},
    letters::is_unspaced,
    query::{Clause, Field, Hint, In, Phrase, Query, What},
    words::{composed, fold_all, sought},
};
use crate::mail::bounds;

/// Bytes read of a search.
const LONGEST: usize = 1_000;
/// Things looked for at once.
const MOST: usize = 30;
/// Letters from which on a word that is being typed stands for all that begin with it.
const SHORTEST_BEGINNING: usize = 3;

/// What has a meaning before a colon.
const OPERATORS: [&str; 16] = [
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "has",
    "in",
    "label",
    "folder",
    "is",
    "before",
    "older",
    "after",
    "newer",
    "newer_than",
    "older_than",
];
/// What stands before a colon in ordinary text.
const NO_OPERATORS: [&str; 6] = ["http", "https", "mailto", "re", "fw", "fwd"];

/// Reads a search.
pub(super) fn parse(text: &str) -> Query {
    let mut query = Query::default();
    let read = bounds::first(text, LONGEST);
    if read.len() < text.len() {
        query.hint(Hint::TooLong);
    }
    let read = composed(read);
    let mut rest = read.trim_start();
    while !rest.is_empty() {
        if query.clauses.len() >= MOST {
            query.hint(Hint::TooLong);
            break;
        }
        rest = query.read_one(rest).trim_start();
    }
    if !query.clauses.is_empty() && !query.asks() {
        query.hint(Hint::OnlyNot);
    }
    if query.clauses.is_empty() && query.hints.is_empty() && !text.trim().is_empty() {
        query.hint(Hint::NothingToLookFor);
    }
    query
}

/// A value as it was written.
#[derive(Clone, Copy)]
struct Value<'a> {
    text: &'a str,
    quoted: bool,
    /// Nothing comes after it: it may be being typed.
    last: bool,
}

impl Query {
    /// Reads the first thing, and gives what comes after it.
    fn read_one<'a>(&mut self, text: &'a str) -> &'a str {
        let signless = text.trim_start_matches(['-', '+']);
        let not = text.starts_with('-') && !signless.starts_with(char::is_whitespace);
        if let Some((name, after)) = operator(signless) {
            let lower = name.to_ascii_lowercase();
            if OPERATORS.contains(&lower.as_str()) {
                // A space behind the colon is easily typed.
                let (value, rest) = value(after.trim_start());
                self.apply(not, &lower, value);
                return rest;
            }
            if !NO_OPERATORS.contains(&lower.as_str()) {
                self.hint(Hint::UnknownOperator(name.to_owned()));
            }
        }
        let (value, rest) = value(signless);
        if !value.quoted && matches!(value.text, "OR" | "|") {
            self.hint(Hint::NoAlternatives);
        } else {
            self.says(not, Field::Any, value);
        }
        rest
    }

    fn apply(&mut self, not: bool, name: &str, value: Value<'_>) {
        let text = value.text;
        if text.trim().is_empty() {
            return self.hint(Hint::Empty(name.to_owned()));
        }
        match name {
            "from" | "to" | "cc" | "bcc" | "subject" => {
                let field = match name {
                    "from" => Field::Sender,
                    "subject" => Field::Subject,
                    _ => Field::Recipients,
                };
                if !self.says(not, field, value) {
                    self.hint(Hint::Empty(name.to_owned()));
                }
            }
            "has" => self.has(not, text),
            "in" | "label" | "folder" => self.push(not, What::In(place(name, text))),
            "is" => self.is(not, text),
            "before" | "older" => self.day(not, text, What::Before),
            "after" | "newer" => self.day(not, text, What::After),
            "newer_than" => self.span(not, text, What::NewerThan),
            _ => self.span(not, text, What::OlderThan),
        }
    }

    fn push(&mut self, not: bool, what: What) {
        self.clauses.push(Clause { not, what });
    }

    /// Looks for words; false when there are none.
    fn says(&mut self, not: bool, field: Field, value: Value<'_>) -> bool {
        if !value.quoted && value.text.contains(['(', ')', '{', '}']) {
            self.hint(Hint::NoAlternatives);
        }
        let found = sought(value.text);
        let Some(last) = found.last() else { return false };
        let begins = if last.folded.starts_with(is_unspaced) {
            // Pairs are what is written.
            last.folded.chars().count() == 1
        } else {
            let starred = value.text.ends_with('*') && !value.quoted;
            let typed = value.last && !value.quoted && last.folded.chars().count() >= SHORTEST_BEGINNING;
            (starred || typed) && last.at.end == value.text.trim_end_matches('*').len()
        };
        let words = found.into_iter().map(|word| word.folded).collect();
        let written = value.text.trim().trim_end_matches('*').to_owned();
        self.push(not, What::Says(Phrase { field, written, words, begins }));
        true
    }

    fn has(&mut self, not: bool, text: &str) {
        match text.to_lowercase().as_str() {
            "attachment" | "attachments" | "file" | "files" => self.push(not, What::HasFiles),
            "star" => self.push(not, What::Starred),
            _ => self.hint(Hint::UnknownHas(text.to_owned())),
        }
    }

    fn is(&mut self, not: bool, text: &str) {
        match text.to_lowercase().as_str() {
            "unread" => self.push(not, What::Unread),
            "read" => self.push(not, What::Read),
            "starred" | "flagged" => self.push(not, What::Starred),
            _ => self.hint(Hint::UnknownIs(text.to_owned())),
        }
    }

    fn day(&mut self, not: bool, text: &str, what: fn(Day) -> What) {
        match dates::day(text) {
            Some(day) => self.push(not, what(day)),
            None => self.hint(Hint::NotADay(text.to_owned())),
        }
    }

    fn span(&mut self, not: bool, text: &str, what: fn(Span) -> What) {
        match dates::span(text) {
            Some(span) => self.push(not, what(span)),
            None => self.hint(Hint::NotASpan(text.to_owned())),
        }
    }
}

/// What stands before a colon, and what comes after it.
fn operator(text: &str) -> Option<(&str, &str)> {
    let length = text.find(|c: char| !c.is_ascii_alphabetic() && c != '_')?;
    let (name, rest) = text.split_at(length);
    Some((name, rest.strip_prefix(':')?)).filter(|(name, _)| !name.is_empty())
}

/// What stands before the next space, or between quotes; and what comes after it. A quote that is not closed goes to the end.
fn value(text: &str) -> (Value<'_>, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        let (text, rest) = quoted.split_once('"').unwrap_or((quoted, ""));
        return (Value { text, quoted: true, last: rest.is_empty() }, rest);
    }
    let (text, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    (Value { text, quoted: false, last: rest.is_empty() }, rest)
}

fn place(operator: &str, text: &str) -> In {
    let folded = fold_all(text);
    if operator == "in" {
        match folded.as_str() {
            "inbox" => return In::Inbox,
            "all" => return In::All,
            "anywhere" => return In::Anywhere,
            "spam" | "junk" => return In::Spam,
            "bin" | "trash" => return In::Bin,
            "sent" => return In::Sent,
            "drafts" | "draft" => return In::Drafts,
            "archive" | "archived" => return In::Archive,
            _ => {}
        }
    }
    In::Label { name: text.to_owned(), folded }
}

#[cfg(test)]
mod tests;
