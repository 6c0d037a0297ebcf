//! Instants and durations as text, the same on server and client.

/// `90` → `2 minutes`: a duration in seconds, rounded the way people say it.
pub fn duration_words(seconds: u64) -> String {
    let (count, word) = match seconds {
        0..60 => (seconds, "second"),
        60..5400 => (seconds.div_ceil(60), "minute"),
        5400..129_600 => (seconds.div_ceil(3600), "hour"),
        _ => (seconds.div_ceil(86_400), "day"),
    };
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
