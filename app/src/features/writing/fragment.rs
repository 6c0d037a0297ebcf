//! Recipients as they are typed: which of them is being typed just now, and putting a known address in its place.

/// Where the recipient begins that is typed last: after the last comma that is in no quotes and no angle brackets.
fn start_of_last(text: &str) -> usize {
    let (mut quoted, mut bracketed, mut start) = (false, false, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '<' if !quoted => bracketed = true,
            '>' if !quoted => bracketed = false,
            ',' | ';' if !quoted && !bracketed => start = at + letter.len_utf8(),
            _ => {}
        }
    }
    start
}

/// What is typed of the last recipient.
pub fn fragment(text: &str) -> &str {
    text[start_of_last(text)..].trim()
}

/// The text with `chosen` in the place of its last recipient, ready for the next.
pub fn with_chosen(text: &str, chosen: &str) -> String {
    let before = text[..start_of_last(text)].trim_end();
    if before.is_empty() { format!("{chosen}, ") } else { format!("{before} {chosen}, ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_recipient_is_the_one_that_is_typed() {
        assert_eq!(fragment("ros"), "ros");
        assert_eq!(fragment("ada@example.org, ros"), "ros");
        assert_eq!(fragment("ada@example.org, "), "");
        assert_eq!(fragment("\"Almeida, Ro"), "\"Almeida, Ro", "a comma in quotes parts nobody");
        assert_eq!(fragment("\"Almeida, Rosa\" <rosa@harbour.example>, b"), "b");
    }

    #[test]
    fn a_chosen_address_takes_the_place_of_what_was_typed() {
        assert_eq!(with_chosen("ros", "rosa@harbour.example"), "rosa@harbour.example, ");
        assert_eq!(
            with_chosen("ada@example.org,ros", "Rosa <rosa@h.example>"),
            "ada@example.org, Rosa <rosa@h.example>, "
        );
        assert_eq!(with_chosen("é, ro", "x@y.z"), "é, x@y.z, ");
    }
}
