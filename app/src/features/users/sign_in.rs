//! `/sign-in`: an address and its password.

use super::{Known, SignUpMode, server::SignIn};
use crate::ui::{Field, FormProblem, Page};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let return_to = use_query_map().with_untracked(|query| query.get("return_to"));
    let may_sign_up = expect_context::<Known>().sign_up != SignUpMode::Closed;
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <Page title="Sign in" narrow=true>
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
            {may_sign_up.then(|| view! { <p class="aside">"No account yet? " <a href="/sign-up">"Create one"</a></p> })}
        </Page>
    }
    .into_any()
}
