//! What an answer repeats of the mail it answers.

use super::Writing;
use crate::{
    mail::View,
    notifications::{Head, Line, Wording},
};
use chrono_tz::Tz;
use entity::users;
use sea_orm::{DbErr, EntityTrait, QuerySelect};
use uuid::Uuid;

/// Most letters of a mail that are repeated: of an endless one the beginning is enough to know what is answered.
const MOST: usize = 100_000;

/// Who repeats it: in which words, and where times are told.
pub(super) struct Writer {
    pub wording: Wording,
    pub language: String,
    pub zone: Tz,
}

impl Writing {
    /// The language of a user, and the zone in which times are told to them: theirs, or else the browser's.
    pub(super) async fn writer(&self, user: Uuid, browser: Option<&str>) -> Result<Writer, DbErr> {
        let row: Option<(String, Option<String>)> = users::Entity::find_by_id(user)
            .select_only()
            .columns([users::Column::Language, users::Column::Zone])
            .into_tuple()
            .one(&self.connections().db)
            .await?;
        let (language, own) = row.unwrap_or_default();
        let zone = own.as_deref().or(browser).and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC);
        Ok(Writer { wording: self.wording, language, zone })
    }
}

impl Writer {
    fn head<'a>(&self, mail: &'a View, sender: &'a str) -> Head<'a> {
        let at = mail.received_at.with_timezone(&self.zone).naive_local();
        Head { sender, at, subject: &mail.subject, recipients: &mail.recipients }
    }

    /// The text below an answer: who wrote when, and what, each line after `> `.
    pub fn answered(&self, mail: &View) -> String {
        let lines = whole(mail).lines().map(quoted).collect::<Vec<_>>().join("\n");
        let head = (self.wording)(&self.language, Line::Answered(self.head(mail, &sender(mail))));
        format!("\n\n{head}\n\n{lines}\n")
    }

    /// The text of a mail that is passed on, below what is written about it.
    pub fn passed_on(&self, mail: &View) -> String {
        let head = (self.wording)(&self.language, Line::PassedOn(self.head(mail, &sender(mail))));
        format!("\n\n{head}\n\n{}\n", whole(mail))
    }
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
