//! Single conditions of a search, and what of a mail they look at: first the index, then its letterhead, last its text.

use std::cell::OnceCell;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, NaiveTime, Utc, Weekday};

use crate::world::Mailbox;
use crate::world::compose::{Letter, Name, plain_text};
use crate::world::labels::{Labels, Marks};
use crate::world::mailbox::Entry;
use crate::world::mime::parse::Part;

/// A header that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Sender.
    From,
    /// Recipients.
    To,
    /// Copies.
    Cc,
    /// Hidden copies.
    Bcc,
    /// The mailbox it was delivered to.
    DeliveredTo,
    /// Subject.
    Subject,
    /// Mailing list.
    List,
    /// Names of files.
    FileName,
}

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
    Header(Field, Vec<String>),
    /// Has this `Message-ID`.
    MessageId(String),
    /// These words stand beside each other anywhere in the mail.
    Text(Vec<String>),
}

impl Condition {
    /// Reads one operator with its value; without an operator it is text.
    pub fn read(operator: &str, value: &str, quoted: bool, labels: &Labels, now: DateTime<Utc>) -> Self {
        let header = |field| Self::Header(field, words(value));
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
            _ => {
                let _ = quoted;
                Self::Text(words(value))
            }
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

fn bytes(text: &str) -> Option<u32> {
    let lower = text.to_lowercase();
    let (digits, unit) = match lower.trim_end_matches('b') {
        text if text.ends_with('k') => (&text[..text.len() - 1], 1_024),
        text if text.ends_with('m') => (&text[..text.len() - 1], 1_024 * 1_024),
        text => (text, 1),
    };
    digits.parse::<u32>().ok()?.checked_mul(unit)
}

/// A Unix second, or midnight Pacific of a date.
fn moment(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds);
    }
    let mut pieces = text.split(['/', '-']).map(|piece| piece.parse::<u32>().ok());
    let (year, month, day) = (pieces.next()??, pieces.next()??, pieces.next()??);
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let behind_h = if in_pacific_summer(date)? { 7 } else { 8 };
    Some(date.and_time(NaiveTime::MIN).and_utc().timestamp() + behind_h * 3_600)
}

/// Daylight saving time of the United States: from the second Sunday of March to the first of November.
fn in_pacific_summer(date: NaiveDate) -> Option<bool> {
    let start = NaiveDate::from_weekday_of_month_opt(date.year(), 3, Weekday::Sun, 2)?;
    let end = NaiveDate::from_weekday_of_month_opt(date.year(), 11, Weekday::Sun, 1)?;
    Some(date > start && date <= end)
}

/// So many days, months or years ago.
fn ago(text: &str, now: DateTime<Utc>) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u32 = number.parse().ok()?;
    let then = match unit {
        "h" => now - chrono::Duration::hours(i64::from(number)),
        "d" => now.checked_sub_days(Days::new(u64::from(number)))?,
        "w" => now.checked_sub_days(Days::new(u64::from(number) * 7))?,
        "m" => now.checked_sub_months(Months::new(number))?,
        "y" => now.checked_sub_months(Months::new(number.checked_mul(12)?))?,
        _ => return None,
    };
    Some(then.timestamp())
}

/// A mail that is being tested; what it needs is read once, when it is needed.
pub struct Candidate<'a> {
    mailbox: &'a Mailbox,
    sequence: u32,
    entry: &'a Entry,
    head: OnceCell<Head>,
    text: OnceCell<String>,
}

impl<'a> Candidate<'a> {
    /// A mail about to be tested.
    pub fn new(mailbox: &'a Mailbox, sequence: u32, entry: &'a Entry) -> Self {
        Self { mailbox, sequence, entry, head: OnceCell::new(), text: OnceCell::new() }
    }

    fn head(&self) -> &Head {
        self.head.get_or_init(|| match self.mailbox.sheet(self.sequence) {
            Some(sheet) => {
                let owner = (!sheet.slot.mine).then(|| self.mailbox.person().address.clone());
                Head::of_letter(&sheet.open(), owner)
            }
            None => self.mailbox.part(self.sequence).map(|part| Head::of_part(&part)).unwrap_or_default(),
        })
    }

    fn text(&self) -> &str {
        self.text.get_or_init(|| {
            self.mailbox.part(self.sequence).map(|part| plain_text(&part, usize::MAX)).unwrap_or_default()
        })
    }
}

/// What a search looks at in a letterhead.
#[derive(Default)]
struct Head {
    from: Vec<String>,
    to: Vec<String>,
    cc: Vec<String>,
    bcc: Vec<String>,
    delivered: Vec<String>,
    subject: Vec<String>,
    list: Vec<String>,
    files: Vec<String>,
}

impl Head {
    fn of_letter(letter: &Letter, delivered_to: Option<String>) -> Self {
        let names = |names: &[Name]| names.iter().map(Name::plain).collect();
        Self {
            from: vec![letter.from.plain()],
            to: names(&letter.to),
            cc: names(&letter.cc),
            bcc: names(&letter.bcc),
            delivered: delivered_to.into_iter().collect(),
            subject: letter.subject.iter().cloned().collect(),
            list: letter.list.iter().cloned().collect(),
            files: letter.files.iter().map(|file| file.name.clone()).collect(),
        }
    }

    fn of_part(part: &Part) -> Self {
        let lines = |name: &str| {
            let named = part.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.clone()).collect()
        };
        Self {
            from: lines("From"),
            to: lines("To"),
            cc: lines("Cc"),
            bcc: lines("Bcc"),
            delivered: lines("Delivered-To"),
            subject: lines("Subject"),
            list: lines("List-Id"),
            files: part.walk().iter().map(|part| part.file_name.clone()).filter(|name| !name.is_empty()).collect(),
        }
    }

    fn values(&self, field: Field) -> &[String] {
        match field {
            Field::From => &self.from,
            Field::To => &self.to,
            Field::Cc => &self.cc,
            Field::Bcc => &self.bcc,
            Field::DeliveredTo => &self.delivered,
            Field::Subject => &self.subject,
            Field::List => &self.list,
            Field::FileName => &self.files,
        }
    }
}

/// The words of a text: letters and digits, small, without accents.
fn words(text: &str) -> Vec<String> {
    let folded: String = text.chars().flat_map(char::to_lowercase).map(without_accent).collect();
    folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'ä' | 'â' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' | 'õ' | 'ø' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}

/// Whether the wanted words stand beside each other in a text. No words are everywhere.
fn contains(text: &str, wanted: &[String]) -> bool {
    wanted.is_empty() || words(text).windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::{contains, words};

    #[test]
    fn words_are_compared_without_case_and_accents() {
        assert!(contains("Notificación de Transacciones BCR", &words("notificacion de")));
        assert!(contains("HDFC <alerts@hdfcbank.net>", &words("hdfcbank.net")));
        assert!(contains("HDFC <alerts@hdfcbank.net>", &words("alerts@hdfcbank.net")));
        assert!(!contains("HDFC <alerts@hdfcbank.net>", &words("bank.net")));
    }
}
