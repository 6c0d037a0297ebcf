//! Header values as a person reads them: encoded words (RFC 2047) decoded, addresses taken apart (RFC 5322).

use super::bounds;
use mail_parser::{Address, HeaderValue, parsers::MessageStream};

/// A correspondent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub name: String,
    pub address: String,
}

/// A free text, such as a subject.
pub(super) fn text(value: &str) -> String {
    // The parser reads up to the end of a header line.
    let line = format!("{}\n", unfold(value));
    match MessageStream::new(line.as_bytes()).parse_unstructured() {
        HeaderValue::Text(text) => plain(&text),
        _ => String::new(),
    }
}

/// Everybody in a `From`, `To` or `Cc`.
pub(crate) fn people(value: &str) -> Vec<Person> {
    let line = format!("{}\n", unfold(value));
    let HeaderValue::Address(address) = MessageStream::new(line.as_bytes()).parse_address() else {
        return Vec::new();
    };
    let one = |addr: &mail_parser::Addr<'_>| Person {
        name: plain(addr.name.as_deref().unwrap_or_default()),
        address: plain(addr.address.as_deref().unwrap_or_default()),
    };
    match &address {
        Address::List(list) => list.iter().map(one).collect(),
        Address::Group(groups) => groups.iter().flat_map(|group| group.addresses.iter().map(one)).collect(),
    }
}

/// `Name <address>`, or whichever of the two there is.
pub(super) fn written(person: &Person) -> String {
    match (person.name.is_empty(), person.address.is_empty()) {
        (false, false) => format!("{} <{}>", person.name, person.address),
        (false, true) => person.name.clone(),
        _ => person.address.clone(),
    }
}

/// Headers as they are stored: a JSON array of `[name, value]`, the topmost first. What is beyond the room for them is left out.
pub(crate) fn stored(headers: &[(String, String)]) -> String {
    let mut room = bounds::LARGEST_HEAD;
    let mut pairs: Vec<[String; 2]> = Vec::with_capacity(headers.len().min(100));
    for (name, value) in headers {
        if let Some(left) = room.checked_sub(name.len() + value.len()) {
            room = left;
            pairs.push([plain(name), value.replace('\0', "")]);
        }
    }
    serde_json::to_string(&pairs).unwrap_or_else(|_| "[]".to_owned())
}

/// The lines of stored headers.
pub(crate) fn lines(stored: &str) -> Vec<(String, String)> {
    serde_json::from_str(stored).unwrap_or_default()
}

/// Text without what a database or a screen chokes on: NUL and other control characters become spaces, and runs of
/// white space one. Marks that turn the direction of writing go: they make `cod.exe` of `exe.doc`, and one address of
/// another (Unicode Technical Report 36, section 2.3).
pub(crate) fn plain(text: &str) -> String {
    let spaced = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words = spaced.map(|word| word.chars().filter(|c| !turns(*c)).collect::<String>());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Embeddings, overrides and isolates. Plain marks of direction stay: names in Arabic and Hebrew need them.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn unfold(value: &str) -> String {
    bounds::first(value, bounds::LONGEST_HEADER).replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_become_letters() {
        assert_eq!(text("=?utf-8?q?Notificaci=C3=B3n_de_Transacciones?="), "Notificación de Transacciones");
        assert_eq!(text("=?windows-1252?q?Notificaci=F3n?= de BCR"), "Notificación de BCR");
        assert_eq!(text("=?utf-8?B?5L2g5aW9?="), "你好");
        assert_eq!(text("Grüße, schon dekodiert"), "Grüße, schon dekodiert");
        assert_eq!(text("folded\r\n\tand\0odd"), "folded and odd");
        assert_eq!(text(""), "");
        assert_eq!(text("invoice\u{202e}gpj.exe \u{2066}x\u{2069}"), "invoicegpj.exe x");
    }

    #[test]
    fn people_have_names_and_addresses() {
        let people =
            people("=?utf-8?q?Jos=C3=A9?= <jose@example.com>, bare@example.com, \"Mora, Ana\" <ana@example.com>");
        let read: Vec<(&str, &str)> = people.iter().map(|one| (one.name.as_str(), one.address.as_str())).collect();
        assert_eq!(read, [("José", "jose@example.com"), ("", "bare@example.com"), ("Mora, Ana", "ana@example.com")]);
        assert_eq!(written(&people[0]), "José <jose@example.com>");
        assert_eq!(written(&people[1]), "bare@example.com");
        assert!(super::people("").iter().all(|one| one.address.is_empty()));
    }
}
