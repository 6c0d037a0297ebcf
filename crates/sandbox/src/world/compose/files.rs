//! The files mails carry: small but real PDFs, tables and pictures of about the size their letterhead tells.

use std::fmt::Write as _;

use super::letter::File;
use super::prose;
use crate::dice::Dice;
use crate::world::mime::write::Node;

/// A file of a name and a kind, attached.
pub fn attached(name: String, media_type: &'static str, bytes: usize) -> File {
    File { name, media_type, bytes, inline: false }
}

/// The part that carries a file; `cid` is the content id when the text shows it.
pub fn part(file: &File, cid: Option<String>, dice: &mut Dice) -> Node {
    let bytes = match file.media_type {
        "application/pdf" => pdf(&file.name, file.bytes, dice),
        "text/csv" => csv(file.bytes, dice),
        "image/png" => png(file.bytes, dice),
        _ => (0..file.bytes).map(|_| dice.bits().to_be_bytes()[0]).collect(),
    };
    Node::File { media_type: file.media_type.to_owned(), name: file.name.clone(), cid, bytes }
}

/// One page with a title and sentences, filled up with comments a reader skips.
fn pdf(title: &str, bytes: usize, dice: &mut Dice) -> Vec<u8> {
    let mut text = format!("BT /F1 16 Tf 60 780 Td ({}) Tj /F1 10 Tf", prose::ascii(title));
    for _ in 0..12 {
        let line = prose::sentence(dice, prose::Tongue::English);
        let line: String = line.chars().filter(|letter| letter.is_ascii() && !"()\\".contains(*letter)).collect();
        _ = write!(text, " 0 -20 Td ({line}) Tj");
    }
    text.push_str(" ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        _ = write!(out, "{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    while out.len() + 320 < bytes {
        _ = writeln!(out, "% {}", dice.base64((bytes - out.len() - 320).clamp(1, 76)));
    }
    let table = out.len();
    out.push_str("xref\n0 6\n0000000000 65535 f \n");
    for place in places {
        _ = writeln!(out, "{place:010} 00000 n ");
    }
    _ = write!(out, "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    out.into_bytes()
}

fn csv(bytes: usize, dice: &mut Dice) -> Vec<u8> {
    let mut out = String::from("date,reference,description,quantity,amount\r\n");
    while out.len() < bytes {
        let day = format!("2026-{:02}-{:02}", dice.between(1, 12), dice.between(1, 28));
        let words = prose::fill("{town} {house}", dice);
        let (units, cents) = (dice.between(1, 4000), dice.below(100));
        _ = write!(out, "{day},{},{words},{},{units}.{cents:02}\r\n", dice.digits(8), dice.between(1, 40));
    }
    out.into_bytes()
}

/// A picture of two colours fading into each other, stored without compression.
pub fn png(bytes: usize, dice: &mut Dice) -> Vec<u8> {
    const WIDTH: usize = 96;
    let height = (bytes / (WIDTH * 3 + 1)).clamp(4, 2000);
    let (from, to) = (dice.bits().to_be_bytes(), dice.bits().to_be_bytes());
    let mut rows = Vec::with_capacity(height * (WIDTH * 3 + 1));
    for y in 0..height {
        rows.push(0);
        for x in 0..WIDTH {
            let share = (x + y * WIDTH / height) * 255 / (2 * WIDTH);
            for channel in 0..3 {
                let mixed = (usize::from(from[channel]) * (255 - share) + usize::from(to[channel]) * share) / 255;
                rows.push(u8::try_from(mixed).unwrap_or(255));
            }
        }
    }
    let mut header = Vec::new();
    header.extend(u32::try_from(WIDTH).unwrap_or(1).to_be_bytes());
    header.extend(u32::try_from(height).unwrap_or(1).to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, *b"IHDR", &header);
    chunk(&mut out, *b"IDAT", &zlib(&rows));
    chunk(&mut out, *b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, name: [u8; 4], body: &[u8]) {
    out.extend(u32::try_from(body.len()).unwrap_or(0).to_be_bytes());
    let start = out.len();
    out.extend(name);
    out.extend_from_slice(body);
    let sum = crc(&out[start..]);
    out.extend(sum.to_be_bytes());
}

/// Stored blocks, as RFC 1950 and 1951 allow.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = bytes.chunks(65_535);
    let last = blocks.len().saturating_sub(1);
    for (at, block) in blocks.enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(at == last));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    out.extend((high << 16 | low).to_be_bytes());
    out
}

/// The remainders of CRC-32 for every byte.
const REMAINDERS: [u32; 256] = {
    let mut table = [0; 256];
    let (mut at, mut first) = (0, 0_u32);
    while at < 256 {
        let mut sum = first;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
            bit += 1;
        }
        table[at] = sum;
        at += 1;
        first += 1;
    }
    table
};

/// CRC-32 of ISO 3309.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| sum >> 8 ^ REMAINDERS[usize::from(sum.to_le_bytes()[0] ^ byte)])
}

#[cfg(test)]
mod tests {
    use super::{crc, csv, pdf, png};
    use crate::dice::Dice;

    #[test]
    fn files_have_about_the_size_they_are_asked_for() {
        let mut dice = Dice::of(&[1]);
        for bytes in [9_000, 60_000] {
            assert!(pdf("x", bytes, &mut dice).len().abs_diff(bytes) < 600);
            assert!(csv(bytes, &mut dice).len().abs_diff(bytes) < 600);
            assert!(png(bytes, &mut dice).len().abs_diff(bytes) < 600);
        }
        assert_eq!(crc(b"123456789"), 0xCBF4_3926);
    }
}
