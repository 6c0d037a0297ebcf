//! Days and lengths of time in a search.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// A day of the calendar, in whatever zone its reader lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day(NaiveDate);

/// A length of time, counted back from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    Hours(u32),
    Days(u32),
    Months(u32),
}

/// Reads `2026-03-01`, `2026/3/1`, `2026-03` and `2026`.
pub(super) fn day(text: &str) -> Option<Day> {
    let mut parts = text.trim().split(['-', '/', '.']);
    let mut part = |missing: Option<u32>| match parts.next() {
        Some(digits) if digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
        Some(_) => None,
        None => missing,
    };
    let (year, month, day) = (part(None)?, part(Some(1))?, part(Some(1))?);
    if parts.next().is_some() || !(1970..=2200).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).map(Day)
}

/// Reads `12h`, `7d`, `2w`, `3m` and `1y`.
pub(super) fn span(text: &str) -> Option<Span> {
    let text = text.trim();
    let unit = text.chars().next_back()?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok().filter(|number| *number <= 10_000)?;
    Some(match unit.to_ascii_lowercase() {
        'h' => Span::Hours(number),
        'd' => Span::Days(number),
        'w' => Span::Days(number * 7),
        'm' => Span::Months(number),
        'y' => Span::Months(number * 12),
        _ => return None,
    })
}

impl Day {
    /// When it begins in `zone`: at midnight, or when the clocks have been put forward over it.
    pub fn begins(self, zone: Tz) -> DateTime<Utc> {
        let midnight = self.0.and_time(NaiveTime::MIN);
        let there = |hours| zone.from_local_datetime(&(midnight + chrono::TimeDelta::hours(hours))).earliest();
        let first = (0..3).find_map(there);
        first.map_or_else(|| midnight.and_utc(), |first| first.to_utc())
    }
}

impl Span {
    /// The instant so long before `now`; long ago for what is longer than there is mail.
    pub fn before(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let then = match self {
            Self::Hours(hours) => now.checked_sub_signed(chrono::TimeDelta::hours(i64::from(hours))),
            Self::Days(days) => now.checked_sub_days(Days::new(u64::from(days))),
            Self::Months(months) => now.checked_sub_months(Months::new(months)),
        };
        then.filter(|then| *then > DateTime::UNIX_EPOCH).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins(text: &str, zone: Tz) -> String {
        day(text).unwrap().begins(zone).to_rfc3339()
    }

    #[test]
    fn a_day_begins_where_its_reader_lives() {
        assert_eq!(begins("2026-03-01", Tz::UTC), "2026-03-01T00:00:00+00:00");
        assert_eq!(begins("2026/3/1", Tz::Europe__Madrid), "2026-02-28T23:00:00+00:00");
        assert_eq!(begins("2026/7/1", Tz::Europe__Madrid), "2026-06-30T22:00:00+00:00");
        assert_eq!(begins("2026", Tz::Asia__Tokyo), "2025-12-31T15:00:00+00:00");
        // The clocks of São Paulo once went from 23:59 to 1:00.
        assert_eq!(begins("2018-11-04", Tz::America__Sao_Paulo), "2018-11-04T03:00:00+00:00");
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in
            ["", "yesterday", "2026-13", "2026-02-30", "1/2/2026", "20260301", "2026-03-01-1", "2026--1", "０２６"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn spans_are_counted_on_the_calendar() {
        let now = "2026-03-31T12:00:00Z".parse().unwrap();
        let before = |text| span(text).unwrap().before(now).to_rfc3339();
        assert_eq!(before("7d"), "2026-03-24T12:00:00+00:00");
        assert_eq!(before("2W"), "2026-03-17T12:00:00+00:00");
        assert_eq!(before("1m"), "2026-02-28T12:00:00+00:00");
        assert_eq!(before("1y"), "2025-03-31T12:00:00+00:00");
        assert_eq!(before("12h"), "2026-03-31T00:00:00+00:00");
        assert_eq!(span("10000y").map(|span| span.before(now)), Some(DateTime::UNIX_EPOCH));
        for text in ["", "d", "7", "-7d", "7 d", "99999d", "7dd", "1é"] {
            assert_eq!(span(text), None, "{text}");
        }
    }
}
