//! What somebody looks for, as it was understood.

use super::dates::{Day, Span};

/// What is looked for, and what was not understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub clauses: Vec<Clause>,
    pub hints: Vec<Hint>,
}

/// One thing that every mail found is, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub not: bool,
    pub what: What,
}

/// What a mail can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Says(Phrase),
    HasFiles,
    In(In),
    Unread,
    Read,
    Starred,
    /// Received before the day begins.
    Before(Day),
    /// Received when the day has begun.
    After(Day),
    NewerThan(Span),
    OlderThan(Span),
}

/// Words next to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    pub field: Field,
    /// As they were written: a provider compares words in its own way.
    pub written: String,
    /// Folded; at least one.
    pub words: Vec<String>,
    /// The last word stands for all that begin with it.
    pub begins: bool,
}

/// Where words are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Any,
    Sender,
    Recipients,
    Subject,
}

/// Where a mail is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum In {
    Inbox,
    /// Everywhere but in spam and bin.
    All,
    /// Spam and bin as well.
    Anywhere,
    Spam,
    Bin,
    Sent,
    Drafts,
    Archive,
    /// A label or folder of this name, folded.
    Label {
        /// As it was written.
        name: String,
        /// As it is compared.
        folded: String,
    },
}

/// What was not understood about a search, and what was done about it. The names are as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// There is no such `name:`; its words were looked for.
    UnknownOperator(String),
    /// `name:` came without anything to look for, and was left out.
    Empty(String),
    /// Not a day: left out.
    NotADay(String),
    /// Not a length of time: left out.
    NotASpan(String),
    /// `is:` knows no such word: left out.
    UnknownIs(String),
    /// `has:` knows no such word: left out.
    UnknownHas(String),
    /// No mailbox looked at has a label or folder of this name: left out.
    UnknownPlace(String),
    /// `OR`, brackets and braces mean nothing here: everything must be there.
    NoAlternatives,
    /// It only says what is not wanted.
    OnlyNot,
    /// There is no letter in it.
    NothingToLookFor,
    /// Only the beginning of it was read.
    TooLong,
    /// Mails that were stored long ago are still being read.
    StillReading,
}

impl Query {
    /// Whether there is something that a mail must be.
    pub fn asks(&self) -> bool {
        self.clauses.iter().any(|clause| !clause.not)
    }

    /// Whether spam and bin are looked at as well.
    pub fn asks_for_hidden(&self) -> bool {
        let hidden = |clause: &Clause| matches!(clause.what, What::In(In::Anywhere | In::Spam | In::Bin));
        self.clauses.iter().any(|clause| !clause.not && hidden(clause))
    }

    /// What mails must say, or must not.
    pub fn phrases(&self, not: bool) -> impl Iterator<Item = &Phrase> {
        self.clauses.iter().filter(move |clause| clause.not == not).filter_map(|clause| match &clause.what {
            What::Says(phrase) => Some(phrase),
            _ => None,
        })
    }

    /// Notes something once.
    pub fn hint(&mut self, hint: Hint) {
        if !self.hints.contains(&hint) {
            self.hints.push(hint);
        }
    }
}
