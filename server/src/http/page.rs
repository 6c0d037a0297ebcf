//! Small pages that need no scripts: what a request outside the app's own pages is answered with.

use app::{
    error::AppError,
    language::{Language, say},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

/// Text as it may stand in HTML, in an attribute too.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A page with one sentence.
pub struct Notice<'a> {
    /// Of all its words.
    pub language: Language,
    /// Heading and title.
    pub title: &'a str,
    pub sentence: &'a str,
    /// Path of ours and the words of the link that leads on.
    pub link: Option<(&'a str, &'a str)>,
    /// HTML put in as it is: everything in it must be escaped already.
    pub extra: &'a str,
}

impl Notice<'_> {
    /// The whole document. It links the site's own style and nothing else.
    pub fn document(&self) -> String {
        let link = self.link.map_or_else(String::new, |(path, words)| {
            format!("<p class=\"actions\"><a class=\"button\" href=\"{}\">{}</a></p>", escape(path), escape(words))
        });
        format!(
            "<!DOCTYPE html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · Gatepost</title>\
             <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\"><link rel=\"stylesheet\" href=\"/pkg/gatepost.css\"></head>\
             <body><header class=\"top\"><span class=\"brand\"><img class=\"logo\" src=\"/favicon.svg\" alt=\"\">Gatepost</span></header>\
             <main id=\"main\"><div class=\"page narrow\"><h1>{title}</h1>\
             <p class=\"lead\">{sentence}</p>{link}{extra}</div></main></body></html>",
            language = self.language.tag(),
            title = escape(self.title),
            sentence = escape(self.sentence),
            extra = self.extra,
        )
    }

    /// The page as an answer nobody keeps.
    pub fn answer(&self, status: StatusCode) -> Response {
        let mut response = (status, Html(self.document())).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// The status that tells programs what [`AppError::sentence`] tells people.
pub fn status(error: &AppError) -> StatusCode {
    match error {
        AppError::SignInRequired => StatusCode::UNAUTHORIZED,
        AppError::SignUpClosed | AppError::ConfirmFirst => StatusCode::FORBIDDEN,
        AppError::NotFound => StatusCode::NOT_FOUND,
        AppError::AddressTaken
        | AppError::LastWayIn
        | AppError::ReadOnly
        | AppError::ConnectAgain
        | AppError::MayNotSend
        | AppError::ChangedElsewhere
        | AppError::NoDraft
        | AppError::HasLeft => StatusCode::CONFLICT,
        AppError::SlowDown { .. } => StatusCode::TOO_MANY_REQUESTS,
        AppError::WrongCredentials | AppError::Invalid { .. } | AppError::NoAddress | AppError::LinkSpent => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        AppError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        // What the screen calls unreachable is, seen from here, a request that could not be read.
        AppError::Unreachable => StatusCode::BAD_REQUEST,
        AppError::Unexpected { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A page that says why a request was not done.
pub fn failure(language: Language, error: &AppError) -> Response {
    let title = match error {
        AppError::SignInRequired => say!(language, post.signed_out),
        AppError::NotFound => say!(language, post.not_found),
        AppError::SlowDown { .. } => say!(language, post.too_many_tries),
        AppError::Unavailable => say!(language, post.not_just_now),
        AppError::Unexpected { .. } => say!(language, post.went_wrong),
        _ => say!(language, post.not_accepted),
    };
    let link = match error {
        AppError::SignInRequired => ("/sign-in", say!(language, users.sign_in)),
        _ => ("/", say!(language, post.to_start)),
    };
    Notice { language, title, sentence: &error.sentence(language), link: Some(link), extra: "" }.answer(status(error))
}

#[cfg(test)]
mod tests {
    use super::Notice;
    use app::language::Language;

    #[test]
    fn whatever_a_page_is_given_stays_text() {
        let hostile = "<script>\"'&";
        let link = Some((hostile, hostile));
        let document = Notice { language: Language::en, title: hostile, sentence: hostile, link, extra: "" }.document();
        assert!(!document.contains("<script"), "{document}");
        assert_eq!(document.matches("&lt;script&gt;&quot;&#39;&amp;").count(), 5);
    }
}
