//! `/sign-up`: a new account.

use super::{Known, SignUpMode, providers::ProviderLinks, server::SignUp};
use crate::{
    error::AppError,
    language::{say, use_language},
    ui::{Field, FormProblem, Notice, Page, Tone},
};
use leptos::{form::ActionForm, prelude::*};

#[component]
pub fn SignUpPage() -> impl IntoView {
    let language = use_language();
    let known = expect_context::<Known>();
    let closed = known.sign_up == SignUpMode::Closed;
    view! {
        <Page title=say!(language, users.create_account) narrow=true>
            {if closed {
                view! { <Notice tone=Tone::Quiet>{AppError::SignUpClosed.sentence(language)}</Notice> }.into_any()
            } else {
                view! {
                    <SignUpForm />
                    <ProviderLinks providers=known.providers return_to="/settings/connections" />
                }
                    .into_any()
            }}
            <p class="aside">{say!(language, users.have_account)} <a href="/sign-in">{say!(language, users.sign_in_instead)}</a></p>
        </Page>
    }
    .into_any()
}

#[component]
fn SignUpForm() -> impl IntoView {
    let language = use_language();
    let action = ServerAction::<SignUp>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <p class="lead">{say!(language, users.sign_up_lead)}</p>
        <ActionForm action attr:class="form">
            <FormProblem problem />
            <div class="form-pair">
                <Field name="first_name" label=say!(language, users.first_name) autocomplete="given-name" problem />
                <Field name="last_name" label=say!(language, users.last_name) autocomplete="family-name" problem />
            </div>
            <Field name="email" label=say!(language, users.email) kind="email" autocomplete="email" problem />
            <Field
                name="password"
                label=say!(language, users.password)
                kind="password"
                autocomplete="new-password"
                hint=say!(language, users.password_hint)
                problem
            />
            <button class="button primary" disabled=move || action.pending().get()>
                {say!(language, users.create_account)}
            </button>
        </ActionForm>
    }
    .into_any()
}
