//! The request being answered, as the screens may know it. Its twin `browser.rs` answers with "not known here".

use crate::{
    features::users::{Known, SignUpMode},
    server::Cx,
};
use leptos::prelude::use_context;

/// What every screen may know before it asks for anything.
pub fn known() -> Known {
    match Cx::take() {
        Ok(cx) => Known { sign_up: cx.ports.users.sign_up_mode(), viewer: cx.viewer },
        Err(_) => Known { sign_up: SignUpMode::Open, viewer: None },
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
