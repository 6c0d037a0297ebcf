//! In the browser there is no request: what is known came with the page. The twin of `server.rs`.

use crate::features::users::{Known, SignUpMode};

/// Only reached when the page carried nothing: nobody is signed in then.
pub fn known() -> Known {
    Known { viewer: None, sign_up: SignUpMode::Open }
}

/// A status belongs to the server's answer.
pub fn answer_not_found() {}

/// The router goes there by itself.
pub fn answer_redirect() {}
