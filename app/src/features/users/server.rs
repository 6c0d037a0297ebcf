//! Server functions of `users`: the door, links by mail, and what a person changes about themselves.

use super::Account;
use crate::error::AppError;
use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
pub use super::port::{SessionCookie, UsersPort};
#[cfg(feature = "ssr")]
use crate::server::Cx;

/// Makes an account and signs in (`SIGN_UP=open`), or mails a link first (`SIGN_UP=verify`).
#[server]
pub async fn sign_up(first_name: String, last_name: String, email: String, password: String) -> Result<(), AppError> {
    let cx = Cx::take()?;
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
    let cx = Cx::take()?;
    let cookies = cx.ports.users.sign_in(super::SignInForm { email, password }, &cx.visitor).await?;
    // A browser has one session: the one before ends here, not only in the cookie.
    if cx.viewer.is_some() {
        cx.ports.users.sign_out(cx.viewer.as_ref()).await?;
    }
    for cookie in &cookies {
        cx.set_cookie(cookie);
    }
    cx.redirect(crate::server::own_path(return_to.as_deref()).unwrap_or("/inbox"));
    Ok(())
}

/// Ends the session on the server and in the browser.
#[server]
pub async fn sign_out() -> Result<(), AppError> {
    let cx = Cx::take()?;
    let cookie = cx.ports.users.sign_out(cx.viewer.as_ref()).await?;
    cx.set_cookie(&cookie);
    cx.redirect("/sign-in");
    Ok(())
}

/// Asks for a link to choose a new password; answers the same for every address.
#[server]
pub async fn ask_reset(email: String) -> Result<(), AppError> {
    let cx = Cx::take()?;
    cx.ports.users.ask_reset(&email, &cx.visitor).await?;
    cx.redirect("/forgot-password?sent");
    Ok(())
}

/// Takes the secret of a mailed link and a new password; every session of the account ends.
#[server]
pub async fn reset_password(token: String, password: String) -> Result<(), AppError> {
    let cx = Cx::take()?;
    cx.ports.users.reset(token, password, &cx.visitor).await?;
    if cx.viewer.is_some() {
        cx.set_cookie(&cx.ports.users.sign_out(None).await?);
    }
    cx.redirect("/sign-in?changed");
    Ok(())
}

/// Takes the secret of a mailed link that finishes a sign-up or proves an address.
#[server]
pub async fn confirm(token: String, password: Option<String>) -> Result<(), AppError> {
    let cx = Cx::take()?;
    let cookies = cx.ports.users.confirm(token, password.unwrap_or_default(), &cx.visitor).await?;
    let target = if cookies.is_empty() { "/settings/account?proven" } else { "/settings/connections" };
    for cookie in &cookies {
        cx.set_cookie(cookie);
    }
    cx.redirect(target);
    Ok(())
}

/// Everything the account page shows.
#[server]
pub async fn show_account() -> Result<Account, AppError> {
    let cx = Cx::take()?;
    cx.ports.users.account(cx.viewer()?).await
}

/// Keeps name, language, look and zone.
#[server]
pub async fn set_profile(
    first_name: String,
    last_name: String,
    language: String,
    theme: String,
    zone: String,
) -> Result<(), AppError> {
    let cx = Cx::take()?;
    let profile = super::Profile { first_name, last_name, language, theme, zone };
    cx.ports.users.set_profile(cx.viewer()?, profile).await?;
    // A new page: the look is part of the document.
    cx.redirect("/settings/account?saved");
    Ok(())
}

/// Asks for a link that proves the account's address.
#[server]
pub async fn ask_address_proof() -> Result<(), AppError> {
    let cx = Cx::take()?;
    cx.ports.users.ask_address_proof(cx.viewer()?, &cx.visitor).await
}

/// Ends one session of the person.
#[server]
pub async fn end_session(session: Uuid) -> Result<(), AppError> {
    let cx = Cx::take()?;
    cx.ports.users.end_session(cx.viewer()?, session, &cx.visitor).await
}

/// Ends every session of the person but this one.
#[server]
pub async fn end_other_sessions() -> Result<(), AppError> {
    let cx = Cx::take()?;
    cx.ports.users.end_other_sessions(cx.viewer()?, &cx.visitor).await
}

/// Proves by the password who is there; the browser gets a new session.
#[server]
pub async fn prove_again(password: String) -> Result<(), AppError> {
    let cx = Cx::take()?;
    let cookie = cx.ports.users.prove_again(cx.viewer()?, password, &cx.visitor).await?;
    cx.set_cookie(&cookie);
    cx.redirect("/settings/account#ways-in");
    Ok(())
}

/// Replaces the password; `end_others` is there when the other sessions end too.
#[server]
pub async fn change_password(current: String, new: String, end_others: Option<String>) -> Result<(), AppError> {
    let cx = Cx::take()?;
    let change = super::PasswordChange { current, new, end_others: end_others.is_some() };
    cx.ports.users.change_password(cx.viewer()?, change, &cx.visitor).await
}

/// Gives an account without a password one.
#[server]
pub async fn add_password(new: String) -> Result<(), AppError> {
    let cx = Cx::take()?;
    cx.ports.users.add_password(cx.viewer()?, new, &cx.visitor).await
}

/// Takes a way in away, never the last.
#[server]
pub async fn remove_identity(identity: Uuid) -> Result<(), AppError> {
    let cx = Cx::take()?;
    cx.ports.users.remove_identity(cx.viewer()?, identity, &cx.visitor).await
}

/// Deletes the account with everything in it.
#[server]
pub async fn delete_account(password: Option<String>) -> Result<(), AppError> {
    let cx = Cx::take()?;
    let cookie = cx.ports.users.delete(cx.viewer()?, password.unwrap_or_default(), &cx.visitor).await?;
    cx.set_cookie(&cookie);
    cx.redirect("/sign-in?deleted");
    Ok(())
}
