//! What is wrong with something that was typed or chosen.

use crate::{
    language::{Language, say},
    quantity::{grouped, size_words},
};
use serde::{Deserialize, Serialize};

/// Why a field cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    NotAnAddress,
    LongName,
    ShortPassword,
    LongPassword,
    /// Among the first that would be guessed.
    CommonPassword,
    /// Not the one that was chosen when the account was asked for.
    NotThatPassword,
    /// A link that belongs to another browser.
    OtherBrowser,
    NoLanguage,
    NoLook,
    NoZone,
    HasPassword,
    WrongPassword,
    /// Neither a day nor a label.
    NoChoice,
    AlwaysOn,
    NotGranted,
    ManyMails,
    ManyPrograms,
    /// A mail that cannot be sent, and nobody knows why.
    Unsendable,
    /// Texts that are no addresses.
    BadAddresses(Vec<String>),
    NoRecipient,
    ManyRecipients {
        count: u64,
        most: u64,
    },
    /// A line break, or another character that cannot stand in the field.
    LineBreak,
    LargeFiles {
        length: u64,
        most: u64,
    },
    LongText {
        length: u64,
        most: u64,
    },
    LongLine {
        length: u64,
        most: u64,
    },
    /// A file that fits into no mail.
    LargeFile(String),
    /// A file that does not fit beside the others.
    NoRoom {
        name: String,
        most: u64,
    },
    /// All of them.
    Several(Vec<Problem>),
}

impl Problem {
    /// What is wrong and what to do. `field` is the name of the input.
    pub fn sentence(&self, language: Language, field: &str) -> String {
        match self {
            Self::NotAnAddress => say!(language, errors.not_an_address).into(),
            Self::LongName => say!(language, errors.long_name).into(),
            Self::ShortPassword => say!(language, errors.short_password).into(),
            Self::LongPassword => say!(language, errors.long_password).into(),
            Self::CommonPassword => say!(language, errors.common_password).into(),
            Self::NotThatPassword => say!(language, errors.not_that_password).into(),
            Self::OtherBrowser => say!(language, errors.other_browser).into(),
            Self::NoLanguage => say!(language, errors.no_language).into(),
            Self::NoLook => say!(language, errors.no_look).into(),
            Self::NoZone => say!(language, errors.no_zone).into(),
            Self::HasPassword => say!(language, errors.has_password).into(),
            Self::WrongPassword => say!(language, errors.wrong_password).into(),
            Self::NoChoice => say!(language, errors.no_choice).into(),
            Self::AlwaysOn => say!(language, errors.always_on).into(),
            Self::NotGranted => say!(language, errors.not_granted).into(),
            Self::ManyMails => say!(language, errors.many_mails).into(),
            Self::ManyPrograms => say!(language, errors.many_programs).into(),
            Self::Unsendable => say!(language, errors.unsendable).into(),
            Self::BadAddresses(typed) => no_addresses(language, typed),
            Self::NoRecipient => say!(language, errors.no_recipient).into(),
            Self::ManyRecipients { count, most } => {
                let (count, most) = (grouped(language, *count), grouped(language, *most));
                say!(language, errors.many_recipients, count = count, most = most)
            }
            Self::LineBreak => say!(language, errors.line_break, what = field_words(language, field)),
            Self::LargeFiles { length, most } => {
                let (length, most) = (size_words(language, *length), size_words(language, *most));
                say!(language, errors.large_files, length = length, most = most)
            }
            Self::LongText { length, most } => {
                let (length, most) = (size_words(language, *length), size_words(language, *most));
                say!(language, errors.long_text, length = length, most = most)
            }
            Self::LongLine { length, most } => {
                let (length, most) = (grouped(language, *length), grouped(language, *most));
                say!(language, errors.long_line, what = field_words(language, field), length = length, most = most)
            }
            Self::LargeFile(name) => say!(language, errors.large_file, name = name),
            Self::NoRoom { name, most } => {
                say!(language, errors.no_room, name = name, most = size_words(language, *most))
            }
            Self::Several(all) => all.iter().map(|one| one.sentence(language, field)).collect::<Vec<_>>().join(" "),
        }
    }
}

fn no_addresses(language: Language, typed: &[String]) -> String {
    let quoted = |text: &String| say!(language, errors.quoted, text = text);
    match typed {
        [] => String::new(),
        [one] => say!(language, errors.bad_address, typed = one),
        [others @ .., last] => {
            let others = others.iter().map(quoted).collect::<Vec<_>>().join(", ");
            say!(language, errors.bad_addresses, others = others, last = quoted(last))
        }
    }
}

/// What a line of a mail is called in a sentence.
fn field_words(language: Language, field: &str) -> &'static str {
    match field {
        "to" => say!(language, errors.field_to),
        "cc" => say!(language, errors.field_cc),
        "bcc" => say!(language, errors.field_bcc),
        "subject" => say!(language, errors.field_subject),
        "files" => say!(language, errors.field_files),
        _ => say!(language, errors.field_body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_are_no_addresses_are_named() {
        let bad = |typed: &[&str]| Problem::BadAddresses(typed.iter().map(|text| (*text).to_owned()).collect());
        let (one, three) = (bad(&["ada"]), bad(&["ada", "bob@", "eve"]));
        assert_eq!(
            one.sentence(Language::en, "cc"),
            "\u{201c}ada\u{201d} is no address. Write it as name@example.com, with commas between several."
        );
        assert_eq!(
            three.sentence(Language::en, "cc"),
            "\u{201c}ada\u{201d}, \u{201c}bob@\u{201d} and \u{201c}eve\u{201d} are no addresses."
        );
        assert_eq!(three.sentence(Language::es, "cc"), "«ada», «bob@» y «eve» no son direcciones.");
    }

    #[test]
    fn a_line_is_called_by_its_name() {
        let long = Problem::LongLine { length: 1_300, most: 255 };
        assert_eq!(long.sentence(Language::en, "subject"), "The subject is 1,300 letters long; 255 fit. Shorten it.");
        assert_eq!(long.sentence(Language::es, "subject"), "El asunto tiene 1.300 letras; caben 255. Acórtalo.");
    }
}
