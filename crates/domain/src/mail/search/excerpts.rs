//! Where in the text of a mail, its files or its recipients the words are.

use super::{
    files,
    find::Found,
    marks::{Marked, sought_in},
    plain,
    query::{Field, Phrase},
};
use entity::message_bodies;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, Func},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Letters of a text in which the words are looked for again: more of them would have to be read for every hit.
const LETTERS: i32 = 20_000;
/// Letters of HTML, of which most are none of the text.
const LETTERS_OF_HTML: i32 = 100_000;

/// What an excerpt is cut from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The text.
    Text,
    /// The names of attached files.
    Files,
    /// Whom it is to.
    Recipients,
}

/// The texts of a page of mails.
#[derive(Debug, Default)]
pub(super) struct Excerpts {
    texts: HashMap<Uuid, String>,
    files: HashMap<Uuid, Vec<String>>,
}

impl Excerpts {
    /// Reads them, if words are looked for in them.
    pub async fn of(db: &impl ConnectionTrait, rows: &[Found], phrases: &[&Phrase]) -> Result<Self, DbErr> {
        use message_bodies::Column as B;
        if rows.is_empty() || phrases.iter().all(|phrase| phrase.field != Field::Any) {
            return Ok(Self::default());
        }
        let beginning = |column: B, letters: i32| {
            Func::cust("substr").arg(Expr::col(column)).arg(Expr::val(1)).arg(Expr::val(letters))
        };
        let texts: Vec<(Uuid, Option<String>)> = message_bodies::Entity::find()
            .select_only()
            .column(B::MessageId)
            .expr_as(beginning(B::Text, LETTERS), "text")
            .filter(B::MessageId.is_in(rows.iter().map(|row| row.id)))
            .into_tuple()
            .all(db)
            .await?;
        let said = texts.into_iter().filter_map(|(id, text)| Some((id, text.filter(|text| !text.trim().is_empty())?)));
        let mut texts: HashMap<Uuid, String> = said.collect();
        let silent: Vec<Uuid> = rows.iter().map(|row| row.id).filter(|id| !texts.contains_key(id)).collect();
        if !silent.is_empty() {
            let framed: Vec<(Uuid, Option<String>)> = message_bodies::Entity::find()
                .select_only()
                .column(B::MessageId)
                .expr_as(beginning(B::Html, LETTERS_OF_HTML), "html")
                .filter(B::MessageId.is_in(silent))
                .into_tuple()
                .all(db)
                .await?;
            texts.extend(framed.into_iter().filter_map(|(id, html)| Some((id, plain::of_html(&html?)))));
        }
        let files = files::names(db, rows.iter().map(|row| row.id)).await?;
        Ok(Self { texts, files })
    }

    /// The part of a mail that says most of where it was found.
    pub fn cut(&self, row: &Found, phrases: &[&Phrase]) -> (Marked, Part) {
        let anywhere: Vec<&Phrase> = phrases.iter().copied().filter(|phrase| phrase.field == Field::Any).collect();
        let text = || Marked::excerpt(self.texts.get(&row.id)?, &anywhere).map(|found| (found, Part::Text));
        let files = || {
            let name = |name: &String| Marked::excerpt(name, &anywhere);
            self.files.get(&row.id)?.iter().find_map(name).map(|found| (found, Part::Files))
        };
        let recipients = || {
            let found = Marked::excerpt(&row.recipients, &sought_in(phrases, Field::Recipients))?;
            Some((found, Part::Recipients))
        };
        text()
            .or_else(files)
            .or_else(recipients)
            .unwrap_or_else(|| (Marked { text: row.snippet.clone(), marks: Vec::new() }, Part::Text))
    }
}
