//! Mails out of the ordinary: everything a reader must survive, a few lines of each.

mod hostile;
mod shapes;

use super::Sheet;
use super::files;
use super::letter::{Letter, Name};
use super::prose;
use crate::dice::Dice;
use crate::world::mime::write::Node;

/// In which way a mail is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Oddity {
    NoSubject,
    LongSubject,
    Emoji,
    Hebrew,
    Arabic,
    Windows,
    Latin,
    ManyHops,
    Scripted,
    Phishing,
    Leaking,
    Forwarded,
    Empty,
    FileOnly,
    Nested,
    RawHeaders,
    BrokenHtml,
    Hidden,
    QuotedWord,
    HugeLine,
    OddNames,
}

const ALL: [Oddity; 21] = [
    Oddity::NoSubject,
    Oddity::LongSubject,
    Oddity::Emoji,
    Oddity::Hebrew,
    Oddity::Arabic,
    Oddity::Windows,
    Oddity::Latin,
    Oddity::ManyHops,
    Oddity::Scripted,
    Oddity::Phishing,
    Oddity::Leaking,
    Oddity::Forwarded,
    Oddity::Empty,
    Oddity::FileOnly,
    Oddity::Nested,
    Oddity::RawHeaders,
    Oddity::BrokenHtml,
    Oddity::Hidden,
    Oddity::QuotedWord,
    Oddity::HugeLine,
    Oddity::OddNames,
];

fn oddity(sheet: &Sheet<'_>) -> Oddity {
    ALL[sheet.dice(20).below(ALL.len())]
}

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let mut dice = sheet.dice(21);
    let oddity = oddity(sheet);
    let (name, address) = prose::contact(sheet.plan.seed, dice.below(240));
    let mut letter = Letter::to_owner(sheet, Name { display: name, address }, subject(oddity, &mut dice));
    match oddity {
        Oddity::NoSubject => letter.subject = None,
        Oddity::Windows => {
            letter.charset = "windows-1252";
            "Señora Peña – Tesorería".clone_into(&mut letter.from.display);
        }
        Oddity::Latin => {
            letter.charset = "iso-8859-1";
            "Jürgen Weiß".clone_into(&mut letter.from.display);
        }
        Oddity::ManyHops => letter.hops = dice.between(6, 11),
        Oddity::FileOnly => {
            let name = prose::fill("Überweisung – Größe 選択 {n}.pdf", &mut dice);
            letter.files.push(files::attached(name, "application/pdf", dice.between(8_000, 30_000)));
        }
        Oddity::Forwarded => {
            letter.files.push(files::attached("forwarded.eml".to_owned(), "message/rfc822", 2_500));
        }
        Oddity::RawHeaders => {
            "O'Brien, \"Bo\" (Accounts)".clone_into(&mut letter.from.display);
            let far = "a-rather-long-word ".repeat(dice.between(20, 50));
            letter.extra = vec![
                ("X-Folded", format!("one\r\n\ttwo\r\n   three\r\n {}", dice.hex(40))),
                ("X-Long", far.trim_end().to_owned()),
                ("X-Repeated", "first".to_owned()),
                ("x-repeated", "second".to_owned()),
                ("X-Undeclared", "Grüße, señor".to_owned()),
                ("X-Empty", String::new()),
                ("Comments", "=?UTF-8?Q?broken_word=?= =?utf-8?B?!!!?= =?x-unknown?Q?=41bc?=".to_owned()),
            ];
        }
        Oddity::Empty => letter.from.display.clear(),
        // Some programs put an encoded word into quotes, where it means itself.
        Oddity::QuotedWord => {
            letter.extra.push(("Reply-To", "\"=?utf-8?q?Jos=C3=A9?=\" <jose@quotes.example>".to_owned()));
        }
        Oddity::OddNames => {
            for name in ["../../etc/passwd.csv", "a b;c=d.csv", "CON.csv", ".csv", "rechnung\u{202E}fdp.csv"] {
                letter.files.push(files::attached(name.to_owned(), "text/csv", dice.between(300, 900)));
            }
        }
        _ => {}
    }
    letter
}

fn subject(oddity: Oddity, dice: &mut Dice) -> String {
    let text = match oddity {
        Oddity::NoSubject => "",
        Oddity::LongSubject => {
            return (0..14).map(|_| prose::sentence(dice, prose::Tongue::English)).collect::<Vec<_>>().join(" ");
        }
        Oddity::Emoji => "🎉🎂 {name} turns {n} 🥳 – 👩‍👩‍👧‍👦 welcome! 🇨🇷",
        Oddity::Hebrew => "תזכורת: פגישה מספר {n} (draft)",
        Oddity::Arabic => "دعوة رقم {n}: حفل في {town}",
        Oddity::Windows => "Liquidación n.º {n} – “urgente” – 50 €",
        Oddity::Latin => "Rückmeldung für Größe {n}: schön",
        Oddity::ManyHops => "Sent around {town} {n} times",
        Oddity::Scripted => "Interactive report {n}",
        Oddity::Phishing => "Please confirm your password ({n})",
        Oddity::Leaking => "Styled invitation {n}",
        Oddity::Forwarded => "Fwd: the letter of {day}",
        Oddity::Empty => "(empty) {n}",
        Oddity::FileOnly => "Scan {n}",
        Oddity::Nested => "Re: Fwd: Re: AW: RV: {thing}",
        Oddity::RawHeaders => "Folded   and  spaced {n}",
        Oddity::BrokenHtml => "Table {n} <b>& more</b>",
        Oddity::Hidden => "What you see is {n}",
        Oddity::QuotedWord => "A word in quotes {n}",
        Oddity::HugeLine => "One line, {n} pages",
        Oddity::OddNames => "Files with odd names {n}",
    };
    prose::fill(text, dice)
}

/// The body.
pub fn body(sheet: &Sheet<'_>, letter: &Letter) -> Node {
    let mut dice = sheet.dice(30);
    match oddity(sheet) {
        Oddity::Scripted => hostile::scripted(&mut dice),
        Oddity::Phishing => hostile::phishing(&mut dice),
        Oddity::Leaking => hostile::leaking(&mut dice),
        Oddity::Hidden => hostile::hidden(&mut dice),
        Oddity::Emoji => shapes::emoji(&mut dice),
        Oddity::Hebrew => {
            shapes::from_right("he", &["שלום, הפגישה נדחתה ליום ראשון בשעה {h}.", "המספר הוא {n}, נא לאשר."], &mut dice)
        }
        Oddity::Arabic => {
            shapes::from_right("ar", &["مرحباً، الحفل يبدأ الساعة {h}.", "الرقم هو {n} ومكانه {town}."], &mut dice)
        }
        Oddity::Windows => shapes::western("windows-1252", &mut dice),
        Oddity::Latin => shapes::western("iso-8859-1", &mut dice),
        Oddity::Forwarded => shapes::forwarded(sheet, &mut dice),
        Oddity::Empty => Node::text("plain", String::new()),
        Oddity::FileOnly => files::part(&letter.files[0], None, &mut dice),
        Oddity::Nested => shapes::nested(&mut dice),
        Oddity::BrokenHtml => shapes::broken(&mut dice),
        Oddity::HugeLine => shapes::one_line(&mut dice),
        Oddity::OddNames => {
            let text = Node::text("plain", format!("{}\n", prose::sentence(&mut dice, prose::Tongue::English)));
            let files = letter.files.iter().map(|file| files::part(file, None, &mut dice));
            Node::Multi("mixed", std::iter::once(text).chain(files).collect())
        }
        _ => {
            let words = prose::paragraphs(&mut dice, prose::Tongue::English, sheet.bulk());
            Node::text("plain", format!("{}\n", words.join("\n\n")))
        }
    }
}
