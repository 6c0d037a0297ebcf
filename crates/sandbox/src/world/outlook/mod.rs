//! An Outlook mailbox: the same kind of mails as a Gmail one (though not the same mails), each in exactly one folder.

mod building;
mod changing;
pub mod folders;
pub mod ids;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use self::folders::Folder;
use self::ids::{Form, Ids};
use super::compose::Sheet;
use super::labels::Marks;
use super::mailbox::Mailbox;
use super::mime::parse::Part;
use super::plan::Kind;

/// Where a mail lies: 24 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The mailbox's count of changes when it last changed.
    pub stamp: u64,
    /// When it was received (Unix seconds).
    pub seconds: u32,
    /// When it last changed (Unix seconds).
    pub changed_s: u32,
    /// How often it was moved.
    pub moves: u32,
    /// Its folder.
    pub folder: u16,
}

impl Item {
    /// Its folder, as a position among the folders.
    pub fn home(&self) -> usize {
        usize::from(self.folder)
    }
}

/// What a person or a program wrote onto a mail; what is not there is as the mail came.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// Its categories.
    pub categories: Option<Vec<String>>,
    /// The `flag` resource.
    pub flag: Option<Value>,
    /// `low`, `normal` or `high`.
    pub importance: Option<String>,
    /// `focused` or `other`.
    pub inference: Option<String>,
    /// The whole mail, written anew.
    pub raw: Option<Arc<[u8]>>,
}

/// An Outlook mailbox.
#[derive(Debug)]
pub struct Outlook {
    /// Its folders; a position is never given again.
    pub folders: Vec<Folder>,
    /// How often anything changed in it.
    pub stamp: u64,
    /// How often tokens were made to expire.
    pub epoch: u64,
    /// Says which life of the mailbox a token is of: another at every start.
    pub life: String,
    mail: Mailbox,
    ids: Ids,
    items: Vec<Item>,
    /// All mails, newest first, as sort keys.
    order: Vec<u64>,
    notes: HashMap<u32, Notes>,
    total: u32,
}

impl Outlook {
    /// What makes its ids.
    pub fn ids(&self) -> Ids {
        self.ids
    }

    /// Where a mail lies, if it is still there.
    pub fn item(&self, sequence: u32) -> Option<&Item> {
        self.mail.entry(sequence).filter(|entry| entry.alive)?;
        self.items.get(usize::try_from(sequence).ok()?)
    }

    /// The id of a mail, in the form that is asked for.
    pub fn id(&self, sequence: u32, immutable: bool) -> String {
        let moves = usize::try_from(sequence).ok().and_then(|at| self.items.get(at)).map_or(0, |item| item.moves);
        self.id_then(sequence, moves, immutable)
    }

    /// The id a mail had after so many moves.
    pub fn id_then(&self, sequence: u32, moves: u32, immutable: bool) -> String {
        if immutable {
            return self.ids.text(Form::Immutable, u64::from(sequence));
        }
        self.ids.text(Form::Mutable, u64::from(moves) << 32 | u64::from(sequence))
    }

    /// The living mail behind an id of either form. The mutable id of before a move names nothing any more.
    pub fn find(&self, id: &str) -> Option<u32> {
        if let Some(number) = self.ids.number(Form::Immutable, id) {
            return u32::try_from(number).ok().filter(|sequence| self.item(*sequence).is_some());
        }
        let number = self.ids.number(Form::Mutable, id)?;
        let sequence = u32::try_from(number & u64::from(u32::MAX)).ok()?;
        self.item(sequence).filter(|item| u64::from(item.moves) == number >> 32).map(|_| sequence)
    }

    /// The id of the conversation a mail is in.
    pub fn conversation(&self, sequence: u32) -> String {
        let thread = self.mail.entry(sequence).map_or(sequence, |entry| entry.thread);
        self.ids.text(Form::Conversation, u64::from(thread))
    }

    /// The id of a folder.
    pub fn folder_id(&self, folder: usize) -> String {
        self.ids.text(Form::Folder, folder as u64)
    }

    /// The living folder behind an id, or behind a well-known name in any case.
    pub fn find_folder(&self, id: &str) -> Option<usize> {
        let named = |folder: &Folder| folder.well_known.is_some_and(|name| name.eq_ignore_ascii_case(id));
        let at = match self.folders.iter().position(named) {
            Some(at) => Some(at),
            None => usize::try_from(self.ids.number(Form::Folder, id)?).ok(),
        };
        at.filter(|at| self.folders.get(*at).is_some_and(|folder| folder.alive))
    }

    /// The living folder behind an id, a well-known name, or the names from the root down with `/` between them.
    pub fn find_named(&self, name: &str) -> Option<usize> {
        let here = || (1..self.folders.len()).find(|at| self.folders[*at].alive && self.path(*at) == name);
        self.find_folder(name).or_else(here)
    }

    /// The names of a folder and of those around it, with `/` between them.
    pub fn path(&self, folder: usize) -> String {
        match self.folders[folder].parent.filter(|parent| *parent != folders::ROOT) {
            Some(parent) => format!("{}/{}", self.path(parent), self.folders[folder].name),
            None => self.folders[folder].name.clone(),
        }
    }

    /// The living folders directly inside one.
    pub fn children(&self, folder: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.folders.len()).filter(move |at| self.folders[*at].alive && self.folders[*at].parent == Some(folder))
    }

    /// The mails of a folder, or of all, newest first, as sort keys.
    pub fn order(&self, folder: Option<usize>) -> &[u64] {
        folder.map_or(&self.order, |folder| &self.folders[folder].order)
    }

    /// The sort key of a mail: newest first, and no two alike.
    pub fn key(&self, sequence: u32) -> u64 {
        let seconds = usize::try_from(sequence).ok().and_then(|at| self.items.get(at)).map_or(0, |item| item.seconds);
        let tie = if sequence < self.total { sequence } else { u32::MAX - sequence };
        u64::from(u32::MAX - seconds) << 32 | u64::from(tie)
    }

    /// The mail behind a sort key.
    pub fn of_key(&self, key: u64) -> u32 {
        let tie = u32::try_from(key & u64::from(u32::MAX)).unwrap_or(0);
        if tie < self.total { tie } else { u32::MAX - tie }
    }

    /// Its marks: unread, starred, important, draft.
    pub fn marks(&self, sequence: u32) -> Marks {
        self.mail.entry(sequence).map_or_else(Marks::default, |entry| entry.marks)
    }

    /// Whether it carries files.
    pub fn has_files(&self, sequence: u32) -> bool {
        self.mail.entry(sequence).is_some_and(|entry| entry.files)
    }

    /// What was written onto a mail.
    pub fn notes(&self, sequence: u32) -> Option<&Notes> {
        self.notes.get(&sequence)
    }

    /// Whether somebody has put it under other categories than it came with.
    pub fn is_categorised(&self, sequence: u32) -> bool {
        self.notes.get(&sequence).is_some_and(|notes| notes.categories.is_some())
    }

    /// Its categories. In the inbox, a mail that Gmail would label has a category instead.
    pub fn categories(&self, sequence: u32) -> Vec<String> {
        if let Some(own) = self.notes.get(&sequence).and_then(|notes| notes.categories.clone()) {
            return own;
        }
        if self.item(sequence).is_none_or(|item| item.home() != folders::INBOX) {
            return Vec::new();
        }
        let marks = self.marks(sequence);
        let own = super::labels::STARTERS.iter().enumerate().filter(|(at, _)| marks.has(Marks::own(*at)));
        own.map(|(_, name)| (*name).to_owned()).collect()
    }

    /// The whole mail in RFC 5322 form.
    pub fn raw(&self, sequence: u32) -> Option<Vec<u8>> {
        match self.notes.get(&sequence).and_then(|notes| notes.raw.as_ref()) {
            Some(raw) => Some(raw.to_vec()),
            None => self.mail.raw(sequence),
        }
    }

    /// The mail with its headers, and perhaps no more.
    pub fn head(&self, sequence: u32) -> Option<Part> {
        match self.sheet(sequence) {
            Some(sheet) => Some(Part::read(&sheet.write_head())),
            None => self.raw(sequence).map(|raw| Part::read(&raw)),
        }
    }

    /// Whether it asks the person to a meeting.
    pub fn is_invitation(&self, sequence: u32, part: &Part) -> bool {
        self.sheet(sequence).is_some_and(|sheet| sheet.slot.kind == Kind::Invite)
            || part.walk().iter().any(|part| part.media_type == "text/calendar")
    }

    /// The sheet of a planned mail that nobody rewrote, and whose kind has nothing odd about it.
    fn sheet(&self, sequence: u32) -> Option<Sheet<'_>> {
        let same = self.notes.get(&sequence).is_none_or(|notes| notes.raw.is_none());
        let usual = |sheet: &Sheet<'_>| !matches!(sheet.slot.kind, Kind::Odd | Kind::Picture);
        self.mail.sheet(sequence).filter(|sheet| same && usual(sheet))
    }

    /// The mail with its headers and texts, but perhaps without the bytes of its files, which are expensive to write.
    pub fn text(&self, sequence: u32) -> Option<Part> {
        match self.sheet(sequence) {
            Some(sheet) => Some(Part::read(&sheet.write_texts())),
            None => self.raw(sequence).map(|raw| Part::read(&raw)),
        }
    }
}
