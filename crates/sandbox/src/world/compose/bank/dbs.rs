//! DBS: rows for transfers, broken lines for cards, three senders.

use super::figures::{PEOPLE, SINGAPORE, frame, us};
use super::{Desk, Notice};
use crate::world::compose::letter::Name;

const RED: &str = "#ff3333";

/// Wallet, cards, incoming transfers, security.
pub fn notice(desk: &mut Desk) -> Notice {
    let (merchant, _) = desk.merchant(&SINGAPORE);
    let amount = us(desk.amount(2, 600));
    let at = desk.when.format("%d %b %Y %H:%M SGT").to_string();
    let other = desk.dice.pick(&PEOPLE).to_owned();
    let bold = |label: &str, value: &str| format!("<tr><td><strong>{label}</strong></td><td>{value}</td></tr>\n");
    match desk.dice.below(8) {
        0..=2 => {
            let rows = [
                bold("Date &amp; Time:", &at),
                bold("Amount:", &format!("SGD {amount}")),
                bold("From:", "PayLah! Wallet (Mobile ending 2277)"),
                bold("To:", &other),
            ];
            let inner = format!("<p>Here are the details of your PayLah! payment.</p><table>{}</table>", rows.concat());
            let from = Name::new("DBS PayLah!", "paylah.alert@dbs.com");
            Notice::html(from, "Transaction Alerts", frame("DBS", RED, &inner))
        }
        3..=5 => {
            let time = desk.when.format("%d %b %H:%M (SGT)").to_string().to_uppercase();
            let inner = format!(
                "<p>Transaction Ref: SP{}</p><p>A card transaction dated {} went through.</p>\n<p>Date &amp; Time: {time}<br>Amount: SGD{amount}<br>From: DBS/POSB card ending 2277<br>To: {merchant}</p>",
                desk.dice.digits(12),
                desk.when.format("%d/%m/%y")
            );
            let from = Name::new("DBS iBanking Alerts", "ibanking.alert@dbs.com");
            Notice::html(from, "Card Transaction Alert", frame("DBS", RED, &inner))
        }
        6 => {
            let inner = format!(
                "<p>You received SGD {amount} via PayNow on {at}.</p>\n<p><strong>From:</strong> {other}<br><strong>To:</strong> your account ending 9043<br><strong>Transaction Ref:</strong> {}</p>",
                desk.dice.digits(12)
            );
            let from = Name::new("DBS Bank", "noreply@dbs.com");
            Notice::html(from, "digibank Alerts - You've received a transfer", frame("DBS", RED, &inner))
        }
        _ => {
            let inner = format!(
                "<p>A new device was paired with digibank on {at}. For the next 12 hours it can send at most SGD 1,000.00.</p>"
            );
            Notice::html(
                Name::new("DBS Bank", "noreply@dbs.com"),
                "Your digital token has been set up",
                frame("DBS", RED, &inner),
            )
        }
    }
}
