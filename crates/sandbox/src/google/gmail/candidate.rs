//! What of a mail a search looks at: first the index, then its letterhead, last its text, each read when it is needed.

use std::cell::OnceCell;

use crate::world::Mailbox;
use crate::world::compose::{Letter, Name, plain_text};
use crate::world::mailbox::Entry;
use crate::world::mime::parse::Part;
use crate::world::phrase::normal;

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

/// A mail that is being tested; what it needs is read once, when it is needed.
pub struct Candidate<'a> {
    /// The mailbox it is in.
    pub mailbox: &'a Mailbox,
    /// Its number there.
    pub sequence: u32,
    /// What the index says.
    pub entry: &'a Entry,
    head: OnceCell<Head>,
    text: OnceCell<String>,
}

impl<'a> Candidate<'a> {
    /// A mail about to be tested.
    pub fn new(mailbox: &'a Mailbox, sequence: u32, entry: &'a Entry) -> Self {
        Self { mailbox, sequence, entry, head: OnceCell::new(), text: OnceCell::new() }
    }

    /// Its letterhead.
    pub fn head(&self) -> &Head {
        self.head.get_or_init(|| match self.mailbox.sheet(self.sequence) {
            Some(sheet) => {
                let owner = (!sheet.slot.mine).then(|| self.mailbox.person().address.clone());
                Head::of_letter(&sheet.open(), owner)
            }
            None => self.mailbox.part(self.sequence).map(|part| Head::of_part(&part)).unwrap_or_default(),
        })
    }

    /// Its readable text in normal form.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| {
            let text = match self.mailbox.sheet(self.sequence) {
                Some(sheet) => Some(sheet.text()),
                None => self.mailbox.part(self.sequence).map(|part| plain_text(&part, usize::MAX)),
            };
            normal(&text.unwrap_or_default())
        })
    }
}

/// What a search looks at in a letterhead, in normal form.
#[derive(Default)]
pub struct Head {
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
        let names = |names: &[Name]| names.iter().map(|name| normal(&name.plain())).collect();
        Self {
            from: vec![normal(&letter.from.plain())],
            to: names(&letter.to),
            cc: names(&letter.cc),
            bcc: names(&letter.bcc),
            delivered: delivered_to.iter().map(|address| normal(address)).collect(),
            subject: letter.subject.iter().map(|subject| normal(subject)).collect(),
            list: letter.list.iter().map(|list| normal(list)).collect(),
            files: letter.files.iter().map(|file| normal(&file.name)).collect(),
        }
    }

    fn of_part(part: &Part) -> Self {
        let lines = |name: &str| {
            let named = part.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
            named.map(|(_, value)| normal(value)).collect()
        };
        let parts = part.walk();
        let names = parts.iter().map(|part| part.file_name.as_str()).filter(|name| !name.is_empty());
        Self {
            from: lines("From"),
            to: lines("To"),
            cc: lines("Cc"),
            bcc: lines("Bcc"),
            delivered: lines("Delivered-To"),
            subject: lines("Subject"),
            list: lines("List-Id"),
            files: names.map(normal).collect(),
        }
    }

    /// The values of a header.
    pub fn values(&self, field: Field) -> &[String] {
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
