//! People writing to each other: short mails, long ones, answers that quote what they answer.

use std::fmt::Write as _;

use super::Sheet;
use super::letter::{Letter, Name};
use super::prose::{self, Tongue};
use crate::world::mime::write::Node;

const SUBJECTS: [&str; 24] = [
    "About {thing}",
    "{day}?",
    "Meeting at {place}",
    "Re-scheduling to {day}",
    "{thing} – second attempt",
    "Question {n}",
    "Lunch at {h}",
    "News from {place}",
    "Invoice {id}",
    "Looking for {thing}",
    "Thank you!",
    "Can you help with {thing}?",
    "Pictures from {place}",
    "Plan for {day}",
    "Short notice",
    "{name}'s birthday",
    "Your visit on {day}",
    "Notes, part {n}",
    "Keys",
    "Minutes of the meeting of {day}",
    "What about {place}?",
    "Reservation {id}",
    "Translation of chapter {n}",
    "Quick question",
];
const SPANISH_SUBJECTS: [&str; 8] = [
    "Reunión del próximo lunes",
    "¿Nos vemos a las {h}?",
    "Préstamo del salón",
    "Cumpleaños de {name}",
    "Documentación {id}",
    "Información sobre el niño",
    "Cotización n.º {id}",
    "Sesión de mañana",
];
const GERMAN_SUBJECTS: [&str; 4] =
    ["Terminänderung", "Rückfrage zu Nr. {id}", "Schöne Grüße", "Schlüsselübergabe um {h}"];

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let mut dice = sheet.thread_dice(1);
    let tongue = prose::tongue(&mut dice);
    let template = match tongue {
        Tongue::Spanish => dice.pick(&SPANISH_SUBJECTS),
        Tongue::German => dice.pick(&GERMAN_SUBJECTS),
        Tongue::Portuguese => "Confirmação n.º {id}",
        Tongue::Arabic => "بخصوص الموعد {n}",
        Tongue::Japanese => "打ち合わせの件({n})",
        Tongue::English => dice.pick(&SUBJECTS),
    };
    let topic = prose::fill(template, &mut dice);
    let subject = if sheet.slot.turn == 0 { topic } else { format!("Re: {topic}") };
    let circle: Vec<Name> = (0..dice.between(1, 3))
        .map(|_| {
            let (name, address) = prose::contact(sheet.plan.seed, dice.below(240));
            Name { display: name, address }
        })
        .collect();
    let author = sheet.dice(10).below(circle.len());
    let mut letter = Letter::to_owner(sheet, circle[author].clone(), subject);
    let others = circle.iter().enumerate().filter(|(at, _)| *at != author).map(|(_, name)| name.clone());
    if sheet.slot.mine {
        letter.from = letter.to.remove(0);
        letter.to = circle;
        if sheet.dice(11).chance(6) {
            let (name, address) = prose::contact(sheet.plan.seed, sheet.dice(11).below(240));
            letter.bcc.push(Name { display: name, address });
        }
    } else {
        letter.cc = others.collect();
    }
    letter
}

/// The paragraphs a mail says itself, without quotes.
fn own_words(sheet: &Sheet<'_>) -> Vec<String> {
    let tongue = {
        let mut dice = sheet.thread_dice(1);
        prose::tongue(&mut dice)
    };
    prose::paragraphs(&mut sheet.dice(12), tongue, sheet.bulk())
}

/// The body.
pub fn body(sheet: &Sheet<'_>) -> Node {
    let mut dice = sheet.dice(13);
    let letter = open(sheet);
    let words = own_words(sheet);
    let sender = letter.from.display.split(' ').next().unwrap_or("").to_owned();
    let quoted = sheet.slot.previous.and_then(|previous| {
        let other = Sheet::of(sheet.plan, sheet.person, sheet.ids, previous)?;
        Some((other.open().from.plain(), own_words(&other).into_iter().take(3).collect::<Vec<_>>()))
    });
    let mut plain = format!("{}\n\n{sender}\n", words.join("\n\n"));
    if let Some((who, lines)) = &quoted {
        _ = write!(plain, "\n{who} wrote:\n");
        for line in lines {
            _ = write!(plain, "> {line}\n>\n");
        }
    }
    if dice.chance(35) {
        return Node::text("plain", plain);
    }
    let mut html = String::from("<div dir=\"auto\">");
    for paragraph in &words {
        _ = writeln!(html, "<p>{}</p>", prose::escape(paragraph));
    }
    _ = write!(html, "<p>{}</p></div>", prose::escape(&sender));
    if let Some((who, lines)) = &quoted {
        _ = write!(
            html,
            "<div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">{} wrote:<br></div>\n<blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\">",
            prose::escape(who)
        );
        for line in lines {
            _ = write!(html, "<p>{}</p>", prose::escape(line));
        }
        html.push_str("</blockquote></div>\n");
    }
    Node::alternative(plain, html)
}
