//! Instants and [durations](duration) as text. The server writes instants in UTC; the browser rewrites them to its own zone once
//! it has taken over the page, so that both halves render the same text first.

mod duration;
mod written;

pub use duration::{duration_words, left_words};
pub use written::{day_words, written_words};

use crate::language::{Language, say, use_language};
use chrono::{DateTime, Datelike, Timelike, Utc};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// As `Intl` calls them when it is asked in English.
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// What calendar and clock show at an instant, in some zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reading {
    year: u32,
    /// 1 to 12.
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    /// 0 is Sunday.
    weekday: u32,
}

impl Reading {
    fn in_utc(at: DateTime<Utc>) -> Self {
        Self {
            year: at.year().unsigned_abs(),
            month: at.month(),
            day: at.day(),
            hour: at.hour(),
            minute: at.minute(),
            second: at.second(),
            weekday: at.weekday().num_days_from_sunday(),
        }
    }

    /// In `zone`, as the browser knows it; `None` when it does not.
    fn in_zone(at: Option<DateTime<Utc>>, zone: &str) -> Option<Self> {
        let part = |name: &str, value: &str| {
            let options = js_sys::Object::new();
            for (key, value) in [("timeZone", zone), ("hourCycle", "h23"), (name, value)] {
                js_sys::Reflect::set(&options, &key.into(), &value.into()).ok()?;
            }
            // Unknown zones are refused by an exception, which a plain constructor of js-sys would not let us catch.
            let intl = js_sys::Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
            let format: js_sys::Function =
                js_sys::Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
            let arguments = js_sys::Array::of2(&"en-US".into(), &options);
            let format = js_sys::Reflect::construct(&format, &arguments).ok()?;
            let write: js_sys::Function = js_sys::Reflect::get(&format, &"format".into()).ok()?.dyn_into().ok()?;
            write.call1(&format, &date_of(at)).ok()?.as_string()
        };
        let number = |name: &str| part(name, "numeric")?.parse().ok();
        let weekday = part("weekday", "long")?;
        Some(Self {
            year: number("year")?,
            month: number("month")?,
            day: number("day")?,
            hour: number("hour")?,
            minute: number("minute")?,
            second: number("second")?,
            weekday: u32::try_from(WEEKDAYS.iter().position(|name| *name == weekday)?).ok()?,
        })
    }

    /// In the browser's zone; `None` is now.
    fn in_browser(at: Option<DateTime<Utc>>) -> Self {
        let date = date_of(at);
        Self {
            year: date.get_full_year(),
            month: date.get_month() + 1,
            day: date.get_date(),
            hour: date.get_hours(),
            minute: date.get_minutes(),
            second: date.get_seconds(),
            weekday: date.get_day(),
        }
    }

    /// As the person wants it: in their own zone, else in the browser's.
    fn local(at: Option<DateTime<Utc>>, zone: Option<&str>) -> Self {
        zone.and_then(|zone| Self::in_zone(at, zone)).unwrap_or_else(|| Self::in_browser(at))
    }

    fn month_name(&self, language: Language) -> &'static str {
        nth(say!(language, time.months), self.month.saturating_sub(1))
    }

    /// `3 Mar`.
    fn day_and_month(&self, language: Language) -> String {
        // The first three letters have no accents in either language.
        format!("{} {}", self.day, &self.month_name(language)[..3])
    }

    fn clock(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// For what is near: today → `14:32:05`, else `3 Mar, 14:32`.
    fn near(&self, language: Language, today: &Self) -> String {
        if (self.year, self.month, self.day) == (today.year, today.month, today.day) {
            format!("{}:{:02}", self.clock(), self.second)
        } else {
            format!("{}, {}", self.day_and_month(language), self.clock())
        }
    }

    /// `3 Mar 2024`: needs no "today", so it can be written without knowing the reader.
    fn stable(&self, language: Language) -> String {
        format!("{} {}", self.day_and_month(language), self.year)
    }

    /// For lists: today → `14:32`, this year → `3 Mar`, older → `03/03/2024`.
    fn short(&self, language: Language, today: &Self) -> String {
        if (self.year, self.month, self.day) == (today.year, today.month, today.day) {
            self.clock()
        } else if self.year == today.year {
            self.day_and_month(language)
        } else {
            format!("{:02}/{:02}/{}", self.day, self.month, self.year)
        }
    }

    /// `Sunday 3 March 2024, 14:32`.
    fn full(&self, language: Language) -> String {
        say!(
            language,
            time.full,
            weekday = nth(say!(language, time.weekdays), self.weekday),
            day = self.day,
            month = self.month_name(language),
            year = self.year,
            clock = self.clock()
        )
    }
}

/// One of several names that stand in one text with blanks between them.
fn nth(names: &'static str, index: u32) -> &'static str {
    names.split(' ').nth(index as usize).unwrap_or_default()
}

/// How much of an instant is shown; the full text is always in the title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Lists: as short as it can be.
    #[default]
    Short,
    /// `3 Mar 2024`.
    Day,
    /// `3 Mar 2024, 14:32`.
    Minute,
    /// What is near: `14:32:05`, `3 Mar, 14:32` on another day.
    Second,
}

impl Shown {
    fn in_utc(self, language: Language, at: Reading) -> String {
        let day = at.stable(language);
        match self {
            Self::Short | Self::Day => day,
            Self::Minute => format!("{day}, {} UTC", at.clock()),
            Self::Second => format!("{day}, {}:{:02} UTC", at.clock(), at.second),
        }
    }

    fn local(self, language: Language, at: Reading, zone: Option<&str>) -> String {
        match self {
            Self::Short => at.short(language, &Reading::local(None, zone)),
            Self::Day => at.stable(language),
            Self::Minute => format!("{}, {}", at.stable(language), at.clock()),
            Self::Second => at.near(language, &Reading::local(None, zone)),
        }
    }
}

fn date_of(at: Option<DateTime<Utc>>) -> js_sys::Date {
    match at {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53 for 280,000 years")]
        Some(at) => js_sys::Date::new(&(at.timestamp_millis() as f64).into()),
        None => js_sys::Date::new_0(),
    }
}

/// Whether the browser has taken over the page, so that its clock may be asked, and the zone the person wants.
#[derive(Clone, Copy)]
struct Zone {
    taken_over: RwSignal<bool>,
    wanted: StoredValue<Option<String>>,
}

/// Lets [`Moment`]s turn to the zone the person wants, or else the browser's, once the page is hydrated.
pub fn provide_zone(wanted: Option<String>) {
    let taken_over = RwSignal::new(false);
    provide_context(Zone { taken_over, wanted: StoredValue::new(wanted) });
    // Effects run in the browser only, and after hydration.
    Effect::new(move |_| taken_over.set(true));
}

/// Tells the name of the browser's own zone: nothing before the browser has taken over the page, or where it keeps it to
/// itself.
pub fn browser_zone() -> impl Fn() -> Option<String> + Copy + Send + Sync + 'static {
    let taken_over = use_context::<Zone>().map(|zone| zone.taken_over);
    move || taken_over.filter(|taken_over| taken_over.get_untracked()).and_then(|_| zone_of_browser())
}

fn zone_of_browser() -> Option<String> {
    let intl = js_sys::Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let format: js_sys::Function = js_sys::Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
    let format = js_sys::Reflect::construct(&format, &js_sys::Array::new()).ok()?;
    let options: js_sys::Function = js_sys::Reflect::get(&format, &"resolvedOptions".into()).ok()?.dyn_into().ok()?;
    js_sys::Reflect::get(&options.call0(&format).ok()?, &"timeZone".into()).ok()?.as_string()
}

/// An instant, in UTC from the server and in the browser's own zone afterwards.
#[component]
pub fn Moment(at: DateTime<Utc>, #[prop(optional)] shown: Shown) -> impl IntoView {
    let (zone, language) = (use_context::<Zone>(), use_language());
    let local = move || zone.filter(|zone| zone.taken_over.get()).map(|zone| zone.wanted.get_value());
    let text = move || match local() {
        Some(zone) => shown.local(language, Reading::local(Some(at), zone.as_deref()), zone.as_deref()),
        None => shown.in_utc(language, Reading::in_utc(at)),
    };
    let title = move || match local() {
        Some(zone) => Reading::local(Some(at), zone.as_deref()).full(language),
        None => format!("{} UTC", Reading::in_utc(at).full(language)),
    };
    view! {
        <time datetime=machine_form(at) title=title>
            {text}
        </time>
    }
    .into_any()
}

/// `2024-03-03T14:32:05Z`.
fn machine_form(at: DateTime<Utc>) -> String {
    let Reading { year, month, day, hour, minute, .. } = Reading::in_utc(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z", at.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Reading {
        Reading::in_utc(text.parse().unwrap())
    }

    #[test]
    fn a_list_shows_as_little_of_a_date_as_is_needed() {
        let today = at("2024-06-30T23:59:00Z");
        for (language, this_year, other_day) in
            [(Language::en, "3 Mar", "1 Jul, 04:05"), (Language::es, "3 mar", "1 jul, 04:05")]
        {
            assert_eq!(at("2024-06-30T04:05:00Z").short(language, &today), "04:05");
            assert_eq!(at("2024-03-03T14:32:00Z").short(language, &today), this_year);
            assert_eq!(at("2023-06-30T14:32:00Z").short(language, &today), "30/06/2023");
            assert_eq!(at("2024-06-30T04:05:06Z").near(language, &today), "04:05:06");
            assert_eq!(at("2024-07-01T04:05:06Z").near(language, &today), other_day);
        }
    }

    #[test]
    fn every_month_and_weekday_has_a_name_whose_first_letters_stand_alone() {
        for (language, _) in Language::ALL {
            for month in 1..=12 {
                assert_eq!(
                    Reading { month, ..at("2024-03-03T14:32:00Z") }.day_and_month(language).len(),
                    "3 Mar".len()
                );
            }
            assert_eq!(say!(language, time.weekdays).split(' ').count(), WEEKDAYS.len());
        }
    }

    #[test]
    fn the_full_text_names_weekday_and_month() {
        let sunday = at("2024-03-03T14:32:00Z");
        assert_eq!(sunday.full(Language::en), "Sunday 3 March 2024, 14:32");
        assert_eq!(sunday.full(Language::es), "domingo, 3 de marzo de 2024, 14:32");
    }

    #[test]
    fn the_servers_text_depends_on_nothing_but_the_instant() {
        assert_eq!(Shown::Short.in_utc(Language::en, at("2024-03-03T14:32:00Z")), "3 Mar 2024");
        assert_eq!(Shown::Minute.in_utc(Language::en, at("2024-03-03T04:05:00Z")), "3 Mar 2024, 04:05 UTC");
    }

    #[test]
    fn the_machine_form_is_an_instant() {
        let instant: DateTime<Utc> = "2024-03-03T14:32:05Z".parse().unwrap();
        assert_eq!(machine_form(instant), "2024-03-03T14:32:05Z");
        assert_eq!(machine_form(instant).parse::<DateTime<Utc>>().unwrap(), instant);
    }
}
