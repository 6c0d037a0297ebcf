//! Threads: listed by their newest matching mail, read as a whole.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::list::{Choice, estimate, place, token};
use super::messages::format;
use super::modify::{FROM_TRASH, Move, TO_TRASH};
use super::payload::{self, Format};
use super::{Outcome, Visit};
use crate::google::errors::Failure;
use crate::world::Mailbox;

/// `users.threads.list`.
pub fn list(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let mailbox = visit.resident.mailbox();
    let most = visit.number("maxResults", 100, 500)?;
    let choice = Choice::read(visit, &mailbox)?;
    let mut seen = HashSet::new();
    let mut found: Vec<u32> = Vec::new();
    for sequence in choice.mails(&mailbox, place(visit)?) {
        let thread = mailbox.entry(sequence).map_or(sequence, |entry| entry.thread);
        if !seen.insert(thread) || shown_before(&mailbox, &choice, thread, sequence) {
            continue;
        }
        found.push(sequence);
        if found.len() > most {
            break;
        }
    }
    let more = found.len() > most;
    found.truncate(most);
    let threads: Vec<Value> = found.iter().filter_map(|sequence| line(&mailbox, *sequence)).collect();
    let mut answer = json!({"resultSizeEstimate": estimate(threads.len(), more)});
    if !threads.is_empty() {
        answer["threads"] = Value::Array(threads);
    }
    if let Some(last) = found.last().filter(|_| more) {
        answer["nextPageToken"] = json!(token(*last));
    }
    Ok(answer)
}

/// Whether an earlier page showed the thread: a newer mail of it matches too.
fn shown_before(mailbox: &Mailbox, choice: &Choice, thread: u32, sequence: u32) -> bool {
    let members = mailbox.thread(thread);
    let newer = members.iter().rev().take_while(|member| **member != sequence);
    newer.into_iter().any(|member| choice.takes(mailbox, *member))
}

fn line(mailbox: &Mailbox, sequence: u32) -> Option<Value> {
    let thread = mailbox.entry(sequence)?.thread;
    let newest = mailbox.thread(thread).last().copied()?;
    Some(json!({
        "id": mailbox.id(thread),
        "historyId": history(mailbox, thread),
        "snippet": payload::snippet(&mailbox.part(newest)?),
    }))
}

fn history(mailbox: &Mailbox, thread: u32) -> String {
    let ids = mailbox.thread(thread).into_iter().filter_map(|member| mailbox.entry(member)).map(|entry| entry.history);
    ids.max().unwrap_or(0).to_string()
}

/// The living mails of a thread by its id.
fn members(mailbox: &Mailbox, id: &str) -> Result<(u32, Vec<u32>), Failure> {
    let thread = mailbox.thread_by_id(id).ok_or_else(Failure::not_found)?;
    let members = mailbox.thread(thread);
    if members.is_empty() { Err(Failure::not_found()) } else { Ok((thread, members)) }
}

/// `users.threads.get`.
pub fn get(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let format = format(visit)?;
    if format == Format::Raw {
        return Err(Failure::invalid("Invalid value at 'format', \"raw\""));
    }
    let wanted: Vec<&str> = visit.params.all("metadataHeaders").collect();
    let mailbox = visit.resident.mailbox();
    let (thread, members) = members(&mailbox, ids[0])?;
    let messages: Vec<Value> =
        members.iter().filter_map(|member| payload::message(&mailbox, *member, format, &wanted)).collect();
    Ok(json!({"id": mailbox.id(thread), "historyId": history(&mailbox, thread), "messages": messages}))
}

fn to_all(visit: &Visit<'_>, id: &str, read: impl FnOnce(&Mailbox) -> Result<Move, Failure>) -> Outcome {
    let mut mailbox = visit.resident.mailbox_mut();
    let change = read(&mailbox)?;
    let (thread, members) = members(&mailbox, id)?;
    for member in &members {
        change.apply(visit, &mut mailbox, *member);
    }
    let messages = members.iter().map(|member| super::modify::brief(&mailbox, *member));
    Ok(json!({"id": mailbox.id(thread), "messages": messages.collect::<Result<Vec<_>, _>>()?}))
}

/// `users.threads.modify`.
pub fn modify(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let body = visit.body()?;
    to_all(visit, ids[0], |mailbox| Move::read(&body, mailbox))
}

/// `users.threads.trash`.
pub fn trash(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    to_all(visit, ids[0], |_| Ok(TO_TRASH))
}

/// `users.threads.untrash`.
pub fn untrash(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    to_all(visit, ids[0], |_| Ok(FROM_TRASH))
}

/// `users.threads.delete`.
pub fn delete(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let mut mailbox = visit.resident.mailbox_mut();
    let (_, members) = members(&mailbox, ids[0])?;
    for member in members {
        mailbox.remove(member, visit.now);
    }
    Ok(Value::Null)
}
