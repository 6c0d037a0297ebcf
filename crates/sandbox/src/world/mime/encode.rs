//! Transfer encodings: quoted-printable and base64, both ways.

use std::fmt::Write as _;

use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, Engine};

/// Longest line of an encoded body.
const WIDTH: usize = 76;

/// Base64url that does not mind whether padding is there.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Base64 in lines of 76 characters.
pub fn base64_lines(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let mut lines = String::with_capacity(text.len() + text.len() / WIDTH * 2 + 2);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(WIDTH));
        lines.push_str(line);
        lines.push_str("\r\n");
        rest = tail;
    }
    lines
}

/// Padded base64url, as Gmail's API writes bytes.
pub fn base64_url(bytes: &[u8]) -> String {
    URL_SAFE.encode(bytes)
}

/// Base64url or plain base64, padded or not; `None` when it is neither.
pub fn from_base64_any(text: &str) -> Option<Vec<u8>> {
    let mut url = text.as_bytes().to_vec();
    url.retain(|byte| !byte.is_ascii_whitespace());
    for byte in &mut url {
        match byte {
            b'+' => *byte = b'-',
            b'/' => *byte = b'_',
            _ => {}
        }
    }
    LENIENT.decode(url).ok()
}

/// Quoted-printable with CRLF line ends.
pub fn quoted_printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut column = 0;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n')) {
            at += if bytes[at] == b'\r' { 2 } else { 1 };
            text.push_str("\r\n");
            column = 0;
            continue;
        }
        let ends_line = matches!(bytes.get(at + 1), None | Some(b'\r' | b'\n'));
        let byte = bytes[at];
        let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (matches!(byte, b' ' | b'\t') && !ends_line);
        let width = if plain { 1 } else { 3 };
        if column + width > WIDTH - 1 {
            text.push_str("=\r\n");
            column = 0;
        }
        if plain {
            text.push(char::from(byte));
        } else if write!(text, "={byte:02X}").is_err() {
            break;
        }
        column += width;
        at += 1;
    }
    text
}

/// The bytes of a quoted-printable body; what is not well formed stays as it is.
pub fn from_quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut at = 0;
    while at < body.len() {
        if body[at] != b'=' {
            bytes.push(body[at]);
            at += 1;
            continue;
        }
        let digits = body.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        if let Some(byte) = digits.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            bytes.push(byte);
            at += 3;
        } else if body.get(at + 1) == Some(&b'\n') {
            at += 2;
        } else if body.get(at + 1..at + 3) == Some(b"\r\n") {
            at += 3;
        } else {
            bytes.push(b'=');
            at += 1;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{from_base64_any, from_quoted_printable, quoted_printable};

    #[test]
    fn quoted_printable_survives_the_round_trip_in_short_lines() {
        let text = "Año = 100 % \r\nlínea con espacio final \r\n".repeat(9) + &"x".repeat(300);
        let encoded = quoted_printable(text.as_bytes());
        assert!(encoded.lines().all(|line| line.len() <= 76));
        assert!(encoded.is_ascii());
        assert_eq!(from_quoted_printable(encoded.as_bytes()), text.as_bytes());
    }

    #[test]
    fn base64_is_read_in_every_dress() {
        for text in ["-_8=", "-_8", "+/8=", "+/\r\n8"] {
            assert_eq!(from_base64_any(text).as_deref(), Some(&[0xFB, 0xFF][..]), "{text}");
        }
        assert_eq!(from_base64_any("*"), None);
    }
}
