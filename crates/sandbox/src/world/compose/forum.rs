//! Mailing lists: plain text, quotes, patches, and the header lines lists add.

use std::fmt::Write as _;

use super::Sheet;
use super::letter::{Letter, Name};
use super::prose::{self, Tongue};
use crate::dice::Dice;
use crate::world::mime::write::Node;

struct List {
    tag: &'static str,
    host: &'static str,
    title: &'static str,
    tongue: Tongue,
    topics: &'static [&'static str],
}

const LISTS: [List; 6] = [
    List {
        tag: "harbour-dev",
        host: "lists.harbour.example",
        title: "Harbour development",
        tongue: Tongue::English,
        topics: &[
            "[PATCH] ledger: count row {n} once",
            "Release 0.{n} next {day}?",
            "RFC: drop the old parser",
            "build broken on {day} snapshot",
        ],
    },
    List {
        tag: "bicicletas",
        host: "listas.bicicletas.example",
        title: "Bicicletas urbanas",
        tongue: Tongue::Spanish,
        topics: &[
            "Ruta del domingo por {town}",
            "Robo en la calle {n}",
            "Taller de frenos a las {h}",
            "Ciclovía de {town}",
        ],
    },
    List {
        tag: "chor-lindau",
        host: "listen.chor.example",
        title: "Chor Lindau",
        tongue: Tongue::German,
        topics: &["Probe um {h}", "Noten für das Konzert in {town}", "Wer singt Tenor?", "Fahrt nach {town}"],
    },
    List {
        tag: "typography",
        host: "groups.letterforms.example",
        title: "Typography circle",
        tongue: Tongue::English,
        topics: &[
            "Which serif for {n} pages?",
            "Scans from {place}",
            "Kerning pairs in old wood type",
            "Meeting minutes, {day}",
        ],
    },
    List {
        tag: "allotment",
        host: "lists.orchardlane.example",
        title: "Orchard Lane allotments",
        tongue: Tongue::English,
        topics: &["Water off on {day}", "Plot {n} is free", "Seed swap at {place}", "Who has the long ladder?"],
    },
    List {
        tag: "sqlite-friends",
        host: "lists.tinydb.example",
        title: "Small databases",
        tongue: Tongue::English,
        topics: &[
            "WAL grows to {n} pages",
            "Partial indexes in practice",
            "Busy timeout of {n} ms",
            "Backup while writing",
        ],
    },
];

fn list(sheet: &Sheet<'_>) -> &'static List {
    &LISTS[sheet.thread_dice(20).below(LISTS.len())]
}

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let list = list(sheet);
    let mut dice = sheet.thread_dice(21);
    let topic = prose::fill(dice.pick(list.topics), &mut dice);
    let prefix = if sheet.slot.turn == 0 { "" } else { "Re: " };
    let (name, address) = prose::contact(sheet.plan.seed, sheet.dice(22).below(240));
    let mut letter =
        Letter::to_owner(sheet, Name { display: name, address }, format!("{prefix}[{}] {topic}", list.tag));
    let posting = Name::new(list.title, &format!("{}@{}", list.tag, list.host));
    if sheet.slot.mine {
        letter.from = letter.to.remove(0);
        letter.to = vec![posting];
        return letter;
    }
    letter.to = vec![posting];
    let (tag, host) = (list.tag, list.host);
    letter.list = Some(format!("{} <{tag}.{host}>", list.title));
    letter.extra = vec![
        ("List-Post", format!("<mailto:{tag}@{host}>")),
        ("List-Archive", format!("<https://{host}/archives/{tag}/>")),
        (
            "List-Unsubscribe",
            format!("<https://{host}/mailman/options/{tag}>,\r\n <mailto:{tag}-request@{host}?subject=unsubscribe>"),
        ),
        ("Precedence", "list".to_owned()),
        ("Sender", format!("{tag}-bounces@{host}")),
        ("X-Mailman-Version", "3.3.9".to_owned()),
        ("User-Agent", dice.pick(&["Mutt/2.2.13", "Thunderbird 140.4", "NeoMutt/20250404", "aerc/0.20"]).to_owned()),
    ];
    letter
}

fn own_words(sheet: &Sheet<'_>) -> Vec<String> {
    prose::paragraphs(&mut sheet.dice(12), list(sheet).tongue, sheet.bulk())
}

/// The body.
pub fn body(sheet: &Sheet<'_>, letter: &Letter) -> Node {
    let list = list(sheet);
    let mut dice = sheet.dice(30);
    let mut plain = String::new();
    let quoted = sheet.slot.previous.and_then(|at| Sheet::of(sheet.plan, sheet.person, sheet.ids, at));
    if let Some(other) = quoted {
        _ = writeln!(plain, "{} wrote:", other.open().from.plain());
        for line in own_words(&other).iter().take(2).flat_map(|paragraph| wrap(paragraph, 70)) {
            _ = writeln!(plain, "> {line}");
        }
        plain.push('\n');
    }
    for paragraph in own_words(sheet) {
        plain.push_str(&wrap(&paragraph, 74).join("\n"));
        plain.push_str("\n\n");
    }
    if letter.subject.as_deref().is_some_and(|subject| subject.contains("PATCH")) {
        plain.push_str(&patch(&mut dice));
    }
    let sender = letter.from.display.split(' ').next().unwrap_or_default();
    _ = write!(plain, "-- \n{sender}\n");
    if !sheet.slot.mine {
        _ = write!(
            plain,
            "\n_______________________________________________\n{} mailing list -- {}@{}\nhttps://{}/mailman/listinfo/{}\n",
            list.title, list.tag, list.host, list.host, list.tag
        );
    }
    Node::text("plain", plain)
}

fn patch(dice: &mut Dice) -> String {
    let mut text =
        format!("---\n src/ledger.c | {} ++--\n\ndiff --git a/src/ledger.c b/src/ledger.c\n", dice.between(2, 9));
    _ = write!(text, "index {}..{} 100644\n--- a/src/ledger.c\n+++ b/src/ledger.c\n", dice.hex(8), dice.hex(8));
    let line = dice.between(20, 900);
    _ = write!(text, "@@ -{line},6 +{line},7 @@ static int count_rows(const struct ledger *l)\n \tint sum = 0;\n");
    _ = write!(
        text,
        "-\tfor (i = 0; i <= l->rows; i++)\n+\tfor (i = 0; i < l->rows && sum < {}; i++)\n \t\tsum += l->row[i];\n\n",
        dice.digits(4)
    );
    text
}

/// Lines of at most so many characters, broken at spaces.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let full =
            lines.last().is_some_and(|line| !line.is_empty() && line.chars().count() + word.chars().count() >= width);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
