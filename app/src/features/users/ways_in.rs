//! The ways into an account: its password and the providers' accounts that were added.

use super::{
    WayIn,
    account::{Actions, Outcome},
    providers::ProviderLinks,
    server::ProveAgain,
};
use crate::{
    features::connections::ProviderStatus,
    language::{say, use_language},
    time::{Moment, Shown},
    ui::{Field, FormProblem},
};
use leptos::{form::ActionForm, prelude::*};

#[component]
pub fn WaysIn(ways_in: Vec<WayIn>, fresh: bool, providers: Vec<ProviderStatus>, actions: Actions) -> impl IntoView {
    let language = use_language();
    let has_password = ways_in.iter().any(|way| way.provider.is_none());
    let removable = ways_in.len() > 1 && fresh;
    let missing: Vec<_> = providers
        .into_iter()
        .filter(|status| !ways_in.iter().any(|way| way.provider == Some(status.provider)))
        .collect();
    view! {
        <section class="card" aria-labelledby="ways-in">
            <h2 id="ways-in">{say!(language, users.ways_in)}</h2>
            <Outcome outcome=actions.remove_identity.value() done=say!(language, users.removed) />
            <ul class="lines" role="list">
                {ways_in.into_iter().map(|way| view! { <Line way removable actions /> }).collect_view()}
            </ul>
            {match (fresh, has_password) {
                (true, _) => view! { <Adding missing has_password actions /> }.into_any(),
                (false, true) => view! { <Proof /> }.into_any(),
                (false, false) => {
                    view! {
                        <p class="quiet">{say!(language, users.ways_fresh)}</p>
                        <p class="actions">
                            <a class="button" rel="external" href="/sign-in?return_to=/settings/account">{say!(language, ui.sign_in_again)}</a>
                        </p>
                    }
                        .into_any()
                }
            }}
            {has_password.then(|| view! { <PasswordForm actions /> })}
        </section>
    }
    .into_any()
}

#[component]
fn Line(way: WayIn, removable: bool, actions: Actions) -> impl IntoView {
    let language = use_language();
    let remove = actions.remove_identity;
    let WayIn { id, provider, address, added_at } = way;
    let name = provider.map_or(say!(language, users.password), |provider| provider.name());
    view! {
        <li>
            <div>
                <p>{name}</p>
                <p class="quiet">
                    {address.map(|address| format!("{address}, "))} {say!(language, users.since)} <Moment at=added_at shown=Shown::Day />
                </p>
            </div>
            {removable
                .then(|| {
                    view! {
                        <ActionForm action=remove>
                            <input type="hidden" name="identity" value=id.to_string() />
                            <button class="button" aria-label=say!(language, users.remove_name, name = name) disabled=move || remove.pending().get()>
                                {say!(language, users.remove)}
                            </button>
                        </ActionForm>
                    }
                })}
        </li>
    }
    .into_any()
}

/// What a person who has just proven who they are can add.
#[component]
fn Adding(missing: Vec<ProviderStatus>, has_password: bool, actions: Actions) -> impl IntoView {
    let language = use_language();
    let add = actions.add_password;
    let problem = Signal::derive(move || add.value().get().and_then(Result::err));
    view! {
        {(!missing.is_empty())
            .then(|| view! { <h3>{say!(language, users.add_another)}</h3> <ProviderLinks providers=missing return_to="/settings/account" /> })}
        {(!has_password)
            .then(|| {
                view! {
                    <h3>{say!(language, users.add_a_password)}</h3>
                    <ActionForm action=add attr:class="form">
                        <FormProblem problem id="add-problem" />
                        <Field name="new" label=say!(language, users.new_password) kind="password" autocomplete="new-password" problem />
                        <button class="button" disabled=move || add.pending().get()>
                            {say!(language, users.add_password)}
                        </button>
                    </ActionForm>
                }
            })}
    }
    .into_any()
}

/// Asks for the password once more.
#[component]
fn Proof() -> impl IntoView {
    let language = use_language();
    let action = ServerAction::<ProveAgain>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <h3>{say!(language, users.add_or_remove)}</h3>
        <p class="quiet">{say!(language, users.prove_why)}</p>
        <ActionForm action attr:class="form">
            <FormProblem problem id="prove-problem" />
            <Field
                name="password"
                id="prove-password"
                label=say!(language, users.password)
                kind="password"
                autocomplete="current-password"
                problem
            />
            <button class="button" disabled=move || action.pending().get()>
                {say!(language, users.confirm)}
            </button>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn PasswordForm(actions: Actions) -> impl IntoView {
    let language = use_language();
    let change = actions.change_password;
    let problem = Signal::derive(move || change.value().get().and_then(Result::err));
    let done = Signal::derive(move || change.value().get().filter(Result::is_ok));
    view! {
        <h3>{say!(language, users.change_password)}</h3>
        <ActionForm action=change attr:class="form">
            <FormProblem problem id="password-problem" />
            <Outcome outcome=done done=say!(language, users.password_changed) />
            <Field name="current" label=say!(language, users.current_password) kind="password" autocomplete="current-password" problem />
            <Field
                name="new"
                label=say!(language, users.new_password)
                kind="password"
                autocomplete="new-password"
                hint=say!(language, users.password_hint)
                problem
            />
            <label class="tick">
                <input type="checkbox" name="end_others" value="yes" checked />
                {say!(language, users.end_others_too)}
            </label>
            <button class="button" disabled=move || change.pending().get()>
                {say!(language, users.change_password)}
            </button>
        </ActionForm>
    }
    .into_any()
}
