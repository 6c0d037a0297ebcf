//! `POST /write/{id}`: the form of a draft with its files, as a browser without scripts sends it whole, and as scripts send
//! single files. What is typed is saved before anything else is done with it; where even that is refused, the answer is the
//! page with all of it in its place.

use super::{page, router::request_context, session::Asking, site::Site};
use app::{
    app::shell,
    error::{AppError, Problem},
    features::{
        users::Viewer,
        writing::{
            DraftFile, Typed,
            server::{NewFile, SaveDraft, SendDraft},
        },
    },
    language::Language,
    server::Typed as TypedInto,
};
use axum::{
    Extension, Json,
    body::Body,
    extract::{FromRequest, Multipart, Path, Request, State, multipart::Field},
    http::{Method, Uri, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use leptos::{
    prelude::provide_context,
    server_fn::{ServerFn, error::ServerFnUrlError},
};
use std::{collections::BTreeMap, time::Duration};
use uuid::Uuid;

/// Largest form: more than fits into a mail, so that what is too large is refused in words and not by a broken line.
pub const LARGEST_FORM: usize = 128 * 1024 * 1024;
/// As long as a slow line may take for the files of one mail.
pub const LONGEST_UPLOAD: Duration = Duration::from_mins(10);
/// Most bytes of files that are kept of one form; a draft's own limit is below it.
const MOST_BYTES: usize = 40 * 1024 * 1024;
/// Longest text of a field that is read; a draft's own limits are below it.
const LONGEST_TEXT: usize = 4 * 1024 * 1024;
/// The name of the fields that hold files.
const FILES: &str = "files";

/// What was sent.
#[derive(Default)]
struct Posted {
    fields: BTreeMap<String, String>,
    files: Vec<NewFile>,
    /// The name of a file that was not even read to its end.
    too_large: Option<String>,
}

impl Posted {
    async fn read(mut form: Multipart) -> Option<Self> {
        let mut posted = Self::default();
        while let Some(field) = form.next_field().await.ok()? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == FILES {
                posted.take_file(field).await?;
            } else {
                let (text, _) = read(field, LONGEST_TEXT).await?;
                posted.fields.insert(name, String::from_utf8_lossy(&text).into_owned());
            }
        }
        Some(posted)
    }

    async fn take_file(&mut self, field: Field<'_>) -> Option<()> {
        let name = field.file_name().unwrap_or_default().to_owned();
        let mime_type = field.content_type().unwrap_or_default().to_owned();
        let there: usize = self.files.iter().map(|file| file.bytes.len()).sum();
        let (bytes, whole) = read(field, MOST_BYTES.saturating_sub(there)).await?;
        // A field that no file was chosen in is sent, too.
        match (name.is_empty() && bytes.is_empty(), whole) {
            (true, _) => {}
            (false, true) => self.files.push(NewFile { name, mime_type, bytes }),
            (false, false) => self.too_large = Some(name),
        }
        Some(())
    }

    fn text(&self, name: &str) -> String {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    /// What is typed, where it came along.
    fn typed(&self) -> Option<(i32, Typed)> {
        let version = self.fields.get("version")?.parse().ok()?;
        let connection = self.fields.get("connection")?.parse().ok()?;
        let (to, cc, bcc) = (self.text("to"), self.text("cc"), self.text("bcc"));
        Some((version, Typed { connection, to, cc, bcc, subject: self.text("subject"), body: self.text("body") }))
    }
}

/// At most `most` bytes of a field, read to its end, and whether that is all of it.
async fn read(mut field: Field<'_>, most: usize) -> Option<(Vec<u8>, bool)> {
    let (mut bytes, mut whole) = (Vec::new(), true);
    while let Some(piece) = field.chunk().await.ok()? {
        if bytes.len() + piece.len() > most {
            whole = false;
        } else if whole {
            bytes.extend_from_slice(&piece);
        }
    }
    Some((bytes, whole))
}

/// Takes the form.
pub async fn take(
    State(site): State<Site>,
    Extension(asking): Extension<Asking>,
    Path(draft): Path<String>,
    request: Request,
) -> Response {
    let language = asking.language();
    let Some(viewer) = asking.viewer else { return refuse(language, &request, &AppError::SignInRequired) };
    let Ok(draft) = draft.parse::<Uuid>() else { return refuse(language, &request, &AppError::NotFound) };
    // Nobody sends files to a draft that is not theirs.
    if let Err(error) = site.ports.writing.open(&viewer, draft).await {
        return refuse(language, &request, &error);
    }
    let (parts, body) = request.into_parts();
    let by_scripts = !wants_page(&parts);
    let form = Multipart::from_request(Request::from_parts(parts.clone(), body), &site).await;
    let posted = match form {
        Ok(form) => Posted::read(form).await,
        Err(_) => None,
    };
    let Some(posted) = posted else { return answer(language, &AppError::Unreachable, by_scripts) };
    let desk = Desk { site, viewer, draft };
    if by_scripts {
        return match desk.attach(posted).await {
            Ok(files) => Json(files).into_response(),
            Err(error) => answer(language, &error, true),
        };
    }
    desk.work(parts, posted).await
}

fn wants_page(parts: &Parts) -> bool {
    parts
        .headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}

fn refuse(language: Language, request: &Request, error: &AppError) -> Response {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    answer(language, error, !accepts.is_some_and(|value| value.contains("text/html")))
}

fn answer(language: Language, error: &AppError, by_scripts: bool) -> Response {
    if by_scripts { (page::status(error), Json(error)).into_response() } else { page::failure(language, error) }
}

/// One draft and who works on it.
struct Desk {
    site: Site,
    viewer: Viewer,
    draft: Uuid,
}

impl Desk {
    /// Saves what is typed, attaches what came along, and does what the pressed button says.
    async fn work(&self, parts: Parts, posted: Posted) -> Response {
        let port = &self.site.ports.writing;
        let (act, detach) = (posted.text("act"), posted.text("detach").parse::<Uuid>().ok());
        if act == "discard" {
            return match port.discard(&self.viewer, self.draft).await {
                Ok(()) => Redirect::to("/inbox").into_response(),
                Err(error) => answer(self.viewer.speaks(), &error, false),
            };
        }
        let Some((version, typed)) = posted.typed() else {
            return answer(self.viewer.speaks(), &AppError::Unreachable, false);
        };
        let version = match port.save(&self.viewer, self.draft, version, typed).await {
            Ok(saved) => saved.version,
            Err(AppError::NotFound) => return answer(self.viewer.speaks(), &AppError::NotFound, false),
            Err(error) => return self.show_again(parts, posted.fields, error).await,
        };
        if let Err(error) = self.attach(posted).await {
            return self.back_with(SaveDraft::url(), error);
        }
        if let Some(file) = detach
            && let Err(error) = port.detach(&self.viewer, self.draft, file).await
        {
            return self.back_with(SaveDraft::url(), error);
        }
        if act != "send" {
            return Redirect::to(&format!("/write/{}?saved", self.draft)).into_response();
        }
        match port.send(&self.viewer, self.draft, version).await {
            Ok(()) => Redirect::to(&format!("/write/{}", self.draft)).into_response(),
            Err(error) => self.back_with(SendDraft::url(), error),
        }
    }

    async fn attach(&self, posted: Posted) -> Result<Vec<DraftFile>, AppError> {
        let mut kept = Vec::new();
        for file in posted.files {
            kept.push(self.site.ports.writing.attach(&self.viewer, self.draft, file).await?);
        }
        match posted.too_large {
            None => Ok(kept),
            Some(name) => Err(AppError::Invalid { field: FILES.to_owned(), problem: Problem::LargeFile(name) }),
        }
    }

    /// The page with what is wrong on it: what is typed is saved.
    fn back_with(&self, function: &str, error: AppError) -> Response {
        Redirect::to(self.address(function, error).path_and_query().map_or("/", |path| path.as_str())).into_response()
    }

    fn address(&self, function: &str, error: AppError) -> Uri {
        let path = format!("/write/{}", self.draft);
        let whole = self.site.settings.public_url.join(&path).ok();
        let told = whole.and_then(|page| ServerFnUrlError::new(function, error).to_url(page.as_str()).ok());
        let told = told.map(|url| format!("{}?{}", url.path(), url.query().unwrap_or_default()));
        told.and_then(|told| told.parse().ok()).or_else(|| path.parse().ok()).unwrap_or_default()
    }

    /// The page as the answer to the form itself: what is typed could not be saved, and stands where it was typed.
    async fn show_again(&self, mut parts: Parts, fields: BTreeMap<String, String>, error: AppError) -> Response {
        let (status, context, options) =
            (page::status(&error), request_context(self.site.clone()), self.site.leptos.clone());
        let typed = TypedInto(fields.into_iter().collect());
        let render = leptos_axum::render_app_async_with_context(
            move || {
                context();
                provide_context(typed.clone());
            },
            move || shell(options.clone()),
        );
        parts.method = Method::GET;
        parts.uri = self.address(SaveDraft::url(), error);
        for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
            parts.headers.remove(name);
        }
        let mut response = render(Request::from_parts(parts, Body::empty())).await;
        *response.status_mut() = status;
        response
    }
}
