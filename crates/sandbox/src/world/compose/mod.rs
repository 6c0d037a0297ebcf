//! Writes the mails of the world. Every mail is a pure function of the plan and its sequence number: first its letterhead
//! (cheap: who, to whom, subject, files), which is all that a search by sender or subject needs, then its body.

mod bank;
mod copy;
mod draft;
pub mod files;
mod forum;
mod invite;
mod letter;
mod names;
mod newsletter;
mod odd;
mod picture;
mod prose;
mod shop;
mod social;
mod spam;
mod talk;
mod trace;
mod work;

pub use letter::{File, Letter, Name};

use crate::dice::Dice;
use crate::world::ids::Ids;
use crate::world::mime::parse::Part;
use crate::world::mime::write::Node;
use crate::world::people::Person;
use crate::world::plan::{Kind, Plan, Slot};

/// All that is known about a mail before it is written.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The plan of the mailbox.
    pub plan: &'a Plan,
    /// Whose mailbox it is.
    pub person: &'a Person,
    /// Its ids.
    pub ids: Ids,
    /// The mail's sequence number.
    pub sequence: u32,
    /// Its place in the plan.
    pub slot: Slot,
}

impl<'a> Sheet<'a> {
    /// The sheet of a planned mail.
    pub fn of(plan: &'a Plan, person: &'a Person, ids: Ids, sequence: u32) -> Option<Self> {
        Some(Self { plan, person, ids, sequence, slot: plan.slot(sequence)? })
    }

    /// Dice for one purpose of this mail.
    fn dice(&self, purpose: u64) -> Dice {
        self.plan.dice(self.sequence, purpose)
    }

    /// Dice that all mails of the thread share.
    fn thread_dice(&self, purpose: u64) -> Dice {
        self.plan.dice(self.slot.root, 0x1000 + purpose)
    }

    /// When it arrived (Unix seconds).
    pub fn seconds(&self) -> u32 {
        self.plan.seconds(self.sequence)
    }

    /// About how many bytes of text it has: a few are very long, most are short.
    pub fn bulk(&self) -> usize {
        let (median, spread) = match self.slot.kind {
            Kind::Newsletter => (15_000.0, 1.3),
            Kind::Social => (1_200.0, 0.6),
            Kind::Spam => (1_200.0, 1.1),
            Kind::Forum => (800.0, 1.2),
            Kind::Bank | Kind::Shop => (1_600.0, 0.4),
            _ => (520.0, 1.2),
        };
        let bytes = (f64::ln(median) + spread * self.dice(4).bell()).exp();
        whole(bytes.clamp(120.0, 400_000.0))
    }

    /// Its letterhead.
    pub fn open(&self) -> Letter {
        match self.slot.kind {
            Kind::Talk => talk::open(self),
            Kind::Newsletter => newsletter::open(self),
            Kind::Shop => shop::open(self),
            Kind::Bank => bank::open(self),
            Kind::Social => social::open(self),
            Kind::Forum => forum::open(self),
            Kind::Work => work::open(self),
            Kind::Picture => picture::open(self),
            Kind::Invite => invite::open(self),
            Kind::Odd => odd::open(self),
            Kind::Spam => spam::open(self),
            Kind::Draft => draft::open(self),
        }
    }

    /// Its body.
    fn body(&self, letter: &Letter) -> Node {
        match self.slot.kind {
            Kind::Talk => talk::body(self),
            Kind::Newsletter => newsletter::body(self, letter),
            Kind::Shop => shop::body(self, letter),
            Kind::Bank => bank::body(self),
            Kind::Social => social::body(self, letter),
            Kind::Forum => forum::body(self, letter),
            Kind::Work => work::body(self, letter),
            Kind::Picture => picture::body(self, letter),
            Kind::Invite => invite::body(self, letter),
            Kind::Odd => odd::body(self, letter),
            Kind::Spam => spam::body(self, letter),
            Kind::Draft => draft::body(self, letter),
        }
    }

    /// The whole mail in RFC 5322 form.
    pub fn write(&self) -> Vec<u8> {
        let letter = self.open();
        let mut raw = letter.head(self);
        self.body(&letter).write(&mut raw, &mut self.dice(5));
        raw
    }

    /// The header lines only.
    pub fn write_head(&self) -> Vec<u8> {
        let mut head = self.open().head(self);
        head.extend_from_slice(b"\r\n");
        head
    }

    /// The mail without its files, which are the expensive half of it: all headers, and all texts.
    pub fn write_texts(&self) -> Vec<u8> {
        let mut letter = self.open();
        letter.files.clear();
        let mut raw = letter.head(self);
        self.body(&letter).write(&mut raw, &mut self.dice(5));
        raw
    }

    /// Its readable text, without writing and reading the whole mail.
    pub fn text(&self) -> String {
        let mut letter = self.open();
        // Files are the expensive half of a mail, and none of its text; only odd mails may consist of nothing else.
        if self.slot.kind != Kind::Odd {
            letter.files.clear();
        }
        let body = self.body(&letter);
        let of = |wanted| body.first_text(wanted).map(str::to_owned);
        of("plain").or_else(|| of("html").map(|html| strip(&html, usize::MAX))).unwrap_or_default()
    }

    /// Its files; only some kinds of mail have any.
    pub fn files(&self) -> Vec<File> {
        match self.slot.kind {
            Kind::Talk | Kind::Newsletter | Kind::Social | Kind::Forum => Vec::new(),
            _ => self.open().files,
        }
    }

    /// What Gmail would call its size, without writing it.
    pub fn size(&self, files: &[File]) -> u32 {
        let files: usize = files.iter().map(|file| file.bytes * 137 / 100).sum();
        u32::try_from(3_000 + self.bulk() * 5 / 4 + files).unwrap_or(u32::MAX)
    }
}

/// The readable text of a mail: its plain part, or its HTML without the tags; about so many bytes at most.
pub fn plain_text(part: &Part, most: usize) -> String {
    let all = part.walk();
    let of = |media_type: &str| all.iter().find(|part| part.media_type == media_type && part.file_name.is_empty());
    if let Some(plain) = of("text/plain") {
        return plain.text();
    }
    of("text/html").map(|html| strip(&html.text(), most)).unwrap_or_default()
}

/// HTML without tags, styles and the commonest entities.
fn strip(html: &str, most: usize) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        if text.len() > most {
            break;
        }
        let tag = &rest[at..];
        let hidden = ["style", "script", "title"]
            .iter()
            .find(|name| tag.get(1..=name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
        let end = match hidden {
            Some(name) => tag.to_ascii_lowercase().find(&format!("</{name}")),
            None if tag.starts_with("<!--") => tag.find("-->").map(|at| at + 2),
            None => tag.find('>'),
        };
        rest = end.and_then(|end| tag.get(end + usize::from(hidden.is_none())..)).unwrap_or_default();
        text.push(' ');
    }
    text.push_str(rest);
    let entities = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, letter)| text.replace(entity, letter))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a clamped, positive number of bytes")]
fn whole(bytes: f64) -> usize {
    bytes as usize
}
