//! The text in the bytes of a part, whatever character set they are in or claim to be in.

use mail_parser::decoders::charsets::map::charset_decoder;

/// Longest text or HTML kept of one mail, in bytes. More is unreadable on any screen.
pub(super) const LONGEST_BODY: usize = 2 * 1024 * 1024;

/// The text of a part with this `Content-Type`. What is valid UTF-8 is UTF-8, whatever its label says: providers convert
/// bodies and leave the label, and no other character set looks like UTF-8 by chance. Only those that hide in ASCII go by
/// their label first.
pub(super) fn text_of(whole: &[u8], content_type: Option<&str>) -> String {
    let data = &whole[..whole.len().min(LONGEST_BODY)];
    let named = named(content_type.unwrap_or_default()).unwrap_or_default();
    let hides_in_ascii = ["iso-2022-", "utf-7", "utf-16", "hz-gb"].iter().any(|start| named.starts_with(start));
    let by_label = || {
        let decoder = charset_decoder(named.as_bytes()).or_else(|| charset_decoder(b"windows-1252"));
        decoder.map(|decode| decode(data)).unwrap_or_default()
    };
    let text = match std::str::from_utf8(data) {
        _ if hides_in_ascii => by_label(),
        Ok(text) => text.to_owned(),
        // Cut in the middle of its last letter.
        Err(error) if error.error_len().is_none() && data.len() < whole.len() => {
            String::from_utf8_lossy(&data[..error.valid_up_to()]).into_owned()
        }
        Err(_) if named == "utf-8" => String::from_utf8_lossy(data).into_owned(),
        Err(_) => by_label(),
    };
    // PostgreSQL refuses NUL in text.
    text.replace('\0', "")
}

/// The character set a `Content-Type` names.
fn named(content_type: &str) -> Option<String> {
    let lower = content_type.to_ascii_lowercase();
    let (_, after) = lower.split_once("charset=")?;
    let name: String = after
        .trim_start_matches('"')
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_:.".contains(*c))
        .collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_lie_about_their_charset_are_still_text() {
        let cases: [(&str, &[u8], &str); 5] = [
            ("text/plain; charset=ISO-2022-JP", b"\x1b$BF|K\\\x1b(B", "日本"),
            ("text/plain; charset=windows-1252", b"\x93hola\x94", "“hola”"),
            ("text/plain; charset=utf-8", b"caf\xe9", "caf\u{fffd}"),
            ("text/plain", b"caf\xe9", "café"),
            ("text/plain; charset=us-ascii", "niño".as_bytes(), "niño"),
        ];
        for (content_type, bytes, expected) in cases {
            assert_eq!(text_of(bytes, Some(content_type)), expected, "{content_type}");
        }
        let long = format!("x{}", "ñ".repeat(LONGEST_BODY / 2 + 1));
        assert!(text_of(long.as_bytes(), None).ends_with('ñ'), "cut between two letters");
        assert_eq!(text_of(b"a\0b", None), "ab");
    }
}
