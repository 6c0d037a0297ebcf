//! `GET /inbox/{message}/files/{file}`: an attachment, for the person it belongs to, piece by piece as it comes from the
//! provider.
//!
//! Whoever sends a mail chooses what is in its files and what they are called. So the browser is told to save them, never
//! to show them, what they are is only repeated where it can do no harm, and nothing is guessed.

use super::{
    mail_refusal::{self, What},
    session::Asking,
    site::Site,
};
use app::error::AppError;
use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::reading::{Download, ReadError};
use futures::TryStreamExt;
use uuid::Uuid;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// If something showed the file all the same: nothing in it runs, and nothing loads.
const POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
/// What anything else is.
const ANYTHING: &str = "application/octet-stream";
/// What a file may be said to be: nothing that a browser would run.
const HARMLESS: [&str; 22] = [
    "application/msword",
    "application/pdf",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/zip",
    "audio/mp4",
    "audio/mpeg",
    "image/gif",
    "image/heic",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/calendar",
    "text/csv",
    "text/plain",
    "video/mp4",
];
/// Longest name, in characters: file systems take 255 bytes.
const LONGEST_NAME: usize = 120;
/// Longest ending that is kept of a name that is too long.
const LONGEST_ENDING: usize = 16;

/// Serves one file to the person it belongs to.
pub async fn download(
    State(site): State<Site>,
    Extension(asking): Extension<Asking>,
    Path((message, file)): Path<(String, String)>,
) -> Response {
    let language = asking.language();
    let Some(viewer) = asking.viewer else { return super::page::failure(language, &AppError::SignInRequired) };
    let (Ok(message), Ok(file)) = (message.parse::<Uuid>(), file.parse::<Uuid>()) else {
        return super::page::failure(language, &AppError::NotFound);
    };
    match site.domain.reading().file(viewer.user_id, message, file).await {
        Ok(download) => answer(download),
        Err(error) => mail_refusal::page(&site, language, What::File, message, error),
    }
}

fn answer(download: Download) -> Response {
    let Download { filename, mime_type, pieces } = download;
    let pieces = pieces.inspect_err(|error| {
        // The answer has begun: it is cut off, so that nobody takes it for the whole.
        tracing::warn!(error = error as &dyn std::error::Error, "file.cut_off");
    });
    let mut response = Body::from_stream(pieces.map_err(ReadError::from)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(harmless(&mime_type)));
    // Only ASCII is left in it.
    if let Ok(name) = HeaderValue::from_str(&disposition(&filename)) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// What the browser is told that a file is.
fn harmless(mime_type: &str) -> &'static str {
    let bare = mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    HARMLESS.into_iter().find(|known| *known == bare).unwrap_or(ANYTHING)
}

/// `attachment` with a name (RFC 6266): in ASCII for old programs, and in full (RFC 8187).
fn disposition(filename: &str) -> String {
    let name = clean(filename);
    let plain = |c: char| if c.is_ascii_alphanumeric() || " .-_()[]+,".contains(c) { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let full = url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20");
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{full}")
}

/// A name that is a name and no path, whatever was sent: without folders, control characters, marks that turn the
/// direction of writing, and what file systems do not take.
fn clean(filename: &str) -> String {
    let last = filename.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let kept = last.chars().filter(|c| !c.is_control() && !turns(*c));
    let kept: String = kept.map(|c| if "\"<>:|?*".contains(c) { '_' } else { c }).collect();
    let kept = kept.trim_matches(|c: char| c.is_whitespace() || c == '.');
    if kept.is_empty() {
        return "attachment".to_owned();
    }
    if kept.chars().count() <= LONGEST_NAME {
        return kept.to_owned();
    }
    let ending = kept.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending = if ending.chars().count() > LONGEST_ENDING { "" } else { ending };
    let start: String = kept.chars().take(LONGEST_NAME - LONGEST_ENDING).collect();
    if ending.is_empty() { start } else { format!("{start}.{ending}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_path_and_never_lies_about_its_end() {
        for (sent, saved) in [
            ("bill.pdf", "bill.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system32\\calc.exe", "calc.exe"),
            ("a/..", "attachment"),
            ("..", "attachment"),
            ("", "attachment"),
            (".bashrc", "bashrc"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
            ("a\0b.txt", "ab.txt"),
            ("que\"sto.txt", "que_sto.txt"),
        ] {
            assert_eq!(clean(sent), saved, "{sent:?}");
        }
        let long = clean(&format!("{}.pdf", "ñ".repeat(300)));
        assert!(long.chars().count() <= LONGEST_NAME && long.rsplit('.').next() == Some("pdf"), "{long}");
    }

    #[test]
    fn a_name_stands_in_the_header_in_ascii_and_in_full() {
        assert_eq!(
            disposition("Recibo nº1.pdf"),
            "attachment; filename=\"Recibo n_1.pdf\"; filename*=UTF-8''Recibo%20n%C2%BA1.pdf"
        );
        let hostile = disposition("x\"; filename=evil.html; y='%0d%0a\u{85}\u{2028}.txt");
        assert!(hostile.is_ascii() && hostile.matches('"').count() == 2, "{hostile}");
        assert!(HeaderValue::from_str(&hostile).is_ok());
    }

    #[test]
    fn what_a_browser_could_run_is_anything() {
        for kind in
            ["text/html", "image/svg+xml", "application/javascript", "text/xml", "application/xhtml+xml", "", "x"]
        {
            assert_eq!(harmless(kind), ANYTHING, "{kind}");
        }
        assert_eq!(harmless("Application/PDF; name=a.pdf"), "application/pdf");
    }
}
