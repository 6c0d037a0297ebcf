//! What is refused before a mail leaves.

/// Most recipients of one mail, `To`, `Cc` and `Bcc` together: what the provider with the smaller number takes.
pub const MOST_RECIPIENTS: usize = 500;
/// Most letters of a subject.
pub const MOST_SUBJECT: usize = 255;
/// Most bytes of a text.
pub const MOST_TEXT: usize = 1_000_000;

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
        /// How long: letters of lines, bytes of the text and of files.
        length: u64,
        /// The most it may be.
        most: u64,
    },
}
