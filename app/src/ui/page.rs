//! The frame around every page: skip link, header with navigation, the page itself.

use super::{Icon, Logo, Picture};
use crate::{
    browser,
    features::users::{Known, Viewer, server::SignOut},
    language::{say, use_language},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    components::{A, Redirect},
    hooks::use_location,
};

/// Header and main part around the routes.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let language = use_language();
    let viewer = expect_context::<Known>().viewer;
    move_focus_with_pages();
    view! {
        <a class="skip" href="#main" rel="external">
            {say!(language, ui.skip)}
        </a>
        <header class="top">
            <a class="brand" href="/">
                <Logo />
                "Gatepost"
            </a>
            {viewer.map(|viewer| view! { <Navigation viewer /> })}
        </header>
        <main id="main" tabindex="-1">{children()}</main>
    }
    .into_any()
}

#[component]
fn Navigation(viewer: Viewer) -> impl IntoView {
    let language = use_language();
    view! {
        <nav aria-label=say!(language, ui.pages)>
            <A href="/inbox">
                <Picture icon=Icon::Inbox />
                <span>{say!(language, ui.to_inbox)}</span>
            </A>
            <A href="/settings/connections">
                <Picture icon=Icon::Link />
                <span>{say!(language, ui.connections)}</span>
            </A>
            <A href="/settings/activity">
                <Picture icon=Icon::Clock />
                <span>{say!(language, ui.activity)}</span>
            </A>
            <A href="/settings/account">
                <Picture icon=Icon::Person />
                <span>{say!(language, ui.account)}</span>
            </A>
        </nav>
        // A plain form, with scripts too: the new page remembers nothing of the old one.
        <form class="sign-out" method="post" action=SignOut::url()>
            <button class="button bare" title=say!(language, ui.signed_in_as, email = viewer.email)>
                <Picture icon=Icon::SignOut />
                <span>{say!(language, ui.sign_out)}</span>
            </button>
        </form>
    }
    .into_any()
}

/// A page with its title, as the tab's title and as its heading.
#[component]
pub fn Page(
    #[prop(into)] title: String,
    /// As wide as a form.
    #[prop(optional)]
    narrow: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title.clone() />
        <div class="page" class:narrow=narrow>
            <h1 tabindex="-1">{title}</h1>
            {children()}
        </div>
    }
    .into_any()
}

/// Sends the visitor on: on the server with a status that every client follows, in the browser without a load.
#[component]
pub fn GoTo(path: String) -> impl IntoView {
    // Back must not lead here once more.
    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
    let moved = view! { <Redirect path options /> };
    // After the router, which leaves the status alone for clients that did not ask for HTML by name.
    crate::request::answer_redirect();
    moved
}

/// After a move to another page the focus goes to its heading, so that a screen reader starts there. The list of mails
/// looks after its own focus.
fn move_focus_with_pages() {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) && !path.starts_with("/inbox") {
            request_animation_frame(|| browser::focus("main h1"));
        }
        path
    });
}
