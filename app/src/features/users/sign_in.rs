//! `/sign-in`: an address and its password, or a provider.

use super::{Known, SignUpMode, links::told, providers::ProviderLinks, server::SignIn};
use crate::{
    language::{Language, say, use_language},
    ui::{Field, FormProblem, Notice, Page, Tone},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// What the page before had to say, by the word in the address.
fn news(language: Language) -> Option<&'static str> {
    [
        ("changed", say!(language, users.news_changed)),
        ("deleted", say!(language, users.news_deleted)),
        ("link", say!(language, users.news_link)),
    ]
    .into_iter()
    .find(|(word, _)| told(word))
    .map(|(_, sentence)| sentence)
}

#[component]
pub fn SignInPage() -> impl IntoView {
    let language = use_language();
    let action = ServerAction::<SignIn>::new();
    let return_to = use_query_map().with_untracked(|query| query.get("return_to"));
    let known = expect_context::<Known>();
    let may_sign_up = known.sign_up != SignUpMode::Closed;
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    let target = return_to.clone().unwrap_or_else(|| "/inbox".into());
    view! {
        <Page title=say!(language, users.sign_in) narrow=true>
            {news(language).map(|sentence| view! { <Notice tone=Tone::Good>{sentence}</Notice> })}
            <p class="lead">{say!(language, users.sign_in_lead)}</p>
            <ActionForm action attr:class="form">
                <FormProblem problem />
                {return_to.map(|page| view! { <input type="hidden" name="return_to" value=page /> })}
                <Field name="email" label=say!(language, users.email) kind="email" autocomplete="username" problem />
                <Field name="password" label=say!(language, users.password) kind="password" autocomplete="current-password" problem />
                <button class="button primary" disabled=move || action.pending().get()>
                    {say!(language, users.sign_in)}
                </button>
            </ActionForm>
            <p class="aside"><a href="/forgot-password">{say!(language, users.forgot)}</a></p>
            <ProviderLinks providers=known.providers return_to=target />
            {may_sign_up.then(|| view! { <p class="aside">{say!(language, users.no_account)} <a href="/sign-up">{say!(language, users.create_one)}</a></p> })}
        </Page>
    }
    .into_any()
}
