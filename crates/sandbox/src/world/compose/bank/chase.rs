//! Chase: alternatives in plain text and HTML, amount and merchant in the subject too.

use super::figures::{AMERICA, frame, rows, us};
use super::{Desk, Notice};
use crate::world::compose::letter::Name;

const CARD: &str = "Prime Visa (...2098)";

fn both(subject: String, title: &str, pairs: &[(&str, String)], note: &str) -> Notice {
    let lines = pairs.iter().map(|(label, value)| format!("{label} {value}\n")).collect::<Vec<_>>().concat();
    let plain = format!("{title}\n\n{lines}\n{note}\n");
    let html = frame("Chase", "#117aca", &format!("<h2>{title}</h2>\n{}\n<p>{note}</p>", rows(pairs)));
    Notice::both(Name::new("Chase", "no.reply.alerts@chase.com"), subject, plain, html)
}

/// Purchases most of the time.
pub fn notice(desk: &mut Desk) -> Notice {
    let (merchant, _) = desk.merchant(&AMERICA);
    let amount = format!("${}", us(desk.amount(2, 400)));
    let at = desk.when.format("%b %-d, %Y at %-I:%M %p ET").to_string();
    let day = desk.when.format("%b %-d, %Y").to_string();
    let card = |day| {
        [("Account", CARD.to_owned()), ("Date", day), ("Merchant", merchant.to_owned()), ("Amount", amount.clone())]
    };
    match desk.dice.below(10) {
        0..=5 => both(
            format!("You made a {amount} transaction with {merchant}"),
            &format!("You made a {amount} transaction"),
            &card(at),
            "You asked us to write about every purchase.",
        ),
        6 => both(
            format!("You have a {amount} credit from {merchant}"),
            &format!("You have a {amount} credit"),
            &card(day),
            "It will show up on your next statement.",
        ),
        7 => {
            let sent = desk.when.format("%b %d, %Y").to_string();
            let pairs = [
                ("Amount", amount),
                ("Sent on", sent),
                ("Transaction number", desk.dice.digits(10)),
                ("Memo", "for dinner".to_owned()),
            ];
            both(
                "You received money with Zelle®".to_owned(),
                "Callum Brennan sent you money.",
                &pairs,
                "We put it into your account ending in (...2098).",
            )
        }
        8 => {
            let pairs =
                [("Account", CARD.to_owned()), ("Statement balance", amount), ("Minimum due", "$35.00".to_owned())];
            both(
                "Your credit card statement is available".to_owned(),
                "A new statement is ready",
                &pairs,
                "Sign in to read it.",
            )
        }
        _ => {
            let pairs = [("Code", desk.dice.digits(8))];
            both(
                "Your one-time code".to_owned(),
                "Use this code to sign in",
                &pairs,
                "It works once, for ten minutes. We never ask for it by phone.",
            )
        }
    }
}
