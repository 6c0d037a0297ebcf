//! Looks words up with FTS5. Its rows are in the order of their keys, and are read from the newest on until enough are found:
//! a word that is in every mail is found as fast as a rare one.

use super::{
    find::{Found, Wanted},
    index::TABLE,
    query::{Field, Phrase, Query},
};
use entity::messages::{self, Column as M};
use sea_orm::{
    ConnectionTrait, DbErr, FromQueryResult,
    sea_query::{Expr, ExprTrait, Order, Query as Sql, SelectStatement},
};

pub(super) async fn rows(db: &impl ConnectionTrait, query: &Query, wanted: &Wanted) -> Result<Vec<Found>, DbErr> {
    let mut select = wanted.select();
    if query.phrases(false).next().is_some() {
        // The index leads: whatever else is asked of a mail is asked in the order it gives.
        select.from(TABLE).cross_join(messages::Entity);
        select.and_where(Expr::col((messages::Entity, M::SearchKey)).eq(Expr::col((TABLE, "rowid"))));
        matches(&mut select, &expression(query), wanted);
        select.order_by((TABLE, "rowid"), Order::Desc);
    } else {
        select.from(messages::Entity);
        let key = || Expr::col((messages::Entity, M::SearchKey));
        select.and_where(key().gte(wanted.keys.start)).and_where(key().lt(end(wanted)));
        if query.phrases(true).next().is_some() {
            let mut unwanted = Sql::select();
            unwanted.column((TABLE, "rowid")).from(TABLE);
            matches(&mut unwanted, &any(query.phrases(true)), wanted);
            select.and_where(key().not_in_subquery(unwanted));
        }
        select.order_by((messages::Entity, M::SearchKey), Order::Desc);
    }
    let rows = db.query_all(&select).await?;
    rows.iter().map(|row| Found::from_query_result(row, "")).collect()
}

fn matches(select: &mut SelectStatement, expression: &str, wanted: &Wanted) {
    let row = || Expr::col((TABLE, "rowid"));
    select.and_where(Expr::cust_with_values("search_index MATCH ?", [expression]));
    select.and_where(row().gte(wanted.keys.start)).and_where(row().lt(end(wanted)));
}

/// No two mails have one key here: the page before ended at it.
fn end(wanted: &Wanted) -> i64 {
    wanted.after.map_or(wanted.keys.end, |after| Ord::min(wanted.keys.end, after.number))
}

/// Words are made of letters alone, so there is nothing in them to be escaped; they are quoted all the same, for some are
/// words of the language: `near`.
fn expression(query: &Query) -> String {
    let wanted: Vec<String> = query.phrases(false).map(phrase).collect();
    let wanted = wanted.join(" AND ");
    match any(query.phrases(true)) {
        unwanted if unwanted.is_empty() => wanted,
        unwanted => format!("({wanted}) NOT ({unwanted})"),
    }
}

fn any<'a>(phrases: impl Iterator<Item = &'a Phrase>) -> String {
    phrases.map(phrase).collect::<Vec<_>>().join(" OR ")
}

fn phrase(phrase: &Phrase) -> String {
    let column = match phrase.field {
        Field::Any => "",
        Field::Sender => "sender : ",
        Field::Recipients => "recipients : ",
        Field::Subject => "subject : ",
    };
    format!("{column}\"{}\"{}", phrase.words.join(" "), if phrase.begins { " *" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::search::parse::parse;

    #[test]
    fn every_word_is_quoted() {
        let written = |text| expression(&parse(text));
        assert_eq!(written("NEAR(a b) "), "\"near a\" AND \"b\"");
        assert_eq!(
            written("from:\"Ana Mora\" año -x -\"y z\" "),
            "(sender : \"ana mora\" AND \"ano\") NOT (\"x\" OR \"y z\")"
        );
        assert_eq!(written("to:ana@exam"), "recipients : \"ana exam\" *");
    }
}
