//! The mailbox as it is at the start: every planned mail finds its folder.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::folders::{self, ARCHIVE, CLUTTER, DELETED, DRAFTS, FIRST_OWN, INBOX, JUNK, SENT};
use super::ids::Ids;
use super::{Item, Outlook};
use crate::chance::random;
use crate::config::Folders;
use crate::dice::scramble;
use crate::world::labels::{Marks, STARTERS};
use crate::world::mailbox::Mailbox;
use crate::world::people::Person;
use crate::world::plan::Plan;

/// Makes the mails here others than those of the same person's Gmail mailbox.
const OTHER: u64 = 0x6F75_746C_6F6F_6B00;

impl Outlook {
    /// The mailbox as it is when somebody first looks, which is how it was at the start.
    pub fn build(person: Person, plan: Plan, now: DateTime<Utc>) -> Self {
        let plan = Plan { seed: scramble(plan.seed ^ OTHER), ..plan };
        let mail = Mailbox::build(person, plan, now);
        let total = plan.total;
        let mut outlook = Self {
            folders: folders::starters(),
            stamp: 0,
            epoch: 0,
            life: random(6),
            mail,
            ids: Ids::of(plan.seed, plan.person),
            items: Vec::with_capacity(usize::try_from(total).unwrap_or(0)),
            order: Vec::with_capacity(usize::try_from(total).unwrap_or(0)),
            notes: HashMap::new(),
            total,
        };
        for sequence in 0..total {
            outlook.place(sequence, plan.folders);
        }
        outlook
    }

    /// Puts a planned mail where its marks say. They come newest first, so that every list is sorted from the start.
    fn place(&mut self, sequence: u32, folders: Folders) {
        let Some(entry) = self.mail.entry(sequence).copied() else { return };
        let home = match folders {
            Folders::Marked => home(entry.marks, sequence),
            Folders::Even => one_of_four(sequence),
        };
        self.items.push(Item {
            stamp: 0,
            seconds: entry.seconds,
            changed_s: entry.seconds,
            moves: 0,
            folder: u16::try_from(home).unwrap_or(0),
        });
        let key = self.key(sequence);
        self.order.push(key);
        let folder = &mut self.folders[home];
        folder.order.push(key);
        folder.unread += usize::from(entry.marks.has(Marks::UNREAD));
    }
}

/// One of four folders.
fn one_of_four(sequence: u32) -> usize {
    [INBOX, ARCHIVE, FIRST_OWN, FIRST_OWN + 1][usize::try_from(sequence % 4).unwrap_or(0)]
}

/// The folder for these marks.
fn home(marks: Marks, sequence: u32) -> usize {
    let own = || (0..STARTERS.len()).rev().find(|at| marks.has(Marks::own(*at)));
    match marks {
        _ if marks.has(Marks::DRAFT) => DRAFTS,
        _ if marks.has(Marks::SENT) => SENT,
        _ if marks.has(Marks::SPAM) => JUNK,
        _ if marks.has(Marks::TRASH) => DELETED,
        _ if marks.has(Marks::INBOX) => INBOX,
        _ if marks.has(Marks::PROMOTIONS) && sequence.is_multiple_of(4) => CLUTTER,
        _ => own().map_or(ARCHIVE, |at| FIRST_OWN + at),
    }
}
