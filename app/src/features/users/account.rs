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
    language::{say, use_language},
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
    let language = use_language();
    view! {
        <div aria-live="polite">
            {move || {
                outcome
                    .get()
                    .map(|outcome| match outcome {
                        Ok(()) => view! { <Notice tone=Tone::Good>{done}</Notice> },
                        Err(error) => view! { <Notice tone=Tone::Bad>{error.sentence(language)}</Notice> },
                    })
            }}
        </div>
    }
    .into_any()
}

#[component]
pub fn AccountPage() -> impl IntoView {
    let language = use_language();
    let actions = Actions::new();
    let page = Resource::new(move || actions.version(), |_| show_account());
    view! {
        <Page title=say!(language, ui.account)>
            {told("saved").then(|| view! { <Notice tone=Tone::Good>{say!(language, users.saved)}</Notice> })}
            {told("proven")
                .then(|| view! { <Notice tone=Tone::Good>{say!(language, users.proven)}</Notice> })}
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
    let language = use_language();
    let has_password = account.has_password();
    let Account { email, email_proven, profile, sessions, ways_in, fresh, providers } = account;
    view! {
        <div class="parts">
            <section class="card" aria-labelledby="profile">
                <h2 id="profile">{say!(language, users.profile)}</h2>
                <Address email proven=email_proven actions />
                <ProfileForm profile />
            </section>
            <WaysIn ways_in fresh providers actions />
            <Sessions sessions actions />
            <Programs />
            <section class="card" aria-labelledby="data">
                <h2 id="data">{say!(language, users.your_data)}</h2>
                <p class="quiet">
                    {say!(language, users.your_data_why)}
                </p>
                <p class="actions"><a class="button" rel="external" href="/settings/account/data" download>{say!(language, users.download)}</a></p>
            </section>
            <Deletion has_password />
        </div>
    }
    .into_any()
}

#[component]
fn Address(email: String, proven: bool, actions: Actions) -> impl IntoView {
    let language = use_language();
    let ask = actions.prove_address;
    view! {
        <dl class="facts">
            <div>
                <dt>{say!(language, users.address)}</dt>
                <dd>
                    {email} " " <span class="quiet">{if proven { say!(language, users.confirmed) } else { say!(language, users.unconfirmed) }}</span>
                </dd>
            </div>
        </dl>
        {(!proven)
            .then(|| {
                view! {
                    <ActionForm action=ask attr:class="form">
                        <Outcome outcome=ask.value() done=say!(language, users.proof_sent) />
                        <button class="button" disabled=move || ask.pending().get()>
                            {say!(language, users.confirm_by_mail)}
                        </button>
                    </ActionForm>
                }
            })}
    }
    .into_any()
}

#[component]
fn Deletion(has_password: bool) -> impl IntoView {
    let language = use_language();
    let action = ServerAction::<DeleteAccount>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    let viewer = expect_context::<Known>().viewer;
    let fresh = viewer.is_some_and(|viewer| viewer.fresh);
    view! {
        <section class="card" aria-labelledby="delete">
            <h2 id="delete">{say!(language, users.delete_account)}</h2>
            <p class="quiet">
                {say!(language, users.delete_why)}
            </p>
            {(!has_password && !fresh)
                .then(|| view! { <p class="quiet">{say!(language, users.delete_fresh)}</p> })}
            <details class="danger">
                <summary>{say!(language, users.delete_mine)}</summary>
                <ActionForm action attr:class="form">
                    <FormProblem problem id="delete-problem" />
                    {has_password
                        .then(|| {
                            view! {
                                <Field
                                    name="password"
                                    id="delete-password"
                                    label=say!(language, users.password)
                                    kind="password"
                                    autocomplete="current-password"
                                    problem
                                />
                            }
                        })}
                    <button class="button danger" disabled=move || action.pending().get()>
                        {say!(language, users.delete_all)}
                    </button>
                </ActionForm>
            </details>
        </section>
    }
    .into_any()
}
