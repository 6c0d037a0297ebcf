//! What a person may leave out, and whether a message is (pure).

use crate::mail::Parsed;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// The labels of spam and bin.
pub(super) const HIDING: [&str; 2] = ["SPAM", "TRASH"];

/// One thing a person may leave out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exclusion {
    /// What the provider keeps as spam, and what was binned.
    SpamAndBin,
    /// What was received before this day, by UTC.
    OlderThan(NaiveDate),
    /// What carries this label, or lies in this folder: the provider's id of it.
    Label(String),
}

impl Exclusion {
    /// Reads a choice: its kind, and its value where it has one.
    pub fn parse(kind: &str, value: &str) -> Option<Self> {
        match kind {
            "spam_and_bin" => Some(Self::SpamAndBin),
            "older_than" => value.parse().ok().map(Self::OlderThan),
            "label" if !value.is_empty() => Some(Self::Label(value.to_owned())),
            _ => None,
        }
    }

    /// The word in `exclusions.kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SpamAndBin => "spam_and_bin",
            Self::OlderThan(_) => "older_than",
            Self::Label(_) => "label",
        }
    }

    /// The text in `exclusions.value`.
    pub fn value(&self) -> String {
        match self {
            Self::SpamAndBin => String::new(),
            Self::OlderThan(day) => day.to_string(),
            Self::Label(label) => label.clone(),
        }
    }

    /// Why an item is excluded, as it is kept beside it.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::SpamAndBin => self.kind().to_owned(),
            _ => format!("{}:{}", self.kind(), self.value()),
        }
    }

    fn takes(&self, labels: &[String], received_at: DateTime<Utc>) -> bool {
        match self {
            Self::SpamAndBin => labels.iter().any(|label| HIDING.contains(&label.as_str())),
            Self::OlderThan(day) => received_at < begin_of(*day),
            Self::Label(chosen) => labels.contains(chosen),
        }
    }
}

/// The first instant of a day.
pub(super) fn begin_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// Everything a person leaves out of one connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Exclusions(pub Vec<Exclusion>);

impl Exclusions {
    /// Why a message is left out, if it is.
    pub fn reason(&self, message: &Parsed) -> Option<String> {
        let takes = |one: &&Exclusion| one.takes(&message.label_ids, message.received_at);
        self.0.iter().find(takes).map(Exclusion::reason)
    }

    /// Divides a batch into what is stored and what is left out, with the reason.
    pub fn divide(&self, batch: Vec<Parsed>) -> (Vec<Parsed>, Vec<(Parsed, String)>) {
        let (mut stored, mut excluded) = (Vec::with_capacity(batch.len()), Vec::new());
        for message in batch {
            match self.reason(&message) {
                Some(reason) => excluded.push((message, reason)),
                None => stored.push(message),
            }
        }
        (stored, excluded)
    }

    /// Whether a message that gets these labels is left out from then on.
    pub fn name_any(&self, added: &[String]) -> bool {
        self.0.iter().any(|one| !matches!(one, Exclusion::OlderThan(_)) && one.takes(added, DateTime::<Utc>::MAX_UTC))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_choice_takes_what_it_names_and_nothing_else() {
        let day = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
        let (before, after) = (begin_of(day) - chrono::TimeDelta::seconds(1), begin_of(day));
        let older = Exclusion::OlderThan(day);
        assert!(older.takes(&[], before) && !older.takes(&[], after));
        let spam = Exclusion::SpamAndBin;
        assert!(spam.takes(&words(&["SPAM"]), after) && spam.takes(&words(&["X", "TRASH"]), after));
        assert!(!spam.takes(&words(&["INBOX"]), before));
        let label = Exclusion::Label("Label_7".to_owned());
        assert!(label.takes(&words(&["INBOX", "Label_7"]), after) && !label.takes(&words(&["Label_70"]), after));
    }

    #[test]
    fn a_choice_reads_as_it_is_written_and_nonsense_is_none() {
        for one in [
            Exclusion::SpamAndBin,
            Exclusion::OlderThan(NaiveDate::from_ymd_opt(2024, 3, 1).unwrap()),
            Exclusion::Label("AQMk=".to_owned()),
        ] {
            assert_eq!(Exclusion::parse(one.kind(), &one.value()), Some(one));
        }
        for (kind, value) in [("older_than", "yesterday"), ("label", ""), ("larger", "1")] {
            assert_eq!(Exclusion::parse(kind, value), None);
        }
    }
}
