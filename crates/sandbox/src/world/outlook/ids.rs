//! Exchange's ids: long, case-sensitive base64 that says nothing to an app, turned back into numbers without a table.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;

use crate::dice::{Dice, scramble};

/// What an id names, and for mails in which of their two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A mail where it lies: another id after every move.
    Mutable,
    /// A mail wherever it lies in this mailbox.
    Immutable,
    /// A folder.
    Folder,
    /// A conversation.
    Conversation,
    /// A file of a mail.
    Attachment,
}

impl Form {
    /// How ids of this form begin, and how many bytes they have. All lengths leave two bytes over when divided by
    /// three, so that every id ends in `AAA=`.
    const fn shape(self) -> ([u8; 4], usize) {
        match self {
            Self::Mutable => ([0x00, 0x03, 0x24, 0x00], 113),
            Self::Immutable => ([0x00, 0x09, 0x00, 0x2E], 89),
            Self::Folder => ([0x01, 0x03, 0x24, 0x00], 89),
            Self::Conversation => ([0x00, 0x04, 0x24, 0x00], 62),
            Self::Attachment => ([0x00, 0x03, 0x24, 0x00], 143),
        }
    }
}

/// The ids of one mailbox.
#[derive(Clone, Copy, Debug)]
pub struct Ids(u64);

impl Ids {
    /// The ids of a person's mailbox in the world of a seed.
    pub fn of(seed: u64, person: u64) -> Self {
        Self(scramble(seed ^ scramble(person ^ 0x6D61_7069)))
    }

    /// The id of a number.
    pub fn text(self, form: Form, number: u64) -> String {
        let (head, length) = form.shape();
        let mut filler = Dice::of(&[self.0, length as u64]);
        let mut bytes = head.to_vec();
        while bytes.len() < length - 14 {
            bytes.extend(filler.bits().to_be_bytes());
        }
        bytes.truncate(length - 14);
        bytes.extend((number ^ self.0).to_be_bytes());
        bytes.extend(&scramble(number ^ scramble(self.0)).to_be_bytes()[..4]);
        bytes.extend([0, 0]);
        URL_SAFE.encode(bytes)
    }

    /// The number behind an id of this form; `None` for any other text, however close.
    pub fn number(self, form: Form, text: &str) -> Option<u64> {
        let bytes = URL_SAFE.decode(text).ok()?;
        let at = bytes.len().checked_sub(14)?;
        let number = u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?) ^ self.0;
        (self.text(form, number) == text).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Ids};

    #[test]
    fn ids_turn_back_into_numbers_of_their_own_form_and_mailbox_only() {
        let ids = Ids::of(1, 0);
        for form in [Form::Mutable, Form::Immutable, Form::Folder, Form::Conversation, Form::Attachment] {
            let text = ids.text(form, 77);
            assert!(text.ends_with("AAA="), "{text}");
            assert_eq!(ids.number(form, &text), Some(77));
            assert_eq!(ids.number(form, &text.to_lowercase()), None, "case matters");
            assert_eq!(Ids::of(1, 1).number(form, &text), None);
        }
        assert_eq!(ids.number(Form::Mutable, &ids.text(Form::Immutable, 77)), None);
        assert_eq!(ids.text(Form::Mutable, 0).len(), 152);
        assert_eq!(ids.number(Form::Folder, "inbox"), None);
    }
}
