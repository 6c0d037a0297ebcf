//! RFC 2047 words: non-ASCII text in header lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::encode::from_base64_any;
use super::{from_charset, to_charset};

/// Characters of text put into one encoded word; short enough for any charset to stay under 75 bytes.
const PIECE: usize = 14;

/// Header text with encoded words where it is not plain ASCII.
pub fn encode(text: &str, charset: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let words: Vec<String> = letters
        .chunks(PIECE)
        .map(|piece| {
            let bytes = to_charset(&piece.iter().collect::<String>(), charset);
            if charset.eq_ignore_ascii_case("utf-8") {
                format!("=?UTF-8?B?{}?=", STANDARD.encode(bytes))
            } else {
                format!("=?{charset}?Q?{}?=", q_word(&bytes))
            }
        })
        .collect();
    words.join(" ")
}

fn q_word(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| match byte {
            b' ' => "_".to_owned(),
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(*byte).to_string(),
            other => format!("={other:02X}"),
        })
        .collect()
}

/// Header text with its encoded words read; words inside a quoted string stay as they are, as at Gmail.
pub fn decode(text: &str) -> String {
    if !text.contains("=?") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Where the text of the last word ends, while only white space was read since.
    let mut after_word = None;
    let mut quoted = false;
    while let Some(letter) = rest.chars().next() {
        if !quoted && let Some((word, length)) = word(rest) {
            if let Some(end) = after_word {
                out.truncate(end);
            }
            out.push_str(&word);
            rest = &rest[length..];
            after_word = Some(out.len());
            continue;
        }
        quoted ^= letter == '"';
        after_word = after_word.filter(|_| letter == ' ' || letter == '\t');
        out.push(letter);
        rest = &rest[letter.len_utf8()..];
    }
    out
}

/// The encoded word a text begins with, read, and its length.
fn word(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix("=?")?;
    let (charset, rest) = inner.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (data, _) = rest.split_once("?=")?;
    if charset.is_empty() || charset.contains(' ') || data.contains(' ') {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => from_base64_any(data)?,
        "Q" | "q" => super::encode::from_quoted_printable(data.replace('_', " ").as_bytes()),
        _ => return None,
    };
    let length = 2 + charset.len() + 1 + encoding.len() + 1 + data.len() + 2;
    Some((from_charset(&bytes, charset), length))
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn words_survive_the_round_trip() {
        for charset in ["utf-8", "windows-1252", "iso-8859-1"] {
            let text = "Notificación de transacción número 27 – año nuevo".replace('–', "-");
            assert_eq!(decode(&encode(&text, charset)), text, "{charset}");
        }
        assert_eq!(decode(&encode("🎉 مرحبا בוא", "utf-8")), "🎉 مرحبا בוא");
        assert_eq!(encode("plain", "utf-8"), "plain");
    }

    #[test]
    fn the_space_between_two_words_is_not_text_and_broken_words_stay() {
        assert_eq!(decode("=?utf-8?q?a?= =?utf-8?q?b?= c"), "ab c");
        assert_eq!(decode("=?utf-8?q?a_?=  =?utf-8?q?b?="), "a b");
        assert_eq!(decode(&encode("Cumpleaños de Øyvind", "utf-8")), "Cumpleaños de Øyvind");
        assert_eq!(decode("\"=?utf-8?q?a?=\" <a@b.example>"), "\"=?utf-8?q?a?=\" <a@b.example>");
        assert_eq!(decode("=?utf-8?x?a?="), "=?utf-8?x?a?=");
        assert_eq!(decode("1 =? 2"), "1 =? 2");
    }
}
