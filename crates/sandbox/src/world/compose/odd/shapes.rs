//! Odd charsets, directions and nestings.

use std::fmt::Write as _;

use crate::dice::Dice;
use crate::world::compose::Sheet;
use crate::world::compose::files;
use crate::world::compose::letter::File;
use crate::world::compose::prose::{self, Tongue};
use crate::world::mime::words;
use crate::world::mime::write::{Node, Transfer};

/// Pictures as letters.
pub fn emoji(dice: &mut Dice) -> Node {
    let text = prose::sentence(dice, Tongue::English);
    let face = dice.pick(&["🦥", "🦜", "🌋", "☕️", "🧑🏽‍🚀"]).to_owned();
    Node::alternative(
        format!("{face} {text} {face}\n\n💚💛❤️\n"),
        format!("<p style=\"font-size:40px\">{face}</p><p>{} {face}</p>", prose::escape(&text)),
    )
}

/// Text from right to left.
pub fn from_right(lang: &str, lines: &[&str], dice: &mut Dice) -> Node {
    let lines: Vec<String> = (0..dice.between(3, 12))
        .map(|_| {
            let line = dice.pick(lines);
            prose::fill(line, dice)
        })
        .collect();
    let html = lines.iter().map(|line| format!("<p>{}</p>\n", prose::escape(line))).collect::<Vec<_>>().concat();
    let html = format!(
        "<!doctype html><html dir=\"rtl\" lang=\"{lang}\"><body>{html}<p dir=\"ltr\">Order no. {}</p></body></html>",
        dice.digits(6)
    );
    Node::alternative(format!("{}\n", lines.join("\n\n")), html)
}

/// A body in one byte a letter.
pub fn western(charset: &'static str, dice: &mut Dice) -> Node {
    let tongue = if charset == "windows-1252" { Tongue::Spanish } else { Tongue::German };
    let text = prose::paragraphs(dice, tongue, 700).join("\n\n");
    let quotes = if charset == "windows-1252" { "“Fin” – 50 €…" } else { "Schöne Grüße, ½ m² genügt" };
    let transfer = [Transfer::Eight, Transfer::Quoted, Transfer::Base64][dice.below(3)];
    let plain = Node::Text { subtype: "plain", charset, transfer, text: format!("{text}\n\n{quotes}\n") };
    if dice.chance(50) {
        return plain;
    }
    let html = format!(
        "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset={charset}\"></head><body><p>{}</p><p>{quotes}</p></body></html>\n",
        prose::escape(&text)
    );
    let html = Node::Text { subtype: "html", charset, transfer: Transfer::Quoted, text: html };
    Node::Multi("alternative", vec![plain, html])
}

/// A whole mail inside this one.
pub fn forwarded(sheet: &Sheet<'_>, dice: &mut Dice) -> Node {
    let (name, address) = prose::contact(sheet.plan.seed, dice.below(240));
    let subject = words::encode(&prose::fill("Sesión n.º {n}", dice), "utf-8");
    let mut inner = format!(
        "From: {} <{address}>\r\nTo: {}\r\nSubject: {subject}\r\nDate: Tue, 3 Feb 2026 10:11:12 +0100\r\nMessage-ID: <{}@inner.example>\r\nMIME-Version: 1.0\r\n",
        words::encode(&name, "utf-8"),
        sheet.person.address,
        dice.hex(20)
    )
    .into_bytes();
    let text = prose::paragraphs(dice, Tongue::Spanish, 400).join("\n\n");
    Node::text("plain", format!("{text}\n")).write(&mut inner, dice);
    let note = Node::text("plain", format!("{}\n", prose::sentence(dice, Tongue::English)));
    Node::Multi("mixed", vec![note, Node::Mail(inner)])
}

/// Multiparts in multiparts, one of them empty.
pub fn nested(dice: &mut Dice) -> Node {
    let mut inner = Node::alternative(
        format!("{}\n", prose::sentence(dice, Tongue::English)),
        format!("<p>{}</p>", prose::escape(&prose::sentence(dice, Tongue::English))),
    );
    let dot = File { name: String::from("dot.png"), media_type: "image/png", bytes: 1_400, inline: true };
    inner = Node::Multi("related", vec![inner, files::part(&dot, Some(String::from("dot@nested")), dice)]);
    for kind in ["mixed", "signed", "mixed", "report"] {
        inner =
            Node::Multi(kind, vec![inner, Node::text("plain", format!("{}\n", prose::sentence(dice, Tongue::German)))]);
    }
    inner
}

/// HTML that was never finished.
pub fn broken(dice: &mut Dice) -> Node {
    let mut html = String::from("<HTML><BODY BGCOLOR=#FFFFFF TEXT=black><TABLE BORDER=1><TR><TD><B><I>");
    for _ in 0..dice.between(3, 20) {
        let words = prose::sentence(dice, Tongue::English);
        _ = write!(
            html,
            "<TR><TD nowrap WIDTH=2000>{words} & <b><i>{}</b></i> < 3 &nbsp &copy &unknown; <td><table><tr>",
            dice.digits(4)
        );
    }
    html.push_str("<a href=https://example.org/a?b=1&c=2>no quotes</a><p <b>half a tag");
    Node::text("html", html)
}

/// A page without a single line break, as machines write it.
pub fn one_line(dice: &mut Dice) -> Node {
    let sentences = prose::paragraphs(dice, Tongue::English, 20_000);
    let html: Vec<String> =
        sentences.iter().map(|text| format!("<div><span>{}</span></div>", prose::escape(text))).collect();
    Node::text("html", html.concat())
}
