//! Notices of ten banks, each in its bank's own labels, numbers, dates, charset and shape. Every sentence but the labels
//! is ours, and every merchant, account and amount is invented.

mod bac;
mod bancolombia;
mod bank_of_america;
mod bcr;
mod chase;
mod dbs;
mod figures;
mod hdfc;
mod nubank;
mod scotiabank;
mod sparkasse;

use chrono::{DateTime, Datelike as _, FixedOffset, TimeZone as _};

use super::Sheet;
use super::letter::{File, Letter, Name};
use crate::dice::Dice;
use crate::world::mime::write::{Node, Transfer};

/// A written notice.
struct Notice {
    from: Name,
    subject: String,
    /// Charset of the subject's encoded words.
    charset: &'static str,
    files: Vec<File>,
    body: Node,
}

impl Notice {
    fn html(from: Name, subject: impl Into<String>, html: String) -> Self {
        let body = Node::Text { subtype: "html", charset: "UTF-8", transfer: Transfer::Quoted, text: html };
        Self { from, subject: subject.into(), charset: "utf-8", files: Vec::new(), body }
    }

    fn both(from: Name, subject: impl Into<String>, plain: String, html: String) -> Self {
        let body = Node::alternative(plain, html);
        Self { from, subject: subject.into(), charset: "utf-8", files: Vec::new(), body }
    }
}

/// What a bank writes from: the customer, the moment and dice.
struct Desk {
    given: String,
    name: String,
    when: DateTime<FixedOffset>,
    dice: Dice,
}

impl Desk {
    /// A merchant of a country with its city.
    fn merchant(&mut self, country: &[(&'static str, &'static str)]) -> (&'static str, &'static str) {
        country[self.dice.below(country.len())]
    }

    /// An amount in hundredths between two whole numbers; every third one is round.
    fn amount(&mut self, low: usize, high: usize) -> usize {
        let whole = self.dice.between(low, high);
        if self.dice.chance(33) { whole * 100 } else { whole * 100 + self.dice.below(100) }
    }

    /// The customer's name in capitals, without accents, as cards print it.
    fn capitals(&self) -> String {
        self.name.split(' ').map(|word| super::prose::ascii(word).to_uppercase()).collect::<Vec<_>>().join(" ")
    }
}

type Writer = fn(&mut Desk) -> Notice;

/// Writers with the zone of their bank, in minutes east of Greenwich in winter.
const BANKS: [(Writer, i32); 10] = [
    (bcr::notice, -360),
    (bac::notice, -360),
    (scotiabank::notice, -360),
    (chase::notice, -300),
    (bank_of_america::notice, -300),
    (hdfc::notice, 330),
    (dbs::notice, 480),
    (bancolombia::notice, -300),
    (nubank::notice, -180),
    (sparkasse::notice, 60),
];

/// Banks where most people of the world bank, by the person's number; everybody gets a few notices of the others.
const OWN: [[usize; 3]; 4] = [[1, 3, 9], [0, 1, 2], [5, 6, 4], [9, 7, 8]];

fn write(sheet: &Sheet<'_>) -> (Notice, i32) {
    let mut dice = sheet.dice(20);
    let own = OWN[sheet.person.number % OWN.len()];
    let bank = if dice.chance(70) { own[dice.below(own.len())] } else { dice.below(BANKS.len()) };
    let (writer, mut zone_min) = BANKS[bank];
    let arrived = DateTime::from_timestamp(i64::from(sheet.seconds()), 0).unwrap_or_default();
    // The two banks of the United States are the only ones here that print a time that moves in summer.
    if (3..=4).contains(&bank) && (4..=10).contains(&arrived.month()) {
        zone_min += 60;
    }
    let happened = arrived - chrono::Duration::seconds(i64::try_from(dice.between(50, 170)).unwrap_or(60));
    let zone = FixedOffset::east_opt(zone_min * 60);
    let when = zone.map_or_else(|| happened.fixed_offset(), |zone| zone.from_utc_datetime(&happened.naive_utc()));
    let mut desk = Desk { given: sheet.person.given.clone(), name: sheet.person.name(), when, dice };
    (writer(&mut desk), zone_min)
}

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let (notice, zone_min) = write(sheet);
    let mut letter = Letter::to_owner(sheet, notice.from, notice.subject);
    letter.charset = notice.charset;
    letter.files = notice.files;
    letter.zone_min = zone_min;
    letter.hops = 1;
    letter.extra.push(("Auto-Submitted", "auto-generated".to_owned()));
    letter
}

/// The body.
pub fn body(sheet: &Sheet<'_>) -> Node {
    write(sheet).0.body
}
