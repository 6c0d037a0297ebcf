//! Quoted parts of HTML, as the common programs mark them. What is read here was written by ammonia, so that every tag
//! has its end.

use super::super::bounds::{self, Tag};
use std::ops::Range;

/// What of a mail's own marks survives cleaning, and as what.
const WHOLE: &str = "quoted-whole";
const PREFIX: &str = "quoted-prefix";
const REST: &str = "quoted-rest";
/// Classes of elements that hold a quote with what announces it: Gmail, Yahoo, Proton.
const WHOLE_CLASSES: [&str; 3] = ["gmail_quote", "yahoo_quoted", "protonmail_quote"];
/// Thunderbird's announcement, in front of the quote.
const PREFIX_CLASS: &str = "moz-cite-prefix";
/// Outlook's ids of what stands between the answer and the quote, which follows without an element of its own.
const REST_IDS: [&str; 2] = ["divrplyfwdmsg", "appendonsend"];

/// Quotes of one mail that are looked at.
const MOST_QUOTES: usize = 200;

const CLOSES: &str = "</details>";

/// What becomes of an attribute that may mark a quote; `None` takes it away.
pub fn mark(tag: &str, attribute: &str, value: &str) -> Option<&'static str> {
    let value = value.to_ascii_lowercase();
    // Outlook on the web puts an x_ before every name of another program.
    let mut names = value.split_whitespace().map(|name| name.trim_start_matches("x_"));
    match (tag, attribute) {
        ("blockquote", "type") => (value.trim() == "cite").then_some("cite"),
        (_, "class") => names.find_map(|name| match name {
            name if WHOLE_CLASSES.contains(&name) => Some(WHOLE),
            PREFIX_CLASS => Some(PREFIX),
            _ => None,
        }),
        (_, "id") => names.any(|name| REST_IDS.contains(&name)).then_some(REST),
        _ => None,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Whole,
    Prefix,
    Rest,
    Cite,
    Other,
}

struct Element {
    kind: Kind,
    name: String,
    /// With its tags.
    outer: Range<usize>,
}

/// What the button of a fold says, in the reader's language: texts of ours, in which nothing has to be escaped.
#[derive(Clone, Copy, Debug)]
pub struct FoldWords {
    /// While it is folded.
    pub show: &'static str,
    /// While it is not.
    pub hide: &'static str,
}

impl FoldWords {
    fn opens(self) -> String {
        format!("<details class=\"quoted\"><summary><span>{}</span><span>{}</span></summary>", self.show, self.hide)
    }
}

/// Folds the quotes of a cleaned mail.
pub fn fold(html: &str, words: FoldWords) -> String {
    let mut folds: Vec<Range<usize>> = Vec::new();
    let elements = elements(html);
    let marked = elements.iter().enumerate().filter(|(_, one)| !matches!(one.kind, Kind::Other | Kind::Prefix));
    for (at, element) in marked.take(MOST_QUOTES) {
        if folds.last().is_none_or(|last| element.outer.start >= last.end) {
            folds.extend(range(html, &elements, at));
        }
    }
    let mut left = String::with_capacity(html.len());
    let mut at = 0;
    for one in &folds {
        left.push_str(&html[at..one.start]);
        at = one.end;
    }
    left.push_str(&html[at..]);
    if folds.is_empty() || is_blank(&left) {
        return html.to_owned();
    }
    let opens = words.opens();
    let mut folded = String::with_capacity(html.len() + folds.len() * (opens.len() + CLOSES.len()));
    at = 0;
    for one in folds {
        folded.push_str(&html[at..one.start]);
        folded.push_str(&opens);
        folded.push_str(&html[one.clone()]);
        folded.push_str(CLOSES);
        at = one.end;
    }
    folded + &html[at..]
}

/// What is folded for an element.
fn range(html: &str, elements: &[Element], at: usize) -> Option<Range<usize>> {
    let element = &elements[at];
    let outer = element.outer.clone();
    match element.kind {
        Kind::Whole => {
            let quote = elements[at..].iter().take_while(|one| one.outer.start < outer.end);
            let inner: Vec<&Range<usize>> =
                quote.filter(|one| one.name == "blockquote").map(|one| &one.outer).collect();
            let passed_on =
                words(bounds::first(&html[outer.clone()], 2_000)).to_lowercase().contains("forwarded message");
            // Somebody may have answered line by line.
            let answered = inner.first().is_some_and(|first| {
                let mut behind = String::new();
                let mut from = first.end;
                for one in inner.iter().filter(|one| one.start >= first.end) {
                    behind.push_str(html.get(from..one.start).unwrap_or_default());
                    from = from.max(one.end);
                }
                behind.push_str(html.get(from..outer.end).unwrap_or_default());
                !is_blank(&behind)
            });
            (!passed_on && !answered).then_some(outer)
        }
        Kind::Cite => is_blank(&html[outer.end..]).then(|| {
            let before = elements[..at].iter().rev().find(|one| one.outer.end <= outer.start);
            let prefix = before.filter(|one| one.kind == Kind::Prefix && is_blank(&html[one.outer.end..outer.start]));
            prefix.map_or(outer.start, |prefix| prefix.outer.start)..outer.end
        }),
        Kind::Rest => {
            let parent = elements[..at].iter().rev().find(|one| one.outer.end > outer.end);
            let end = parent.map_or(html.len(), |parent| parent.outer.end - "</>".len() - parent.name.len());
            Some(outer.start..end)
        }
        Kind::Prefix | Kind::Other => None,
    }
}

/// All elements that have an end, in the order of their beginnings.
fn elements(html: &str) -> Vec<Element> {
    let mut all: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(Tag { start, name, closes, end }) = bounds::next_tag(html, at) {
        at = end;
        if closes {
            if let Some(place) = open.iter().rposition(|one| all[*one].name == name) {
                all[open[place]].outer.end = end;
                open.truncate(place);
            }
        } else if !bounds::is_void(&name) {
            open.push(all.len());
            all.push(Element { kind: kind(&html[start..end], &name), name, outer: start..end });
        }
    }
    all
}

fn kind(tag: &str, name: &str) -> Kind {
    let has = |attribute: &str, value: &str| tag.contains(&format!(" {attribute}=\"{value}\""));
    match () {
        () if has("class", WHOLE) => Kind::Whole,
        () if has("class", PREFIX) => Kind::Prefix,
        () if has("id", REST) => Kind::Rest,
        () if name == "blockquote" && has("type", "cite") => Kind::Cite,
        () => Kind::Other,
    }
}

fn is_blank(html: &str) -> bool {
    words(html)
        .replace("&nbsp;", "")
        .chars()
        .all(|c| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}'))
}

/// The text between the tags.
fn words(html: &str) -> String {
    let mut words = String::new();
    let mut at = 0;
    while let Some(tag) = bounds::next_tag(html, at) {
        words.push_str(&html[at..tag.start]);
        at = tag.end;
    }
    words.push_str(&html[at..]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: FoldWords = FoldWords { show: "Show", hide: "Hide" };
    const OPENS: &str = "<details class=\"quoted\"><summary><span>Show</span><span>Hide</span></summary>";

    fn folded(html: &str) -> Vec<String> {
        let html = fold(html, WORDS);
        html.split(OPENS).skip(1).map(|rest| rest.split(CLOSES).next().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_marks_of_common_programs_become_ours_and_nothing_else_does() {
        assert_eq!(mark("div", "class", "Gmail_quote gmail_quote_container"), Some(WHOLE));
        assert_eq!(mark("div", "class", "x_gmail_quote"), Some(WHOLE));
        assert_eq!(mark("div", "id", "x_divRplyFwdMsg"), Some(REST));
        assert_eq!(mark("blockquote", "type", "CITE"), Some("cite"));
        for (tag, attribute, value) in
            [("div", "class", WHOLE), ("div", "id", REST), ("ol", "type", "cite"), ("div", "class", "mail-acts")]
        {
            assert_eq!(mark(tag, attribute, value), None, "{tag} {attribute}={value}");
        }
    }

    #[test]
    fn a_quote_at_the_end_is_folded_with_what_announces_it() {
        let gmail =
            "<div class=\"quoted-whole\"><div>On Monday Ana wrote:<br></div><blockquote>Lunch?</blockquote></div>";
        assert_eq!(folded(&format!("<div>Yes.</div><br>{gmail}<br>")), [gmail]);
        let bird = "<div class=\"quoted-prefix\">Ana:</div>\n<blockquote type=\"cite\">Lunch?</blockquote>";
        assert_eq!(folded(&format!("<p>Yes.</p>{bird}<p>&nbsp;</p>")), [bird]);
        let outlook = "<hr><div id=\"quoted-rest\"><b>From:</b> Ana</div><div>Lunch?</div>";
        assert_eq!(
            folded(&format!("<div><p>Yes.</p>{outlook}</div>")),
            ["<div id=\"quoted-rest\"><b>From:</b> Ana</div><div>Lunch?</div>"]
        );
        assert_eq!(folded("<p>Yes.</p><div id=\"quoted-rest\"></div><p>Lunch?</p>").len(), 1, "to the end of it all");
    }

    #[test]
    fn a_quote_in_a_quote_is_folded_once() {
        let inner = "<blockquote type=\"cite\">a<blockquote type=\"cite\">b</blockquote></blockquote>";
        assert_eq!(folded(&format!("Yes{inner}")), [inner]);
    }

    #[test]
    fn answers_between_quotes_stay_in_sight() {
        for html in [
            "<blockquote type=\"cite\">Lunch?</blockquote><p>Yes.</p>",
            "<div class=\"quoted-whole\">Ana:<blockquote>Lunch?</blockquote>Yes.<blockquote>Where?</blockquote></div>On us.",
            "Hi<div class=\"quoted-whole\">Ana:<blockquote>Lunch?</blockquote><div>At <b>mine</b>.</div></div>",
            "Look<div class=\"quoted-whole\">---------- Forwarded message ---------<br>Lunch?</div>",
        ] {
            assert_eq!(fold(html, WORDS), html);
        }
    }

    #[test]
    fn a_mail_that_is_nothing_but_a_quote_is_whole() {
        let html = "<div>&nbsp;<br></div><div class=\"quoted-whole\">Ana:<blockquote>Lunch?</blockquote></div>";
        assert_eq!(fold(html, WORDS), html);
    }

    #[test]
    fn many_quotes_take_bounded_time() {
        let html = "a<div class=\"quoted-whole\">b</div>".repeat(5_000);
        assert_eq!(fold(&html, WORDS).matches(OPENS).count(), MOST_QUOTES);
        let deep = format!("a{}b{}", "<div class=\"quoted-whole\">".repeat(500), "</div>".repeat(500));
        assert_eq!(fold(&deep, WORDS).matches(OPENS).count(), 1);
    }
}
