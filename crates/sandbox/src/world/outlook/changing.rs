//! What changes in an Outlook mailbox, each written into the journals of the folders it concerns.

use chrono::{DateTime, Utc};

use super::folders::{Expiry, Folder, Line, What};
use super::{Item, Notes, Outlook};
use crate::world::labels::Marks;

impl Outlook {
    /// A new mail comes into a folder.
    pub fn put(&mut self, raw: Vec<u8>, marks: Marks, folder: usize, now: DateTime<Utc>) -> u32 {
        let sequence = self.mail.put(raw, marks, None, now);
        let seconds = u32::try_from(now.timestamp()).unwrap_or(u32::MAX);
        let home = u16::try_from(folder).unwrap_or(0);
        self.items.push(Item { stamp: 0, seconds, changed_s: seconds, moves: 0, folder: home });
        self.enter(sequence, folder, now);
        sequence
    }

    /// Moves a mail: removed here, created there, under another mutable id.
    pub fn move_to(&mut self, sequence: u32, folder: usize, now: DateTime<Utc>) -> bool {
        let Some(item) = self.item(sequence).copied() else { return false };
        self.leave(sequence, item, false);
        self.with(sequence, |item| {
            item.moves += 1;
            item.folder = u16::try_from(folder).unwrap_or(0);
        });
        self.enter(sequence, folder, now);
        true
    }

    /// A draft becomes a sent mail: it is received now, and lies elsewhere.
    pub fn sent(&mut self, sequence: u32, raw: Vec<u8>, folder: usize, now: DateTime<Utc>) {
        let Some(item) = self.item(sequence).copied() else { return };
        self.leave(sequence, item, false);
        self.notes.entry(sequence).or_default().raw = Some(raw.into());
        self.mail.mark(sequence, Marks::SENT, Marks::DRAFT.with(Marks::UNREAD), now);
        let seconds = u32::try_from(now.timestamp()).unwrap_or(u32::MAX);
        self.with(sequence, |item| {
            item.moves += 1;
            item.seconds = seconds;
            item.folder = u16::try_from(folder).unwrap_or(0);
        });
        self.enter(sequence, folder, now);
    }

    /// Removes a mail from the mailbox.
    pub fn remove(&mut self, sequence: u32, now: DateTime<Utc>) -> bool {
        let Some(item) = self.item(sequence).copied() else { return false };
        self.leave(sequence, item, true);
        self.mail.remove(sequence, now)
    }

    /// Gives and takes marks, and changes what is written onto a mail.
    pub fn change(
        &mut self,
        sequence: u32,
        add: Marks,
        take: Marks,
        now: DateTime<Utc>,
        note: impl FnOnce(&mut Notes),
    ) {
        let Some(item) = self.item(sequence).copied() else { return };
        let before = self.marks(sequence).has(Marks::UNREAD);
        self.mail.mark(sequence, add, take, now);
        let after = self.marks(sequence).has(Marks::UNREAD);
        note(self.notes.entry(sequence).or_default());
        let stamp = self.touch(item.home());
        let folder = &mut self.folders[item.home()];
        folder.unread = folder.unread + usize::from(after) - usize::from(before);
        folder.journal.push(Line { stamp, sequence, what: What::Updated });
        let changed_s = u32::try_from(now.timestamp()).unwrap_or(u32::MAX);
        self.with(sequence, |item| (item.stamp, item.changed_s) = (stamp, changed_s));
    }

    /// A new folder inside another.
    pub fn add_folder(&mut self, name: &str, parent: usize, hidden: bool) -> usize {
        self.folders.push(Folder::new(name, None, Some(parent), hidden));
        self.touch(self.folders.len() - 1);
        self.folders.len() - 1
    }

    /// Another name or place for a folder.
    pub fn change_folder(&mut self, folder: usize, name: Option<&str>, parent: Option<usize>) {
        if let Some(name) = name {
            name.clone_into(&mut self.folders[folder].name);
        }
        if let Some(parent) = parent {
            self.folders[folder].parent = Some(parent);
        }
        self.touch(folder);
    }

    /// Removes a folder with all that is in it.
    pub fn remove_folder(&mut self, folder: usize, now: DateTime<Utc>) {
        let inner: Vec<usize> = self.children(folder).collect();
        for child in inner {
            self.remove_folder(child, now);
        }
        let mails: Vec<u32> = self.folders[folder].order.iter().map(|key| self.of_key(*key)).collect();
        for sequence in mails {
            self.remove(sequence, now);
        }
        self.folders[folder].alive = false;
        self.touch(folder);
    }

    /// From now on the tokens given so far are refused: those of one folder, or of all.
    pub fn expire(&mut self, folder: Option<usize>, how: Expiry) {
        self.epoch += 1;
        let epoch = self.epoch;
        for (_, folder) in self.folders.iter_mut().enumerate().filter(|(at, _)| folder.is_none_or(|one| one == *at)) {
            folder.expired = Some((epoch, how));
        }
    }

    /// Counts a change of a folder.
    fn touch(&mut self, folder: usize) -> u64 {
        self.stamp += 1;
        self.folders[folder].stamp = self.stamp;
        self.stamp
    }

    fn with(&mut self, sequence: u32, change: impl FnOnce(&mut Item)) {
        if let Some(item) = usize::try_from(sequence).ok().and_then(|at| self.items.get_mut(at)) {
            change(item);
        }
    }

    fn enter(&mut self, sequence: u32, home: usize, now: DateTime<Utc>) {
        let stamp = self.touch(home);
        let changed_s = u32::try_from(now.timestamp()).unwrap_or(u32::MAX);
        self.with(sequence, |item| (item.stamp, item.changed_s) = (stamp, changed_s));
        let key = self.key(sequence);
        let unread = self.marks(sequence).has(Marks::UNREAD);
        if let Err(at) = self.order.binary_search(&key) {
            self.order.insert(at, key);
        }
        let folder = &mut self.folders[home];
        folder.insert(key);
        folder.unread += usize::from(unread);
        folder.journal.push(Line { stamp, sequence, what: What::Created });
    }

    fn leave(&mut self, sequence: u32, item: Item, gone: bool) {
        let stamp = self.touch(item.home());
        let key = self.key(sequence);
        let unread = self.marks(sequence).has(Marks::UNREAD);
        if let Ok(at) = self.order.binary_search(&key) {
            self.order.remove(at);
        }
        let folder = &mut self.folders[item.home()];
        folder.take(key);
        folder.unread -= usize::from(unread).min(folder.unread);
        folder.journal.push(Line { stamp, sequence, what: What::Removed { moves: item.moves, gone } });
    }
}
