//! Colleagues sending files around.

use super::Sheet;
use super::files;
use super::letter::{Letter, Name};
use super::prose::{self, escape};
use crate::world::mime::write::Node;

const SUBJECTS: [&str; 12] = [
    "Quarterly figures, draft {n}",
    "Floor plan for {town}",
    "Minutes of {day}",
    "Signed contract {id}",
    "Angebot Nr. {id}",
    "Cotización {id} revisada",
    "Slides for {day} at {h}",
    "Inventory {town}",
    "Invoice {id} to check",
    "Protokoll der Sitzung",
    "Fotos del avance en {town}",
    "Timesheets, week {n}",
];
const NAMES: [(&str, &str); 10] = [
    ("figures-{n}.csv", "text/csv"),
    ("contract-{id}.pdf", "application/pdf"),
    ("floor-plan-{id}.png", "image/png"),
    ("minutes-{n}.pdf", "application/pdf"),
    ("Übersicht {n}.pdf", "application/pdf"),
    ("cotización {id}.pdf", "application/pdf"),
    ("inventory-{n}.csv", "text/csv"),
    ("site-photo-{id}.png", "image/png"),
    ("offer-{id}.pdf", "application/pdf"),
    ("timesheet-{n}.csv", "text/csv"),
];

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let mut dice = sheet.dice(20);
    let (name, address) = prose::contact(sheet.plan.seed, dice.below(40));
    let subject = prose::fill(dice.pick(&SUBJECTS), &mut dice);
    let mut letter = Letter::to_owner(sheet, Name { display: name, address }, subject);
    for _ in 0..dice.below(3) {
        let (name, address) = prose::contact(sheet.plan.seed, dice.below(40));
        letter.cc.push(Name { display: name, address });
    }
    for _ in 0..dice.between(1, 3) {
        let (name, media_type) = NAMES[dice.below(NAMES.len())];
        let bytes = dice.between(4_000, 60_000);
        letter.files.push(files::attached(prose::fill(name, &mut dice), media_type, bytes));
    }
    letter
}

/// The body: a few words and the files.
pub fn body(sheet: &Sheet<'_>, letter: &Letter) -> Node {
    let mut dice = sheet.dice(30);
    let words = prose::paragraphs(&mut sheet.dice(12), prose::tongue(&mut dice), sheet.bulk());
    let plain = format!("{}\n\n{}\n", words.join("\n\n"), letter.from.display);
    let paragraphs =
        words.iter().map(|text| format!("<p class=MsoNormal>{}</p>\n", escape(text))).collect::<Vec<_>>().concat();
    let (house, place) =
        (letter.domain().trim_end_matches(".example").to_owned(), prose::fill("{town} {n}", &mut dice));
    let html = format!(
        "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style><!-- p.MsoNormal {{margin:0cm;font-size:11.0pt;font-family:\"Calibri\",sans-serif;}} --></style></head>\n\
         <body lang=EN-US link=blue><div class=WordSection1>\n{paragraphs}<p class=MsoNormal>&nbsp;</p>\n\
         <p class=MsoNormal><b>{}</b><br><span style='color:#7F7F7F'>{house} | {place}</span></p></div></body></html>\n",
        escape(&letter.from.display)
    );
    let mut parts = vec![Node::alternative(plain, html)];
    parts.extend(letter.files.iter().map(|file| files::part(file, None, &mut dice)));
    Node::Multi("mixed", parts)
}
