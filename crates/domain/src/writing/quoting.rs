//! What an answer repeats of the mail it answers.

use crate::mail::View;
use chrono_tz::Tz;

/// Most letters of a mail that are repeated: of an endless one the beginning is enough to know what is answered.
const MOST: usize = 100_000;

/// The text below an answer: who wrote when, and what, each line after `> `.
pub(super) fn answered(mail: &View, zone: Tz) -> String {
    let when = mail.received_at.with_timezone(&zone).format("%-d %B %Y at %H:%M");
    let lines = whole(mail).lines().map(quoted).collect::<Vec<_>>().join("\n");
    format!("\n\nOn {when}, {} wrote:\n\n{lines}\n", sender(mail))
}

/// The text of a mail that is passed on, below what is written about it.
pub(super) fn passed_on(mail: &View, zone: Tz) -> String {
    let when = mail.received_at.with_timezone(&zone).format("%-d %B %Y at %H:%M");
    let View { recipients, subject, .. } = mail;
    format!(
        "\n\n---------- Forwarded message ----------\nFrom: {}\nDate: {when}\nSubject: {subject}\nTo: {recipients}\n\n{}\n",
        sender(mail),
        whole(mail)
    )
}

/// A mark is put before marks that are there without a space, as RFC 3676 section 4.5 counts them.
fn quoted(line: &str) -> String {
    match line {
        "" => ">".to_owned(),
        line if line.starts_with('>') => format!(">{line}"),
        line => format!("> {line}"),
    }
}

fn sender(mail: &View) -> String {
    match (mail.sender_name.as_str(), mail.sender_address.as_str()) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    }
}

/// With what it repeats itself.
fn whole(mail: &View) -> String {
    let own = mail.text.trim_end();
    let all = mail.quoted.as_ref().map_or_else(|| own.to_owned(), |quoted| format!("{own}\n\n{}", quoted.trim_end()));
    all.replace("\r\n", "\n").chars().filter(|letter| *letter != '\0').take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn lines_are_marked_once_more() {
        assert_eq!(["", "text", "> text", ">> text"].map(quoted), [">", "> text", ">> text", ">>> text"]);
    }
}
