//! The pages, in the parts that the client is cut into: a browser fetches the part of the page it shows, and no other.
//!
//! `cargo leptos build --split` cuts the WASM at the functions marked `#[wasm_split]`; what several parts share is cut off for
//! itself. Pages that lead to each other and are small are one part, because every further part makes more files of what is
//! shared (docs/decisions/0011 has the weights). The server has everything in one piece.

use crate::{
    browser,
    features::{
        activity::ActivityPage,
        connections::ConnectionsScreen,
        mail::MailPage,
        users::{
            AccountPage, ForgotPasswordPage, Known, Private, ResetPasswordPage, SignInPage, SignUpPage, VerifyEmailPage,
        },
        writing::WritePage,
    },
    request,
};
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use leptos_router::{ChooseView, hooks::use_location};
use std::cell::RefCell;

/// A page whose code is fetched when it is first shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Page {
    SignIn,
    SignUp,
    ForgotPassword,
    ResetPassword,
    VerifyEmail,
    Mail,
    Write,
    Connections,
    Activity,
    Account,
}

/// The pages in their parts. Writes for each the function that its part is cut off at and the one that fetches it, and what
/// calls them by page.
macro_rules! pages {
    ($($page:ident($part:ident, $fetch:ident, $show:ident) => $view:expr;)*) => {
        $(
            #[wasm_split($part, wasm_split_path = leptos::wasm_split, fallible, preload($fetch))]
            fn $show() -> Result<AnyView, SplitLoaderError> {
                request::name_part(stringify!($part));
                Ok($view.into_any())
            }
        )*

        impl Page {
            /// Fetches its part: from then on it is shown at once.
            async fn fetch(self) -> Result<(), SplitLoaderError> {
                match self {
                    $(Self::$page => $fetch().await,)*
                }?;
                THERE.with_borrow_mut(|there| there.push(self));
                Ok(())
            }

            async fn show(self) -> Result<AnyView, SplitLoaderError> {
                match self {
                    $(Self::$page => $show().await,)*
                }
            }
        }
    };
}

pages! {
    SignIn(entrance, fetch_sign_in, sign_in) => SignInPage();
    SignUp(entrance, fetch_sign_up, sign_up) => SignUpPage();
    ForgotPassword(entrance, fetch_forgot_password, forgot_password) => ForgotPasswordPage();
    ResetPassword(entrance, fetch_reset_password, reset_password) => ResetPasswordPage();
    VerifyEmail(entrance, fetch_verify_email, verify_email) => VerifyEmailPage();
    Mail(mail, fetch_mail, mail) => view! { <Private><MailPage /></Private> };
    Write(writing, fetch_write, write) => view! { <Private><WritePage /></Private> };
    Connections(settings, fetch_connections, connections) => view! { <Private><ConnectionsScreen /></Private> };
    Activity(settings, fetch_activity, activity) => view! { <Private><ActivityPage /></Private> };
    Account(settings, fetch_account, account) => view! { <Private><AccountPage /></Private> };
}

/// How often a server that does not answer is asked for its client, and after what time again: it may be starting anew.
const ASKED: u32 = 5;
const ASKED_EVERY_MS: i32 = 1_000;

thread_local! {
    /// The pages whose code this document has.
    static THERE: RefCell<Vec<Page>> = RefCell::default();
}

impl Page {
    /// The page at a path of ours; `None` is one that comes with the client.
    fn at(path: &str) -> Option<Self> {
        let mut steps = path.split('/').skip(1);
        Some(match (steps.next()?, steps.next()) {
            ("sign-in", _) => Self::SignIn,
            ("sign-up", _) => Self::SignUp,
            ("forgot-password", _) => Self::ForgotPassword,
            ("reset-password", _) => Self::ResetPassword,
            ("verify-email", _) => Self::VerifyEmail,
            ("inbox", _) => Self::Mail,
            ("write", _) => Self::Write,
            ("settings", Some("connections")) => Self::Connections,
            ("settings", Some("activity")) => Self::Activity,
            ("settings", Some("account")) => Self::Account,
            _ => return None,
        })
    }

    fn is_there(self) -> bool {
        THERE.with_borrow(|there| there.contains(&self))
    }
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        let is_there =
            cfg!(feature = "ssr") || self.is_there() || fits_the_server().await && self.fetch().await.is_ok();
        if is_there && let Ok(view) = self.show().await {
            return view;
        }
        // The page is loaded anew, with the client that belongs to it; until then nothing takes the place of what is there.
        let location = use_location();
        browser::load(&format!("{}{}", location.pathname.get_untracked(), location.search.get_untracked()));
        std::future::pending().await
    }

    async fn preload(&self) {}
}

/// Fetches the part of the page that the document shows. `false`: it cannot be had, and the page has to stay as the server
/// wrote it. It can be read, and its links and forms work, without scripts.
pub async fn fetch_first() -> bool {
    match Page::at(&window().location().pathname().unwrap_or_default()) {
        Some(page) => page.fetch().await.is_ok(),
        None => true,
    }
}

/// Whether a further part of this client can still be had. One of another build would not fit in: the two count on each
/// other's places in the table of functions, and nothing checks them.
async fn fits_the_server() -> bool {
    let own = expect_context::<Known>().client;
    for _ in 0..ASKED {
        if let Ok((200, name)) = browser::ask("GET", "/client").await {
            return name == own;
        }
        browser::pause(ASKED_EVERY_MS).await;
    }
    false
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::app::App;

    #[test]
    fn every_route_is_a_page_with_a_part_except_the_start() {
        for route in leptos_axum::generate_route_list(App) {
            assert_eq!(Page::at(route.path()).is_none(), route.path() == "/", "{}", route.path());
        }
    }
}
