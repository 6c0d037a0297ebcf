//! `/sign-in`: an address and its password, or a provider.

use super::{Known, SignUpMode, links::told, providers::ProviderLinks, server::SignIn};
use crate::ui::{Field, FormProblem, Notice, Page, Tone};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// What the page before had to say, by the word in the address.
const NEWS: [(&str, &str); 3] = [
    ("changed", "Your password was changed, and every session ended. Sign in with the new one."),
    ("deleted", "Your account was deleted with everything in it."),
    (
        "link",
        "An account with this address is here already. Sign in to it within ten minutes, and the provider's account becomes another way in.",
    ),
];

#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let return_to = use_query_map().with_untracked(|query| query.get("return_to"));
    let known = expect_context::<Known>();
    let may_sign_up = known.sign_up != SignUpMode::Closed;
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    let target = return_to.clone().unwrap_or_else(|| "/inbox".into());
    let news = NEWS.into_iter().find(|(word, _)| told(word)).map(|(_, sentence)| sentence);
    view! {
        <Page title="Sign in" narrow=true>
            {news.map(|sentence| view! { <Notice tone=Tone::Good>{sentence}</Notice> })}
            <p class="lead">"Your mail is where you left it."</p>
            <ActionForm action attr:class="form">
                <FormProblem problem />
                {return_to.map(|page| view! { <input type="hidden" name="return_to" value=page /> })}
                <Field name="email" label="Email" kind="email" autocomplete="username" problem />
                <Field name="password" label="Password" kind="password" autocomplete="current-password" problem />
                <button class="button primary" disabled=move || action.pending().get()>
                    "Sign in"
                </button>
            </ActionForm>
            <p class="aside"><a href="/forgot-password">"Forgot your password?"</a></p>
            <ProviderLinks providers=known.providers return_to=target />
            {may_sign_up.then(|| view! { <p class="aside">"No account yet? " <a href="/sign-up">"Create one"</a></p> })}
        </Page>
    }
    .into_any()
}
