//! Counts and sizes as text, the same on server and client.

use crate::language::{Language, counted, say};

/// `1234567` → `1,234,567`.
pub fn grouped(language: Language, count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(say!(language, ui.thousands));
        }
        text.push(digit);
    }
    text
}

/// `1` → `1 mail`, `2000` → `2,000 mails`.
pub fn mails(language: Language, count: u64) -> String {
    counted!(language, count, ui.mails)
}

/// A number of bytes the way file lists show it: `900 bytes`, `12 KB`, `3.4 MB`.
pub fn size_words(language: Language, bytes: u64) -> String {
    const KB: u64 = 1000;
    const MB: u64 = 1000 * KB;
    const GB: u64 = 1000 * MB;
    let point = say!(language, ui.decimals);
    match bytes {
        0..KB => counted!(language, bytes, ui.bytes),
        KB..MB => format!("{} KB", bytes.div_ceil(KB)),
        MB..GB => format!("{}{point}{} MB", bytes / MB, bytes % MB / (MB / 10)),
        _ => format!("{}{point}{} GB", bytes / GB, bytes % GB / (GB / 10)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        for (count, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (100_000, "100,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(Language::en, count), text);
        }
        assert_eq!(grouped(Language::es, 1_234_567), "1.234.567");
    }

    #[test]
    fn one_is_not_a_plural() {
        for (count, english, spanish) in
            [(1, "1 mail", "1 correo"), (0, "0 mails", "0 correos"), (2000, "2,000 mails", "2.000 correos")]
        {
            assert_eq!(mails(Language::en, count), english);
            assert_eq!(mails(Language::es, count), spanish);
        }
    }

    #[test]
    fn sizes_are_rounded_for_people() {
        for (bytes, text) in [
            (1, "1 byte"),
            (900, "900 bytes"),
            (1000, "1 KB"),
            (11_200, "12 KB"),
            (3_460_000, "3.4 MB"),
            (2_100_000_000, "2.1 GB"),
        ] {
            assert_eq!(size_words(Language::en, bytes), text);
        }
        assert_eq!(size_words(Language::es, 3_460_000), "3,4 MB");
    }
}
