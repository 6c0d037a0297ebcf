//! Server functions of `users`, and the port the server implements.

#![cfg_attr(feature = "ssr", expect(clippy::unused_async, reason = "two server functions have nothing to wait for"))]

use super::{SignUpMode, Viewer};
use crate::error::AppError;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
pub use port::{SessionCookie, UsersPort};

/// The signed-in person, if any.
#[server]
pub async fn current_viewer() -> Result<Option<Viewer>, AppError> {
    Ok(crate::server::Cx::take()?.viewer)
}

/// Whether strangers may make an account.
#[server]
pub async fn current_sign_up_mode() -> Result<SignUpMode, AppError> {
    Ok(crate::server::Cx::take()?.ports.users.sign_up_mode())
}

/// Makes an account and signs in (`SIGN_UP=open`), or mails a link first (`SIGN_UP=verify`).
#[server]
pub async fn sign_up(first_name: String, last_name: String, email: String, password: String) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    let form = super::SignUpForm { first_name, last_name, email, password };
    match cx.ports.users.sign_up(form, &cx.visitor).await? {
        Some(cookie) => {
            cx.set_cookie(&cookie);
            cx.redirect("/settings/connections");
        }
        None => cx.redirect("/verify-email?sent"),
    }
    Ok(())
}

/// Starts a session. `return_to` is a path of ours to go on to.
#[server]
pub async fn sign_in(email: String, password: String, return_to: Option<String>) -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    let cookie = cx.ports.users.sign_in(super::SignInForm { email, password }, &cx.visitor).await?;
    // A browser has one session: the one before ends here, not only in the cookie.
    if cx.viewer.is_some() {
        cx.ports.users.sign_out(cx.viewer.as_ref()).await?;
    }
    cx.set_cookie(&cookie);
    cx.redirect(crate::server::own_path(return_to.as_deref()).unwrap_or("/inbox"));
    Ok(())
}

/// Ends the session on the server and in the browser.
#[server]
pub async fn sign_out() -> Result<(), AppError> {
    let cx = crate::server::Cx::take()?;
    let cookie = cx.ports.users.sign_out(cx.viewer.as_ref()).await?;
    cx.set_cookie(&cookie);
    cx.redirect("/sign-in");
    Ok(())
}

#[cfg(feature = "ssr")]
mod port {
    use super::super::{SignInForm, SignUpForm, SignUpMode, Viewer};
    use crate::{error::AppError, server::Visitor};

    /// A finished `Set-Cookie` value; its parts are the server's business.
    pub struct SessionCookie(pub String);

    /// What the screens need from whoever keeps users.
    #[async_trait::async_trait]
    pub trait UsersPort: Send + Sync {
        fn sign_up_mode(&self) -> SignUpMode;
        /// `None` when a link was mailed instead.
        async fn sign_up(&self, form: SignUpForm, visitor: &Visitor) -> Result<Option<SessionCookie>, AppError>;
        async fn sign_in(&self, form: SignInForm, visitor: &Visitor) -> Result<SessionCookie, AppError>;
        /// Also answers for a visitor whose session is already gone: the cookie is cleared all the same.
        async fn sign_out(&self, viewer: Option<&Viewer>) -> Result<SessionCookie, AppError>;
    }
}
