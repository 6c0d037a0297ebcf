//! A page to press the faults by hand: plain forms, no scripts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Form, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Redirect};
use serde::Deserialize;
use serde_json::json;

use crate::dice::Dice;
use crate::faults::{Order, When};
use crate::google::pages::BRAND;
use crate::oauth::grants::Reason;
use crate::oauth::pages::escape;
use crate::state::{Provider, Sandbox};
use crate::world::compose::files::png;

/// Buttons: name of the press, words on the button, what it does.
const PRESSES: [(&str, &str); 8] = [
    ("rate", "Next 5 Gmail calls: rate limit (403)"),
    ("busy", "Next 5 Gmail calls: server error (503)"),
    ("slow", "Next 5 Gmail calls: 3 s late"),
    ("cut", "Next Gmail call: connection cut"),
    ("refused", "Next token call: invalid_grant"),
    ("down", "Token endpoint down until cleared"),
    ("history", "Next history call: too old (404)"),
    ("clear", "Clear all faults"),
];

/// The token endpoint of either provider.
const TOKEN: &str = "^(/[^/]+/oauth2/v2.0)?/token$";

/// `GET /_sandbox/`.
pub async fn show(State(sandbox): State<Arc<Sandbox>>) -> Html<String> {
    let mut body =
        String::from("<h1>Sandbox</h1>\n<p class=\"dim\">Break something and watch what the app says.</p>\n");
    body.push_str("<form method=\"post\" action=\"/_sandbox/press\"><ul>\n");
    let mut button = |press: &str, words: &str| {
        let row = format!(
            "<li><button class=\"row\" name=\"press\" value=\"{}\">{}</button></li>\n",
            escape(press),
            escape(words)
        );
        if body.write_str(&row).is_err() {
            tracing::debug!("the page could not be written");
        }
    };
    for (press, words) in PRESSES {
        button(press, words);
    }
    button("hour", "Move the clock on by one hour (access tokens expire)");
    button("week", "Move the clock on by eight days (history ids expire)");
    for resident in sandbox.world.residents() {
        let address = &resident.person.address;
        button(&format!("removed {address}"), &format!("{address}: remove the app's access"));
        button(&format!("password {address}"), &format!("{address}: change the password"));
    }
    body.push_str("</ul></form>\n");
    let faults: Vec<String> = sandbox.faults.list().iter().map(|order| escape(&order.path)).collect();
    let in_force = if faults.is_empty() { "none".to_owned() } else { faults.join(", ") };
    let where_they_are = format!("Google is at {}, Microsoft at {}.", sandbox.google.url, sandbox.microsoft.url);
    Html(BRAND.page(
        "Sandbox",
        &format!("{body}<p class=\"dim\">Faults in force: {in_force}</p><p class=\"dim\">{where_they_are}</p>"),
    ))
}

/// Which button was pressed.
#[derive(Debug, Deserialize)]
pub struct Press {
    press: String,
}

/// `POST /_sandbox/press`.
pub async fn press(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(provider): Extension<Provider>,
    Form(form): Form<Press>,
) -> Redirect {
    let gmail = |times, status, body| Order {
        path: "^/gmail/v1/".to_owned(),
        status,
        body,
        headers: BTreeMap::new(),
        times: Some(times),
        delay_ms: 0,
        cut: None,
    };
    let order = match form.press.split_once(' ') {
        Some((kind, address)) => {
            if let Some(resident) = sandbox.world.find(address) {
                let reason = if kind == "password" { Reason::PasswordChanged } else { Reason::Removed };
                sandbox.side(provider).ledger.end(&resident.person.address, reason);
            }
            None
        }
        None => match form.press.as_str() {
            "rate" => Some(gmail(5, Some(403), Some(rate_limit()))),
            "busy" => Some(gmail(5, Some(503), None)),
            "slow" => Some(Order { delay_ms: 3_000, ..gmail(5, None, None) }),
            "cut" => Some(Order { cut: Some(When::Before), ..gmail(1, None, None) }),
            "refused" => Some(Order {
                path: TOKEN.to_owned(),
                ..gmail(
                    1,
                    Some(400),
                    Some(json!({"error": "invalid_grant", "error_description": "Token has been expired or revoked."})),
                )
            }),
            "down" => Some(Order { path: TOKEN.to_owned(), times: None, ..gmail(1, Some(503), None) }),
            "history" => Some(Order { path: "/history$".to_owned(), ..gmail(1, Some(404), Some(too_old())) }),
            "hour" => {
                sandbox.clock.advance(3_600);
                None
            }
            "week" => {
                sandbox.clock.advance(8 * 86_400);
                None
            }
            _ => {
                sandbox.faults.clear();
                None
            }
        },
    };
    if let Some(Err(error)) = order.map(|order| sandbox.faults.add(order)) {
        tracing::error!(%error, "a button holds a fault that cannot be read");
    }
    Redirect::to("/_sandbox/")
}

fn rate_limit() -> serde_json::Value {
    let message = "User-rate limit exceeded.";
    json!({"error": {"code": 403, "message": message, "status": "PERMISSION_DENIED",
        "errors": [{"domain": "usageLimits", "reason": "userRateLimitExceeded", "message": message}]}})
}

fn too_old() -> serde_json::Value {
    let message = "Requested entity was not found.";
    json!({"error": {"code": 404, "message": message, "status": "NOT_FOUND",
        "errors": [{"domain": "global", "reason": "notFound", "message": message}]}})
}

/// The picture every person has.
pub async fn picture() -> impl IntoResponse {
    ([(CONTENT_TYPE, "image/png")], png(28_000, &mut Dice::of(&[7])))
}
