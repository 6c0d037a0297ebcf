//! `/settings/account`: profile, ways in, sessions, and the way out.

use super::{
    Account, Known,
    links::told,
    profile::ProfileForm,
    server::{
        AddPassword, AskAddressProof, ChangePassword, DeleteAccount, EndOtherSessions, EndSession, RemoveIdentity,
        show_account,
    },
    sessions::Sessions,
    ways_in::WaysIn,
};
use crate::{
    error::AppError,
    features::tokens::Programs,
    ui::{Field, FormProblem, Load, Notice, Page, Skeleton, Tone},
};
use leptos::{form::ActionForm, prelude::*};
use std::sync::Arc;

/// What the parts of the page do; each changes what the page shows.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    pub end_session: ServerAction<EndSession>,
    pub end_others: ServerAction<EndOtherSessions>,
    pub change_password: ServerAction<ChangePassword>,
    pub add_password: ServerAction<AddPassword>,
    pub remove_identity: ServerAction<RemoveIdentity>,
    pub prove_address: ServerAction<AskAddressProof>,
}

impl Actions {
    fn new() -> Self {
        Self {
            end_session: ServerAction::new(),
            end_others: ServerAction::new(),
            change_password: ServerAction::new(),
            add_password: ServerAction::new(),
            remove_identity: ServerAction::new(),
            prove_address: ServerAction::new(),
        }
    }

    /// Changes whenever one of them was done.
    fn version(&self) -> usize {
        self.end_session.version().get()
            + self.end_others.version().get()
            + self.change_password.version().get()
            + self.add_password.version().get()
            + self.remove_identity.version().get()
    }
}

/// How an action without fields ended, beside its button.
#[component]
pub(super) fn Outcome(
    #[prop(into)] outcome: Signal<Option<Result<(), AppError>>>,
    done: &'static str,
) -> impl IntoView {
    view! {
        <div aria-live="polite">
            {move || {
                outcome
                    .get()
                    .map(|outcome| match outcome {
                        Ok(()) => view! { <Notice tone=Tone::Good>{done}</Notice> },
                        Err(error) => view! { <Notice tone=Tone::Bad>{error.sentence()}</Notice> },
                    })
            }}
        </div>
    }
    .into_any()
}

#[component]
pub fn AccountPage() -> impl IntoView {
    let actions = Actions::new();
    let page = Resource::new(move || actions.version(), |_| show_account());
    view! {
        <Page title="Account">
            {told("saved").then(|| view! { <Notice tone=Tone::Good>"Saved."</Notice> })}
            {told("proven")
                .then(|| view! { <Notice tone=Tone::Good>"Mail to your address reaches you. Thank you."</Notice> })}
            <Load
                from=page
                fallback=|| view! { <Skeleton lines=8 class="card" /> }
                render=Arc::new(move |account| view! { <Parts account actions /> }.into_any())
            />
        </Page>
    }
    .into_any()
}

#[component]
fn Parts(account: Account, actions: Actions) -> impl IntoView {
    let has_password = account.has_password();
    let Account { email, email_proven, profile, sessions, ways_in, fresh, providers } = account;
    view! {
        <div class="parts">
            <section class="card" aria-labelledby="profile">
                <h2 id="profile">"Profile"</h2>
                <Address email proven=email_proven actions />
                <ProfileForm profile />
            </section>
            <WaysIn ways_in fresh providers actions />
            <Sessions sessions actions />
            <Programs />
            <section class="card" aria-labelledby="data">
                <h2 id="data">"Your data"</h2>
                <p class="quiet">
                    "Everything kept about you here, with the text of every mail, as one file of JSON lines. Tokens and passwords are not in it."
                </p>
                <p class="actions"><a class="button" rel="external" href="/settings/account/data" download>"Download your data"</a></p>
            </section>
            <Deletion has_password />
        </div>
    }
    .into_any()
}

#[component]
fn Address(email: String, proven: bool, actions: Actions) -> impl IntoView {
    let ask = actions.prove_address;
    view! {
        <dl class="facts">
            <div>
                <dt>"Address"</dt>
                <dd>
                    {email} " " <span class="quiet">{if proven { "(confirmed)" } else { "(not confirmed yet)" }}</span>
                </dd>
            </div>
        </dl>
        {(!proven)
            .then(|| {
                view! {
                    <ActionForm action=ask attr:class="form">
                        <Outcome outcome=ask.value() done="A mail is on its way. Its link works once, for 30 minutes." />
                        <button class="button" disabled=move || ask.pending().get()>
                            "Confirm by mail"
                        </button>
                    </ActionForm>
                }
            })}
    }
    .into_any()
}

#[component]
fn Deletion(has_password: bool) -> impl IntoView {
    let action = ServerAction::<DeleteAccount>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    let viewer = expect_context::<Known>().viewer;
    let fresh = viewer.is_some_and(|viewer| viewer.fresh);
    view! {
        <section class="card" aria-labelledby="delete">
            <h2 id="delete">"Delete account"</h2>
            <p class="quiet">
                "Everything goes: connections, mail, sessions. Your mail at the providers stays as it is. This cannot be undone."
            </p>
            {(!has_password && !fresh)
                .then(|| view! { <p class="quiet">"Sign in again first; this needs a sign-in of the last ten minutes."</p> })}
            <details class="danger">
                <summary>"Delete my account"</summary>
                <ActionForm action attr:class="form">
                    <FormProblem problem id="delete-problem" />
                    {has_password
                        .then(|| {
                            view! {
                                <Field
                                    name="password"
                                    id="delete-password"
                                    label="Password"
                                    kind="password"
                                    autocomplete="current-password"
                                    problem
                                />
                            }
                        })}
                    <button class="button danger" disabled=move || action.pending().get()>
                        "Delete everything"
                    </button>
                </ActionForm>
            </details>
        </section>
    }
    .into_any()
}
