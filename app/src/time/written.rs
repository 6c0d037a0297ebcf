//! Days and instants that are written down for good: nobody rewrites them where they are read.

use super::Reading;
use crate::language::{Language, say};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// An instant inside a sentence of a mail, where its writer is: `3 March 2024 at 14:32`.
pub fn written_words(language: Language, at: NaiveDateTime) -> String {
    let at = Reading::in_utc(at.and_utc());
    say!(language, time.written, day = at.day, month = at.month_name(language), year = at.year, clock = at.clock())
}

/// A day that belongs to no zone: `3 Mar 2024`.
pub fn day_words(language: Language, day: NaiveDate) -> String {
    Reading::in_utc(day.and_time(NaiveTime::MIN).and_utc()).stable(language)
}
