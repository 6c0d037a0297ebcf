//! Attachment ids and the bytes behind them. An id changes with every change of its mail, but old ones keep working.

use serde_json::json;

use super::{Outcome, Visit};
use crate::dice::Dice;
use crate::google::errors::Failure;
use crate::world::mime::encode::{base64_url, from_base64_any};

/// How every id begins.
const PREFIX: &str = "ANGjdJ";
/// Bytes in an id; most of them mean nothing.
const BYTES: usize = 210;

/// The id of a part, numbered in the order of `Part::walk`.
pub fn id(sequence: u32, part: usize, history: u64) -> String {
    let part = u16::try_from(part).unwrap_or(u16::MAX);
    let mut bytes = history.to_be_bytes().to_vec();
    let mut dice = dice(sequence, part, history);
    bytes.extend((part ^ mask(sequence, history)).to_be_bytes());
    while bytes.len() < BYTES {
        bytes.push(dice.bits().to_be_bytes()[0]);
    }
    format!("{PREFIX}{}", base64_url(&bytes))
}

fn dice(sequence: u32, part: u16, history: u64) -> Dice {
    Dice::of(&[u64::from(sequence), u64::from(part), history, 0x0041_5454])
}

fn mask(sequence: u32, history: u64) -> u16 {
    u16::try_from(Dice::of(&[u64::from(sequence), history]).bits() & 0xFFFF).unwrap_or(0)
}

/// The part behind an id of this mail.
fn part(sequence: u32, text: &str) -> Option<usize> {
    let bytes = from_base64_any(text.strip_prefix(PREFIX)?)?;
    let history = u64::from_be_bytes(bytes.get(..8)?.try_into().ok()?);
    let part = u16::from_be_bytes(bytes.get(8..10)?.try_into().ok()?) ^ mask(sequence, history);
    (id(sequence, usize::from(part), history) == text).then_some(usize::from(part))
}

/// `users.messages.attachments.get`.
pub fn get(visit: &Visit<'_>, ids: &[&str]) -> Outcome {
    let mailbox = visit.resident.mailbox();
    let sequence = mailbox.find(ids[0]).ok_or_else(Failure::not_found)?;
    let number = part(sequence, ids[1]).ok_or_else(|| Failure::invalid("Invalid attachment token"))?;
    let mail = mailbox.part(sequence).ok_or_else(Failure::not_found)?;
    let all = mail.walk();
    let part = all.get(number).ok_or_else(|| Failure::invalid("Invalid attachment token"))?;
    Ok(json!({"size": part.body.len(), "data": base64_url(&part.body)}))
}

#[cfg(test)]
mod tests {
    use super::{id, part};

    #[test]
    fn an_id_opens_its_own_part_of_its_own_mail_only() {
        let text = id(7, 3, 1234);
        assert_eq!(part(7, &text), Some(3));
        assert_eq!(part(8, &text), None);
        assert_eq!(part(7, &text.replace('A', "B")), None);
        assert_ne!(text, id(7, 3, 1235));
    }
}
