//! One mailbox: a compact line per mail, the texts written when asked for, and what arrived or changed since the start.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::compose::Sheet;
use super::history::{Change, History, What, stamp};
use super::ids::Ids;
use super::labels::{Labels, Marks};
use super::mime::parse::{Part, split_head};
use super::people::Person;
use super::plan::{BLOCK, Kind, Plan};
use crate::dice::scramble;

/// What is kept of every mail: 32 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// History id of its last change.
    pub history: u64,
    /// Its labels.
    pub marks: Marks,
    /// When it arrived (Unix seconds).
    pub seconds: u32,
    /// Sequence of the first mail of its thread.
    pub thread: u32,
    /// Size estimate in bytes.
    pub size: u32,
    /// Whether it carries files that are not shown in its text.
    pub files: bool,
    /// Whether it is still there.
    pub alive: bool,
}

#[derive(Clone, Debug)]
struct Arrival {
    entry: Entry,
    raw: Arc<[u8]>,
}

/// A mailbox. Mails are numbered: first the planned ones from the newest to the oldest, then those that arrived.
#[derive(Debug)]
pub struct Mailbox {
    /// Its labels.
    pub labels: Labels,
    /// Its history.
    pub history: History,
    /// Its drafts by their ids, each with the mail it consists of.
    pub drafts: BTreeMap<String, u32>,
    person: Person,
    plan: Plan,
    ids: Ids,
    planned: Vec<Entry>,
    arrived: Vec<Arrival>,
    /// Mails that arrived in threads that were there before them, or that they started.
    joined: HashMap<u32, Vec<u32>>,
    /// `Message-ID` of what arrived.
    message_ids: HashMap<String, u32>,
    drafts_made: u64,
}

impl Mailbox {
    /// The mailbox as it is when the sandbox starts.
    pub fn build(person: Person, plan: Plan, now: DateTime<Utc>) -> Self {
        let ids = Ids::of(plan.seed, plan.person);
        let mut planned = Vec::with_capacity(usize::try_from(plan.total).unwrap_or(0));
        let mut drafts = BTreeMap::new();
        for block in 0..plan.total.div_ceil(BLOCK) {
            for (at, slot) in (block * BLOCK..).zip(plan.block(block)) {
                let sheet = Sheet { plan: &plan, person: &person, ids, sequence: at, slot };
                let files = sheet.files();
                planned.push(Entry {
                    history: stamp(i64::from(plan.seconds(at))),
                    marks: plan.marks(at, slot),
                    seconds: plan.seconds(at),
                    thread: slot.root,
                    size: sheet.size(&files),
                    files: files.iter().any(|file| !file.inline),
                    alive: true,
                });
                if slot.kind == Kind::Draft {
                    drafts.insert(draft_id(plan.seed, u64::from(at)), at);
                }
            }
        }
        Self {
            labels: Labels::default(),
            history: History::begin(now),
            drafts,
            person,
            plan,
            ids,
            planned,
            arrived: Vec::new(),
            joined: HashMap::new(),
            message_ids: HashMap::new(),
            drafts_made: 0,
        }
    }

    /// Whose mailbox it is.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The id of a mail, or of the thread that it starts.
    pub fn id(&self, sequence: u32) -> String {
        self.ids.id(sequence)
    }

    /// The mail behind an id, if it is still there.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.ids.sequence(id).filter(|sequence| self.entry(*sequence).is_some_and(|entry| entry.alive))
    }

    /// The thread behind an id, even when its first mail is gone.
    pub fn thread_by_id(&self, id: &str) -> Option<u32> {
        self.ids.sequence(id).filter(|sequence| self.entry(*sequence).is_some_and(|entry| entry.thread == *sequence))
    }

    /// What is known of a mail, even one that was deleted.
    pub fn entry(&self, sequence: u32) -> Option<&Entry> {
        if sequence < self.plan.total {
            return self.planned.get(usize::try_from(sequence).ok()?);
        }
        self.arrived.get(usize::try_from(sequence - self.plan.total).ok()?).map(|arrival| &arrival.entry)
    }

    fn entry_mut(&mut self, sequence: u32) -> Option<&mut Entry> {
        if sequence < self.plan.total {
            return self.planned.get_mut(usize::try_from(sequence).ok()?);
        }
        self.arrived.get_mut(usize::try_from(sequence - self.plan.total).ok()?).map(|arrival| &mut arrival.entry)
    }

    /// The living mails, newest first; from the place after a given mail when one is given.
    pub fn newest_first(&self, after: Option<u32>) -> impl Iterator<Item = (u32, &Entry)> {
        let total = self.plan.total;
        let arrived = u32::try_from(self.arrived.len()).unwrap_or(0);
        let (late, early) = match after {
            None => (arrived, 0),
            Some(sequence) if sequence >= total => (sequence - total, 0),
            Some(sequence) => (0, sequence + 1),
        };
        let sequences = (0..late).rev().map(move |at| total + at).chain(early..total);
        sequences.filter_map(|sequence| Some((sequence, self.entry(sequence)?))).filter(|(_, entry)| entry.alive)
    }

    /// The living mails of a thread, oldest first.
    pub fn thread(&self, thread: u32) -> Vec<u32> {
        let mut members = Vec::new();
        if thread < self.plan.total {
            let first = thread / BLOCK * BLOCK;
            let planned = (first..=thread).rev();
            members.extend(planned.filter(|at| self.entry(*at).is_some_and(|entry| entry.thread == thread)));
        }
        members.extend(self.joined.get(&thread).into_iter().flatten());
        members.retain(|sequence| self.entry(*sequence).is_some_and(|entry| entry.alive));
        members
    }

    /// The whole mail in RFC 5322 form.
    pub fn raw(&self, sequence: u32) -> Option<Vec<u8>> {
        if sequence >= self.plan.total {
            let at = usize::try_from(sequence - self.plan.total).ok()?;
            return self.arrived.get(at).map(|arrival| arrival.raw.to_vec());
        }
        Some(self.sheet(sequence)?.write())
    }

    /// The mail as a tree of parts.
    pub fn part(&self, sequence: u32) -> Option<Part> {
        Some(Part::read(&self.raw(sequence)?))
    }

    /// The sheet of a planned mail; `None` for what arrived.
    pub fn sheet(&self, sequence: u32) -> Option<Sheet<'_>> {
        (sequence < self.plan.total).then(|| Sheet::of(&self.plan, &self.person, self.ids, sequence))?
    }

    /// A new mail comes in, from outside or by the person's own hand. Its thread is the one given, or the one of a mail
    /// that its `In-Reply-To` or `References` name, or a new one.
    pub fn put(&mut self, raw: Vec<u8>, marks: Marks, thread: Option<u32>, now: DateTime<Utc>) -> u32 {
        let sequence = self.plan.total + u32::try_from(self.arrived.len()).unwrap_or(0);
        let part = Part::read(&raw);
        let thread = thread.or_else(|| self.answered(&part)).unwrap_or(sequence);
        if let Some(id) = part.header("Message-ID") {
            self.message_ids.insert(id.trim().to_owned(), sequence);
        }
        let history = self.history.note(now, sequence, What::Added, marks);
        let files = part.walk().iter().any(|part| !part.file_name.is_empty() && part.header("Content-ID").is_none());
        let entry = Entry {
            history,
            marks,
            seconds: u32::try_from(now.timestamp()).unwrap_or(u32::MAX),
            thread,
            size: u32::try_from(raw.len()).unwrap_or(u32::MAX),
            files,
            alive: true,
        };
        self.arrived.push(Arrival { entry, raw: raw.into() });
        self.joined.entry(thread).or_default().push(sequence);
        sequence
    }

    /// The thread a mail answers in.
    fn answered(&self, part: &Part) -> Option<u32> {
        let named = [part.header("In-Reply-To"), part.header("References")];
        let ids: Vec<&str> = named.iter().flatten().flat_map(|line| line.split_whitespace()).collect();
        ids.iter().rev().find_map(|id| self.by_message_id(id)).and_then(|at| self.entry(at)).map(|entry| entry.thread)
    }

    /// The mail with this `Message-ID`, with or without its angle brackets.
    pub fn by_message_id(&self, id: &str) -> Option<u32> {
        let bare = id.trim().trim_start_matches('<').trim_end_matches('>');
        if let Some(found) = self.message_ids.get(&format!("<{bare}>")).or_else(|| self.message_ids.get(bare)) {
            return Some(*found);
        }
        // A planned mail's Message-ID carries its id: <random.id@domain>.
        let (_, hidden) = bare.split_once('@')?.0.split_once('.')?;
        let sequence = self.find(hidden)?;
        let (headers, _) = (sequence < self.plan.total).then(|| self.sheet(sequence).map(|sheet| sheet.head()))??;
        let own = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Message-ID"));
        own.is_some_and(|(_, value)| value.trim_matches(['<', '>']) == bare).then_some(sequence)
    }

    /// Gives and takes labels; says whether anything changed.
    pub fn mark(&mut self, sequence: u32, add: Marks, remove: Marks, now: DateTime<Utc>) -> bool {
        let Some(entry) = self.entry(sequence).filter(|entry| entry.alive).copied() else { return false };
        let gained = add.without(entry.marks);
        let lost = Marks(remove.without(add).0 & entry.marks.0);
        let marks = entry.marks.with(gained).without(lost);
        let mut history = entry.history;
        if !gained.is_empty() {
            history = self.history.note(now, sequence, What::Marked(gained), marks);
        }
        if !lost.is_empty() {
            history = self.history.note(now, sequence, What::Unmarked(lost), marks);
        }
        if let Some(entry) = self.entry_mut(sequence) {
            entry.marks = marks;
            entry.history = history;
        }
        !gained.is_empty() || !lost.is_empty()
    }

    /// Removes a mail for good; says whether it was there.
    pub fn remove(&mut self, sequence: u32, now: DateTime<Utc>) -> bool {
        let Some(entry) = self.entry(sequence).filter(|entry| entry.alive).copied() else { return false };
        self.history.note(now, sequence, What::Deleted, entry.marks);
        if let Some(entry) = self.entry_mut(sequence) {
            entry.alive = false;
        }
        self.drafts.retain(|_, draft| *draft != sequence);
        true
    }

    /// Takes a label from every mail without writing history, as deleting a label does.
    pub fn unmark_all(&mut self, marks: Marks) {
        let entries = self.planned.iter_mut().chain(self.arrived.iter_mut().map(|arrival| &mut arrival.entry));
        for entry in entries {
            entry.marks = entry.marks.without(marks);
        }
    }

    /// A new draft of this mail.
    pub fn add_draft(&mut self, sequence: u32) -> String {
        self.drafts_made += 1;
        let id = draft_id(self.plan.seed, u64::MAX - self.drafts_made);
        self.drafts.insert(id.clone(), sequence);
        id
    }

    /// How many living mails carry all these labels, and how many threads they are in.
    pub fn count(&self, marks: Marks) -> (usize, usize) {
        let mut threads = std::collections::HashSet::new();
        let carrying = self.newest_first(None).filter(|(_, entry)| entry.marks.has(marks));
        let messages = carrying.inspect(|(_, entry)| _ = threads.insert(entry.thread)).count();
        (messages, threads.len())
    }

    /// The changes after a history id.
    pub fn changes(&self, start: u64, now: DateTime<Utc>) -> Option<&[Change]> {
        self.history.since(start, now)
    }
}

impl Sheet<'_> {
    /// The header lines, read back.
    fn head(&self) -> (Vec<(String, String)>, usize) {
        let head = self.open().head(self);
        let (headers, rest) = split_head(&head);
        (headers, rest.len())
    }
}

fn draft_id(seed: u64, number: u64) -> String {
    format!("r{}", scramble(seed ^ scramble(number)) >> 1)
}
