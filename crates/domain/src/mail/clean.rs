//! Makes the HTML of a mail fit to be shown in a sandboxed frame. ammonia parses as browsers do and keeps only what is
//! allowed here; the frame's own policy stands behind it.

use super::{
    bounds,
    quoted::{self, FoldWords},
};
use ammonia::Builder;
use regex::Regex;
use std::{
    borrow::Cow,
    collections::HashSet,
    sync::{Arc, LazyLock},
};

const TAGS: [&str; 4] = ["center", "font", "tfoot", "u"];
const ATTRIBUTES: [&str; 19] = [
    "align",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "class",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "id",
    "lang",
    "rowspan",
    "size",
    "style",
    "title",
    "valign",
    "width",
];
/// Appearance only: nothing that loads, positions over other content or runs.
const STYLES: [&str; 40] = [
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-width",
    "color",
    "direction",
    "display",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "vertical-align",
    "width",
];
/// Whose content is no text of the mail; ammonia drops scripts and styles of its own accord.
const SILENT: [&str; 8] = ["title", "noscript", "template", "textarea", "select", "svg", "math", "iframe"];
const INLINE_IMAGES: [&str; 4] = ["data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/webp;"];

/// How a picture without a source looks: a quiet box with a small frame in it, where browsers would show a broken one.
/// Pictures of a pixel only count readers and are not worth a box.
const NOT_LOADED: &str = "img:not([src]){content:url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
    width='24' height='24' fill='none' stroke='%23a3a6a1' stroke-width='1.5'%3E%3Cpath \
    d='M4 5h16v14H4zm0 11 5-5 4 4 3-3 4 4M15.5 9.5h.1'/%3E%3C/svg%3E\");object-fit:scale-down;min-width:24px;\
    min-height:24px;max-height:96px;background:#f4f4f1;border-radius:4px}\
    img:not([src]):is([width='0'],[width='1'],[height='0'],[height='1']){display:none}";

/// A folded quote: a small button, and a line beside what it shows.
const QUOTED: &str = ".quoted{margin:12px 0}.quoted>summary{display:inline-block;list-style:none;cursor:pointer;\
    padding:1px 10px;border-radius:10px;background:#eeeeea;color:#55584f;font:13px/1.5 system-ui,sans-serif}\
    .quoted>summary::-webkit-details-marker{display:none}.quoted>summary:hover{background:#e2e2dc}\
    .quoted[open]>summary{margin-bottom:8px}.quoted:not([open])>summary>span+span,\
    .quoted[open]>summary>span:first-child{display:none}";

static REMOTE_IMAGE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)<img\b[^>]*\bsrc\s*=\s*["']?\s*(?:https?:)?//"#).ok());

/// Names in the text of files of the mail: `cid:` and what is behind it.
static NAME_IN_TEXT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?i)\bcid:([^"'\s>)]{1,998})"#).ok());

/// Whether the HTML asks for images from other servers.
pub(super) fn asks_for_images(html: &str) -> bool {
    REMOTE_IMAGE.as_ref().is_some_and(|pattern| pattern.is_match(html))
}

/// The files that the HTML shows, by their names in it.
pub(crate) fn shown_files(html: &str) -> HashSet<String> {
    let found = NAME_IN_TEXT.as_ref().map(|pattern| pattern.captures_iter(html));
    found.into_iter().flatten().take(bounds::MOST_FILES).map(|found| name_in_text(&found[1])).collect()
}

/// A name in the text as it is compared: percent signs undone (RFC 2392).
pub(crate) fn name_in_text(name: &str) -> String {
    let name = name.replace('+', "%2B");
    url::form_urlencoded::parse(name.as_bytes()).next().map_or_else(String::new, |(name, _)| name.into_owned())
}

/// Where the frame finds the picture that a mail names by an address; `None` leaves it out.
pub(crate) type Pictures = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// A whole document: cleaned, with quotes folded where there are words for it, and with the pictures of `pictures`.
pub(super) fn document(html: &str, folds: Option<FoldWords>, pictures: Pictures) -> String {
    let mut builder = Builder::default();
    builder
        .add_tags(TAGS)
        .add_generic_attributes(ATTRIBUTES)
        .add_tag_attributes("blockquote", ["type"])
        .add_clean_content_tags(SILENT)
        .filter_style_properties(HashSet::from(STYLES))
        .add_url_schemes(["data", "tel", "cid"])
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(move |tag, attribute, value| keep(tag, attribute, value, &pictures));
    let body = builder.clean(&bounds::tame(html)).to_string();
    let body = match folds {
        Some(words) => quoted::fold(&body, words),
        None => body,
    };
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Mail</title><style>\
         body{{margin:16px;background:#fff;color:#1a1a1a;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}}\
         img{{max-width:100%;height:auto}}table{{max-width:100%}}pre{{white-space:pre-wrap}}\
         {QUOTED}{NOT_LOADED}</style></head>\
         <body>{body}</body></html>"
    )
}

fn keep<'v>(tag: &str, attribute: &str, value: &'v str, pictures: &Pictures) -> Option<Cow<'v, str>> {
    let bare: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let bare = bare.to_ascii_lowercase();
    match (tag, attribute) {
        // Small pictures inside the mail itself may stay.
        ("img", "src") if bare.starts_with("data:") => {
            INLINE_IMAGES.iter().any(|kind| bare.starts_with(kind)).then_some(Cow::Borrowed(value))
        }
        ("img", "src") => pictures(value.trim()).map(Cow::Owned),
        (_, "class" | "id" | "type") => quoted::mark(tag, attribute, value).map(Cow::Borrowed),
        (_, "style") => {
            let harmless = !bare.contains("url(") && !bare.contains('\\') && !bare.contains("expression(");
            harmless.then_some(Cow::Borrowed(value))
        }
        // What has no host would lead to a page of ours.
        (_, "href" | "cite") if url::Url::parse(value.trim()).is_err() => None,
        _ => (!bare.starts_with("data:") && !bare.starts_with("cid:")).then_some(Cow::Borrowed(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: FoldWords = FoldWords { show: "Show", hide: "Hide" };

    /// Every picture is where the mail says, or there is none.
    fn body(html: &str, images: bool) -> String {
        let document = document(html, Some(WORDS), Arc::new(move |address| images.then(|| address.to_owned())));
        let (_, body) = document.split_once("<body>").unwrap();
        body.strip_suffix("</body></html>").unwrap().to_owned()
    }

    #[test]
    fn what_could_run_or_ask_is_gone() {
        let attacks = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href='javascript:alert(1)'>x</a>",
            "<a href=' java\nscript:alert(1)'>x</a>",
            "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
            "<form action='https://evil.example'><input name=p></form>",
            "<iframe src='https://evil.example'></iframe><object data=x></object><embed src=x>",
            "<svg><script>alert(1)</script></svg><math><mi xlink:href='javascript:alert(1)'></math>",
            "<style>@import url(https://evil.example)</style><link rel=stylesheet href=https://evil.example>",
            "<meta http-equiv=refresh content='0;url=https://evil.example'><base href=https://evil.example>",
            "<p style=\"background:url(https://evil.example/x)\">x</p>",
            "<p style=\"color:red;background-image:u\\72l(https://evil.example)\">x</p>",
            "<p style=\"position:fixed;top:0\">x</p>",
        ];
        for attack in attacks {
            let cleaned = body(attack, true).to_lowercase();
            for word in ["script", "onerror", "javascript", "evil.example", "<form", "<iframe", "position", "data:"] {
                assert!(!cleaned.contains(word), "{attack} left {cleaned}");
            }
        }
    }

    #[test]
    fn images_of_other_servers_wait_until_asked_for() {
        let html = "<img src='https://img.example/logo.png' alt='Logo' width=120><img src='cid:a@b'>\
                    <img src='data:image/png;base64,AAAA'><img src='data:image/svg+xml,<svg/>'>";
        assert!(asks_for_images(html));
        assert!(!asks_for_images("<img src='cid:a@b'><p>//</p>"));
        let without = body(html, false);
        assert!(!without.contains("img.example") && without.contains("alt=\"Logo\""), "{without}");
        assert!(without.contains("data:image/png") && !without.contains("svg") && !without.contains("cid:"));
        assert_eq!(shown_files(html), HashSet::from(["a@b".to_owned()]));
        assert_eq!(name_in_text("a%40b+c"), "a@b+c");
        assert!(body(html, true).contains("https://img.example/logo.png"));
    }

    #[test]
    fn what_is_no_text_of_the_mail_does_not_become_text() {
        let html = "<html><head><title>Title</title><style>p{}</style></head><body><p>Hello</p><textarea>T</textarea>\
                    <noscript>N</noscript></body></html>";
        assert_eq!(body(html, false), "<p>Hello</p>");
    }

    #[test]
    fn a_newsletter_keeps_its_tables_colours_and_links() {
        let html = "<table width=\"600\" cellpadding=\"0\" bgcolor=\"#ffffff\"><tr><td align=\"center\" \
                    style=\"padding:10px;color:#333\"><a href=\"https://shop.example/x\">Buy</a></td></tr></table>";
        let cleaned = body(html, false);
        for kept in [
            "width=\"600\"",
            "bgcolor",
            "align=\"center\"",
            "padding:",
            "color:",
            "https://shop.example/x",
            "target=\"_blank\"",
            "noopener",
        ] {
            assert!(cleaned.contains(kept), "{kept} is missing from {cleaned}");
        }
    }
}
