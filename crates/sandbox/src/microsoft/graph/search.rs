//! `$search` of mails: as much of KQL as apps use. Terms stand beside each other and must all hold.

use chrono::NaiveDate;

use super::failure::Failure;
use crate::world::Outlook;
use crate::world::compose::plain_text;
use crate::world::mime::parse::Part;
use crate::world::phrase::{contains, normal};

/// Properties that can stand before a colon or a comparison.
const KNOWN: [&str; 9] = ["from", "to", "cc", "bcc", "recipients", "subject", "body", "hasattachments", "received"];

/// Terms that must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search(Vec<Term>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    not: bool,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// Words in normal form; the last one may stand for all that begin with it.
    Says {
        property: String,
        words: String,
    },
    HasFiles(bool),
    /// Received on this day (Unix seconds of its begin) or later.
    Since(i64),
    /// Received on this day or before.
    Until(i64),
}

impl Search {
    /// Reads the text of `$search`: KQL between quotes, inside which quotes are escaped.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let text = text.trim();
        let inside =
            text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).replace("\\\"", "\"");
        let (mut terms, mut not) = (Vec::new(), false);
        for word in words(&inside) {
            match word.as_str() {
                "AND" => {}
                "NOT" => not = true,
                "OR" => return Err(Failure::query("OR is not played here.")),
                word => {
                    let (minus, word) = word.strip_prefix('-').map_or((false, word), |word| (true, word));
                    terms.push(Term { not: std::mem::take(&mut not) || minus, what: what(word)? });
                }
            }
        }
        if terms.is_empty() { Err(Failure::query("An empty $search is not supported.")) } else { Ok(Self(terms)) }
    }

    /// Whether a mail is found.
    pub fn takes(&self, outlook: &Outlook, sequence: u32) -> bool {
        self.0.iter().all(|term| term.what.holds(outlook, sequence) != term.not)
    }
}

impl What {
    fn holds(&self, outlook: &Outlook, sequence: u32) -> bool {
        let Some(item) = outlook.item(sequence) else { return false };
        match self {
            Self::HasFiles(wanted) => outlook.has_files(sequence) == *wanted,
            Self::Since(day) => i64::from(item.seconds) >= *day,
            Self::Until(day) => i64::from(item.seconds) < *day + 86_400,
            Self::Says { property, words } => {
                let Some(part) = outlook.text(sequence) else { return false };
                says(&part, property, words)
            }
        }
    }
}

fn says(part: &Part, property: &str, words: &str) -> bool {
    let line = |name: &str| part.header(name).is_some_and(|text| contains(&normal(text), words));
    let lines = |names: &[&str]| names.iter().any(|name| line(name));
    let body = || contains(&normal(&plain_text(part, usize::MAX)), words);
    match property {
        "recipients" => lines(&["To", "Cc", "Bcc"]),
        "body" => body(),
        "" => lines(&["Subject", "From", "To", "Cc"]) || body(),
        name => line(name),
    }
}

fn what(term: &str) -> Result<What, Failure> {
    let at = term.find([':', '<', '>', '=']).filter(|at| KNOWN.contains(&term[..*at].to_lowercase().as_str()));
    let (property, value) = at.map_or(("", term), |at| term.split_at(at));
    let property = property.to_lowercase();
    if property == "received" {
        let day = |text: &str| NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok();
        let begins = |text| day(text).and_then(|day| day.and_hms_opt(0, 0, 0)).map(|at| at.and_utc().timestamp());
        let bad = || Failure::query(format!("Invalid term: '{term}'."));
        return match (value.strip_prefix(">="), value.strip_prefix("<=")) {
            (Some(day), _) => begins(day).map(What::Since).ok_or_else(bad),
            (_, Some(day)) => begins(day).map(What::Until).ok_or_else(bad),
            _ => Err(bad()),
        };
    }
    let value = if property.is_empty() { value } else { &value[1..] };
    if property == "hasattachments" {
        return Ok(What::HasFiles(value.eq_ignore_ascii_case("true")));
    }
    let bare = value.trim_matches('"');
    let mut words = normal(bare);
    if bare.ends_with('*') {
        words.truncate(words.trim_end().len());
    }
    Ok(What::Says { property, words })
}

/// The terms: cut at spaces that do not stand between quotes.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in text.chars() {
        quoted ^= letter == '"';
        if letter.is_whitespace() && !quoted {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        } else {
            word.push(letter);
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(property: &str, words: &str) -> What {
        What::Says { property: property.into(), words: words.into() }
    }

    #[test]
    fn terms_stand_beside_each_other() {
        let terms = |text: &str| Search::parse(text).unwrap().0;
        let one = |what| Term { not: false, what };
        assert_eq!(terms("\"pizza\""), [one(says("", " pizza "))]);
        assert_eq!(
            terms("\"from:ana \\\"fin de mes\\\" NOT viejo\""),
            [one(says("from", " ana ")), one(says("", " fin de mes ")), Term { not: true, what: says("", " viejo ") }]
        );
        assert_eq!(terms("\"subject:\\\"caf\u{e9} con\\\"\""), [one(says("subject", " cafe con "))]);
        assert_eq!(terms("factu*"), [one(says("", " factu"))]);
        assert_eq!(
            terms("hasAttachments:true received>=1970-01-02 received<=1970-01-02"),
            [one(What::HasFiles(true)), one(What::Since(86_400)), one(What::Until(86_400))]
        );
        assert!(Search::parse("\"\"").is_err() && Search::parse("received>=monday").is_err());
    }
}
