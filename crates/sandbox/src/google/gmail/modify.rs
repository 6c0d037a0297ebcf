//! Changing labels, the bin, and deleting for good.

use serde_json::Value;

use super::payload::{self, Format};
use super::{Outcome, Visit};
use crate::google::errors::Failure;
use crate::world::Mailbox;
use crate::world::labels::Marks;

/// Most ids in one batchModify or batchDelete.
const MOST_IDS: usize = 1_000;

/// Labels to give and to take.
#[derive(Clone, Copy)]
pub struct Move {
    add: Marks,
    remove: Marks,
}

/// Into the bin.
pub const TO_TRASH: Move = Move { add: Marks::TRASH, remove: Marks::INBOX.with(Marks::SPAM) };
/// Out of the bin.
pub const FROM_TRASH: Move = Move { add: Marks(0), remove: Marks::TRASH };

impl Move {
    /// Reads `addLabelIds` and `removeLabelIds`.
    pub fn read(body: &Value, mailbox: &Mailbox) -> Result<Self, Failure> {
        let marks = |name: &str| {
            let mut marks = Marks::default();
            for id in body[name].as_array().into_iter().flatten() {
                let id = id.as_str().unwrap_or_default();
                let mark = mailbox.labels.mark(id).ok_or_else(|| Failure::invalid(format!("Invalid label: {id}")))?;
                if mark.any(Marks::SENT.with(Marks::DRAFT)) {
                    return Err(Failure::invalid(format!("Cannot add or remove system label: {id}")));
                }
                marks = marks.with(mark);
            }
            Ok(marks)
        };
        let (add, remove) = (marks("addLabelIds")?, marks("removeLabelIds")?);
        if add.is_empty() && remove.is_empty() {
            return Err(Failure::invalid("No label add or removes specified"));
        }
        if add.any(remove) {
            return Err(Failure::invalid("Cannot both add and remove the same label"));
        }
        Ok(Self { add, remove })
    }

    /// Does it to one mail.
    pub fn apply(self, visit: &Visit<'_>, mailbox: &mut Mailbox, sequence: u32) {
        mailbox.mark(sequence, self.add, self.remove, visit.now);
    }
}

/// Id, thread and labels of a mail, as these methods answer.
pub fn brief(mailbox: &Mailbox, sequence: u32) -> Outcome {
    let message = payload::message(mailbox, sequence, Format::Minimal, &[]).ok_or_else(Failure::not_found)?;
    let mut brief = super::list::reference(mailbox, sequence);
    if let Some(labels) = message.get("labelIds") {
        brief["labelIds"] = labels.clone();
    }
    Ok(brief)
}

fn to_one(visit: &Visit<'_>, id: &str, read: impl FnOnce(&Mailbox) -> Result<Move, Failure>) -> Outcome {
    let mut mailbox = visit.resident.mailbox_mut();
    let change = read(&mailbox)?;
    let sequence = mailbox.find(id).ok_or_else(Failure::not_found)?;
    change.apply(visit, &mut mailbox, sequence);
    brief(&mailbox, sequence)
}

/// `users.messages.modify`.
pub fn one(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let body = visit.body()?;
    to_one(visit, ids[0], |mailbox| Move::read(&body, mailbox))
}

/// `users.messages.trash`.
pub fn trash(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    to_one(visit, ids[0], |_| Ok(TO_TRASH))
}

/// `users.messages.untrash`.
pub fn untrash(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    to_one(visit, ids[0], |_| Ok(FROM_TRASH))
}

/// `users.messages.delete`.
pub fn delete(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let mut mailbox = visit.resident.mailbox_mut();
    let sequence = mailbox.find(ids[0]).ok_or_else(Failure::not_found)?;
    mailbox.remove(sequence, visit.now);
    Ok(Value::Null)
}

/// The mails a body names; ids that are not there are passed over, as at Gmail.
fn named(body: &Value, mailbox: &Mailbox) -> Result<Vec<u32>, Failure> {
    let ids = body["ids"].as_array().filter(|ids| !ids.is_empty());
    let ids = ids.ok_or_else(|| Failure::invalid("No message ids specified"))?;
    if ids.len() > MOST_IDS {
        return Err(Failure::invalid(format!("Too many message ids: {} (limit {MOST_IDS})", ids.len())));
    }
    Ok(ids.iter().filter_map(|id| mailbox.find(id.as_str()?)).collect())
}

/// `users.messages.batchModify`.
pub fn many(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let body = visit.body()?;
    let mut mailbox = visit.resident.mailbox_mut();
    let change = Move::read(&body, &mailbox)?;
    for sequence in named(&body, &mailbox)? {
        change.apply(visit, &mut mailbox, sequence);
    }
    Ok(Value::Null)
}

/// `users.messages.batchDelete`.
pub fn delete_many(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let body = visit.body()?;
    let mut mailbox = visit.resident.mailbox_mut();
    for sequence in named(&body, &mailbox)? {
        mailbox.remove(sequence, visit.now);
    }
    Ok(Value::Null)
}
