//! HTML as plain text. The HTML is parsed and written again by ammonia first, so that what is read here is well-formed.

use ammonia::Builder;
use std::collections::HashSet;

/// Begin and end a line.
const BLOCKS: [&str; 21] = [
    "p", "div", "tr", "table", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote",
    "pre", "hr", "section", "article",
];
/// Begin a line.
const BREAK: &str = "br";
/// Are kept apart by a space.
const CELLS: [&str; 2] = ["td", "th"];

/// The text of an HTML document: blocks on lines of their own, at most one empty line in a row.
pub(super) fn to_text(html: &str) -> String {
    let tags: HashSet<&str> = BLOCKS.into_iter().chain(CELLS).chain([BREAK]).collect();
    let mut builder = Builder::empty();
    // Without the table's frame a parser throws rows and cells out.
    builder.tags(tags).add_tags(["tbody", "thead", "tfoot"]);
    builder.clean_content_tags(HashSet::from(["style", "script", "title", "template", "noscript"]));
    tidy(&strip(&builder.clean(html).to_string()))
}

/// Text of well-formed HTML: tags become line ends or spaces, the few entities that are ever written become characters.
fn strip(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.extend(rest[..open].split(['\n', '\r']).map(unescape).intersperse_spaces());
        let Some(close) = rest[open..].find('>') else { return text };
        let tag = rest[open + 1..open + close].trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if tag == BREAK || BLOCKS.contains(&tag) {
            text.push('\n');
        } else if CELLS.contains(&tag) {
            text.push(' ');
        }
        rest = &rest[open + close + 1..];
    }
    text.extend(rest.split(['\n', '\r']).map(unescape).intersperse_spaces());
    text
}
