//! Who has an account: names, addresses and subject ids, the same in every sandbox of one seed.

use crate::dice::Dice;

/// Names of the first people; the first one is the sample person that `make run` prints.
const NAMES: [(&str, &str); 12] = [
    ("Ana", "Lindqvist"),
    ("Mateo", "Quirós Salas"),
    ("Priya", "Raman"),
    ("Jonas", "Weber"),
    ("Thandiwe", "Nkosi"),
    ("Hui Xin", "Tan"),
    ("João", "Figueiredo"),
    ("Yael", "Ben-Ami"),
    ("Oleksandr", "Melnyk"),
    ("Camille", "Dubois"),
    ("Noor", "al-Hakim"),
    ("Kenji", "Morita"),
];

/// Someone with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Position among all people, from 0.
    pub number: usize,
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Mail address, all lower-case ASCII.
    pub address: String,
    /// Google's subject id: 21 digits.
    pub subject: String,
}

impl Person {
    /// The person at this position in the world of this seed.
    pub fn invent(seed: u64, number: usize) -> Self {
        let (given, family) = NAMES[number % NAMES.len()];
        let round = number / NAMES.len();
        let suffix = if round == 0 { String::new() } else { (round + 1).to_string() };
        let address = format!("{}.{}{suffix}@gmail.example", plain(given), plain(family));
        let mut dice = Dice::of(&[seed, number as u64, 0x7375_626A]);
        let subject = format!("1{}", dice.digits(20));
        Self { number, given: given.to_owned(), family: family.to_owned(), address, subject }
    }

    /// The whole name.
    pub fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

/// A name as it stands in an address: ASCII letters only, in lower case, the first word of it.
fn plain(name: &str) -> String {
    let first = if name.starts_with("Hui") { "huixin" } else { name.split(' ').next().unwrap_or(name) };
    first
        .to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            'a'..='z' => Some(letter),
            'á' | 'ã' | 'à' => Some('a'),
            'é' => Some('e'),
            'í' => Some('i'),
            'ó' | 'õ' => Some('o'),
            'ú' | 'ü' => Some('u'),
            'ñ' => Some('n'),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Person;

    #[test]
    fn people_are_distinct_and_have_plain_addresses() {
        let people: Vec<Person> = (0..60).map(|number| Person::invent(1, number)).collect();
        let addresses: HashSet<&str> = people.iter().map(|person| person.address.as_str()).collect();
        assert_eq!(addresses.len(), 60);
        assert!(addresses.iter().all(|address| address.is_ascii() && !address.contains(' ')));
        assert!(people.iter().all(|person| person.subject.len() == 21));
        assert_eq!(people[1].address, "mateo.quiros@gmail.example");
    }
}
