//! The request being answered, as the screens may know it. Its twin `browser.rs` answers with "not known here".

use crate::{
    features::users::Known,
    server::{Cx, Typed},
};
use leptos::prelude::*;
use leptos_meta::Link;
use texts::Language;

/// What every screen may know before it asks for anything.
pub fn known() -> Known {
    match Cx::take() {
        Ok(cx) => Known {
            sign_up: cx.ports.users.sign_up_mode(),
            providers: cx.ports.users.providers(),
            language: cx.language(),
            client: cx.client.name.clone(),
            viewer: cx.viewer,
            connections: cx.connections,
        },
        Err(_) => Known::nothing(),
    }
}

/// Sets the language of the page that is made.
pub fn speak(language: Language) {
    provide_context(language);
}

/// The language of the page that is made, or of the answer to whoever asks.
pub fn language() -> Language {
    use_context().or_else(|| Some(Cx::take().ok()?.language())).unwrap_or_default()
}

/// The look the person wants the document in; `None` follows the device.
pub fn look() -> Option<String> {
    Cx::take().ok()?.viewer.map(|viewer| viewer.theme).filter(|theme| theme != "auto")
}

/// What had been typed into a field of the form that was refused.
pub fn typed(name: &str) -> Option<String> {
    let Typed(fields) = use_context()?;
    fields.into_iter().find(|(field, _)| field == name).map(|(_, text)| text)
}

/// Names the files of a part of the client in the head of the document, so that they come while the client starts.
pub fn name_part(part: &str) {
    let Ok(Cx { client, .. }) = Cx::take() else { return };
    let Some(files) = client.parts.get(part) else { return };
    // Made into text, an element is in the head and nowhere else.
    let _ = view! { <Link rel="modulepreload" href=client.loader.clone() crossorigin="anonymous" /> }.to_html();
    for file in files {
        let _ = view! { <Link rel="preload" as_="fetch" href=file.clone() crossorigin="anonymous" /> }.to_html();
    }
}

/// The page is answered with status 404.
pub fn answer_not_found() {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
}

/// The page is answered with status 302; where to go is the router's business.
pub fn answer_redirect() {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::FOUND);
    }
}
