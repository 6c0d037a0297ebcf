//! What keeps a mail from being sent, at the lines it is about; and an address as it would be typed.

use app::error::{AppError, Problem};
use domain::writing::{Address, Fault, Field, MOST_RECIPIENTS};

/// Everything that is wrong with the first line anything is wrong with.
pub fn refused(faults: &[Fault]) -> AppError {
    let Some(first) = faults.first().map(field_of) else {
        return AppError::Invalid { field: "to".to_owned(), problem: Problem::Unsendable };
    };
    let same: Vec<&Fault> = faults.iter().filter(|fault| field_of(fault) == first).collect();
    let bad: Vec<String> = same.iter().filter_map(|fault| bad_address(fault)).collect();
    let bad = (!bad.is_empty()).then_some(Problem::BadAddresses(bad));
    let mut all: Vec<Problem> = bad.into_iter().chain(same.iter().filter_map(|fault| problem(fault))).collect();
    let problem = if all.len() == 1 { all.remove(0) } else { Problem::Several(all) };
    AppError::Invalid { field: name(first).to_owned(), problem }
}

fn bad_address(fault: &Fault) -> Option<String> {
    match fault {
        Fault::BadAddress { typed, .. } => Some(shortened(typed)),
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

/// What is wrong besides texts that are no addresses.
fn problem(fault: &Fault) -> Option<Problem> {
    Some(match *fault {
        Fault::BadAddress { .. } => return None,
        Fault::NoRecipient => Problem::NoRecipient,
        Fault::TooManyRecipients { count } => {
            Problem::ManyRecipients { count: count as u64, most: MOST_RECIPIENTS as u64 }
        }
        Fault::LineBreak { .. } => Problem::LineBreak,
        Fault::TooLong { field: Field::Files, length, most } => Problem::LargeFiles { length, most },
        Fault::TooLong { field: Field::Body, length, most } => Problem::LongText { length, most },
        Fault::TooLong { length, most, .. } => Problem::LongLine { length, most },
    })
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
        assert_eq!(problem, Problem::BadAddresses(vec!["ada".to_owned(), "bob@".to_owned()]));
        let AppError::Invalid { field, problem } =
            refused(&[Fault::TooLong { field: Field::Subject, length: 1_300, most: 255 }])
        else {
            panic!()
        };
        assert_eq!((field.as_str(), problem), ("subject", Problem::LongLine { length: 1_300, most: 255 }));
    }

    #[test]
    fn a_name_with_a_comma_stays_one_person() {
        let of = |name: &str| as_typed(&Address { name: name.to_owned(), address: "rosa@harbour.example".to_owned() });
        assert_eq!(of(""), "rosa@harbour.example");
        assert_eq!(of("Rosa Almeida"), "Rosa Almeida <rosa@harbour.example>");
        assert_eq!(of("Almeida, \"Rosa\""), "\"Almeida, Rosa\" <rosa@harbour.example>");
    }
}
