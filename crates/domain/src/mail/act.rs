//! What a person can do to a message, and what each act gives and takes. Pure: the table is in [`super::acts`].

use super::labels::Flags;
use crate::providers::UnknownWord;
use std::str::FromStr;

/// Something a person does to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Marked as read …
    Read,
    /// … and as not read.
    Unread,
    /// Starred …
    Star,
    /// … and not.
    Unstar,
    /// Back into the inbox from elsewhere.
    Inbox,
    /// Into the inbox, out of spam or bin.
    Restore,
    /// Out of the inbox, and kept.
    Archive,
    /// Out of spam or bin, and not into the inbox: what archiving is when a mail was hidden a moment ago.
    Unhide,
    /// Into the bin.
    Bin,
}

/// What an act is about. Of acts on the same aspect of a message only the last one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Aspect {
    Read,
    Star,
    Place,
}

impl Aspect {
    /// The word in `acts.aspect`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Star => "star",
            Self::Place => "place",
        }
    }
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::Unread,
        Self::Star,
        Self::Unstar,
        Self::Inbox,
        Self::Restore,
        Self::Archive,
        Self::Unhide,
        Self::Bin,
    ];

    /// The word in `acts.act`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Unread => "unread",
            Self::Star => "star",
            Self::Unstar => "unstar",
            Self::Inbox => "inbox",
            Self::Restore => "restore",
            Self::Archive => "archive",
            Self::Unhide => "unhide",
            Self::Bin => "bin",
        }
    }

    pub(crate) fn aspect(self) -> Aspect {
        match self {
            Self::Read | Self::Unread => Aspect::Read,
            Self::Star | Self::Unstar => Aspect::Star,
            Self::Inbox | Self::Restore | Self::Archive | Self::Unhide | Self::Bin => Aspect::Place,
        }
    }

    /// The labels it gives and the labels it takes (provider facts 3.6). No other label is touched.
    pub(crate) fn labels(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Read => (&[], &["UNREAD"]),
            Self::Unread => (&["UNREAD"], &[]),
            Self::Star => (&["STARRED"], &[]),
            Self::Unstar => (&[], &["STARRED"]),
            Self::Inbox => (&["INBOX"], &[]),
            Self::Restore => (&["INBOX"], &["SPAM", "TRASH"]),
            Self::Archive => (&[], &["INBOX"]),
            Self::Unhide => (&[], &["INBOX", "SPAM", "TRASH"]),
            Self::Bin => (&["TRASH"], &["INBOX", "SPAM"]),
        }
    }

    /// Lays it over what the provider said.
    pub(super) fn lay_over(self, flags: &mut Flags) {
        match self {
            Self::Read => flags.unread = false,
            Self::Unread => flags.unread = true,
            Self::Star => flags.starred = true,
            Self::Unstar => flags.starred = false,
            Self::Inbox => flags.in_inbox = !flags.hidden,
            Self::Archive => flags.in_inbox = false,
            Self::Restore => (flags.in_inbox, flags.hidden) = (true, false),
            Self::Unhide => (flags.in_inbox, flags.hidden) = (false, false),
            Self::Bin => (flags.in_inbox, flags.hidden) = (false, true),
        }
    }

    /// What this act means for a message that looks like `now` on the screen; `None` when it would change nothing. `before`
    /// is the last act on the same aspect that the provider has not told back: it may be on its way.
    pub(super) fn meant(self, now: Flags, before: Option<Self>) -> Option<Self> {
        let hidden = now.hidden || matches!(before, Some(Self::Bin | Self::Restore | Self::Unhide));
        match self {
            Self::Read => now.unread.then_some(self),
            Self::Unread => (!now.unread).then_some(self),
            Self::Star => (!now.starred).then_some(self),
            Self::Unstar => now.starred.then_some(self),
            Self::Inbox | Self::Restore if now.in_inbox => None,
            Self::Inbox | Self::Restore => Some(if hidden { Self::Restore } else { Self::Inbox }),
            Self::Archive | Self::Unhide if hidden => (now.hidden || now.in_inbox).then_some(Self::Unhide),
            Self::Archive | Self::Unhide => now.in_inbox.then_some(Self::Archive),
            Self::Bin => (before != Some(Self::Bin)).then_some(self),
        }
    }
}

impl FromStr for Act {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(UnknownWord)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INBOX: Flags = Flags { unread: true, starred: false, in_inbox: true, hidden: false };
    const ARCHIVED: Flags = Flags { in_inbox: false, ..INBOX };
    const BINNED: Flags = Flags { in_inbox: false, hidden: true, ..INBOX };

    fn after(act: Act, flags: Flags) -> Flags {
        let mut flags = flags;
        act.lay_over(&mut flags);
        flags
    }

    #[test]
    fn what_changes_nothing_is_not_said() {
        for (act, flags) in [(Act::Unread, INBOX), (Act::Unstar, INBOX), (Act::Inbox, INBOX), (Act::Archive, ARCHIVED)]
        {
            assert_eq!(act.meant(flags, None), None, "{act:?}");
        }
        assert_eq!(Act::Bin.meant(BINNED, Some(Act::Bin)), None);
    }

    #[test]
    fn only_a_mail_that_was_hidden_is_taken_out_of_spam_and_bin() {
        assert_eq!(Act::Inbox.meant(ARCHIVED, None), Some(Act::Inbox));
        assert_eq!(Act::Inbox.meant(BINNED, None), Some(Act::Restore));
        assert_eq!(Act::Archive.meant(INBOX, None), Some(Act::Archive));
        assert_eq!(Act::Archive.meant(BINNED, None), Some(Act::Unhide));
    }

    #[test]
    fn an_act_that_may_be_on_its_way_is_undone_as_a_whole() {
        // Binned, restored, archived: each before the provider heard of the one before.
        let binned = after(Act::Bin.meant(INBOX, None).unwrap(), INBOX);
        let restored = Act::Inbox.meant(binned, Some(Act::Bin)).unwrap();
        assert_eq!(restored, Act::Restore);
        let back = after(restored, binned);
        assert_eq!(Act::Archive.meant(back, Some(restored)), Some(Act::Unhide));
        assert_eq!(Act::Inbox.meant(after(Act::Unhide, binned), Some(Act::Unhide)), Some(Act::Restore));
    }

    #[test]
    fn every_act_looks_as_the_labels_it_gives_and_takes_will_make_it() {
        for act in Act::ALL {
            for start in [&["INBOX", "UNREAD"][..], &["STARRED"], &["TRASH"], &["SPAM", "UNREAD"]] {
                let (give, take) = act.labels();
                let mut labels: Vec<&str> = start.iter().copied().filter(|label| !take.contains(label)).collect();
                labels.extend(give);
                assert_eq!(after(act, Flags::of(start.iter().copied())), Flags::of(labels), "{act:?} on {start:?}");
            }
        }
    }

    #[test]
    fn acts_are_read_and_written_as_words() {
        for act in Act::ALL {
            assert_eq!(act.as_str().parse(), Ok(act));
        }
        assert!("burn".parse::<Act>().is_err());
    }
}
