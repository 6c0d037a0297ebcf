//! Which mail stands where: kind, thread and date of every mail as a pure function of seed, person and sequence number.
//! Sequence 0 is the newest mail. Threads never leave a block of 64 mails, so any mail can be planned without the others.

use crate::config::{Folders, Threads};
use crate::dice::Dice;
use crate::world::labels::Marks;
use crate::world::mixed;

/// Mails planned together.
pub const BLOCK: u32 = 64;
/// Seconds over which a mailbox is spread: three years.
const SPAN_S: u64 = 3 * 365 * 86_400;

/// What a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// People writing to each other.
    Talk,
    /// A newsletter in rich HTML.
    Newsletter,
    /// An order, an invoice, a parcel.
    Shop,
    /// A notice of a bank.
    Bank,
    /// A social network.
    Social,
    /// A mailing list.
    Forum,
    /// Colleagues sending files.
    Work,
    /// A mail with pictures in its text.
    Picture,
    /// An invitation to a meeting.
    Invite,
    /// Something out of the ordinary that must not break a reader.
    Odd,
    /// Spam.
    Spam,
    /// Written, not sent.
    Draft,
}

/// Kinds and how many of a hundred mails they are.
const SHARES: [(Kind, usize); 12] = [
    (Kind::Talk, 30),
    (Kind::Newsletter, 19),
    (Kind::Shop, 9),
    (Kind::Bank, 9),
    (Kind::Social, 8),
    (Kind::Forum, 9),
    (Kind::Work, 5),
    (Kind::Picture, 2),
    (Kind::Invite, 1),
    (Kind::Odd, 3),
    (Kind::Spam, 4),
    (Kind::Draft, 1),
];

/// The place of one mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// What it is.
    pub kind: Kind,
    /// Sequence of the first mail of its thread; its own when it starts one.
    pub root: u32,
    /// Sequence of the mail it answers.
    pub previous: Option<u32>,
    /// How many mails of the thread came before it.
    pub turn: u8,
    /// Whether the person wrote it.
    pub mine: bool,
}

/// The plan of one mailbox.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The sandbox's seed.
    pub seed: u64,
    /// The person's number.
    pub person: u64,
    /// How many mails there are.
    pub total: u32,
    /// The newest mail lies just before this moment (Unix seconds).
    pub base_s: u32,
    /// How its mails form conversations.
    pub threads: Threads,
    /// Where Outlook's mails lie.
    pub folders: Folders,
}

impl Plan {
    /// Dice for one purpose of one mail.
    pub fn dice(&self, sequence: u32, purpose: u64) -> Dice {
        Dice::of(&[self.seed, self.person, u64::from(sequence), purpose])
    }

    /// When a mail arrived (Unix seconds); never later than the mail before it in the sequence.
    pub fn seconds(&self, sequence: u32) -> u32 {
        const PARTS: u64 = 1_000_000;
        let jitter = self.dice(sequence, 1).bits() % PARTS;
        let ratio = (u64::from(sequence) * PARTS + jitter) / u64::from(self.total.max(1));
        // Half linear, half squared: recent days are twice as busy as the oldest.
        let age = SPAN_S * ratio / PARTS * (PARTS + ratio) / (2 * PARTS);
        self.base_s - u32::try_from(age).unwrap_or(0)
    }

    /// The slots of a block, in the order of the sequence.
    pub fn block(&self, block: u32) -> Vec<Slot> {
        let first = block * BLOCK;
        let end = (first + BLOCK).min(self.total);
        let mut dice = Dice::of(&[self.seed, self.person, u64::from(block), 2]);
        match self.threads {
            Threads::Talk => talk(&mut dice, first, end),
            Threads::Mixed => mixed::slots(&mut dice, first, end, roll),
        }
    }

    /// The slot of one mail.
    pub fn slot(&self, sequence: u32) -> Option<Slot> {
        let at = usize::try_from(sequence % BLOCK).ok()?;
        self.block(sequence / BLOCK).get(at).copied()
    }

    /// The labels a mail has when the sandbox starts.
    pub fn marks(&self, sequence: u32, slot: Slot) -> Marks {
        let mut dice = self.dice(sequence, 3);
        if slot.kind == Kind::Draft {
            return Marks::DRAFT;
        }
        if slot.mine {
            return if dice.chance(4) { Marks::SENT.with(Marks::STARRED) } else { Marks::SENT };
        }
        let age_days = (self.base_s - self.seconds(sequence)) / 86_400;
        let unread = if age_days < 14 { 45 } else { 12 };
        let mut marks = if dice.chance(unread) { Marks::UNREAD } else { Marks::default() };
        if slot.kind == Kind::Spam {
            return marks.with(Marks::SPAM);
        }
        marks = marks.with(category(slot.kind, &mut dice));
        if dice.chance(3) {
            return marks.with(Marks::TRASH);
        }
        if dice.chance(if age_days < 45 { 92 } else { 40 }) {
            marks = marks.with(Marks::INBOX);
        }
        if dice.chance(5) {
            marks = marks.with(Marks::STARRED);
        }
        if matches!(slot.kind, Kind::Talk | Kind::Work | Kind::Bank | Kind::Invite) && dice.chance(55) {
            marks = marks.with(Marks::IMPORTANT);
        }
        marks.with(own_label(slot.kind, &mut dice))
    }
}

/// People and mailing lists answering each other, in the order of the sequence.
fn talk(dice: &mut Dice, first: u32, end: u32) -> Vec<Slot> {
    let mut open: Vec<Slot> = Vec::new();
    let mut last: Vec<u32> = Vec::new();
    let mut slots: Vec<Slot> = (first..end)
        .rev()
        .map(|sequence| {
            let kind = roll(dice);
            let slot = Slot { kind, root: sequence, previous: None, turn: 0, mine: kind == Kind::Draft };
            if !matches!(kind, Kind::Talk | Kind::Forum) {
                return slot;
            }
            let joined = open.iter().position(|thread| thread.kind == kind && thread.turn < 11);
            if let Some(at) = joined.filter(|_| dice.chance(68)) {
                open[at].turn += 1;
                let slot = Slot {
                    previous: Some(last[at]),
                    mine: dice.chance(if kind == Kind::Talk { 42 } else { 8 }),
                    ..open[at]
                };
                last[at] = sequence;
                if dice.chance(25) {
                    let thread = open.remove(at);
                    let previous = last.remove(at);
                    open.push(thread);
                    last.push(previous);
                }
                return slot;
            }
            let slot = Slot { mine: kind == Kind::Talk && dice.chance(25), ..slot };
            open.push(slot);
            last.push(sequence);
            if open.len() > 6 {
                open.remove(0);
                last.remove(0);
            }
            slot
        })
        .collect();
    slots.reverse();
    slots
}

fn roll(dice: &mut Dice) -> Kind {
    let mut at = dice.below(SHARES.iter().map(|(_, share)| share).sum());
    for (kind, share) in SHARES {
        if at < share {
            return kind;
        }
        at -= share;
    }
    Kind::Talk
}

fn category(kind: Kind, dice: &mut Dice) -> Marks {
    match kind {
        Kind::Newsletter if dice.chance(70) => Marks::PROMOTIONS,
        Kind::Newsletter | Kind::Shop | Kind::Bank => Marks::UPDATES,
        Kind::Social => Marks::SOCIAL,
        Kind::Forum => Marks::FORUMS,
        _ => Marks::PERSONAL,
    }
}

/// A starter label for some mails; positions are those of `labels::STARTERS`.
fn own_label(kind: Kind, dice: &mut Dice) -> Marks {
    if !dice.chance(45) {
        return Marks::default();
    }
    match kind {
        Kind::Bank => Marks::own(4),
        Kind::Shop => Marks::own(2),
        Kind::Newsletter => Marks::own(6),
        Kind::Work | Kind::Invite if dice.chance(40) => Marks::own(0).with(Marks::own(5)),
        Kind::Work | Kind::Invite => Marks::own(0),
        Kind::Picture => Marks::own(3),
        Kind::Talk => Marks::own([0, 1, 1, 3, 5, 7][dice.below(6)]),
        _ => Marks::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Folders, Kind, Plan, Threads};

    const PLAN: Plan = Plan {
        seed: 1,
        person: 0,
        total: 5000,
        base_s: 1_800_000_000,
        threads: Threads::Talk,
        folders: Folders::Marked,
    };

    #[test]
    fn dates_fall_from_now_back_over_three_years() {
        let dates: Vec<u32> = (0..PLAN.total).map(|sequence| PLAN.seconds(sequence)).collect();
        assert!(dates.windows(2).all(|pair| pair[0] >= pair[1]));
        assert!(PLAN.base_s - dates[0] < 86_400);
        let oldest_days = (PLAN.base_s - dates[4999]) / 86_400;
        assert!((1050..=1095).contains(&oldest_days), "{oldest_days}");
    }

    #[test]
    fn threads_stay_in_their_block_and_answers_follow_what_they_answer() {
        let mut threads = 0;
        for sequence in 0..PLAN.total {
            let slot = PLAN.slot(sequence).unwrap();
            if let Some(previous) = slot.previous {
                assert!(previous > sequence && previous <= slot.root);
                assert_eq!(slot.root / 64, sequence / 64);
                assert_eq!(PLAN.slot(slot.root).unwrap().turn, 0);
            } else {
                assert_eq!(slot.root, sequence);
                threads += 1;
            }
        }
        assert!(threads > 3000 && threads < 4500, "{threads}");
    }

    #[test]
    fn every_kind_occurs_in_a_small_mailbox() {
        let kinds: Vec<Kind> = (0..1000).map(|sequence| PLAN.slot(sequence).unwrap().kind).collect();
        for (kind, _) in super::SHARES {
            assert!(kinds.contains(&kind), "{kind:?}");
        }
    }
}
