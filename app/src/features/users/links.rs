//! `/forgot-password`, `/reset-password` and `/verify-email`: what is asked for, and done, by links in mails.
//!
//! The secret of a link stands behind the `#`, which no browser sends to a server: a small script puts it into the form, and
//! takes it out of the address. Without scripts it is pasted.

use super::server::{AskReset, Confirm, ResetPassword};
use crate::{
    error::AppError,
    language::{say, use_language},
    ui::{Field, FormProblem, Notice, Page, Tone},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// Whether the address of the page says so, as in `?sent`.
pub(super) fn told(word: &'static str) -> bool {
    use_query_map().with_untracked(|query| query.get(word).is_some())
}

#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let language = use_language();
    let action = ServerAction::<AskReset>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <Page title=say!(language, users.forgot) narrow=true>
            {told("sent")
                .then(|| {
                    view! {
                        <Notice tone=Tone::Good>
                            {say!(language, users.reset_sent)}
                        </Notice>
                    }
                })}
            <p class="lead">{say!(language, users.forgot_lead)}</p>
            <ActionForm action attr:class="form">
                <FormProblem problem />
                <Field name="email" label=say!(language, users.email) kind="email" autocomplete="username" problem />
                <button class="button primary" disabled=move || action.pending().get()>
                    {say!(language, users.send_link)}
                </button>
            </ActionForm>
            <p class="aside">{say!(language, users.remembered)} <a href="/sign-in">{say!(language, users.sign_in)}</a></p>
        </Page>
    }
    .into_any()
}

/// The field the link's secret goes into.
#[component]
fn Secret(problem: Signal<Option<AppError>>) -> impl IntoView {
    let language = use_language();
    view! {
        <Field
            name="token"
            label=say!(language, users.code)
            autocomplete="one-time-code"
            hint=say!(language, users.code_hint)
            problem
        />
        <script src="/mailed-link.js" defer></script>
    }
    .into_any()
}

#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let language = use_language();
    let action = ServerAction::<ResetPassword>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <Page title=say!(language, users.choose_password) narrow=true>
            <p class="lead">{say!(language, users.choose_password_lead)}</p>
            <ActionForm action attr:class="form">
                <FormProblem problem />
                <Secret problem />
                <Field
                    name="password"
                    label=say!(language, users.new_password)
                    kind="password"
                    autocomplete="new-password"
                    hint=say!(language, users.password_hint)
                    problem
                />
                <button class="button primary" disabled=move || action.pending().get()>
                    {say!(language, users.change_password)}
                </button>
            </ActionForm>
            <p class="aside">{say!(language, users.no_code)} <a href="/forgot-password">{say!(language, users.ask_code)}</a></p>
        </Page>
    }
    .into_any()
}

#[component]
pub fn VerifyEmailPage() -> impl IntoView {
    let language = use_language();
    let action = ServerAction::<Confirm>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    // Links that are not about a sign-up with a password say so.
    let with_password = !told("simple");
    view! {
        <Page title=say!(language, users.confirm_address) narrow=true>
            {told("sent")
                .then(|| {
                    view! {
                        <Notice tone=Tone::Good>
                            {say!(language, users.verify_sent)}
                        </Notice>
                    }
                })}
            <p class="lead">{say!(language, users.confirm_lead)}</p>
            <ActionForm action attr:class="form">
                <FormProblem problem />
                <Secret problem />
                {with_password
                    .then(|| {
                        view! {
                            <Field
                                name="password"
                                label=say!(language, users.password)
                                kind="password"
                                autocomplete="current-password"
                                hint=say!(language, users.verify_hint)
                                problem
                            />
                        }
                    })}
                <button class="button primary" disabled=move || action.pending().get()>
                    {say!(language, users.confirm)}
                </button>
            </ActionForm>
            <p class="aside">{say!(language, users.have_account)} <a href="/sign-in">{say!(language, users.sign_in)}</a></p>
        </Page>
    }
    .into_any()
}
