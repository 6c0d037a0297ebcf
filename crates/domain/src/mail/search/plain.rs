//! The words of HTML, quickly: neither the index nor an excerpt needs the lines that a reader does.

use crate::mail::bounds::{self, Tag};
use mail_parser::decoders::html::add_html_token;

/// Bytes read of one HTML.
const LONGEST: usize = 512 * 1024;
/// Do not part words.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "label", "mark", "q", "s", "small", "span", "strike",
    "strong", "sub", "sup", "tt", "u", "wbr",
];
/// Longest `&name;` there is.
const LONGEST_NAME: usize = 33;

/// What HTML says, without what is not shown.
pub(super) fn of_html(html: &str) -> String {
    let html = bounds::first(html, LONGEST);
    let mut text = String::with_capacity(html.len() / 4);
    let mut at = 0;
    while let Some(Tag { name, closes, start, end }) = bounds::next_tag(html, at) {
        push(&mut text, &html[at..start]);
        if !INLINE.contains(&name.as_str()) && !text.ends_with(' ') {
            text.push(' ');
        }
        at = if !closes && bounds::RAW.contains(&name.as_str()) { bounds::end_of_raw(html, end, &name) } else { end };
    }
    push(&mut text, &html[at..]);
    text
}

/// Adds what is between two tags: comments and declarations left out, characters by name in their own form.
fn push(text: &mut String, mut between: &str) {
    while let Some(at) = between.find(['&', '<']) {
        text.push_str(&between[..at]);
        let rest = &between[at..];
        let taken = if rest.starts_with("<!--") {
            rest.find("-->").map_or(rest.len(), |end| end + 3)
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            rest.find('>').map_or(rest.len(), |end| end + 1)
        } else if let Some(end) =
            rest.starts_with('&').then(|| rest.bytes().take(LONGEST_NAME).position(|byte| byte == b';')).flatten()
        {
            add_html_token(text, &rest.as_bytes()[..=end], false);
            end + 1
        } else {
            text.push_str(&rest[..1]);
            1
        };
        between = &rest[taken..];
    }
    text.push_str(between);
}

#[cfg(test)]
mod tests {
    use super::of_html;

    fn words(html: &str) -> String {
        of_html(html).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_shown_is_what_is_found() {
        let html = "<!doctype html><html><head><title>t</title><style>p{color:red}</style></head><body><!-- <p>no -->\
                    <p>Hola&nbsp;<b>A</b>na</p><table><tr><td>Monto:</td><td>5&#44;000</td></tr></table>\
                    <div>se&ntilde;or</div><div>dos</div><script>x()</script> 1 < 2 &amp; x&unknown; & ;</body>";
        assert_eq!(words(html), "Hola Ana Monto: 5,000 señor dos 1 < 2 & x&unknown; & ;");
    }

    #[test]
    fn broken_html_gives_its_words() {
        assert_eq!(words("<p>one<p>two <b>three</p></i> <"), "one two three <");
        assert_eq!(words("one <!-- two"), "one");
        assert_eq!(words("a&b é&é;ñ; &#xZZ; &#1114112;"), "a&b é&é;ñ; &#xZZ; \u{fffd}");
        assert_eq!(words(""), "");
        assert_eq!(words(&"<div>".repeat(100_000)), "");
    }
}
