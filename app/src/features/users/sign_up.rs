//! `/sign-up`: a new account.

use super::{Known, SignUpMode, providers::ProviderLinks, server::SignUp};
use crate::{
    error::AppError,
    ui::{Field, FormProblem, Notice, Page, Tone},
};
use leptos::{form::ActionForm, prelude::*};

#[component]
pub fn SignUpPage() -> impl IntoView {
    let known = expect_context::<Known>();
    let closed = known.sign_up == SignUpMode::Closed;
    view! {
        <Page title="Create account" narrow=true>
            {if closed {
                view! { <Notice tone=Tone::Quiet>{AppError::SignUpClosed.sentence()}</Notice> }.into_any()
            } else {
                view! {
                    <SignUpForm />
                    <ProviderLinks providers=known.providers return_to="/settings/connections" />
                }
                    .into_any()
            }}
            <p class="aside">"Have an account already? " <a href="/sign-in">"Sign in instead"</a></p>
        </Page>
    }
    .into_any()
}

#[component]
fn SignUpForm() -> impl IntoView {
    let action = ServerAction::<SignUp>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <p class="lead">"An account on this server. Your mailboxes come next."</p>
        <ActionForm action attr:class="form">
            <FormProblem problem />
            <div class="form-pair">
                <Field name="first_name" label="First name" autocomplete="given-name" problem />
                <Field name="last_name" label="Last name" autocomplete="family-name" problem />
            </div>
            <Field name="email" label="Email" kind="email" autocomplete="email" problem />
            <Field
                name="password"
                label="Password"
                kind="password"
                autocomplete="new-password"
                hint="A long sentence is better than a short riddle."
                problem
            />
            <button class="button primary" disabled=move || action.pending().get()>
                "Create account"
            </button>
        </ActionForm>
    }
    .into_any()
}
