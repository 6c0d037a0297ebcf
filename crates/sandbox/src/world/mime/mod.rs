//! Just enough MIME to write mails and to read them the way Gmail shows them.

mod continued;
pub mod encode;
pub mod parse;
pub mod words;
pub mod write;

/// Windows-1252 in its upper half where it differs from ISO-8859-1 (0x80 to 0x9F); `\u{FFFD}` where nothing is defined.
const WINDOWS: [char; 32] = [
    '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž', '\u{FFFD}', '\u{FFFD}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}', 'ž', 'Ÿ',
];

/// Text as bytes of a charset; characters the charset lacks become `?`.
pub fn to_charset(text: &str, charset: &str) -> Vec<u8> {
    if !is_single_byte(charset) {
        return text.as_bytes().to_vec();
    }
    let windows = charset.eq_ignore_ascii_case("windows-1252");
    text.chars()
        .map(|letter| match u8::try_from(u32::from(letter)) {
            Ok(byte) if !(windows && (0x80..0xA0).contains(&byte)) => byte,
            _ if windows => WINDOWS
                .iter()
                .position(|known| *known == letter)
                .and_then(|at| u8::try_from(at + 0x80).ok())
                .unwrap_or(b'?'),
            _ => b'?',
        })
        .collect()
}

/// Bytes of a charset as text; unknown charsets are read as UTF-8 with replacement characters.
pub fn from_charset(bytes: &[u8], charset: &str) -> String {
    if !is_single_byte(charset) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let windows = charset.eq_ignore_ascii_case("windows-1252");
    bytes
        .iter()
        .map(|byte| match byte {
            0x80..0xA0 if windows => WINDOWS[usize::from(byte - 0x80)],
            _ => char::from(*byte),
        })
        .collect()
}

/// Headers and content of a part.
pub type Piece = (Vec<(String, String)>, Vec<u8>);

/// The parts of a multipart body with their headers, without undoing transfer encodings; `None` without a boundary.
pub fn split_multipart(body: &[u8], media_type: &str) -> Option<Vec<Piece>> {
    let pieces = parse::split_outside_quotes(media_type, ';');
    let boundary = pieces.iter().find_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    })?;
    let sections = parse::sections(body, boundary).into_iter().map(|section| {
        let (headers, rest) = parse::split_head(section);
        (headers, rest.to_vec())
    });
    Some(sections.collect())
}

fn is_single_byte(charset: &str) -> bool {
    ["windows-1252", "iso-8859-1", "latin1"].iter().any(|name| name.eq_ignore_ascii_case(charset))
}

#[cfg(test)]
mod tests {
    use super::{from_charset, to_charset};

    #[test]
    fn western_text_survives_its_charsets() {
        for charset in ["utf-8", "windows-1252"] {
            assert_eq!(from_charset(&to_charset("Año €5 – “sí”", charset), charset), "Año €5 – “sí”");
        }
        assert_eq!(to_charset("é", "iso-8859-1"), [0xE9]);
        assert_eq!(to_charset("€", "iso-8859-1"), b"?");
        assert_eq!(to_charset("€", "windows-1252"), [0x80]);
    }
}
