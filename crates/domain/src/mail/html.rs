//! HTML as plain text. It is parsed and written again by ammonia first, so that what is read here is well-formed.

use super::bounds;
use ammonia::Builder;
use std::collections::HashSet;

/// Begin and end a line.
const BLOCKS: [&str; 23] = [
    "p",
    "div",
    "tr",
    "table",
    "tbody",
    "thead",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "hr",
    "section",
    "article",
];
/// Begin and end a paragraph.
const PARAGRAPHS: [&str; 10] = ["p", "table", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote", "pre"];
/// Begins a line.
const BREAK: &str = "br";
/// Are kept apart by a space.
const CELLS: [&str; 2] = ["td", "th"];
/// Whose content is no text.
const SILENT: [&str; 8] = ["style", "script", "title", "template", "noscript", "textarea", "select", "svg"];

/// The text of an HTML document: blocks on lines of their own, at most one empty line in a row.
pub(super) fn to_text(html: &str) -> String {
    let mut builder = Builder::empty();
    builder.add_tags(BLOCKS).add_tags(CELLS).add_tags([BREAK]).clean_content_tags(HashSet::from(SILENT));
    let html = builder.clean(&bounds::tame(html)).to_string();
    let mut text = String::with_capacity(html.len());
    let mut pieces = html.split('<');
    push_words(&mut text, pieces.next().unwrap_or_default());
    for piece in pieces {
        let (tag, words) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if name == BREAK {
            text.push('\n');
        } else if BLOCKS.contains(&name) {
            end_line(&mut text);
            if PARAGRAPHS.contains(&name) {
                text.push('\n');
            }
        } else if CELLS.contains(&name) {
            text.push(' ');
        }
        push_words(&mut text, words);
    }
    tidy(&text)
}

/// Two blocks that touch begin one line.
fn end_line(text: &mut String) {
    text.truncate(text.trim_end_matches(' ').len());
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Line ends of the source are spaces in HTML; ammonia writes these entities and no others.
fn push_words(text: &mut String, words: &str) {
    let words = words.replace(['\n', '\r'], " ").replace("&nbsp;", " ");
    text.push_str(&words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"));
}

/// One space between words, at most one empty line between paragraphs, none at the ends.
fn tidy(text: &str) -> String {
    // The characters that newsletters fill their preview line with take no room on screen.
    let visible = |c: &char| !matches!(*c, '\u{200b}'..='\u{200f}' | '\u{34f}' | '\u{feff}' | '\u{ad}');
    let mut tidied = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.lines() {
        let words = line.split_whitespace().map(|word| word.chars().filter(visible).collect::<String>());
        let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        tidied.push_str(&line);
        empty_lines = 0;
    }
    tidied
}

/// Undoes the escaping of Gmail's snippets.
pub(super) fn unescape(text: &str) -> String {
    if text.contains('&') { to_text(text).replace('\n', " ") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_without_a_text_part_can_be_read() {
        let html = "<html><head><title>t</title><style>p{color:red}</style></head><body><p>Hola&nbsp;Ana,\n \u{200c}</p>\
                    <table><tr><td>Monto:</td><td><b>5,000.00</b></td></tr><tr><td>Saldo:</td><td>1</td></tr></table>\
                    <div>one</div><div>two<br>three</div><script>x()</script></body></html>";
        assert_eq!(to_text(html), "Hola Ana,\n\nMonto: 5,000.00\nSaldo: 1\n\none\ntwo\nthree");
    }

    #[test]
    fn broken_html_still_gives_its_words() {
        assert_eq!(
            to_text("<p>one<p>two <b>three</p></i> < four &amp;lt; &lt;z&gt;"),
            "one\n\ntwo three\n\n< four &lt; <z>"
        );
        assert_eq!(to_text(""), "");
        assert_eq!(to_text("<"), "<");
    }

    #[test]
    fn a_mail_made_to_fill_the_memory_or_to_take_for_ever_still_gives_its_words() {
        let unclosed = (0..3_000).fold(String::new(), |html, id| html + &format!("<b id={id}>"));
        for hostile in [format!("{unclosed}{}last", "<p>word".repeat(200_000)), "<div>".repeat(400_000) + "last"] {
            let text = to_text(&hostile);
            assert!(text.ends_with("last") && text.len() <= hostile.len());
            assert!(super::super::clean::document(&hostile, None, std::sync::Arc::new(|_| None)).len() < 50_000_000);
        }
    }

    #[test]
    fn snippets_are_unescaped() {
        assert_eq!(unescape("Tom &amp; Ana&#39;s &lt;tea&gt;"), "Tom & Ana's <tea>");
        assert_eq!(unescape("plain"), "plain");
    }
}
