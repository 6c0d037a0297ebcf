//! `GET /inbox/{message}/headers`: all header lines of a mail, as they came, for the person it belongs to.

use super::{
    mail_refusal::{self, What},
    page::{self, Notice, escape},
    session::Asking,
    site::Site,
};
use app::{
    error::AppError,
    language::{Language, say},
};
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
    let language = asking.language();
    let Some(viewer) = asking.viewer else { return page::failure(language, &AppError::SignInRequired) };
    let Ok(message) = message.parse::<Uuid>() else { return page::failure(language, &AppError::NotFound) };
    match site.domain.reading().headers(viewer.user_id, message).await {
        Ok(lines) => answer(language, message, &lines),
        Err(error) => mail_refusal::page(&site, language, What::Headers, message, error),
    }
}

fn answer(language: Language, message: Uuid, lines: &[(String, String)]) -> Response {
    let mut list = String::from("<dl class=\"header-lines\">");
    for (name, value) in lines {
        // Writing to a string cannot fail.
        let _ = write!(list, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(value));
    }
    list.push_str("</dl>");
    let sentence =
        if lines.is_empty() { say!(language, post.headers_none) } else { say!(language, post.headers_order) };
    let mail = format!("/inbox/{message}");
    let extra = if lines.is_empty() { "" } else { &list };
    let (title, link) = (say!(language, post.headers_title), Some((mail.as_str(), say!(language, post.back_to_mail))));
    Notice { language, title, sentence, link, extra }.answer(StatusCode::OK)
}
