//! Sizes and times as searches write them.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, NaiveTime, Utc, Weekday};

/// A size such as `10M`, `500k` or `1200`.
pub fn bytes(text: &str) -> Option<u32> {
    let lower = text.to_lowercase();
    let (digits, unit) = match lower.trim_end_matches('b') {
        text if text.ends_with('k') => (&text[..text.len() - 1], 1_024),
        text if text.ends_with('m') => (&text[..text.len() - 1], 1_024 * 1_024),
        text => (text, 1),
    };
    digits.parse::<u32>().ok()?.checked_mul(unit)
}

/// A Unix second, or midnight Pacific of a date.
pub fn moment(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds);
    }
    let mut pieces = text.split(['/', '-']).map(|piece| piece.parse::<u32>().ok());
    let (year, month, day) = (pieces.next()??, pieces.next()??, pieces.next()??);
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let behind_h = if in_pacific_summer(date)? { 7 } else { 8 };
    Some(date.and_time(NaiveTime::MIN).and_utc().timestamp() + behind_h * 3_600)
}

/// Daylight saving time of the United States: from the second Sunday of March to the first of November.
fn in_pacific_summer(date: NaiveDate) -> Option<bool> {
    let start = NaiveDate::from_weekday_of_month_opt(date.year(), 3, Weekday::Sun, 2)?;
    let end = NaiveDate::from_weekday_of_month_opt(date.year(), 11, Weekday::Sun, 1)?;
    Some(date > start && date <= end)
}

/// So many days, months or years ago.
pub fn ago(text: &str, now: DateTime<Utc>) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u32 = number.parse().ok()?;
    let then = match unit {
        "h" => now - chrono::Duration::hours(i64::from(number)),
        "d" => now.checked_sub_days(Days::new(u64::from(number)))?,
        "w" => now.checked_sub_days(Days::new(u64::from(number) * 7))?,
        "m" => now.checked_sub_months(Months::new(number))?,
        "y" => now.checked_sub_months(Months::new(number.checked_mul(12)?))?,
        _ => return None,
    };
    Some(then.timestamp())
}
