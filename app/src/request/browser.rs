//! In the browser there is no request: what is known came with the page. The twin of `server.rs`.

use crate::features::users::Known;
use std::sync::OnceLock;
use texts::Language;

/// Of the document, from the moment it is taken over.
static LANGUAGE: OnceLock<Language> = OnceLock::new();

/// Only reached when the page carried nothing: nobody is signed in then.
pub fn known() -> Known {
    Known::nothing()
}

/// Sets the language of everything that is shown, once.
pub fn speak(language: Language) {
    let _ = LANGUAGE.set(language);
}

/// The language of the document.
pub fn language() -> Language {
    LANGUAGE.get().copied().unwrap_or_default()
}

/// The document is the server's.
pub fn look() -> Option<String> {
    None
}

/// It stands in the inputs that the server rendered.
pub fn typed(_: &str) -> Option<String> {
    None
}

/// Whoever asks has it.
pub fn name_part(_: &str) {}

/// A status belongs to the server's answer.
pub fn answer_not_found() {}

/// The router goes there by itself.
pub fn answer_redirect() {}
