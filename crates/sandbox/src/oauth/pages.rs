//! The frame of the providers' pages: plain HTML and forms that work without scripts. One button per person, then one
//! checkbox per scope, `Allow` and `Deny`.

use std::fmt::Write as _;

use crate::world::Person;

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1f1f1f;--dim:#5f6368;--line:#dadce0;--paper:#fff;--desk:#f0f4f9;--accent:#0b57d0;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e3e3e3;--dim:#9aa0a6;--line:#3c4043;--paper:#0e0e0e;--desk:#1b1b1b;--accent:#a8c7fa;--on:#062e6f}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--desk);color:var(--ink);font:16px/1.5 system-ui,sans-serif;padding:16px}
main{width:100%;max-width:460px;background:var(--paper);border-radius:24px;padding:32px}
h1{font-size:1.6rem;font-weight:400;line-height:1.25;margin:12px 0 4px}p{margin:.4rem 0 1rem}
.mark{font-size:.8rem;color:var(--dim)}.dim{color:var(--dim)}ul{list-style:none;margin:16px 0;padding:0}li{border-bottom:1px solid var(--line)}
button{font:inherit;cursor:pointer;border-radius:20px;padding:9px 22px;border:1px solid var(--line);background:none;color:var(--accent)}
button.row{width:100%;text-align:left;border:0;border-radius:8px;padding:14px 8px;color:var(--ink)}button.row:hover{background:var(--desk)}
button.go{background:var(--accent);color:var(--on);border-color:var(--accent)}button:focus-visible,input:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
label{display:flex;gap:12px;padding:12px 4px;align-items:flex-start}input{margin-top:5px;accent-color:var(--accent)}
.buttons{display:flex;gap:12px;justify-content:flex-end;margin-top:24px}code{overflow-wrap:anywhere}";

/// What tells the pages of one provider from those of the other.
#[derive(Debug)]
pub struct Brand {
    /// The line at the top.
    pub mark: &'static str,
    /// Style that comes after the common one.
    pub style: &'static str,
}

impl Brand {
    /// A whole page.
    pub fn page(&self, title: &str, body: &str) -> String {
        let (title, mark, style) = (escape(title), self.mark, self.style);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"icon\" href=\"data:,\">\n\
             <style>{STYLE}{style}</style></head>\n<body><main>\n<div class=\"mark\">{mark} – nothing here is real</div>\n\
             {body}\n</main></body></html>\n"
        )
    }
}

/// The account chooser: one button per person, named by the address.
pub struct Chooser<'a> {
    /// The headline, as text.
    pub heading: &'a str,
    /// The client that asks.
    pub client: &'a str,
    /// Where the form goes.
    pub action: &'a str,
    /// The query of the request, carried through the form.
    pub request: &'a str,
}

impl Chooser<'_> {
    /// What stands inside the frame.
    pub fn body<'p>(&self, people: impl Iterator<Item = &'p Person>) -> String {
        let mut body = format!(
            "<h1>{}</h1>\n<p class=\"dim\">to continue to {}</p>\n<form method=\"post\" action=\"{}\">\n{}<ul>\n",
            escape(self.heading),
            escape(self.client),
            escape(self.action),
            hidden("request", self.request)
        );
        for person in people {
            let address = escape(&person.address);
            // The name is shown beside the button, so that the button's accessible name is the address alone.
            push(
                &mut body,
                &format!(
                    "<li><button class=\"row\" name=\"account\" value=\"{address}\">{address}</button>\n\
                     <span class=\"dim\" aria-hidden=\"true\">{}</span></li>\n",
                    escape(&person.name())
                ),
            );
        }
        body.push_str("</ul></form>");
        body
    }
}

/// The consent page: some scopes as a sentence each, every other scope with a checkbox.
pub struct Consent<'a> {
    /// The headline, as text.
    pub heading: &'a str,
    /// Whose consent it is.
    pub address: &'a str,
    /// Where the form goes.
    pub action: &'a str,
    /// The query of the request, carried through the form.
    pub request: &'a str,
    /// What stands above the sentences.
    pub told: &'a str,
    /// What stands above the checkboxes.
    pub asked: &'a str,
    /// Scopes without a box, each as a sentence.
    pub sentences: Vec<&'a str>,
    /// Scopes with a box, each with its sentence.
    pub boxes: Vec<(&'a str, &'a str)>,
}

impl Consent<'_> {
    /// What stands inside the frame.
    pub fn body(&self) -> String {
        let mut body = format!(
            "<h1>{}</h1>\n<p>{}</p>\n<form method=\"post\" action=\"{}\">\n{}{}",
            escape(self.heading),
            escape(self.address),
            escape(self.action),
            hidden("request", self.request),
            hidden("account", self.address)
        );
        let rows = self.sentences.iter().map(|sentence| format!("<li><p>{}</p></li>\n", escape(sentence)));
        list(&mut body, self.told, rows);
        let rows = self.boxes.iter().map(|(scope, sentence)| {
            let (scope, sentence) = (escape(scope), escape(sentence));
            format!(
                "<li><label><input type=\"checkbox\" name=\"scope\" value=\"{scope}\" checked><span>{sentence}</span></label></li>\n"
            )
        });
        list(&mut body, self.asked, rows);
        body.push_str(
            "<div class=\"buttons\"><button name=\"decision\" value=\"deny\">Deny</button>\n\
             <button class=\"go\" name=\"decision\" value=\"allow\">Allow</button></div></form>",
        );
        body
    }
}

fn list(body: &mut String, above: &str, rows: impl ExactSizeIterator<Item = String>) {
    if rows.len() > 0 {
        push(body, &format!("<p class=\"dim\">{}</p>\n<ul>\n", escape(above)));
        rows.for_each(|row| push(body, &row));
        body.push_str("</ul>\n");
    }
}

/// A hidden field.
pub fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escape(value))
}

fn push(body: &mut String, text: &str) {
    if body.write_str(text).is_err() {
        tracing::debug!("a page could not be written");
    }
}

/// Text that may stand in HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
