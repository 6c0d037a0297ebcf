//! Bank of America: label and value on two lines or one, dates without a time.

use super::figures::{AMERICA, frame, us};
use super::{Desk, Notice};
use crate::world::compose::letter::Name;

fn both(subject: &str, lines: &[String]) -> Notice {
    let html = lines.iter().map(|line| format!("<p>{}</p>\n", line.replace('\n', "<br>"))).collect::<Vec<_>>().concat();
    let from = Name::new("Bank of America", "onlinebanking@ealerts.bankofamerica.com");
    Notice::both(from, subject, format!("{}\n", lines.join("\n\n")), frame("Bank of America", "#012169", &html))
}

/// Purchases, credits, payments, withdrawals, fees, balances.
pub fn notice(desk: &mut Desk) -> Notice {
    let (merchant, _) = desk.merchant(&AMERICA);
    let amount = us(desk.amount(3, 500));
    let long = desk.when.format("%B %d, %Y").to_string();
    let short = desk.when.format("%m/%d/%Y").to_string();
    let card = "Customized Cash Rewards Visa Signature ending in 7719".to_owned();
    match desk.dice.below(10) {
        0..=4 => both(
            "Credit card transaction exceeds alert limit you set",
            &[
                card,
                format!("Amount: ${amount}\nDate: {long}\nWhere: {merchant}"),
                "You set this limit yourself in Alerts.".to_owned(),
            ],
        ),
        5 => both(
            "We've credited your account",
            &[
                card,
                format!("Amount:\n${amount}"),
                format!("Date of credit:\n{long}"),
                format!("Merchant:\n{merchant}"),
            ],
        ),
        6 => both(
            "Confirmation: Thanks for Your Credit Card Payment",
            &[
                format!("Payment:\n$ {amount}"),
                "To:\nCustomized Cash Rewards Visa Signature ending in - 7719".to_owned(),
                format!("Date posted:\n{long}"),
            ],
        ),
        7 => both(
            "Withdrawal exceeds the limit you set",
            &[
                "Account: Adv Plus Banking ending in 3381".to_owned(),
                format!("Amount: (${amount})\nDate: {short}\nWhere: ATM LAKE AVE"),
            ],
        ),
        8 => both(
            "A fee was charged to your account",
            &[
                "Account: Adv Plus Banking - 3381".to_owned(),
                format!("Fee amount: $ 12\nDate: {short}\nDescription: Paper statement"),
            ],
        ),
        _ => both(
            "Your Available Balance",
            &["Adv Plus Banking ending in 3381".to_owned(), format!("Balance: ${amount}\nAs of: {short}")],
        ),
    }
}
