//! Invitations: a calendar part that mail programs answer, and the same as a file.

use chrono::{DateTime, Duration, Timelike as _, Utc};

use super::Sheet;
use super::files;
use super::letter::{Letter, Name};
use super::prose::{self, escape};
use crate::world::mime::write::{Node, Transfer};

const TOPICS: [&str; 8] = [
    "Planning {town}",
    "Review of draft {n}",
    "Lunch with {name}",
    "Elternabend",
    "Cita médica",
    "Team meeting",
    "Reunión de vecinos",
    "Call about {n}",
];

fn topic(sheet: &Sheet<'_>) -> String {
    let mut dice = sheet.dice(20);
    prose::fill(dice.pick(&TOPICS), &mut dice)
}

fn start(sheet: &Sheet<'_>) -> DateTime<Utc> {
    let mut dice = sheet.dice(21);
    let arrived = DateTime::from_timestamp(i64::from(sheet.seconds()), 0).unwrap_or_default();
    let day = arrived + Duration::days(i64::try_from(dice.between(1, 20)).unwrap_or(1));
    let hour = u32::try_from(dice.between(13, 22)).unwrap_or(13);
    day.with_hour(hour).and_then(|at| at.with_minute(0)).and_then(|at| at.with_second(0)).unwrap_or(day)
}

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let mut dice = sheet.dice(22);
    let (name, address) = prose::contact(sheet.plan.seed, dice.below(60));
    let when = start(sheet).format("%a %b %-d, %Y %-I:%M%P (UTC)");
    let subject = format!("Invitation: {} @ {when} ({})", topic(sheet), sheet.person.address);
    let mut letter = Letter::to_owner(sheet, Name { display: name, address }, subject);
    letter.extra.push(("Sender", "Calendar <calendar-notification@google.example>".to_owned()));
    letter.files.push(files::attached("invite.ics".to_owned(), "application/ics", 1_400));
    letter
}

/// The body: text, HTML and `text/calendar` as alternatives, and the file.
pub fn body(sheet: &Sheet<'_>, letter: &Letter) -> Node {
    let mut dice = sheet.dice(30);
    let (topic, start) = (topic(sheet), start(sheet));
    let place = prose::fill("{town}, {n}", &mut dice);
    let calendar = calendar(sheet, letter, &topic, &place, &dice.hex(26));
    let when = start.format("%A, %-d %B %Y, %H:%M UTC");
    let from = &letter.from.display;
    let plain =
        format!("{topic}\n\nWhen: {when}\nWhere: {place}\nOrganizer: {from}\n\nReply to this mail to answer {from}.\n");
    let html = format!(
        "<div itemscope itemtype=\"http://schema.org/InformAction\"><h2 style=\"font:400 22px Roboto,Arial,sans-serif;\">{}</h2>\n\
         <table cellpadding=\"6\"><tr><td><b>When</b></td><td>{when}</td></tr><tr><td><b>Where</b></td><td>{}</td></tr>\n\
         <tr><td><b>Organizer</b></td><td>{}</td></tr></table>\n\
         <p><a href=\"https://calendar.google.example/respond?r=1\">Yes</a> &middot; <a href=\"https://calendar.google.example/respond?r=2\">No</a> &middot; <a href=\"https://calendar.google.example/respond?r=3\">Maybe</a></p></div>\n",
        escape(&topic),
        escape(&place),
        escape(from)
    );
    let shown = Node::Text {
        subtype: "calendar; method=REQUEST",
        charset: "UTF-8",
        transfer: Transfer::Quoted,
        text: calendar.clone(),
    };
    let file = Node::File {
        media_type: "application/ics".to_owned(),
        name: "invite.ics".to_owned(),
        cid: None,
        bytes: calendar.replace('\n', "\r\n").into_bytes(),
    };
    let alternative = Node::Multi("alternative", vec![Node::text("plain", plain), Node::text("html", html), shown]);
    Node::Multi("mixed", vec![alternative, file])
}

fn calendar(sheet: &Sheet<'_>, letter: &Letter, topic: &str, place: &str, uid: &str) -> String {
    let start = start(sheet);
    let end = start + Duration::minutes(45);
    let stamp = DateTime::from_timestamp(i64::from(sheet.seconds()), 0).unwrap_or_default();
    let form = "%Y%m%dT%H%M%SZ";
    let (organizer, owner) = (&letter.from, &sheet.person);
    format!(
        "BEGIN:VCALENDAR\nPRODID:-//Pretend//Calendar 1.0//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
         DTSTART:{}\nDTEND:{}\nDTSTAMP:{}\nORGANIZER;CN={}:mailto:{}\nUID:{uid}@google.example\n\
         ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=\n TRUE;CN={}:mailto:{}\n\
         LOCATION:{}\nSEQUENCE:0\nSTATUS:CONFIRMED\nSUMMARY:{}\nTRANSP:OPAQUE\nEND:VEVENT\nEND:VCALENDAR\n",
        start.format(form),
        end.format(form),
        stamp.format(form),
        organizer.display,
        organizer.address,
        owner.name(),
        owner.address,
        place.replace(',', "\\,"),
        topic.replace(',', "\\,")
    )
}
