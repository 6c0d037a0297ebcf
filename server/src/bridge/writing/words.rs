//! What keeps a mail from being sent, as sentences at the lines they are about; and an address as it would be typed.

use app::{
    error::AppError,
    quantity::{grouped, size_words},
};
use domain::writing::{Address, Fault, Field, MOST_RECIPIENTS};

/// Everything that is wrong with the first line anything is wrong with.
pub fn refused(faults: &[Fault]) -> AppError {
    let Some(first) = faults.first().map(field_of) else {
        return AppError::Invalid { field: "to".to_owned(), problem: "This mail cannot be sent as it is.".to_owned() };
    };
    let same: Vec<&Fault> = faults.iter().filter(|fault| field_of(fault) == first).collect();
    let bad: Vec<String> = same.iter().filter_map(|fault| bad_address(fault)).collect();
    let others = same.iter().filter(|fault| bad_address(fault).is_none()).map(|fault| sentence(fault));
    let bad = match bad.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is no address. Write it as name@example.com, with commas between several.")),
        [others @ .., last] => Some(format!("{} and {last} are no addresses.", others.join(", "))),
    };
    AppError::Invalid {
        field: name(first).to_owned(),
        problem: bad.into_iter().chain(others).collect::<Vec<_>>().join(" "),
    }
}

fn bad_address(fault: &Fault) -> Option<String> {
    match fault {
        Fault::BadAddress { typed, .. } => Some(format!("\u{201c}{}\u{201d}", shortened(typed))),
        _ => None,
    }
}

/// Whoever pasted a page into a line need not read it again.
fn shortened(typed: &str) -> String {
    const LONGEST: usize = 60;
    if typed.chars().count() <= LONGEST {
        return typed.to_owned();
    }
    typed.chars().take(LONGEST).chain(['\u{2026}']).collect()
}

fn field_of(fault: &Fault) -> Field {
    match fault {
        Fault::NoRecipient | Fault::TooManyRecipients { .. } => Field::To,
        Fault::BadAddress { field, .. } | Fault::LineBreak { field } | Fault::TooLong { field, .. } => *field,
    }
}

/// The name of the input.
fn name(field: Field) -> &'static str {
    match field {
        Field::To => "to",
        Field::Cc => "cc",
        Field::Bcc => "bcc",
        Field::Subject => "subject",
        Field::Body => "body",
        Field::Files => "files",
    }
}

fn words(field: Field) -> &'static str {
    match field {
        Field::To => "\u{201c}To\u{201d}",
        Field::Cc => "\u{201c}Cc\u{201d}",
        Field::Bcc => "\u{201c}Bcc\u{201d}",
        Field::Subject => "The subject",
        Field::Body => "The text",
        Field::Files => "The name of a file",
    }
}

fn sentence(fault: &Fault) -> String {
    match fault {
        Fault::NoRecipient => "Nobody is named who gets this mail. Write an address here, or in Cc or Bcc.".to_owned(),
        Fault::BadAddress { typed, .. } => format!("\u{201c}{}\u{201d} is no address.", shortened(typed)),
        Fault::TooManyRecipients { count } => format!(
            "This mail goes to {} people; {} can get one mail at most. Take some out, or send it in parts.",
            grouped(*count as u64),
            grouped(MOST_RECIPIENTS as u64)
        ),
        Fault::LineBreak { field } => format!(
            "{} holds a line break or another character that cannot stand there. Type it again without.",
            words(*field)
        ),
        Fault::TooLong { field: Field::Files, length, most } => format!(
            "The files together are {} large; {} fit into a mail. Take some off, or send them in parts.",
            size_words(*length),
            size_words(*most)
        ),
        Fault::TooLong { field: Field::Body, length, most } => format!(
            "The text is {} long; {} fit. Shorten it, or attach it as a file.",
            size_words(*length),
            size_words(*most)
        ),
        Fault::TooLong { field, length, most } => {
            format!("{} is {} letters long; {} fit. Shorten it.", words(*field), grouped(*length), grouped(*most))
        }
    }
}

/// A person as they would stand among recipients: a name in quotes where it could be read as something else.
pub fn as_typed(person: &Address) -> String {
    let Address { name, address } = person;
    let plain = |letter: char| letter.is_alphanumeric() || " -'_".contains(letter);
    if name.is_empty() {
        address.clone()
    } else if name.chars().all(plain) {
        format!("{name} <{address}>")
    } else {
        let kept: String = name.chars().filter(|letter| !letter.is_control() && !"\"\\".contains(*letter)).collect();
        format!("\"{kept}\" <{address}>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_about_one_line_and_names_all_that_is_wrong_with_it() {
        let bad = |typed: &str| Fault::BadAddress { field: Field::Cc, typed: typed.to_owned() };
        let AppError::Invalid { field, problem } = refused(&[bad("ada"), bad("bob@"), Fault::NoRecipient]) else {
            panic!()
        };
        assert_eq!(field, "cc");
        assert_eq!(problem, "\u{201c}ada\u{201d} and \u{201c}bob@\u{201d} are no addresses.");
        let AppError::Invalid { field, problem } =
            refused(&[Fault::TooLong { field: Field::Subject, length: 1_300, most: 255 }])
        else {
            panic!()
        };
        assert_eq!(
            (field.as_str(), problem.as_str()),
            ("subject", "The subject is 1,300 letters long; 255 fit. Shorten it.")
        );
    }

    #[test]
    fn a_name_with_a_comma_stays_one_person() {
        let of = |name: &str| as_typed(&Address { name: name.to_owned(), address: "rosa@harbour.example".to_owned() });
        assert_eq!(of(""), "rosa@harbour.example");
        assert_eq!(of("Rosa Almeida"), "Rosa Almeida <rosa@harbour.example>");
        assert_eq!(of("Almeida, \"Rosa\""), "\"Almeida, Rosa\" <rosa@harbour.example>");
    }
}
