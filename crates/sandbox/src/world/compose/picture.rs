//! Mails with pictures in their text, named by content ids.

use std::fmt::Write as _;

use super::Sheet;
use super::files;
use super::letter::{File, Letter, Name};
use super::prose::{self, Tongue, escape};
use crate::world::mime::write::Node;

const SUBJECTS: [&str; 6] = [
    "Pictures from {town}",
    "The garden in {town}",
    "Fotos de {town}",
    "Bilder aus {town}",
    "{name} took these",
    "Look what we found",
];

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let mut dice = sheet.dice(20);
    let (name, address) = prose::contact(sheet.plan.seed, dice.below(240));
    let subject = prose::fill(dice.pick(&SUBJECTS), &mut dice);
    let mut letter = Letter::to_owner(sheet, Name { display: name, address }, subject);
    for number in 1..=dice.between(1, 4) {
        let name = format!("image{number:03}.png");
        letter.files.push(File { name, media_type: "image/png", bytes: dice.between(3_000, 30_000), inline: true });
    }
    if dice.chance(30) {
        let name = format!("IMG_{}.png", dice.digits(4));
        letter.files.push(files::attached(name, "image/png", dice.between(20_000, 80_000)));
    }
    letter
}

/// The body: related parts, in a mixed one when a picture is attached too.
pub fn body(sheet: &Sheet<'_>, letter: &Letter) -> Node {
    let mut dice = sheet.dice(30);
    let words = prose::paragraphs(&mut sheet.dice(12), Tongue::English, sheet.bulk().min(4_000));
    let mut html = String::from("<div dir=\"ltr\">");
    let mut related = Vec::new();
    let mut attached = Vec::new();
    for file in &letter.files {
        if !file.inline {
            attached.push(files::part(file, None, &mut dice));
            continue;
        }
        let cid = format!("ii_{}", dice.hex(12));
        let words = escape(&words[related.len() % words.len()]);
        _ = write!(html, "<p>{words}</p>\n<p><img src=\"cid:{cid}\" alt=\"{}\" width=\"480\"></p>\n", file.name);
        related.push(files::part(file, Some(cid), &mut dice));
    }
    html.push_str("</div>");
    let mut parts = vec![Node::alternative(format!("{}\n", words.join("\n\n")), html)];
    parts.extend(related);
    let shown = Node::Multi("related", parts);
    if attached.is_empty() {
        return shown;
    }
    attached.insert(0, shown);
    Node::Multi("mixed", attached)
}
