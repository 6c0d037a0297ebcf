//! The document shell, the router and the route table.

use crate::{
    browser,
    features::{
        connections::{AttemptLines, ReconnectBanner},
        home::{HomePage, NotFoundPage},
        mail::LastMailbox,
        writing::OnItsWay,
    },
    language::{say, use_language},
    live::Live,
    pages::Page,
    popup::Attempts,
    time::provide_zone,
    ui::Frame,
};
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

/// The document around every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let (language, theme) = (use_language(), crate::request::look());
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#fbfbfa" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#16181b" media="(prefers-color-scheme: dark)" />
                <meta name="description" content=say!(language, ui.description) />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <HashedStylesheet options=options.clone() id="style" />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Everything inside the document's body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let known = SharedValue::new(crate::request::known).into_inner();
    crate::request::speak(known.language);
    provide_zone(known.viewer.as_ref().and_then(|viewer| viewer.zone.clone()));
    LastMailbox::provide(known.viewer.as_ref().and_then(|viewer| viewer.mailbox));
    let live = Live::provide(known.viewer.is_some());
    provide_context(known);
    Attempts::provide(live);
    load_pages_on_redirect();
    // Async: pages read completely without scripts, and a redirect or a status is known before anything is sent.
    view! {
        <Title formatter=document_title />
        <Router>
            <Frame>
                <ReconnectBanner />
                <AttemptLines />
                <OnItsWay>
                    <FlatRoutes fallback=NotFoundPage>
                        <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                        <Route path=path!("/sign-in") view=Page::SignIn ssr=SsrMode::Async />
                        <Route path=path!("/sign-up") view=Page::SignUp ssr=SsrMode::Async />
                        <Route path=path!("/forgot-password") view=Page::ForgotPassword ssr=SsrMode::Async />
                        <Route path=path!("/reset-password") view=Page::ResetPassword ssr=SsrMode::Async />
                        <Route path=path!("/verify-email") view=Page::VerifyEmail ssr=SsrMode::Async />
                        <Route path=path!("/inbox/:id?") view=Page::Mail ssr=SsrMode::Async />
                        <Route path=path!("/write/:id?") view=Page::Write ssr=SsrMode::Async />
                        <Route path=path!("/settings/connections") view=Page::Connections ssr=SsrMode::Async />
                        <Route path=path!("/settings/activity") view=Page::Activity ssr=SsrMode::Async />
                        <Route path=path!("/settings/account") view=Page::Account ssr=SsrMode::Async />
                    </FlatRoutes>
                </OnItsWay>
            </Frame>
        </Router>
    }
}

/// The title of the document. The server writes it into the page as it is handed over, and a mail chooses what it is called:
/// it must be made text first. The browser takes everything as text.
fn document_title(title: String) -> String {
    let title = if title.is_empty() { "Gatepost".to_owned() } else { format!("{title} · Gatepost") };
    if cfg!(feature = "ssr") { title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;") } else { title }
}

/// Server functions redirect only when who is signed in changes: then the page is loaded anew, so that nothing of the
/// former visitor stays in memory. Set before the router can set its own.
fn load_pages_on_redirect() {
    let _ = leptos::server_fn::redirect::set_redirect_hook(browser::load);
}
