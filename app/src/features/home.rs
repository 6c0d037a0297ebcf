//! `/`, and the page for addresses where nothing is.

use super::users::{Known, SignUpMode};
use crate::{
    error::AppError,
    language::{say, use_language},
    ui::{GoTo, Page},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// What Gatepost is, for somebody who is not signed in; the inbox for everybody else.
#[component]
pub fn HomePage() -> impl IntoView {
    let language = use_language();
    let known = expect_context::<Known>();
    if known.viewer.is_some() {
        return view! { <GoTo path="/inbox".into() /> }.into_any();
    }
    let may_sign_up = known.sign_up != SignUpMode::Closed;
    view! {
        <Title text=say!(language, home.title) />
        <div class="page home">
            <h1 tabindex="-1">{say!(language, home.heading)}</h1>
            <p class="lead">
                {say!(language, home.lead)}
            </p>
            <p class="actions">
                {may_sign_up.then(|| view! { <a class="button primary" href="/sign-up">{say!(language, users.create_account)}</a> })}
                <a class="button" href="/sign-in">{say!(language, users.sign_in)}</a>
            </p>
            <ul class="points" role="list">
                <li>
                    <h2>{say!(language, home.once)}</h2>
                    <p>{say!(language, home.once_why)}</p>
                </li>
                <li>
                    <h2>{say!(language, home.complete)}</h2>
                    <p>{say!(language, home.complete_why)}</p>
                </li>
                <li>
                    <h2>{say!(language, home.sealed)}</h2>
                    <p>{say!(language, home.sealed_why)}</p>
                </li>
            </ul>
        </div>
    }
    .into_any()
}

#[component]
pub fn NotFoundPage() -> impl IntoView {
    let language = use_language();
    crate::request::answer_not_found();
    view! {
        <Page title=say!(language, home.nothing_here) narrow=true>
            <p class="lead">{AppError::NotFound.sentence(language)}</p>
            <p class="actions">
                <a class="button" href="/">{say!(language, home.to_start)}</a>
            </p>
        </Page>
    }
    .into_any()
}
