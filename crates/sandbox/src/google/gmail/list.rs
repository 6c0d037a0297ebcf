//! Listing: the newest mails that carry the labels and match the query, a page at a time.

use serde_json::{Value, json};

use super::candidate::Candidate;
use super::query::Query;
use super::{Outcome, Visit};
use crate::dice::scramble;
use crate::google::errors::Failure;
use crate::world::Mailbox;
use crate::world::labels::Marks;

/// What a page of mails or threads is chosen by.
pub struct Choice {
    marks: Marks,
    hidden: Marks,
    query: Option<Query>,
}

impl Choice {
    /// Reads `labelIds`, `includeSpamTrash` and `q`.
    pub fn read(visit: &Visit<'_>, mailbox: &Mailbox) -> Result<Self, Failure> {
        let mut marks = Marks::default();
        for id in visit.params.all("labelIds") {
            let mark = mailbox.labels.mark(id).ok_or_else(|| Failure::invalid(format!("Invalid label: {id}")))?;
            marks = marks.with(mark);
        }
        let text = visit.params.get("q").filter(|text| !text.trim().is_empty());
        if text.is_some() && visit.metadata_only() {
            return Err(Failure::forbidden("Metadata scope does not support 'q' parameter"));
        }
        let query = text.map(|text| Query::parse(text, &mailbox.labels, visit.now));
        let bins = Marks::SPAM.with(Marks::TRASH);
        let shown = visit.params.flag("includeSpamTrash")
            || marks.any(bins)
            || query.as_ref().is_some_and(Query::names_spam_or_trash);
        Ok(Self { marks, hidden: if shown { Marks::default() } else { bins }, query })
    }

    /// Whether a mail is among the chosen.
    pub fn takes(&self, mailbox: &Mailbox, sequence: u32) -> bool {
        let Some(entry) = mailbox.entry(sequence).filter(|entry| entry.alive) else { return false };
        entry.marks.has(self.marks)
            && !entry.marks.any(self.hidden)
            && self.query.as_ref().is_none_or(|query| query.matches(&Candidate::new(mailbox, sequence, entry)))
    }

    /// The chosen mails after a place, newest first.
    pub fn mails<'a>(&'a self, mailbox: &'a Mailbox, after: Option<u32>) -> impl Iterator<Item = u32> + 'a {
        let all = mailbox.newest_first(after).map(|(sequence, _)| sequence);
        all.filter(move |sequence| self.takes(mailbox, *sequence))
    }
}

/// A page token: the place of the last mail of a page, made unreadable.
pub fn token(last: u32) -> String {
    format!("{:020}", (u64::from(last) << 24 | scramble(u64::from(last)) >> 40) ^ 0x00A5_5A3C_C3F0_0F96)
}

/// The place behind a page token.
pub fn place(visit: &Visit<'_>) -> Result<Option<u32>, Failure> {
    let Some(text) = visit.params.get("pageToken").filter(|text| !text.is_empty()) else { return Ok(None) };
    let number = text.parse::<u64>().ok().map(|number| number ^ 0x00A5_5A3C_C3F0_0F96);
    let last = number.and_then(|number| u32::try_from(number >> 24).ok()).filter(|last| token(*last) == text);
    last.map(Some).ok_or_else(|| Failure::invalid("Invalid pageToken"))
}

/// Google's guess at how many there are; it is right only when one page holds them all.
pub fn estimate(on_page: usize, more: bool) -> usize {
    if more { on_page.max(201) } else { on_page }
}

/// `users.messages.list`.
pub fn messages(visit: &Visit<'_>, _: &[&str]) -> Outcome {
    let mailbox = visit.resident.mailbox();
    let most = visit.number("maxResults", 100, 500)?;
    let choice = Choice::read(visit, &mailbox)?;
    let mut found: Vec<u32> = choice.mails(&mailbox, place(visit)?).take(most + 1).collect();
    let more = found.len() > most;
    found.truncate(most);
    let mut answer = json!({"resultSizeEstimate": estimate(found.len(), more)});
    let items: Vec<Value> = found.iter().map(|sequence| reference(&mailbox, *sequence)).collect();
    if !items.is_empty() {
        answer["messages"] = Value::Array(items);
    }
    if let Some(last) = found.last().filter(|_| more) {
        answer["nextPageToken"] = json!(token(*last));
    }
    Ok(answer)
}

/// Id and thread of a mail.
pub fn reference(mailbox: &Mailbox, sequence: u32) -> Value {
    let thread = mailbox.entry(sequence).map_or(sequence, |entry| entry.thread);
    json!({"id": mailbox.id(sequence), "threadId": mailbox.id(thread)})
}
