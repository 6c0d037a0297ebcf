//! What is refused before a mail leaves.

use super::{DraftText, address};
use lettre::message::Mailbox;

/// Most recipients of one mail, `To`, `Cc` and `Bcc` together: what the provider with the smaller number takes.
pub const MOST_RECIPIENTS: usize = 500;
/// Most letters of a subject: the longest that Exchange keeps.
pub const MOST_SUBJECT: usize = 255;
/// Most bytes of a text.
pub const MOST_TEXT: usize = 1_000_000;
/// Most bytes of a line that is kept while it is typed: [`MOST_RECIPIENTS`] of a hundred letters each.
pub(super) const MOST_LINE: usize = 50_000;

/// A line of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// To.
    To,
    /// Cc.
    Cc,
    /// Bcc.
    Bcc,
    /// Subject.
    Subject,
    /// The text.
    Body,
    /// The files.
    Files,
}

/// Why a mail cannot be sent as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It goes to nobody.
    NoRecipient,
    /// This is no address.
    BadAddress {
        /// In which line.
        field: Field,
        /// As typed.
        typed: String,
    },
    /// More than [`MOST_RECIPIENTS`].
    TooManyRecipients {
        /// How many.
        count: usize,
    },
    /// A line that may be one line only has a line break or another control character in it.
    LineBreak {
        /// Which line.
        field: Field,
    },
    /// Longer than it may be.
    TooLong {
        /// What: the subject, the text, a line of recipients, the files together.
        field: Field,
        /// How long: letters of the subject, bytes of everything else.
        length: u64,
        /// The most it may be.
        most: u64,
    },
}

impl Fault {
    pub(super) fn too_long(field: Field, length: usize, most: usize) -> Self {
        let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Self::TooLong { field, length: number(length), most: number(most) }
    }
}

/// Whom a mail goes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recipients {
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub bcc: Vec<Mailbox>,
}

/// What is far too long to be kept even while it is typed.
pub(super) fn check_size(text: &DraftText) -> Vec<Fault> {
    let lines = [
        (Field::To, &text.to, MOST_LINE),
        (Field::Cc, &text.cc, MOST_LINE),
        (Field::Bcc, &text.bcc, MOST_LINE),
        (Field::Subject, &text.subject, MOST_LINE),
        (Field::Body, &text.body, MOST_TEXT),
    ];
    lines.into_iter().filter_map(|(field, text, most)| check_length(field, text, most)).collect()
}

/// Likewise, of one line.
pub(super) fn check_line(field: Field, line: &str) -> Option<Fault> {
    check_length(field, line, MOST_LINE)
}

fn check_length(field: Field, text: &str, most: usize) -> Option<Fault> {
    (text.len() > most).then(|| Fault::too_long(field, text.len(), most))
}

/// The recipients of a mail that may be sent, or everything that keeps it from being sent.
pub(super) fn check(text: &DraftText) -> Result<Recipients, Vec<Fault>> {
    let mut faults = check_size(text);
    let mut read = |field: Field, line: &str| -> Vec<Mailbox> {
        if line.contains(char::is_control) {
            faults.push(Fault::LineBreak { field });
            return Vec::new();
        }
        let mut found = Vec::new();
        for piece in address::pieces(line) {
            match address::read(piece) {
                Some(mailbox) => found.push(mailbox),
                None => faults.push(Fault::BadAddress { field, typed: piece.to_owned() }),
            }
        }
        found
    };
    let recipients =
        Recipients { to: read(Field::To, &text.to), cc: read(Field::Cc, &text.cc), bcc: read(Field::Bcc, &text.bcc) };
    if text.subject.contains(char::is_control) {
        faults.push(Fault::LineBreak { field: Field::Subject });
    }
    let letters = text.subject.chars().count();
    if letters > MOST_SUBJECT && text.subject.len() <= MOST_LINE {
        faults.push(Fault::too_long(Field::Subject, letters, MOST_SUBJECT));
    }
    let count = recipients.to.len() + recipients.cc.len() + recipients.bcc.len();
    if count > MOST_RECIPIENTS {
        faults.push(Fault::TooManyRecipients { count });
    }
    if count == 0 && faults.is_empty() {
        faults.push(Fault::NoRecipient);
    }
    if faults.is_empty() { Ok(recipients) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn text() -> DraftText {
        DraftText {
            connection: Uuid::nil(),
            to: "Ana <ana@example.com>".to_owned(),
            cc: String::new(),
            bcc: String::new(),
            subject: "Lunch".to_owned(),
            body: "At one?".to_owned(),
        }
    }

    #[test]
    fn a_mail_to_somebody_may_be_sent() {
        let recipients = check(&DraftText { bcc: "b@example.com; c@example.com".to_owned(), ..text() }).unwrap();
        assert_eq!((recipients.to.len(), recipients.cc.len(), recipients.bcc.len()), (1, 0, 2));
    }

    #[test]
    fn a_header_cannot_be_smuggled_in() {
        for (field, wrong) in [
            (Field::Subject, DraftText { subject: "Hi\r\nBcc: eve@example.com".to_owned(), ..text() }),
            (Field::Subject, DraftText { subject: "Hi\nX: y".to_owned(), ..text() }),
            (Field::To, DraftText { to: "a@example.com\r\nBcc: eve@example.com".to_owned(), ..text() }),
            (Field::Cc, DraftText { cc: "\"a\rb\" <a@example.com>".to_owned(), ..text() }),
            (Field::Bcc, DraftText { bcc: "a@example.com\0".to_owned(), ..text() }),
        ] {
            assert_eq!(check(&wrong), Err(vec![Fault::LineBreak { field }]), "{wrong:?}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let many = (0..=MOST_RECIPIENTS).map(|number| format!("a{number}@example.com")).collect::<Vec<_>>().join(",");
        let wrong = DraftText { to: many, cc: "bob, ada@x.example".to_owned(), subject: "ä".repeat(256), ..text() };
        let bad = Fault::BadAddress { field: Field::Cc, typed: "bob".to_owned() };
        let long = Fault::TooLong { field: Field::Subject, length: 256, most: 255 };
        assert_eq!(check(&wrong), Err(vec![bad, long, Fault::TooManyRecipients { count: 502 }]));
        assert_eq!(check(&DraftText { to: " , ".to_owned(), ..text() }), Err(vec![Fault::NoRecipient]));
        let long = DraftText { body: "x".repeat(MOST_TEXT + 1), ..text() };
        assert_eq!(check(&long), Err(vec![Fault::too_long(Field::Body, MOST_TEXT + 1, MOST_TEXT)]));
    }
}
