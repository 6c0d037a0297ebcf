//! Writes the words of mails into the index, in the transaction that stores the mails: what is stored can be found. Nothing
//! has to be taken out of it: the database does that with every message that goes.

use super::{
    plain,
    query::Field,
    words::{composed, each_word},
};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr,
    sea_query::{Expr, ExprTrait, OnConflict, Query, SimpleExpr},
};
use std::{collections::HashMap, fmt::Write};
use uuid::Uuid;

/// Words of one mail that can be found: PostgreSQL numbers no more of them.
const MOST_WORDS: usize = 14_000;
/// Numbers left out between two fields, so that no phrase reaches from one into the next.
const GAP: usize = 5;
/// Mails written with one statement.
const AT_ONCE: usize = 50;

/// The table, or what SQLite has in its place.
pub(super) const TABLE: &str = "search_index";

/// What is written of one mail.
#[derive(Clone, Debug)]
pub(in crate::mail) struct Entry<'a> {
    pub id: Uuid,
    pub key: i64,
    pub sender_name: &'a str,
    pub sender_address: &'a str,
    pub recipients: &'a str,
    pub subject: &'a str,
    /// The text, where the mail has one.
    pub text: Option<&'a str>,
    /// The HTML, for mails without a text.
    pub html: Option<&'a str>,
    /// Names of attached files.
    pub files: Vec<&'a str>,
}

impl Entry<'_> {
    /// Calls `found` with every word, field after field.
    fn each_word(&self, mut found: impl FnMut(Field, &str)) {
        let mut left = MOST_WORDS;
        let mut read = |field, text: &str| {
            each_word(&composed(text), |word, _| {
                found(field, word);
                left = left.saturating_sub(1);
                left > 0
            });
        };
        read(Field::Sender, self.sender_name);
        read(Field::Sender, self.sender_address);
        read(Field::Recipients, self.recipients);
        read(Field::Subject, self.subject);
        // Before the text, which may be as long as it likes.
        for file in &self.files {
            read(Field::Any, file);
        }
        match (self.text.filter(|text| !text.trim().is_empty()), self.html) {
            (Some(text), _) => read(Field::Any, text),
            (None, Some(html)) => read(Field::Any, &plain::of_html(html)),
            (None, None) => {}
        }
    }

    /// The words of each field, a space between each two: what SQLite is given.
    fn columns(&self) -> [String; 4] {
        let mut columns = [const { String::new() }; 4];
        self.each_word(|field, word| {
            let column = &mut columns[place(field)];
            column.push_str(word);
            column.push(' ');
        });
        columns
    }

    /// The words with their places and fields: what PostgreSQL is given (`tsvector`).
    fn vector(&self, marks: &[String]) -> String {
        let mut places: HashMap<String, String> = HashMap::new();
        let mut at = 0;
        let mut before = None;
        self.each_word(|field, word| {
            at += if before == Some(field) { 1 } else { GAP };
            before = Some(field);
            let places = places.entry(word.to_owned()).or_default();
            let _ = write!(places, "{}{at}{}", if places.is_empty() { ':' } else { ',' }, weight(field));
        });
        let words = places.iter().fold(String::new(), |mut vector, (word, places)| {
            let _ = write!(vector, "'{word}'{places} ");
            vector
        });
        marks.iter().fold(words, |mut vector, mark| {
            let _ = write!(vector, "'{mark}' ");
            vector
        })
    }
}

/// The column of a field.
pub(super) fn place(field: Field) -> usize {
    match field {
        Field::Sender => 0,
        Field::Recipients => 1,
        Field::Subject => 2,
        Field::Any => 3,
    }
}

/// The weight of a field's words.
pub(super) fn weight(field: Field) -> char {
    ['A', 'B', 'C', 'D'][place(field)]
}

/// Writes what these mails say, in place of what was written of them before.
pub(in crate::mail) async fn write(db: &impl ConnectionTrait, entries: &[Entry<'_>]) -> Result<(), DbErr> {
    // FTS5 gathers words in memory only for as long as the keys rise; otherwise every mail is written out by itself.
    let mut entries: Vec<&Entry<'_>> = entries.iter().collect();
    entries.sort_unstable_by_key(|one| one.key);
    for some in entries.chunks(AT_ONCE) {
        let mut insert = Query::insert();
        insert.into_table(TABLE);
        if db.get_database_backend() == DatabaseBackend::Postgres {
            insert.columns(["message_id", "search_key", "words"]);
            for one in some {
                let words = Expr::val(one.vector(&super::postgres::marks(one.key))).cast_as("tsvector");
                insert.values([one.id.into(), one.key.into(), words]).map_err(other)?;
            }
            let same = OnConflict::column("message_id").update_columns(["search_key", "words"]).to_owned();
            insert.on_conflict(same);
        } else {
            insert.replace().columns(["rowid", "sender", "recipients", "subject", "body"]);
            for one in some {
                let words = one.columns().into_iter().map(SimpleExpr::from);
                insert.values([SimpleExpr::from(one.key)].into_iter().chain(words)).map_err(other)?;
            }
        }
        db.execute(&insert).await?;
    }
    Ok(())
}

fn other(error: impl std::fmt::Display) -> DbErr {
    DbErr::Custom(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry<'static> {
        Entry {
            id: Uuid::nil(),
            key: 0,
            sender_name: "Ana",
            sender_address: "ana@example.com",
            recipients: "luis@example.org",
            subject: "Año",
            text: Some("año que viene"),
            html: Some("<p>not this</p>"),
            files: vec!["año.pdf"],
        }
    }

    #[test]
    fn every_field_has_its_column() {
        let columns = ["ana ana example com ", "luis example org ", "ano ", "ano pdf ano que viene "];
        assert_eq!(entry().columns(), columns);
        let html = Entry { text: Some(" "), files: vec![], html: Some("<b>b</b>old"), ..entry() };
        assert_eq!(html.columns()[3], "bold ");
    }

    #[test]
    fn a_vector_says_where_each_word_stands() {
        let mut words: Vec<String> = entry().vector(&["~7".into()]).split_whitespace().map(str::to_owned).collect();
        words.sort();
        let expected = [
            "'ana':5A,6A",
            "'ano':20C,25D,27D",
            "'com':8A",
            "'example':7A,14B",
            "'luis':13B",
            "'org':15B",
            "'pdf':26D",
            "'que':28D",
            "'viene':29D",
            "'~7'",
        ];
        let mut expected = expected.map(str::to_owned);
        expected.sort();
        assert_eq!(words, expected);
    }

    #[test]
    fn a_mail_as_long_as_a_library_is_found_by_its_beginning() {
        let text = "word ".repeat(100_000) + "last";
        let entry = Entry { text: Some(&text), ..entry() };
        let words: usize = entry.columns().iter().map(|column| column.split_whitespace().count()).sum();
        assert_eq!(words, MOST_WORDS);
    }
}
