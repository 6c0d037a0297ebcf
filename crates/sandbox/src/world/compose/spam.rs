//! Spam: prizes, pills, inheritances, and notices that pretend to come from a bank.

use std::fmt::Write as _;

use super::Sheet;
use super::letter::{Letter, Name};
use super::prose::{self, escape};
use crate::world::mime::write::{Node, Transfer};

const LURES: [(&str, &str, &str, &str); 9] = [
    (
        "Prize Office",
        "winner@lucky-draw-{n}.example",
        "You have won {n} EUR!!!",
        "Your number {n} was drawn. Send your address and a small fee to collect it.",
    ),
    (
        "Dr. {name}",
        "dr.{n}@cheapmeds.example",
        "No prescription n33ded",
        "Our pharmacy in {town} ships {n} packs tonight.",
    ),
    (
        "Barrister {name}",
        "chambers{n}@freelegal.example",
        "Inheritance of the late {name}",
        "A client left {n} million without heirs, and I thought of you.",
    ),
    (
        "Soporte Banco",
        "soporte@verificacion-{n}.example",
        "Su cuenta será suspendida",
        "Confirme su clave en las próximas {n} horas para evitar el bloqueo.",
    ),
    (
        "Crypto Desk",
        "desk@moon-{n}.example",
        "{n} % in {n} days",
        "{name} from {town} quit the job on {day}. You can too.",
    ),
    (
        "Paketdienst",
        "zoll@paket-{n}.example",
        "Ihr Paket wartet auf {n} Cent",
        "Die Zollgebühr für die Sendung {n} ist offen.",
    ),
    (
        "Account Team",
        "no-reply@secure-login-{n}.example",
        "Unusual sign-in from {town}",
        "We saw a sign-in at {h}. Verify now or lose access.",
    ),
    ("{name}", "{n}@dating.example", "Hi, remember me?", "We met in {town}. My new pictures are here."),
    (
        "SEO Team",
        "rank{n}@first-page.example",
        "Your website ranks {n}",
        "We bring you to the first page of every search for {n} USD.",
    ),
];

/// How many of a hundred pretend to come from a bank.
const SPOOFED: usize = 12;

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let mut dice = sheet.dice(20);
    if dice.chance(SPOOFED) {
        return spoofed(sheet);
    }
    let (name, address, subject, _) = LURES[dice.below(LURES.len())];
    let from = Name::new(&prose::fill(name, &mut dice), &prose::fill(address, &mut dice));
    let subject = prose::fill(subject, &mut dice);
    let mut letter = Letter::to_owner(sheet, from, subject);
    letter.authentic = dice.chance(35);
    letter.hops = dice.between(1, 5);
    letter.extra.push(("Reply-To", format!("claims{}@collect.example", dice.digits(3))));
    letter
}

/// A bank's name and address, but not its signature.
fn spoofed(sheet: &Sheet<'_>) -> Letter {
    let mut letter = super::bank::open(sheet);
    letter.authentic = false;
    letter.extra.push(("Reply-To", "verify@collect.example".to_owned()));
    letter
}

/// The body: loud HTML with broken words.
pub fn body(sheet: &Sheet<'_>, letter: &Letter) -> Node {
    let mut dice = sheet.dice(20);
    if dice.chance(SPOOFED) {
        return super::bank::body(sheet);
    }
    let (_, _, _, text) = LURES[dice.below(LURES.len())];
    let mut dice = sheet.dice(30);
    let bulk = sheet.bulk();
    let mut html = format!(
        "<html><body bgcolor=yellow><center><font size=6 color=red><b>{}</b></font><br>\n",
        escape(letter.subject.as_deref().unwrap_or_default())
    );
    while html.len() < bulk {
        let words = prose::fill(text, &mut dice);
        let broken: Vec<String> = words.split(' ').map(|word| hide(word, dice.chance(30))).collect();
        _ = writeln!(
            html,
            "<p>{}</p><a href=\"http://198.51.100.{}/{}\"><img src=\"http://pics.example/{}.gif\" border=0 width=300 height=60></a>",
            broken.join(" "),
            dice.between(1, 254),
            dice.hex(18),
            dice.hex(8)
        );
    }
    _ = writeln!(html, "<font size=1 color=yellow>{}</font></center></body></html>", dice.base64(60));
    Node::Text { subtype: "html", charset: "utf-8", transfer: Transfer::Base64, text: html }
}

/// A word with something invisible in its middle.
fn hide(word: &str, broken: bool) -> String {
    let middle = word.chars().count() / 2;
    let (start, end): (String, String) = (word.chars().take(middle).collect(), word.chars().skip(middle).collect());
    if broken { format!("{start}<span style=\"display:none\">x</span>{end}") } else { word.to_owned() }
}
