//! What is read of a mail at most. Whoever sends one writes what they like into it: whatever that is, reading it takes a
//! bounded time and a bounded memory, and keeps its words.

use std::borrow::Cow;

/// Bytes read of one header; a line may hold 998 (RFC 5322), a list of recipients more.
pub(super) const LONGEST_HEADER: usize = 64 * 1024;
/// Bytes kept of all headers together.
pub(super) const LARGEST_HEAD: usize = 256 * 1024;
/// Files kept of one mail.
pub(super) const MOST_FILES: usize = 500;
/// Texts fetched of one mail that did not come with it: each costs as much as a message.
pub(super) const MOST_DETACHED: usize = 10;

/// Elements inside one another. Browsers stop at 512.
const DEEPEST: usize = 512;
/// Elements that a document may become. A parser opens every unclosed `<b>` anew in every paragraph, so a few kilobytes can
/// become gigabytes.
const MOST_ELEMENTS: usize = 500_000;

/// Opened anew where they were left open.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// What is open outside of these cannot be closed inside.
const BORDERS: [&str; 9] = ["td", "th", "table", "caption", "object", "applet", "marquee", "template", "button"];
/// Have no end.
const VOID: [&str; 14] =
    ["br", "img", "hr", "input", "meta", "link", "area", "base", "col", "embed", "param", "source", "track", "wbr"];
/// What is in them is no markup.
pub(super) const RAW: [&str; 8] = ["style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];

/// The first bytes of a text, cut between two letters.
pub(super) fn first(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}

/// HTML that a parser can read in bounded time and memory: as it is, or with its tags left out from where they are too
/// many or too deep.
pub(super) fn tame(html: &str) -> Cow<'_, str> {
    let mut open: Vec<String> = Vec::new();
    // Formatting that is open, and that was left open by something that ended around it.
    let (mut formatting, mut elements) = (0_usize, 0_usize);
    let mut at = 0;
    while let Some(tag) = next_tag(html, at) {
        at = tag.end;
        if tag.closes {
            formatting -= close(&mut open, &tag.name);
        } else if RAW.contains(&tag.name.as_str()) {
            at = end_of_raw(html, at, &tag.name);
        } else if !VOID.contains(&tag.name.as_str()) {
            formatting += usize::from(is_formatting(&tag.name));
            open.push(tag.name);
        }
        elements += 1 + formatting;
        if open.len() > DEEPEST || elements > MOST_ELEMENTS {
            return Cow::Owned(format!("{} {}", &html[..at], words(&html[at..])));
        }
    }
    Cow::Borrowed(html)
}

fn is_formatting(name: &str) -> bool {
    FORMATTING.contains(&name)
}

/// How much formatting an end tag ends.
fn close(open: &mut Vec<String>, name: &str) -> usize {
    let is_border = |name: &str| BORDERS.contains(&name);
    let reach = open.iter().rposition(|one| is_border(one) && one != name).map_or(0, |border| border + 1);
    let within = if is_border(name) { 0 } else { reach };
    let Some(place) = open[within..].iter().rposition(|one| one == name) else { return 0 };
    let mut closed = open.drain(within + place..);
    // The end of a cell ends what is open in it; that of a paragraph does not.
    let itself = usize::from(closed.next().is_some_and(|one| is_formatting(&one)));
    itself + closed.filter(|one| is_border(name) && is_formatting(one)).count()
}

/// A tag in a text.
pub(super) struct Tag {
    /// Where its `<` is.
    pub start: usize,
    /// Lower-cased; cut after 16 bytes.
    pub name: String,
    /// Whether it ends an element.
    pub closes: bool,
    /// Behind its `>`.
    pub end: usize,
}

/// Whether elements of this name have no end.
pub(super) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

/// The first tag from here on that is not in a comment.
pub(super) fn next_tag(html: &str, from: usize) -> Option<Tag> {
    let bytes = html.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'<')? + 1;
        if html[at..].starts_with("!--") {
            at += html[at..].find("-->")? + 3;
            continue;
        }
        let closes = bytes.get(at) == Some(&b'/');
        let name_at = at + usize::from(closes);
        if !bytes.get(name_at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let is_name = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>');
        let length = bytes[name_at..].iter().position(|byte| !is_name(byte)).unwrap_or(bytes.len() - name_at);
        let name = bounded_name(html, name_at, length);
        return Some(Tag { start: at - 1, name, closes, end: end_of_tag(bytes, name_at + length) });
    }
}

/// Cut between two letters: a name may hold any.
fn bounded_name(html: &str, at: usize, length: usize) -> String {
    first(&html[at..at + length], 16).to_ascii_lowercase()
}

/// Behind the `>` that is not in a quoted value.
fn end_of_tag(bytes: &[u8], mut at: usize) -> usize {
    let mut quote = None;
    let mut after_equals = false;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match (quote, byte) {
            (Some(mark), byte) if mark == *byte => quote = None,
            (None, b'>') => return at,
            (None, b'"' | b'\'') if after_equals => quote = Some(*byte),
            _ => {}
        }
        after_equals = *byte == b'=' || (after_equals && byte.is_ascii_whitespace());
    }
    at
}

/// Where the end tag of something raw begins.
pub(super) fn end_of_raw(html: &str, from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(next) = html[at..].find("</") {
        at += next + 2;
        let found = html.as_bytes().get(at..at + name.len());
        if found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
            return at - 2;
        }
    }
    html.len()
}

/// What is left without the tags.
fn words(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    for piece in html.split('<') {
        words.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        words.push(' ');
    }
    words.replace('>', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        mail::payload::{LONGEST_LINE, LONGEST_RECIPIENTS, detached_texts, read},
        providers::google::gmail::{GmailMessage, Part},
    };

    fn part(mime_type: &str, parts: Vec<Part>) -> Part {
        Part { mime_type: mime_type.into(), parts, ..Part::default() }
    }

    fn is_left(html: &str) -> bool {
        matches!(tame(html), Cow::Borrowed(_))
    }

    #[test]
    fn a_long_newsletter_is_left_as_it_is_however_sloppy() {
        let row = "<tr><td align=center><font size=2 title='a > b'><b>Sale<br></b></font><p>one<p>two<li>x</td></tr>\n";
        let html = format!("<html><style>a>b{{}} </b></style><!-- <b><b> --><table>{}</table>", row.repeat(10_000));
        assert!(is_left(&html));
        assert!(is_left(&format!("{}deep{}", "<blockquote>".repeat(300), "</blockquote>".repeat(300))));
        assert!(is_left("1 < 2 && 3 > 2 <") && is_left("") && is_left("<b") && is_left("</") && is_left("<!--"));
    }

    #[test]
    fn what_would_become_gigabytes_or_never_end_loses_its_tags_and_keeps_its_words() {
        let unclosed = (0..3_000).fold(String::new(), |html, id| html + &format!("<b id={id}>"));
        let paragraphs = "<p>word ".repeat(100_000);
        for hostile in [
            "<div>".repeat(400_000) + "word <p>last",
            format!("{unclosed}{paragraphs}last"),
            format!("{}{paragraphs}last", "<i><b x=1></i>".repeat(400)),
            format!("{}<table><td>{}</table>{paragraphs}last", &unclosed[..8_000], "</b>".repeat(900)),
            format!("{}{paragraphs}last", &unclosed.replace('>', " title='</b>'>")[..9_000]),
            format!(
                "{}{paragraphs}last",
                (0..400).fold(String::new(), |html, id| html + &format!("<b id={id}><!--</b>-->"))
            ),
        ] {
            let tamed = tame(&hostile);
            assert!(matches!(tamed, Cow::Owned(_)), "{}", &hostile[..60]);
            assert!(tamed.ends_with("last ") && tamed.len() < hostile.len() + 2, "{}", &tamed[tamed.len() - 60..]);
        }
    }

    #[test]
    fn a_name_of_long_letters_is_read_to_its_end() {
        for at in 0..20 {
            let html = format!("<{}{}>word</b>", "a".repeat(at + 1), "é".repeat(20));
            assert!(is_left(&html), "{html}");
        }
    }

    #[test]
    fn a_text_is_cut_between_two_letters() {
        assert_eq!((first("añb", 2), first("añb", 3), first("añb", 99), first("", 5)), ("a", "añ", "añb", ""));
    }

    #[test]
    fn a_mail_of_absurd_size_becomes_one_of_a_bearable_size() {
        let long = |word: &str| word.repeat(50 * 1024 * 1024 / word.len());
        let mut headers = vec![("Subject".to_owned(), long("=?utf-8?q?=C3=A1?= ")), ("To".to_owned(), long("a@b.c, "))];
        headers.extend((0..100_000).map(|at| (format!("X-{at}"), "bomb".to_owned())));
        let mut file = part("image/png", vec![]);
        (file.filename, file.mime_type) = (long("name "), format!("image/{}", long("x")));
        let mut detached = part("text/plain", vec![]);
        detached.attachment_id = Some("ANG".into());
        let parts = std::iter::repeat_n(file.clone(), 1).chain((0..2_000).map(|_| part("a/b", vec![])));
        let payload = Part { headers, parts: parts.collect(), ..part("multipart/mixed", vec![]) };
        let parsed = read(GmailMessage { snippet: long("&amp;<b>"), payload, ..GmailMessage::default() });
        assert!(parsed.subject.starts_with("á") && parsed.subject.chars().count() <= LONGEST_LINE);
        assert!(parsed.recipients.starts_with("a@b.c, a@b.c") && parsed.recipients.len() <= LONGEST_RECIPIENTS);
        assert!(parsed.headers.len() < 2 * LARGEST_HEAD && parsed.headers.contains("X-99"));
        assert_eq!(parsed.files.len(), MOST_FILES);
        assert!(parsed.files[0].filename.len() + parsed.files[0].mime_type.len() < 2_500);
        let many = part("multipart/mixed", vec![detached; 500]);
        assert!(detached_texts(&many).len() <= MOST_DETACHED);
    }
}
