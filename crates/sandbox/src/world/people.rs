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

/// An organisation some of the people work for: its domain, its tenant id at Microsoft.
pub const ORGANISATIONS: [(&str, &str); 2] = [
    ("harbourlight.example", "6f1d2c3e-8a47-4b5c-9d10-27e4c0a1b3f5"),
    ("bluefjord.example", "b2c94a70-5e1f-4d68-a3b7-90d5f8e6127c"),
];
/// Microsoft's tenant of personal accounts (provider facts 2.1).
pub const PERSONAL_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Someone with an account at both providers.
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
    /// Microsoft's object id.
    pub object: String,
    /// The organisation whose account it is: its domain and its tenant id. Every third person has one.
    organisation: Option<(&'static str, &'static str)>,
}

impl Person {
    /// The person at this position in the world of this seed.
    pub fn invent(seed: u64, number: usize) -> Self {
        let (given, family) = NAMES[number % NAMES.len()];
        let round = number / NAMES.len();
        let suffix = if round == 0 { String::new() } else { (round + 1).to_string() };
        let organisation = (number % 3 == 2).then(|| ORGANISATIONS[number / 3 % ORGANISATIONS.len()]);
        let host = organisation.map_or("gmail.example", |(domain, _)| domain);
        let address = format!("{}.{}{suffix}@{host}", plain(given), plain(family));
        let mut dice = Dice::of(&[seed, number as u64, 0x7375_626A]);
        let subject = format!("1{}", dice.digits(20));
        let object = format!("{}-{}-4{}-a{}-{}", dice.hex(8), dice.hex(4), dice.hex(3), dice.hex(3), dice.hex(12));
        // Personal accounts have sixteen digits of their own, and an object id that is padded with zeros.
        let object = if organisation.is_some() { object } else { format!("00000000-0000-0000-{}", &object[19..]) };
        Self { number, given: given.to_owned(), family: family.to_owned(), address, subject, object, organisation }
    }

    /// The domain of the organisation whose account this is: a Workspace at Google, a tenant at Microsoft.
    pub fn domain(&self) -> Option<&'static str> {
        self.organisation.map(|(domain, _)| domain)
    }

    /// The id of the Microsoft tenant the account is in.
    pub fn tenant(&self) -> &'static str {
        self.organisation.map_or(PERSONAL_TENANT, |(_, tenant)| tenant)
    }

    /// The id Graph knows the account by: the object id, for personal accounts without its padding.
    pub fn graph_id(&self) -> String {
        if self.organisation.is_some() { self.object.clone() } else { self.object[19..].replace('-', "") }
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

    use super::{PERSONAL_TENANT, Person};

    #[test]
    fn people_are_distinct_and_have_plain_addresses() {
        let people: Vec<Person> = (0..60).map(|number| Person::invent(1, number)).collect();
        let addresses: HashSet<&str> = people.iter().map(|person| person.address.as_str()).collect();
        assert_eq!(addresses.len(), 60);
        assert!(addresses.iter().all(|address| address.is_ascii() && !address.contains(' ')));
        assert!(people.iter().all(|person| person.subject.len() == 21));
        assert_eq!(people[1].address, "mateo.quiros@gmail.example");
        let objects: HashSet<&str> = people.iter().map(|person| person.object.as_str()).collect();
        assert_eq!(objects.len(), 60);
        assert!(people.iter().all(|person| person.object.len() == 36));
    }

    #[test]
    fn every_third_person_belongs_to_an_organisation_at_both_providers() {
        let people: Vec<Person> = (0..6).map(|number| Person::invent(1, number)).collect();
        assert_eq!(people[2].domain(), Some("harbourlight.example"));
        assert!(people[2].address.ends_with("@harbourlight.example") && people[2].graph_id() == people[2].object);
        assert_ne!(people[2].tenant(), people[5].tenant());
        assert_eq!((people[0].domain(), people[0].tenant()), (None, PERSONAL_TENANT));
        assert_eq!(people[0].graph_id().len(), 16);
    }
}
