//! Durations as people say them.

use crate::language::{Language, counted};

/// `90` → `2 minutes`: a duration in seconds, rounded the way people say it.
pub fn duration_words(language: Language, seconds: u64) -> String {
    match seconds {
        0..60 => counted!(language, seconds, time.seconds),
        60..5400 => counted!(language, seconds.div_ceil(60), time.minutes),
        5400..129_600 => counted!(language, seconds.div_ceil(3600), time.hours),
        _ => counted!(language, seconds.div_ceil(86_400), time.days),
    }
}

/// Time left, rounded so little that it stays true: `150` → `2 min 30 s`. The units are the same in every language.
pub fn left_words(seconds: u64) -> String {
    let round = |to: u64| (seconds + to / 2) / to;
    let two = |large: u64, large_word: &str, small: u64, small_word: &str| match (large, small) {
        (large, 0) => format!("{large} {large_word}"),
        (large, small) => format!("{large} {large_word} {small} {small_word}"),
    };
    match seconds {
        0..60 => format!("{} s", seconds.div_ceil(5).max(1) * 5),
        60..600 => two(round(15) / 4, "min", round(15) % 4 * 15, "s"),
        600..3600 => format!("{} min", round(60)),
        3600..172_800 => two(round(600) / 6, "h", round(600) % 6 * 10, "min"),
        _ => two(round(3600) / 24, "d", round(3600) % 24, "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_in_one_unit() {
        for (seconds, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (90, "2 minutes"),
            (5400, "2 hours"),
            (200_000, "3 days"),
            (86_400_000, "1,000 days"),
        ] {
            assert_eq!(duration_words(Language::en, seconds), text);
        }
    }

    #[test]
    fn durations_are_said_in_spanish() {
        for (seconds, text) in [(1, "1 segundo"), (90, "2 minutos"), (5400, "2 horas"), (86_400_000, "1.000 días")] {
            assert_eq!(duration_words(Language::es, seconds), text);
        }
    }

    #[test]
    fn time_left_is_rounded_by_less_than_an_eighth() {
        for (seconds, text) in [
            (3, "5 s"),
            (60, "1 min"),
            (150, "2 min 30 s"),
            (599, "10 min"),
            (2_990, "50 min"),
            (3_600, "1 h"),
            (20_160, "5 h 40 min"),
            (200_000, "2 d 8 h"),
        ] {
            assert_eq!(left_words(seconds), text);
        }
    }
}
