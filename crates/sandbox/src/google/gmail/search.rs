//! Single conditions of a search: what an operator with its value means, and whether a mail meets it.

use chrono::{DateTime, Utc};

use super::candidate::{Candidate, Field};
use super::moments::{ago, bytes, moment};
use crate::world::labels::{Labels, Marks};
use crate::world::phrase::{contains, normal};

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Carries all these labels.
    Marked(Marks),
    /// Carries none of these labels.
    Unmarked(Marks),
    /// Carries a label of the person's own, or none.
    OwnLabels(bool),
    /// Carries a file.
    HasFile,
    /// Everything, spam and bin included.
    Anywhere,
    /// Nothing: the operator names what does not exist here.
    Nothing,
    /// At least so many bytes.
    Larger(u32),
    /// Fewer bytes than that.
    Smaller(u32),
    /// Arrived at this Unix second or later.
    From(i64),
    /// Arrived before this Unix second.
    Until(i64),
    /// These words stand beside each other in a header.
    Header(Field, String),
    /// Has this `Message-ID`.
    MessageId(String),
    /// These words stand beside each other anywhere in the mail.
    Text(String),
}

impl Condition {
    /// Reads one operator with its value; without an operator it is text.
    pub fn read(operator: &str, value: &str, labels: &Labels, now: DateTime<Utc>) -> Self {
        let header = |field| Self::Header(field, normal(value));
        match operator {
            "from" => header(Field::From),
            "to" => header(Field::To),
            "cc" => header(Field::Cc),
            "bcc" => header(Field::Bcc),
            "deliveredto" => header(Field::DeliveredTo),
            "subject" => header(Field::Subject),
            "list" => header(Field::List),
            "filename" => header(Field::FileName),
            "rfc822msgid" => Self::MessageId(value.trim_matches(['<', '>']).to_owned()),
            "label" => labels.mark(value).or_else(|| labels.mark_named(value)).map_or(Self::Nothing, Self::Marked),
            "category" => category(value),
            "in" => place(value, labels),
            "is" => state(value),
            "has" => match value.to_lowercase().as_str() {
                "attachment" => Self::HasFile,
                "userlabels" => Self::OwnLabels(true),
                "nouserlabels" => Self::OwnLabels(false),
                _ => Self::Nothing,
            },
            "larger" | "larger_than" | "size" => bytes(value).map_or(Self::Nothing, Self::Larger),
            "smaller" | "smaller_than" => bytes(value).map_or(Self::Nothing, Self::Smaller),
            "after" | "newer" => moment(value).map_or(Self::Nothing, Self::From),
            "before" | "older" => moment(value).map_or(Self::Nothing, Self::Until),
            "newer_than" => ago(value, now).map_or(Self::Nothing, Self::From),
            "older_than" => ago(value, now).map_or(Self::Nothing, Self::Until),
            _ => Self::Text(normal(value)),
        }
    }

    /// Whether it names spam or the bin.
    pub fn names_spam_or_trash(&self) -> bool {
        match self {
            Self::Anywhere | Self::MessageId(_) => true,
            Self::Marked(marks) => marks.any(Marks::SPAM.with(Marks::TRASH)),
            _ => false,
        }
    }

    /// 0 looks at the index, 1 reads the letterhead, 2 reads the text.
    pub fn price(&self) -> usize {
        match self {
            Self::Header(..) | Self::MessageId(_) => 1,
            Self::Text(_) => 2,
            _ => 0,
        }
    }

    /// Whether a mail meets it.
    pub fn holds(&self, mail: &Candidate<'_>) -> bool {
        let entry = mail.entry;
        match self {
            Self::Marked(marks) => entry.marks.has(*marks),
            Self::Unmarked(marks) => !entry.marks.any(*marks),
            Self::OwnLabels(any) => (entry.marks.0 >> 16 != 0) == *any,
            Self::HasFile => entry.files,
            Self::Anywhere => true,
            Self::Nothing => false,
            Self::Larger(bytes) => entry.size >= *bytes,
            Self::Smaller(bytes) => entry.size < *bytes,
            Self::From(second) => i64::from(entry.seconds) >= *second,
            Self::Until(second) => i64::from(entry.seconds) < *second,
            Self::Header(field, wanted) => mail.head().values(*field).iter().any(|text| contains(text, wanted)),
            Self::MessageId(id) => mail.mailbox.by_message_id(id) == Some(mail.sequence),
            Self::Text(wanted) => {
                let head = mail.head();
                let fields = [Field::Subject, Field::From, Field::To, Field::Cc, Field::FileName];
                fields.iter().any(|field| head.values(*field).iter().any(|text| contains(text, wanted)))
                    || contains(mail.text(), wanted)
            }
        }
    }
}

fn category(name: &str) -> Condition {
    Condition::Marked(match name.to_lowercase().as_str() {
        "primary" | "personal" => Marks::PERSONAL,
        "social" => Marks::SOCIAL,
        "promotions" => Marks::PROMOTIONS,
        "updates" => Marks::UPDATES,
        "forums" => Marks::FORUMS,
        _ => return Condition::Nothing,
    })
}

fn place(name: &str, labels: &Labels) -> Condition {
    Condition::Marked(match name.to_lowercase().as_str() {
        "anywhere" => return Condition::Anywhere,
        "inbox" => Marks::INBOX,
        "sent" => Marks::SENT,
        "draft" | "drafts" => Marks::DRAFT,
        "trash" | "bin" => Marks::TRASH,
        "spam" => Marks::SPAM,
        "archive" => {
            let elsewhere = Marks::INBOX.with(Marks::SENT).with(Marks::DRAFT).with(Marks::TRASH).with(Marks::SPAM);
            return Condition::Unmarked(elsewhere);
        }
        other => match labels.mark_named(other) {
            Some(marks) => marks,
            None => return Condition::Nothing,
        },
    })
}

fn state(name: &str) -> Condition {
    match name.to_lowercase().as_str() {
        "unread" => Condition::Marked(Marks::UNREAD),
        "read" => Condition::Unmarked(Marks::UNREAD),
        "starred" => Condition::Marked(Marks::STARRED),
        "important" => Condition::Marked(Marks::IMPORTANT),
        _ => Condition::Nothing,
    }
}
