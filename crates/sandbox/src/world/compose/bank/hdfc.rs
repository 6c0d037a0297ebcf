//! HDFC Bank: sentences, Indian grouping, two-digit years.

use super::figures::{INDIA, PEOPLE, indian};
use super::{Desk, Notice};
use crate::world::compose::letter::Name;

/// UPI, cards, a mandate or a code.
pub fn notice(desk: &mut Desk) -> Notice {
    let (merchant, _) = desk.merchant(&INDIA);
    let minor = desk.amount(60, 140_000);
    let vpa = format!("q{}@ybl", desk.dice.digits(8));
    let day = desk.when.format("%d-%m-%y").to_string();
    let plain = format!("{}.{:02}", minor / 100, minor % 100);
    let reference = desk.dice.digits(12);
    let (subject, text) = match desk.dice.below(8) {
        0..=2 => (
            "❗ You have done a UPI txn. Check details!".to_owned(),
            format!(
                "Rs.{plain} has been debited from account **8812 to VPA {vpa} {merchant} on {day}.</p>\n<p>UPI reference: {reference}."
            ),
        ),
        3 => (
            "View: Account update for your HDFC Bank A/c".to_owned(),
            format!(
                "Rs. {plain} is successfully credited to your account **8812 by VPA {vpa} {} on {day}.</p>\n<p>UPI reference: {reference}.",
                desk.dice.pick(&PEOPLE)
            ),
        ),
        4..=5 => (
            "Alert : Update on your HDFC Bank Credit Card".to_owned(),
            format!(
                "You used your HDFC Bank Credit Card ending 2045 for Rs {plain} at {merchant} on {}.</p>\n<p>Authorization code:- {}",
                desk.when.format("%d-%m-%Y %H:%M:%S"),
                desk.dice.digits(6)
            ),
        ),
        6 => (
            format!("Rs.{} debited via Credit Card **2045", indian(minor)),
            format!(
                "Rs.{} is debited from your HDFC Bank Credit Card ending 2045 towards {merchant} on {}.",
                indian(minor),
                desk.when.format("%d %b, %Y at %H:%M:%S")
            ),
        ),
        _ => {
            let code = desk.dice.digits(6);
            let text = format!(
                "{code} is the OTP for INR {plain} at {merchant} with your card ending 2045. Keep it to yourself."
            );
            (format!("{code} is the OTP for txn of INR {plain}"), text)
        }
    };
    let html = format!(
        "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body style=\"font-family:Arial,sans-serif;font-size:14px;\">\n<p>Dear {},</p>\n<p>{text}</p>\n<p style=\"font-size:11px;color:#777777;\">Sent by a machine that reads no answers.</p></body></html>\n",
        desk.given
    );
    let address = if desk.dice.chance(40) { "alerts@hdfcbank.net" } else { "alerts@hdfcbank.bank.in" };
    Notice::html(Name::new("HDFC Bank InstaAlerts", address), subject, html)
}
