//! `$filter` and `$orderby` of mails, as much of them as an app that keeps in step needs.

use chrono::{DateTime, NaiveDate, NaiveTime};

use super::failure::Failure;
use super::message::addresses;
use crate::world::Outlook;
use crate::world::labels::Marks;

/// Properties a mail can be filtered by.
const KNOWN: [&str; 9] = [
    "receivedDateTime",
    "isRead",
    "isDraft",
    "hasAttachments",
    "flag/flagStatus",
    "internetMessageId",
    "conversationId",
    "subject",
    "from/emailAddress/address",
];

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Clause {
    property: &'static str,
    operator: String,
    value: String,
    /// The value, when it is a time (Unix seconds).
    seconds: i64,
}

/// Comparisons that must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter(Vec<Clause>);

impl Filter {
    /// Reads the text of `$filter`.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        split_and(text).into_iter().map(clause).collect::<Result<_, _>>().map(Self)
    }

    /// Whether `$orderby` may stand beside it: its properties must come first in the filter, in their order.
    pub fn goes_with(&self, order: &[(&str, bool)]) -> bool {
        let first = |(at, (name, _)): (usize, &(&str, bool))| self.0.get(at).is_some_and(|own| own.property == *name);
        self.0.is_empty() || order.iter().enumerate().all(first)
    }

    /// Whether it only compares the time of receipt with `ge` or `gt`, as a delta round may.
    pub fn only_since(&self) -> bool {
        let since =
            |clause: &Clause| clause.property == "receivedDateTime" && ["ge", "gt"].contains(&&*clause.operator);
        self.0.len() <= 1 && self.0.iter().all(since)
    }

    /// Whether a mail is older than the filter reaches, so that no older one can pass either.
    pub fn is_past(&self, seconds: u32) -> bool {
        let low = |clause: &Clause| {
            clause.property == "receivedDateTime"
                && (["ge", "gt", "eq"].contains(&&*clause.operator))
                && i64::from(seconds) < clause.seconds
        };
        self.0.iter().any(low)
    }

    /// Whether a mail passes.
    pub fn takes(&self, outlook: &Outlook, sequence: u32) -> bool {
        self.0.iter().all(|clause| clause.holds(outlook, sequence))
    }
}

impl Clause {
    fn holds(&self, outlook: &Outlook, sequence: u32) -> bool {
        let Some(item) = outlook.item(sequence) else { return false };
        let marks = outlook.marks(sequence);
        let flag = |value: bool| self.equals(if value { "true" } else { "false" });
        let line = |name: &str| outlook.head(sequence).and_then(|part| part.header(name).map(str::to_owned));
        match self.property {
            "receivedDateTime" => match (i64::from(item.seconds).cmp(&self.seconds), self.operator.as_str()) {
                (std::cmp::Ordering::Less, operator) => ["lt", "le", "ne"].contains(&operator),
                (std::cmp::Ordering::Equal, operator) => ["eq", "le", "ge"].contains(&operator),
                (std::cmp::Ordering::Greater, operator) => ["gt", "ge", "ne"].contains(&operator),
            },
            "isRead" => flag(!marks.has(Marks::UNREAD)),
            "isDraft" => flag(marks.has(Marks::DRAFT)),
            "hasAttachments" => flag(outlook.has_files(sequence)),
            "flag/flagStatus" => self.equals(if marks.has(Marks::STARRED) { "flagged" } else { "notFlagged" }),
            "conversationId" => self.equals(&outlook.conversation(sequence)),
            "internetMessageId" => self.equals(line("Message-ID").unwrap_or_default().trim()),
            "subject" => self.equals(&line("Subject").unwrap_or_default()),
            _ => addresses(&line("From").unwrap_or_default()).iter().any(|(_, address)| self.equals(address)),
        }
    }

    fn equals(&self, value: &str) -> bool {
        value.eq_ignore_ascii_case(&self.value) == (self.operator == "eq")
    }
}

fn clause(text: &str) -> Result<Clause, Failure> {
    let bad = || Failure::query(format!("Invalid filter clause: '{text}'."));
    let mut words = text.trim().trim_start_matches('(').trim_end_matches(')').splitn(3, ' ');
    let (name, operator) = (words.next().ok_or_else(bad)?, words.next().ok_or_else(bad)?.to_owned());
    let value = words.next().ok_or_else(bad)?.trim();
    let known = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name));
    let property = *known.ok_or_else(|| Failure::unknown_property(name, "message"))?;
    let operators: &[&str] =
        if property == "receivedDateTime" { &["eq", "ne", "lt", "le", "gt", "ge"] } else { &["eq", "ne"] };
    if !operators.contains(&operator.as_str()) {
        return Err(bad());
    }
    let seconds = if property == "receivedDateTime" { seconds(value.trim_matches('\'')).ok_or_else(bad)? } else { 0 };
    let value = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value);
    Ok(Clause { property, operator, value: value.replace("''", "'"), seconds })
}

fn seconds(text: &str) -> Option<i64> {
    let day = || Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_time(NaiveTime::MIN).and_utc().timestamp());
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp()).or_else(day)
}

/// The clauses between the `and`s that do not stand in quotes.
fn split_and(text: &str) -> Vec<&str> {
    let (mut clauses, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, letter) in text.char_indices() {
        quoted ^= letter == '\'';
        if !quoted && at >= start && text[at..].get(..5).is_some_and(|word| word.eq_ignore_ascii_case(" and ")) {
            clauses.push(&text[start..at]);
            start = at + 5;
        }
    }
    clauses.push(&text[start..]);
    clauses
}

/// Reads `$orderby`: properties, each with whether it falls. Only the time of receipt can be ordered by here.
pub fn order(text: &str) -> Result<Vec<(&'static str, bool)>, Failure> {
    let pieces = text.split(',').map(str::trim).filter(|piece| !piece.is_empty());
    let one = |piece: &str| {
        let (name, direction) = piece.split_once(' ').unwrap_or((piece, "asc"));
        if !name.eq_ignore_ascii_case(KNOWN[0]) {
            return Err(Failure::query(format!("The property '{name}' cannot be ordered by here.")));
        }
        Ok((KNOWN[0], direction.trim().eq_ignore_ascii_case("desc")))
    };
    pieces.map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::{Filter, order};

    #[test]
    fn what_is_ordered_by_must_come_first_in_the_filter() {
        let order = order("receivedDateTime desc").unwrap();
        let goes = |text: &str| Filter::parse(text).unwrap().goes_with(&order);
        assert!(goes("receivedDateTime ge 2026-01-01T00:00:00Z and isRead eq false") && goes(""));
        assert!(!goes("isRead eq false") && !goes("isRead eq false and receivedDateTime ge 2026-01-01"));
    }

    #[test]
    fn values_in_quotes_keep_their_ands() {
        let filter = Filter::parse("subject eq 'bread and butter' and isRead eq true").unwrap();
        assert_eq!(filter.0.len(), 2);
        assert_eq!(filter.0[0].value, "bread and butter");
        assert!(Filter::parse("shoeSize eq 4").is_err() && Filter::parse("isRead ge true").is_err());
    }

    #[test]
    fn a_delta_round_may_only_ask_for_newer_mail() {
        let only = |text: &str| Filter::parse(text).unwrap().only_since();
        assert!(only("receivedDateTime ge 2026-01-01T00:00:00Z") && only("receivedDateTime gt 2026-01-01"));
        assert!(!only("receivedDateTime lt 2026-01-01") && !only("isRead eq true"));
    }
}
