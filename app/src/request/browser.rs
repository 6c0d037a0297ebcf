//! In the browser there is no request: what is known came with the page. The twin of `server.rs`.

use crate::features::users::Known;

/// Only reached when the page carried nothing: nobody is signed in then.
pub fn known() -> Known {
    Known::nothing()
}

/// The document is the server's.
pub fn look() -> (String, Option<String>) {
    ("en".to_owned(), None)
}

/// It stands in the inputs that the server rendered.
pub fn typed(_: &str) -> Option<String> {
    None
}

/// A status belongs to the server's answer.
pub fn answer_not_found() {}

/// The router goes there by itself.
pub fn answer_redirect() {}
