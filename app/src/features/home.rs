//! `/`, and the page for addresses where nothing is.

use super::users::{Known, SignUpMode};
use crate::{
    error::AppError,
    ui::{GoTo, Page},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// What Gatepost is, for somebody who is not signed in; the inbox for everybody else.
#[component]
pub fn HomePage() -> impl IntoView {
    let known = expect_context::<Known>();
    if known.viewer.is_some() {
        return view! { <GoTo path="/inbox".into() /> }.into_any();
    }
    let may_sign_up = known.sign_up != SignUpMode::Closed;
    view! {
        <Title text="Your mail on a server you own" />
        <div class="page home">
            <h1 tabindex="-1">"Your mail, on a server you own."</h1>
            <p class="lead">
                "Connect the mailboxes you already have. Gatepost keeps them in sync, newest mail first, and tells you in plain words when something needs you."
            </p>
            <p class="actions">
                {may_sign_up.then(|| view! { <a class="button primary" href="/sign-up">"Create account"</a> })}
                <a class="button" href="/sign-in">"Sign in"</a>
            </p>
            <ul class="points" role="list">
                <li>
                    <h2>"Sign in once"</h2>
                    <p>"Connections are kept alive. When a provider ends one, you are told why and what to press."</p>
                </li>
                <li>
                    <h2>"Nothing lost or doubled"</h2>
                    <p>"What is stored here is counted against what the provider has, and what failed is tried again."</p>
                </li>
                <li>
                    <h2>"Keys stay on the server"</h2>
                    <p>"Your passwords at Google or Microsoft are never seen, and their tokens never reach a browser."</p>
                </li>
            </ul>
        </div>
    }
    .into_any()
}

#[component]
pub fn NotFoundPage() -> impl IntoView {
    crate::request::answer_not_found();
    view! {
        <Page title="Nothing here" narrow=true>
            <p class="lead">{AppError::NotFound.sentence()}</p>
            <p class="actions">
                <a class="button" href="/">"Go to the start"</a>
            </p>
        </Page>
    }
    .into_any()
}
