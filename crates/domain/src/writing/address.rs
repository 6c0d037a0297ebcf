//! Recipients as they are typed: `ada@example.com, "Mora, Ana" <ana@example.com>; bob@example.com`.

use crate::mail::Person;
use lettre::message::Mailbox;
use url::Host;

/// What makes a name need quotes (RFC 5322 section 3.2.3, without the dot, which everybody reads).
const SPECIAL: &str = "()<>[]:;@\\,\"";

/// A correspondent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// Name; may be empty.
    pub name: String,
    /// Address, as written.
    pub address: String,
}

impl Address {
    /// As it is typed: `Name <address>`, the name in quotes where it needs them.
    pub fn typed(&self) -> String {
        match self.name.as_str() {
            "" => self.address.clone(),
            name if name.contains(|c| SPECIAL.contains(c)) => {
                let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
                format!("\"{escaped}\" <{}>", self.address)
            }
            name => format!("{name} <{}>", self.address),
        }
    }
}

impl From<Person> for Address {
    fn from(person: Person) -> Self {
        let Person { name, address } = person;
        Self { name: if name == address { String::new() } else { name }, address }
    }
}

/// A line of recipients from addresses.
pub(super) fn line(addresses: &[Address]) -> String {
    addresses.iter().map(Address::typed).collect::<Vec<_>>().join(", ")
}

/// The recipients of a line, each as typed: what stands between commas and semicolons that are in no quotes.
pub(super) fn pieces(line: &str) -> Vec<&str> {
    let (mut quoted, mut escaped, mut start) = (false, false, 0);
    let mut pieces = Vec::new();
    for (at, letter) in line.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' | ';' if !quoted => {
                pieces.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&line[start..]);
    pieces.into_iter().map(str::trim).filter(|piece| !piece.is_empty()).collect()
}

/// A recipient, if it is one that mail can be sent to.
pub(super) fn read(piece: &str) -> Option<Mailbox> {
    let (name, address) = match piece.strip_suffix('>').and_then(|inside| inside.rsplit_once('<')) {
        Some((name, address)) => (unquoted(name.trim()), address),
        None => (String::new(), piece),
    };
    let address = mailbox(address.trim())?;
    Some(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// An address as mail servers write it: the domain in ASCII, with a dot in it.
fn mailbox(text: &str) -> Option<lettre::Address> {
    let (user, domain) = text.rsplit_once('@')?;
    let Ok(Host::Domain(domain)) = Host::parse(domain) else { return None };
    let sound = user.is_ascii() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    lettre::Address::new(user, domain).ok().filter(|_| sound)
}

fn unquoted(name: &str) -> String {
    let Some(inside) = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return name.to_owned() };
    let mut escaped = false;
    inside
        .chars()
        .filter(|letter| {
            escaped = *letter == '\\' && !escaped;
            !escaped
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(piece: &str) -> Option<(Option<String>, String)> {
        read(piece).map(|one| (one.name, one.email.to_string()))
    }

    #[test]
    fn a_line_is_taken_apart_where_no_quotes_are() {
        let line = "ada@example.com, \"Mora, \\\"Ana\\\"\" <ana@example.com>;bob@example.com, ";
        assert_eq!(pieces(line), ["ada@example.com", "\"Mora, \\\"Ana\\\"\" <ana@example.com>", "bob@example.com"]);
        assert!(pieces(" , ;").is_empty());
    }

    #[test]
    fn what_is_typed_is_read_back() {
        for name in ["", "José Mora", "Dr. A. Smith", "Mora, Ana", "a \"b\" \\c"] {
            let typed = Address { name: name.to_owned(), address: "a@example.com".to_owned() };
            let line = line(&[typed.clone(), typed.clone()]);
            let read: Vec<_> = pieces(&line).into_iter().map(written).collect();
            let expected = Some(((!name.is_empty()).then(|| name.to_owned()), typed.address));
            assert_eq!(read, [expected.clone(), expected], "{line}");
        }
    }

    #[test]
    fn only_addresses_that_can_get_mail_are_read() {
        assert_eq!(written("ada@bücher.example"), Some((None, "ada@xn--bcher-kva.example".to_owned())));
        assert!(read("o'brien+news@mail.example.co.uk").is_some());
        for wrong in
            ["ada", "ada@", "@example.com", "ada@example", "a b@example.com", "ada@127.0.0.1", "ä@example.com", "<>"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        for wrong in ["a@b.example\r\nBcc: x@y.example", "a@b.example>, <c@d.example", "a@exa mple.com"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
