//! `GET /inbox/{message}/headers`: all header lines of a mail, as they came, for the person it belongs to.

use super::{
    mail_refusal,
    page::{self, Notice, escape},
    session::Asking,
    site::Site,
};
use app::error::AppError;
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use std::fmt::Write;
use uuid::Uuid;

/// A page with every line.
pub async fn show(
    State(site): State<Site>,
    Extension(asking): Extension<Asking>,
    Path(message): Path<String>,
) -> Response {
    let Some(viewer) = asking.viewer else { return page::failure(&AppError::SignInRequired) };
    let Ok(message) = message.parse::<Uuid>() else { return page::failure(&AppError::NotFound) };
    match site.domain.reading().headers(viewer.user_id, message).await {
        Ok(lines) => answer(message, &lines),
        Err(error) => mail_refusal::page(&site, "The list of headers", message, error),
    }
}

fn answer(message: Uuid, lines: &[(String, String)]) -> Response {
    let mut list = String::from("<dl class=\"header-lines\">");
    for (name, value) in lines {
        // Writing to a string cannot fail.
        let _ = write!(list, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(value));
    }
    list.push_str("</dl>");
    let sentence = match lines.len() {
        0 => "The provider tells no headers of this mail, as of drafts and of what you sent.",
        _ => {
            "As they came, the newest on top. Whoever sent the mail wrote the lower ones and could write anything there."
        }
    };
    let mail = format!("/inbox/{message}");
    let extra = if lines.is_empty() { "" } else { &list };
    Notice { title: "Headers of a mail", sentence, link: Some((&mail, "Back to the mail")), extra }
        .answer(StatusCode::OK)
}
