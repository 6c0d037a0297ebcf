//! A search in the words of a provider, for what is not stored yet.
//!
//! Gmail has a language much like ours (`q` of `users.messages.list`); Graph's `$search` takes KQL, which knows neither what is
//! read nor where a message lies: that is asked of every message found.

use super::{
    parse,
    query::{Clause, Field, Hint, In, Phrase, Query, What},
    words::fold_all,
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// The labels of what is looked at only when it is named.
const HIDING: [&str; 2] = ["SPAM", "TRASH"];

/// A search that can be put to a provider.
#[derive(Clone, Debug)]
pub(crate) struct Wording {
    query: Query,
    zone: Tz,
    now: DateTime<Utc>,
}

/// A message that Graph found, as far as its search cannot tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub unread: bool,
    pub starred: bool,
    pub received_at: DateTime<Utc>,
    /// The label of the folder it lies in, and the folder's name.
    pub folder: (&'a str, &'a str),
}

impl Wording {
    /// Reads a search; its hints when it asks for nothing that a mail must be. Days begin where the reader lives: `zone` is a name of the IANA
    /// database.
    pub fn of(text: &str, zone: Option<&str>, now: DateTime<Utc>) -> Result<Self, Vec<Hint>> {
        let query = parse::parse(text);
        let zone = zone.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC);
        if query.asks() { Ok(Self { query, zone, now }) } else { Err(query.hints) }
    }

    /// What was not understood.
    pub fn hints(&self) -> Vec<Hint> {
        self.query.hints.clone()
    }

    /// As Gmail reads it: `q` of `users.messages.list`. Days become seconds: a date would mean midnight in California.
    pub fn for_gmail(&self) -> String {
        self.joined(|not, what| Some(format!("{}{}", if not { "-" } else { "" }, self.gmail(what)?)))
    }

    /// As Graph reads it: KQL, without the quotes around the whole. What KQL cannot say is asked of every message found
    /// ([`Wording::takes`]).
    pub fn for_graph(&self) -> String {
        let asked =
            self.joined(|not, what| Some(format!("{}{}", if not { "NOT " } else { "" }, self.graph(not, what)?)));
        // A search has to say something: there is no older mail.
        if asked.is_empty() { "received>=1970-01-01".into() } else { asked }
    }

    /// Whether a message that Graph found is what was looked for.
    pub fn takes(&self, seen: Seen<'_>) -> bool {
        let (label, name) = seen.folder;
        if !self.query.asks_for_hidden() && HIDING.contains(&label) {
            return false;
        }
        self.query.clauses.iter().all(|Clause { not, what }| {
            let holds = match what {
                What::Says(_) | What::HasFiles => return true,
                What::Unread => seen.unread,
                What::Read => !seen.unread,
                What::Starred => seen.starred,
                What::Before(_) | What::OlderThan(_) => {
                    self.instant(what).is_some_and(|instant| seen.received_at < instant)
                }
                What::After(_) | What::NewerThan(_) => {
                    self.instant(what).is_some_and(|instant| seen.received_at >= instant)
                }
                What::In(place) => lies_in(place, label, name),
            };
            holds != *not
        })
    }

    fn joined(&self, word: impl Fn(bool, &What) -> Option<String>) -> String {
        let words = self.query.clauses.iter().filter_map(|clause| word(clause.not, &clause.what));
        words.collect::<Vec<_>>().join(" ")
    }

    fn gmail(&self, what: &What) -> Option<String> {
        Some(match what {
            What::Says(phrase) => gmail_phrase(phrase),
            What::HasFiles => "has:attachment".into(),
            What::Unread => "is:unread".into(),
            What::Read => "is:read".into(),
            What::Starred => "is:starred".into(),
            What::Before(_) | What::OlderThan(_) => format!("before:{}", self.instant(what)?.timestamp()),
            What::After(_) | What::NewerThan(_) => format!("after:{}", self.instant(what)?.timestamp()),
            What::In(place) => match place {
                In::Inbox => "in:inbox".into(),
                In::All => return None,
                In::Anywhere => "in:anywhere".into(),
                In::Spam => "in:spam".into(),
                In::Bin => "in:trash".into(),
                In::Sent => "in:sent".into(),
                In::Drafts => "in:drafts".into(),
                In::Archive => "(-in:inbox -in:sent -in:drafts)".into(),
                // Gmail writes its own labels with hyphens for all that is no letter.
                In::Label { name, .. } => format!("label:{}", hyphened(name)),
            },
        })
    }

    fn graph(&self, not: bool, what: &What) -> Option<String> {
        Some(match what {
            What::Says(Phrase { field, written, begins, .. }) => {
                let words = quoted(written, *begins);
                match field {
                    Field::Any => words,
                    Field::Sender => format!("from:{words}"),
                    Field::Recipients => format!("recipients:{words}"),
                    Field::Subject => format!("subject:{words}"),
                }
            }
            What::HasFiles => "hasAttachments:true".into(),
            // Days in KQL are nobody's zone: a day more is asked for, and each message for its instant.
            What::Before(_) | What::OlderThan(_) if !not => {
                format!("received<={}", (self.instant(what)? + TimeDelta::days(1)).format("%Y-%m-%d"))
            }
            What::After(_) | What::NewerThan(_) if !not => {
                format!("received>={}", (self.instant(what)? - TimeDelta::days(1)).format("%Y-%m-%d"))
            }
            _ => return None,
        })
    }

    fn instant(&self, what: &What) -> Option<DateTime<Utc>> {
        match what {
            What::Before(day) | What::After(day) => Some(day.begins(self.zone)),
            What::NewerThan(span) | What::OlderThan(span) => Some(span.before(self.now)),
            _ => None,
        }
    }
}

/// Words as Gmail reads them. Quotes make one phrase of several words, and words of what would be an operator.
fn gmail_phrase(Phrase { field, written, .. }: &Phrase) -> String {
    let words = quoted(written, false);
    match field {
        Field::Any => words,
        Field::Sender => format!("from:{words}"),
        Field::Recipients => format!("{{to:{words} cc:{words} bcc:{words}}}"),
        Field::Subject => format!("subject:{words}"),
    }
}

/// A word as it is, and anything else between quotes. Neither language has a way to write a quote inside them.
fn quoted(written: &str, begins: bool) -> String {
    const MEANINGFUL: [&str; 5] = ["OR", "AND", "NOT", "AROUND", "NEAR"];
    let plain = written.chars().all(char::is_alphanumeric) && !MEANINGFUL.contains(&written);
    let star = if begins { "*" } else { "" };
    if plain { format!("{written}{star}") } else { format!("\"{}{star}\"", written.replace(['"', '\\'], " ").trim()) }
}

/// As Gmail writes the name of a label in a search.
fn hyphened(name: &str) -> String {
    name.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
}

fn lies_in(place: &In, label: &str, name: &str) -> bool {
    match place {
        In::Inbox => label == "INBOX",
        In::All => !HIDING.contains(&label),
        In::Anywhere => true,
        In::Spam => label == "SPAM",
        In::Bin => label == "TRASH",
        In::Sent => label == "SENT",
        In::Drafts => label == "DRAFT",
        In::Archive => !["INBOX", "SENT", "DRAFT", "SPAM", "TRASH"].contains(&label),
        In::Label { folded, .. } => fold_all(name) == *folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-31T12:00:00Z".parse().unwrap()
    }

    fn gmail(text: &str) -> String {
        Wording::of(text, Some("Europe/Madrid"), now()).map(|wording| wording.for_gmail()).unwrap_or_default()
    }

    fn graph(text: &str) -> String {
        Wording::of(text, Some("Europe/Madrid"), now()).map(|wording| wording.for_graph()).unwrap_or_default()
    }

    #[test]
    fn words_keep_their_letters() {
        assert_eq!(gmail("Año \"fin de mes\" -viejo"), "Año \"fin de mes\" -viejo");
        assert_eq!(graph("Año \"fin de mes\" -viejo "), "Año \"fin de mes\" NOT viejo");
        assert_eq!(gmail("from:ana@example.com subject:hola "), "from:\"ana@example.com\" subject:hola");
        assert_eq!(graph("to:ana@example.com "), "recipients:\"ana@example.com\"");
        assert_eq!(gmail("to:ana "), "{to:ana cc:ana bcc:ana}");
        // Gmail has no beginnings of words; Graph has.
        assert_eq!((gmail("factu*"), graph("factu*")), ("factu".to_owned(), "factu*".to_owned()));
        assert_eq!(gmail("\"OR\" x "), "\"OR\" x");
    }

    #[test]
    fn days_begin_where_the_reader_lives() {
        assert_eq!(gmail("after:2026-03-01 before:2026-03-02"), "after:1772319600 before:1772406000");
        assert_eq!(graph("after:2026-03-01"), "received>=2026-02-27");
        assert_eq!(gmail("newer_than:12h"), format!("after:{}", (now() - TimeDelta::hours(12)).timestamp()));
    }

    #[test]
    fn places_and_marks_are_gmails_own() {
        assert_eq!(gmail("in:bin is:unread has:attachment"), "in:trash is:unread has:attachment");
        assert_eq!(gmail("in:archive x "), "(-in:inbox -in:sent -in:drafts) x");
        assert_eq!(gmail("label:\"Casa / Luz\""), "label:casa---luz");
        assert_eq!(gmail("in:all x "), "x");
    }

    #[test]
    fn what_graph_cannot_be_asked_is_asked_of_what_it_found() {
        let wording = |text: &str| Wording::of(text, None, now()).unwrap();
        let seen = Seen { unread: true, starred: false, received_at: now(), folder: ("AAMkAG", "Casa") };
        assert_eq!(graph("is:unread in:inbox"), "received>=1970-01-01");
        assert!(wording("is:unread").takes(seen));
        assert!(!wording("is:read").takes(seen));
        assert!(!wording("x is:starred").takes(seen));
        assert!(wording("x -is:starred").takes(seen));
        assert!(wording("in:casa").takes(seen) && wording("in:archive").takes(seen));
        assert!(!wording("in:inbox").takes(seen));
        assert!(wording("after:2026-03-31").takes(seen) && !wording("before:2026-03-31").takes(seen));
        // Spam and bin are looked at only where they are named.
        let binned = Seen { folder: ("TRASH", "Deleted Items"), ..seen };
        assert!(!wording("x").takes(binned));
        assert!(wording("x in:bin").takes(binned) && wording("x in:anywhere").takes(binned));
    }

    #[test]
    fn what_asks_for_nothing_is_put_to_nobody() {
        for text in ["", "   ", "-hola", "from:", "is:purple"] {
            assert!(Wording::of(text, None, now()).is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_typed_gets_out_of_its_quotes() {
        assert_eq!(gmail("a\"b"), "\"a b\"");
        assert_eq!(graph("from:\"a\\\" OR subject:b\""), "from:\"a\" subject:\"b\"");
    }
}
