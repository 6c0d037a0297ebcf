//! `/forgot-password`, `/reset-password` and `/verify-email`: what is asked for, and done, by links in mails.
//!
//! The secret of a link stands behind the `#`, which no browser sends to a server: a small script puts it into the form, and
//! takes it out of the address. Without scripts it is pasted.

use super::server::{AskReset, Confirm, ResetPassword};
use crate::{
    error::AppError,
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
    let action = ServerAction::<AskReset>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <Page title="Forgot your password?" narrow=true>
            {told("sent")
                .then(|| {
                    view! {
                        <Notice tone=Tone::Good>
                            "If there is an account with this address, a mail is on its way. Its link works once, for 30 minutes."
                        </Notice>
                    }
                })}
            <p class="lead">"We send you a link to choose a new one."</p>
            <ActionForm action attr:class="form">
                <FormProblem problem />
                <Field name="email" label="Email" kind="email" autocomplete="username" problem />
                <button class="button primary" disabled=move || action.pending().get()>
                    "Send a link"
                </button>
            </ActionForm>
            <p class="aside">"Remembered it? " <a href="/sign-in">"Sign in"</a></p>
        </Page>
    }
    .into_any()
}

/// The field the link's secret goes into.
#[component]
fn Secret(problem: Signal<Option<AppError>>) -> impl IntoView {
    view! {
        <Field
            name="token"
            label="Code from the mail"
            autocomplete="one-time-code"
            hint="Filled in when you come by the link."
            problem
        />
        <script src="/mailed-link.js" defer></script>
    }
    .into_any()
}

#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let action = ServerAction::<ResetPassword>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <Page title="Choose a new password" narrow=true>
            <p class="lead">"You will be signed out everywhere, and sign in with the new one."</p>
            <ActionForm action attr:class="form">
                <FormProblem problem />
                <Secret problem />
                <Field
                    name="password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint="A long sentence is better than a short riddle."
                    problem
                />
                <button class="button primary" disabled=move || action.pending().get()>
                    "Change password"
                </button>
            </ActionForm>
            <p class="aside">"No code? " <a href="/forgot-password">"Ask for one"</a></p>
        </Page>
    }
    .into_any()
}

#[component]
pub fn VerifyEmailPage() -> impl IntoView {
    let action = ServerAction::<Confirm>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    // Links that are not about a sign-up with a password say so.
    let with_password = !told("simple");
    view! {
        <Page title="Confirm your address" narrow=true>
            {told("sent")
                .then(|| {
                    view! {
                        <Notice tone=Tone::Good>
                            "A mail is on its way to the address you gave. Its link works once, for 30 minutes; if nothing comes, look among the spam, or try again."
                        </Notice>
                    }
                })}
            <p class="lead">"Come by the link in the mail, or paste its code here."</p>
            <ActionForm action attr:class="form">
                <FormProblem problem />
                <Secret problem />
                {with_password
                    .then(|| {
                        view! {
                            <Field
                                name="password"
                                label="Password"
                                kind="password"
                                autocomplete="current-password"
                                hint="The one you chose when you signed up: so nobody else can finish it."
                                problem
                            />
                        }
                    })}
                <button class="button primary" disabled=move || action.pending().get()>
                    "Confirm"
                </button>
            </ActionForm>
            <p class="aside">"Have an account already? " <a href="/sign-in">"Sign in"</a></p>
        </Page>
    }
    .into_any()
}
