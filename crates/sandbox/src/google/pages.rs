//! Google's pages: plain HTML and forms that work without scripts.

use std::fmt::Write as _;

use super::authorize::{Request, Stop};
use super::scopes;
use crate::state::Sandbox;

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

/// A whole page.
pub fn page(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"icon\" href=\"data:,\">\n\
         <style>{STYLE}</style></head>\n<body><main>\n<div class=\"mark\">Google sandbox – nothing here is real</div>\n\
         {body}\n</main></body></html>\n"
    )
}

/// The account chooser: one button per person, named by the address.
pub fn chooser(sandbox: &Sandbox, request: &Request) -> String {
    let mut body = format!(
        "<h1>Choose an account</h1>\n<p class=\"dim\">to continue to {}</p>\n\
         <form method=\"post\" action=\"/o/oauth2/v2/auth/account\">\n{}<ul>\n",
        escape(&request.client),
        hidden("request", &request.query)
    );
    for resident in sandbox.world.residents() {
        let address = escape(&resident.person.address);
        // The name is shown beside the button, so that the button's accessible name is the address alone.
        push(
            &mut body,
            &format!(
                "<li><button class=\"row\" name=\"account\" value=\"{address}\">{address}</button>\n\
             <span class=\"dim\" aria-hidden=\"true\">{}</span></li>\n",
                escape(&resident.person.name())
            ),
        );
    }
    body.push_str("</ul></form>");
    page("Sign in – Google Accounts", &body)
}

/// The consent page: sign-in scopes as a sentence each, every other scope with a checkbox.
pub fn consent(request: &Request, address: &str) -> String {
    let client = escape(&request.client);
    let (sign_in, other): (Vec<&String>, Vec<&String>) =
        request.scopes.iter().partition(|scope| scopes::is_sign_in(scope));
    let mut body = format!("<h1>{client} wants access to your Google Account</h1>\n<p>{}</p>\n", escape(address));
    body.push_str("<form method=\"post\" action=\"/o/oauth2/v2/auth/decision\">\n");
    body.push_str(&hidden("request", &request.query));
    body.push_str(&hidden("account", address));
    if !sign_in.is_empty() {
        push(&mut body, &format!("<p class=\"dim\">{client} will be able to:</p>\n<ul>\n"));
        for scope in sign_in {
            push(&mut body, &format!("<li><p>{}</p></li>\n", escape(scopes::sentence(scope).unwrap_or(scope))));
        }
        body.push_str("</ul>\n");
    }
    if !other.is_empty() {
        push(&mut body, &format!("<p class=\"dim\">Select what {client} can access</p>\n<ul>\n"));
        for scope in other {
            push(
                &mut body,
                &format!(
                    "<li><label><input type=\"checkbox\" name=\"scope\" value=\"{}\" checked><span>{}</span></label></li>\n",
                    escape(scope),
                    escape(scopes::sentence(scope).unwrap_or(scope))
                ),
            );
        }
        body.push_str("</ul>\n");
    }
    body.push_str(
        "<div class=\"buttons\"><button name=\"decision\" value=\"deny\">Deny</button>\n\
         <button class=\"go\" name=\"decision\" value=\"allow\">Allow</button></div></form>",
    );
    page("Allow access – Google Accounts", &body)
}

/// The page of an error that never reaches the app.
pub fn stop(stop: &Stop) -> String {
    let Stop(status, name, text) = stop;
    let body = format!(
        "<h1>Access blocked: Authorization Error</h1>\n<p>{}</p>\n<p class=\"dim\">Error {}: <code>{name}</code></p>",
        escape(text),
        status.as_u16()
    );
    page("Error – Google Accounts", &body)
}

/// Google's 404.
pub fn not_found(path: &str) -> String {
    let body = format!(
        "<h1>404. That’s an error.</h1>\n<p>The requested URL <code>{}</code> was not found.</p>",
        escape(path)
    );
    page("Error 404 (Not Found)", &body)
}

fn hidden(name: &str, value: &str) -> String {
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
