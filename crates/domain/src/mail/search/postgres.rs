//! Looks words up in a `tsvector` with a GIN index. That gives what it finds in no order, so time is cut into stretches, the
//! newest and shortest first, and every mail's words name its day, its month, its year and its person: of a word that is in
//! every mail, only the last day's are read.

use super::{
    find::{Found, Wanted},
    index::{TABLE, weight},
    query::{Field, Phrase, Query},
    shelves::Shelf,
};
use crate::database::Database;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use entity::messages::{self, Column as M};
use sea_orm::{
    ConnectionTrait, DbErr, FromQueryResult,
    sea_query::{Expr, ExprTrait, Order, Query as Sql, SelectStatement},
};
use std::ops::Range;

/// Days of the first stretches, named one by one. No mail is of a later day than tomorrow, which is where a search begins.
const DAYS: [u64; 3] = [2, 2, 4];
/// Months of the stretches after them; the one after those is the rest of time.
const STRETCHES: [u32; 5] = [1, 3, 9, 27, 81];
/// Up to so many months are named one by one, more by their years.
const MOST_MONTHS: i32 = 4;

/// What a mail's words say of the mail itself. No word of a text begins like this.
pub(super) fn marks(key: i64) -> [String; 4] {
    let shelf = Shelf::of(key);
    let (number, at) = (shelf.number(), shelf.instant(key));
    let date = at.date_naive();
    [format!("~{number}"), year(number, date.year()), month(number, date), day(number, date)]
}

fn year(number: i64, year: i32) -> String {
    format!("~{number}.{year}")
}

fn month(number: i64, date: NaiveDate) -> String {
    format!("~{number}.{}.{}", date.year(), date.month())
}

fn day(number: i64, date: NaiveDate) -> String {
    format!("~{number}.{}.{}.{}", date.year(), date.month(), date.day())
}

pub(super) async fn rows(db: &Database, query: &Query, wanted: &Wanted) -> Result<Vec<Found>, DbErr> {
    if query.phrases(false).next().is_none() {
        return fetch(db, &without_words(query, wanted)).await;
    }
    let words = expression(query);
    let tx = crate::database::begin_read(db).await?;
    // There is no better way to a few of many mails than the index, whatever the statistics say.
    tx.execute_unprepared("SET LOCAL enable_seqscan = off; SET LOCAL work_mem = '32MB'").await?;
    let mut found = Vec::new();
    for (stretch, marks) in stretches(wanted.shelf, &wanted.keys) {
        let left = wanted.most.saturating_sub(found.len());
        let mut select = wanted.select();
        select
            .from(TABLE)
            .inner_join(messages::Entity, Expr::col((messages::Entity, M::Id)).eq(Expr::col((TABLE, "message_id"))));
        let key = || Expr::col((TABLE, "search_key"));
        select.and_where(matches(&format!("({words}) & ({marks})")));
        select.and_where(key().gte(stretch.start)).and_where(key().lt(stretch.end));
        wanted.after_cursor(&mut select, (TABLE, "search_key"), (TABLE, "message_id"));
        select.order_by((TABLE, "search_key"), Order::Desc).order_by((TABLE, "message_id"), Order::Desc);
        found.extend(fetch(&tx, select.limit(u64::try_from(left).unwrap_or(u64::MAX))).await?);
        if found.len() >= wanted.most {
            break;
        }
    }
    tx.commit().await?;
    Ok(found)
}

/// What is asked of mails besides words, and words that they must not say.
fn without_words(query: &Query, wanted: &Wanted) -> SelectStatement {
    let mut select = wanted.select();
    let key = (messages::Entity, M::SearchKey);
    select.from(messages::Entity);
    select.and_where(Expr::col(key).gte(wanted.keys.start)).and_where(Expr::col(key).lt(wanted.keys.end));
    if query.phrases(true).next().is_some() {
        let unwanted = Sql::select()
            .expr(Expr::val(1))
            .from(TABLE)
            .and_where(Expr::col((TABLE, "message_id")).eq(Expr::col((messages::Entity, M::Id))))
            .and_where(matches(&any(query.phrases(true))))
            .to_owned();
        select.and_where(Expr::exists(unwanted).not());
    }
    wanted.after_cursor(&mut select, key, (messages::Entity, M::Id));
    select.order_by(key, Order::Desc).order_by((messages::Entity, M::Id), Order::Desc);
    select
}

async fn fetch(db: &impl ConnectionTrait, select: &SelectStatement) -> Result<Vec<Found>, DbErr> {
    let rows = db.query_all(select).await?;
    rows.iter().map(|row| Found::from_query_result(row, "")).collect()
}

fn matches(expression: &str) -> Expr {
    Expr::cust_with_values("search_index.words @@ CAST($1 AS tsquery)", [expression])
}

/// The keys from the newest on, in stretches that grow, each with the marks its mails have.
fn stretches(shelf: Shelf, keys: &Range<i64>) -> Vec<(Range<i64>, String)> {
    let number = shelf.number();
    let mut stretches = Vec::new();
    let mut end = keys.end;
    for days in DAYS {
        let newest = shelf.instant(end - 1).date_naive();
        let Some(first) = newest.checked_sub_days(Days::new(days - 1)).filter(|first| first.year() >= 1970) else {
            break;
        };
        let start = Ord::max(shelf.key(first.and_time(NaiveTime::MIN).and_utc()), keys.start);
        if start >= end {
            break;
        }
        let named = first.iter_days().take_while(|date| *date <= newest).map(|date| day(number, date));
        stretches.push((start..end, any_of(named)));
        end = start;
    }
    for months in STRETCHES {
        if end <= keys.start {
            break;
        }
        let newest = month_of(shelf.instant(end - 1));
        let Some(first) = newest.checked_sub_months(Months::new(months - 1)) else { break };
        let start = Ord::max(shelf.key(first.and_time(NaiveTime::MIN).and_utc()), keys.start);
        if start >= end || first.year() < 1970 {
            break;
        }
        let named = if i32::try_from(months).unwrap_or(i32::MAX) <= MOST_MONTHS {
            let each = (0..months).filter_map(|back| newest.checked_sub_months(Months::new(back)));
            any_of(each.map(|one| month(number, one)))
        } else {
            any_of((first.year()..=newest.year()).map(|one| year(number, one)))
        };
        stretches.push((start..end, named));
        end = start;
    }
    if end > keys.start {
        stretches.push((keys.start..end, format!("'~{number}'")));
    }
    stretches
}

fn any_of(marks: impl Iterator<Item = String>) -> String {
    marks.map(|mark| format!("'{mark}'")).collect::<Vec<_>>().join(" | ")
}

fn month_of(at: DateTime<Utc>) -> NaiveDate {
    at.date_naive().with_day(1).unwrap_or_default()
}

/// Words are made of letters alone, so there is nothing in them to be escaped.
fn expression(query: &Query) -> String {
    let wanted: Vec<String> = query.phrases(false).map(phrase).collect();
    let wanted = wanted.join(" & ");
    match any(query.phrases(true)) {
        unwanted if unwanted.is_empty() => wanted,
        unwanted => format!("{wanted} & !({unwanted})"),
    }
}

fn any<'a>(phrases: impl Iterator<Item = &'a Phrase>) -> String {
    phrases.map(phrase).collect::<Vec<_>>().join(" | ")
}

fn phrase(phrase: &Phrase) -> String {
    let field = match phrase.field {
        Field::Any => String::new(),
        field => weight(field).to_string(),
    };
    let last = phrase.words.len() - 1;
    let word = |(at, word): (usize, &String)| {
        let begins = if phrase.begins && at == last { "*" } else { "" };
        let wanted = if begins.is_empty() && field.is_empty() { String::new() } else { format!(":{begins}{field}") };
        format!("'{word}'{wanted}")
    };
    let words: Vec<String> = phrase.words.iter().enumerate().map(word).collect();
    format!("({})", words.join(" <-> "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::search::parse::parse;

    #[test]
    fn every_word_is_quoted() {
        let written = |text| expression(&parse(text));
        assert_eq!(written("a & b "), "('a') & ('b')");
        assert_eq!(
            written("from:\"Ana Mora\" año -x -\"y z\" "),
            "('ana':A <-> 'mora':A) & ('ano') & !(('x') | ('y' <-> 'z'))"
        );
        assert_eq!(written("to:ana@exam"), "('ana':B <-> 'exam':*B)");
    }

    #[test]
    fn stretches_cover_everything_once_from_the_newest_on() {
        let shelf = Shelf::of(7 << 43);
        let now: DateTime<Utc> = "2026-11-21T10:00:00Z".parse().unwrap();
        for since in ["1970-01-01T00:00:00Z", "2026-11-05T00:00:00Z", "2026-07-01T00:00:00Z", "2001-02-03T04:05:06Z"] {
            let keys = shelf.key(since.parse().unwrap())..shelf.key(now);
            let stretches = stretches(shelf, &keys);
            assert_eq!(stretches[0].1, "'~7.2026.11.20' | '~7.2026.11.21'");
            assert_eq!((stretches[0].0.end, stretches.last().unwrap().0.start), (keys.end, keys.start));
            assert!(stretches.windows(2).all(|two| two[0].0.start == two[1].0.end), "{stretches:?}");
        }
        let whole = stretches(shelf, &shelf.all());
        assert_eq!(whole.last().unwrap().1, "'~7'");
        let keys = shelf.all().start..shelf.key(now);
        let marks: Vec<String> = stretches(shelf, &keys).into_iter().map(|(_, marks)| marks).collect();
        assert_eq!(marks[1], "'~7.2026.11.18' | '~7.2026.11.19'");
        assert!(marks[2].starts_with("'~7.2026.11.14' | ") && marks[2].ends_with(" | '~7.2026.11.17'"), "{}", marks[2]);
        assert_eq!(marks[3..6], ["'~7.2026.11'", "'~7.2026.10' | '~7.2026.9' | '~7.2026.8'", "'~7.2025' | '~7.2026'"]);
    }

    #[test]
    fn a_mail_is_marked_with_its_person_its_year_its_month_and_its_day() {
        let key = Shelf::of(3 << 43).key("2026-03-09T23:59:59Z".parse().unwrap());
        assert_eq!(marks(key), ["~3", "~3.2026", "~3.2026.3", "~3.2026.3.9"]);
    }
}
