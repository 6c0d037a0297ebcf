//! Drafts: begun, not sent; some without a recipient or a subject.

use super::Sheet;
use super::files;
use super::letter::{Letter, Name};
use super::prose;
use crate::world::mime::write::Node;

const SUBJECTS: [&str; 6] = [
    "About {thing}",
    "Question for {name}",
    "Carta a {name}",
    "Entwurf {n}",
    "Plan for {day}",
    "Complaint, number {n}",
];

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let mut dice = sheet.dice(20);
    let subject = prose::fill(dice.pick(&SUBJECTS), &mut dice);
    let own = Name::new(&sheet.person.name(), &sheet.person.address);
    let mut letter = Letter::to_owner(sheet, own, subject);
    letter.to.clear();
    if dice.chance(70) {
        let (display, address) = prose::contact(sheet.plan.seed, dice.below(240));
        letter.to.push(Name { display, address });
    }
    if dice.chance(20) {
        letter.subject = None;
    }
    if dice.chance(15) {
        letter.files.push(files::attached(format!("notes-{}.pdf", dice.digits(3)), "application/pdf", 12_000));
    }
    letter
}

/// The body.
pub fn body(sheet: &Sheet<'_>, letter: &Letter) -> Node {
    let mut dice = sheet.dice(30);
    let tongue = prose::tongue(&mut dice);
    let words = prose::paragraphs(&mut sheet.dice(12), tongue, sheet.bulk().min(3_000));
    let html = words
        .iter()
        .map(|text| format!("<div>{}</div><div><br></div>\n", prose::escape(text)))
        .collect::<Vec<_>>()
        .concat();
    let text = Node::alternative(format!("{}\n", words.join("\n\n")), format!("<div dir=\"ltr\">{html}</div>"));
    if letter.files.is_empty() {
        return text;
    }
    let files = letter.files.iter().map(|file| files::part(file, None, &mut dice));
    Node::Multi("mixed", std::iter::once(text).chain(files).collect())
}
