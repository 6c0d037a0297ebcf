//! The letterhead of a mail: who writes to whom about what, and the header lines a provider adds on the way.

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset, TimeZone as _};

use super::{Sheet, trace};
use crate::world::mime::words;

/// A name with an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Shown name; may be empty.
    pub display: String,
    /// Address.
    pub address: String,
}

impl Name {
    /// A name with an address.
    pub fn new(display: &str, address: &str) -> Self {
        Self { display: display.to_owned(), address: address.to_owned() }
    }

    /// As it stands in a header, before encoding.
    pub fn plain(&self) -> String {
        match self.display.as_str() {
            "" => self.address.clone(),
            name if name.chars().any(|letter| "(),:;<>@[]\"".contains(letter)) => {
                format!("\"{}\" <{}>", name.replace('"', "'"), self.address)
            }
            name => format!("{name} <{}>", self.address),
        }
    }

    fn encoded(&self, charset: &str) -> String {
        if self.display.is_ascii() {
            return self.plain();
        }
        format!("{} <{}>", words::encode(&self.display, charset), self.address)
    }
}

/// A file a mail carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Name.
    pub name: String,
    /// Media type.
    pub media_type: &'static str,
    /// Size in bytes.
    pub bytes: usize,
    /// Whether the text shows it instead of attaching it.
    pub inline: bool,
}

/// Everything about a mail but its body.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Sender.
    pub from: Name,
    /// Recipients.
    pub to: Vec<Name>,
    /// Further recipients.
    pub cc: Vec<Name>,
    /// Hidden recipients, only in what the person wrote.
    pub bcc: Vec<Name>,
    /// Subject; `None` leaves the header out.
    pub subject: Option<String>,
    /// Charset of the encoded words.
    pub charset: &'static str,
    /// `List-Id` of a mailing list or newsletter.
    pub list: Option<String>,
    /// Header lines of its own kind, ready to be written.
    pub extra: Vec<(&'static str, String)>,
    /// Files.
    pub files: Vec<File>,
    /// Whether the sender's domain vouches for it.
    pub authentic: bool,
    /// Servers it passed before Google's.
    pub hops: usize,
    /// Minutes east of Greenwich where it was written.
    pub zone_min: i32,
}

impl Letter {
    /// A letter to the mailbox's owner.
    pub fn to_owner(sheet: &Sheet<'_>, from: Name, subject: String) -> Self {
        let mut dice = sheet.dice(6);
        Self {
            from,
            to: vec![Name::new(&sheet.person.name(), &sheet.person.address)],
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: Some(subject),
            charset: "utf-8",
            list: None,
            extra: Vec::new(),
            files: Vec::new(),
            authentic: true,
            hops: dice.between(1, 2),
            zone_min: [0, 60, -360, -480, 330, 480, -180][dice.below(7)],
        }
    }

    /// The sender's domain.
    pub fn domain(&self) -> &str {
        self.from.address.rsplit('@').next().unwrap_or("unknown.example")
    }

    /// The header lines up to, but without, those of the body.
    pub fn head(&self, sheet: &Sheet<'_>) -> Vec<u8> {
        let mut head = String::with_capacity(4096);
        let own = sheet.slot.mine;
        let message_id = message_id(sheet, sheet.sequence, self.domain());
        if !own {
            trace::push_all(&mut head, self, sheet);
        }
        push(&mut head, "Message-ID", &message_id);
        push(&mut head, "From", &self.from.encoded(self.charset));
        for (name, people) in [("To", &self.to), ("Cc", &self.cc), ("Bcc", &self.bcc)] {
            if !people.is_empty() {
                let list: Vec<String> = people.iter().map(|person| person.encoded("utf-8")).collect();
                push(&mut head, name, &list.join(",\r\n "));
            }
        }
        if let Some(subject) = &self.subject {
            push(&mut head, "Subject", &fold(&words::encode(subject, self.charset)));
        }
        push(&mut head, "Date", &self.written_at(sheet).to_rfc2822());
        if let Some(previous) = sheet.slot.previous {
            let answered = message_id_of_any(sheet, previous);
            let first = message_id_of_any(sheet, sheet.slot.root);
            push(&mut head, "In-Reply-To", &answered);
            let references = if previous == sheet.slot.root { first } else { format!("{first}\r\n {answered}") };
            push(&mut head, "References", &references);
        }
        if let Some(list) = &self.list {
            push(&mut head, "List-Id", list);
        }
        for (name, value) in &self.extra {
            push(&mut head, name, value);
        }
        head.push_str("MIME-Version: 1.0\r\n");
        head.into_bytes()
    }

    /// When the sender's clock says it was written: a few seconds before it arrived.
    fn written_at(&self, sheet: &Sheet<'_>) -> DateTime<FixedOffset> {
        let seconds = i64::from(sheet.seconds()) - i64::try_from(sheet.dice(7).between(1, 40)).unwrap_or(1);
        let utc = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        let zone = FixedOffset::east_opt(self.zone_min * 60);
        zone.map_or_else(|| utc.fixed_offset(), |zone| zone.from_utc_datetime(&utc.naive_utc()))
    }
}

/// The `Message-ID` of a mail; it hides the mail's id, so that an answer finds its thread without a table.
fn message_id(sheet: &Sheet<'_>, sequence: u32, domain: &str) -> String {
    format!("<{}.{}@{domain}>", sheet.plan.dice(sequence, 9).hex(10), sheet.ids.id(sequence))
}

/// The `Message-ID` of another mail of the thread, whose sender must be looked up first.
fn message_id_of_any(sheet: &Sheet<'_>, sequence: u32) -> String {
    let other = Sheet::of(sheet.plan, sheet.person, sheet.ids, sequence).unwrap_or(*sheet);
    message_id(sheet, sequence, other.open().domain())
}

/// Writes a header line.
pub(super) fn push(head: &mut String, name: &str, value: &str) {
    if write!(head, "{name}: {value}\r\n").is_err() {
        tracing::debug!("a header could not be written");
    }
}

/// A long header line, folded at spaces.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut column = 9;
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 && column + word.len() > 74 {
            out.push_str("\r\n ");
            column = 1;
        } else if at > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.len();
    }
    out
}
