//! Drafts. A draft keeps its id while the mail behind it is replaced by every update.

use serde_json::{Value, json};

use super::list::{Choice, estimate, reference};
use super::payload::{self, Format};
use super::send::{dispatch, read, thread};
use super::{Outcome, Visit};
use crate::google::errors::Failure;
use crate::world::Mailbox;
use crate::world::labels::Marks;

fn show(mailbox: &Mailbox, id: &str, sequence: u32) -> Value {
    let mut message = reference(mailbox, sequence);
    let marks = mailbox.entry(sequence).map(|entry| entry.marks).unwrap_or_default();
    message["labelIds"] = json!(mailbox.labels.ids(marks));
    json!({"id": id, "message": message})
}

fn find(mailbox: &Mailbox, id: &str) -> Result<u32, Failure> {
    let sequence = mailbox.drafts.get(id).copied();
    let alive = sequence.filter(|at| mailbox.entry(*at).is_some_and(|entry| entry.alive));
    alive.ok_or_else(Failure::not_found)
}

/// `users.drafts.list`, newest first.
pub fn list(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let mailbox = visit.resident.mailbox();
    let most = visit.number("maxResults", 100, 500)?;
    let choice = Choice::read(visit, &mailbox)?;
    let after = super::list::place(visit)?;
    let names: std::collections::HashMap<u32, &String> = mailbox.drafts.iter().map(|(id, at)| (*at, id)).collect();
    let drafts = choice.mails(&mailbox, after).filter_map(|sequence| Some((sequence, *names.get(&sequence)?)));
    let mut found: Vec<(u32, &String)> = drafts.take(most + 1).collect();
    let more = found.len() > most;
    found.truncate(most);
    let mut answer = json!({"resultSizeEstimate": estimate(found.len(), more)});
    if !found.is_empty() {
        let items = found.iter().map(|(sequence, id)| json!({"id": id, "message": reference(&mailbox, *sequence)}));
        answer["drafts"] = items.collect();
    }
    if let Some((last, _)) = found.last().filter(|_| more) {
        answer["nextPageToken"] = json!(super::list::token(*last));
    }
    Ok(answer)
}

/// `users.drafts.get`.
pub fn get(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let format = Format::read(visit.params.get("format"))?;
    let mailbox = visit.resident.mailbox();
    let sequence = find(&mailbox, ids[0])?;
    let message = payload::message(&mailbox, sequence, format, &[]).ok_or_else(Failure::not_found)?;
    Ok(json!({"id": ids[0], "message": message}))
}

/// `users.drafts.create`.
pub fn create(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let letter = read(visit, true)?;
    let thread = thread(visit, &letter.meta)?;
    let mut mailbox = visit.resident.mailbox_mut();
    let sequence = mailbox.put(letter.raw, Marks::DRAFT, thread, visit.now);
    let id = mailbox.add_draft(sequence);
    Ok(show(&mailbox, &id, sequence))
}

/// `users.drafts.update`: the old mail goes, a new one takes its place in the thread.
pub fn update(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let letter = read(visit, true)?;
    let mut mailbox = visit.resident.mailbox_mut();
    let old = find(&mailbox, ids[0])?;
    let thread = mailbox.entry(old).map(|entry| entry.thread);
    mailbox.remove(old, visit.now);
    let sequence = mailbox.put(letter.raw, Marks::DRAFT, thread, visit.now);
    mailbox.drafts.insert(ids[0].to_owned(), sequence);
    Ok(show(&mailbox, ids[0], sequence))
}

/// `users.drafts.delete`: for good, not into the bin.
pub fn delete(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let mut mailbox = visit.resident.mailbox_mut();
    let sequence = find(&mailbox, ids[0])?;
    mailbox.remove(sequence, visit.now);
    Ok(Value::Null)
}

/// `users.drafts.send`: by id, or with a new text in the same request.
pub fn send(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let body = if visit.upload { json!({}) } else { visit.body()? };
    let id = body["id"].as_str().map(str::to_owned);
    let replaced = body["message"]["raw"].is_string() || visit.upload;
    let (raw, thread) = match &id {
        Some(id) => {
            let mailbox = visit.resident.mailbox();
            let sequence = find(&mailbox, id)?;
            let raw = if replaced { read(visit, true)?.raw } else { mailbox.raw(sequence).unwrap_or_default() };
            (raw, mailbox.entry(sequence).map(|entry| entry.thread))
        }
        None if replaced => {
            let letter = read(visit, true)?;
            let thread = thread(visit, &letter.meta)?;
            (letter.raw, thread)
        }
        None => return Err(Failure::invalid("Missing draft id")),
    };
    let sent = dispatch(visit, raw, thread)?;
    let mut mailbox = visit.resident.mailbox_mut();
    if let Some(draft) = id.and_then(|id| mailbox.drafts.get(&id).copied()) {
        mailbox.remove(draft, visit.now);
    }
    super::modify::brief(&mailbox, sent)
}
