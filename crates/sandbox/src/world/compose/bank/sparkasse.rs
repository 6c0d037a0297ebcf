//! Sparkasse: plain text in ISO-8859-1, no dates in the text.

use super::figures::eu;
use super::{Desk, Notice};
use crate::world::compose::letter::Name;
use crate::world::mime::write::{Node, Transfer};

const SHOPS: [&str; 6] = [
    "BLUMENHOF KRUEGER",
    "TEEHAUS OSTWIND",
    "STADTWERKE LINDAU",
    "BUCHLADEN AM TOR",
    "WOCHENMARKT EG",
    "RADHAUS BREMEN",
];

/// Card use, wages, the balance, or a transfer with its date.
pub fn notice(desk: &mut Desk) -> Notice {
    let amount = eu(desk.amount(3, 180));
    let balance = eu(desk.amount(200, 5_000));
    let shop = desk.dice.pick(&SHOPS).to_owned();
    let account = ["2604", "7718"][desk.dice.below(2)];
    let (alarm, text) = match desk.dice.below(8) {
        0..=4 => (
            "Kartenwecker",
            format!(
                "1 neuer Kartenumsatz auf dem Konto *{account}:\n{shop}: -{amount} EUR\nNeuer Saldo: {balance} EUR"
            ),
        ),
        5 => (
            "Gehaltswecker",
            format!(
                "Auf Konto *{account} ging Gehalt ein:\nHafenwerk Süd GmbH: {} EUR\nNeuer Saldo: {balance} EUR",
                eu(desk.amount(1_900, 4_200))
            ),
        ),
        6 => ("Kontostandswecker", format!("Konto *{account}\nNeuer Saldo: {balance} EUR")),
        _ => (
            "Umsatzwecker",
            format!(
                "Neuer Umsatz auf dem Konto *{account} am {}:\n{shop}: -{amount} EUR\nNeuer Saldo: {balance} EUR",
                desk.when.format("%d.%m.%Y")
            ),
        ),
    };
    let text = format!("{alarm}:\n{text}\n\nFreundliche Grüße\nIhre Sparkasse\n");
    Notice {
        from: Name::new("Ihre Sparkasse", "kontowecker@sparkasse-rhein-maas.de"),
        subject: format!("Kontowecker: {alarm}"),
        charset: "iso-8859-1",
        files: Vec::new(),
        body: Node::Text { subtype: "plain", charset: "iso-8859-1", transfer: Transfer::Quoted, text },
    }
}
