//! The ways into an account: its password and the providers' accounts that were added.

use super::{
    WayIn,
    account::{Actions, Outcome},
    providers::ProviderLinks,
    server::ProveAgain,
};
use crate::{
    features::connections::ProviderStatus,
    time::{Moment, Shown},
    ui::{Field, FormProblem},
};
use leptos::{form::ActionForm, prelude::*};

#[component]
pub fn WaysIn(ways_in: Vec<WayIn>, fresh: bool, providers: Vec<ProviderStatus>, actions: Actions) -> impl IntoView {
    let has_password = ways_in.iter().any(|way| way.provider.is_none());
    let removable = ways_in.len() > 1 && fresh;
    let missing: Vec<_> = providers
        .into_iter()
        .filter(|status| !ways_in.iter().any(|way| way.provider == Some(status.provider)))
        .collect();
    view! {
        <section class="card" aria-labelledby="ways-in">
            <h2 id="ways-in">"Ways to sign in"</h2>
            <Outcome outcome=actions.remove_identity.value() done="Removed." />
            <ul class="lines" role="list">
                {ways_in.into_iter().map(|way| view! { <Line way removable actions /> }).collect_view()}
            </ul>
            {match (fresh, has_password) {
                (true, _) => view! { <Adding missing has_password actions /> }.into_any(),
                (false, true) => view! { <Proof /> }.into_any(),
                (false, false) => {
                    view! {
                        <p class="quiet">"To add or remove one, sign in again: this needs a sign-in of the last ten minutes."</p>
                        <p class="actions">
                            <a class="button" rel="external" href="/sign-in?return_to=/settings/account">"Sign in again"</a>
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
    let remove = actions.remove_identity;
    let WayIn { id, provider, address, added_at } = way;
    let name = provider.map_or("Password", |provider| provider.name());
    view! {
        <li>
            <div>
                <p>{name}</p>
                <p class="quiet">
                    {address.map(|address| format!("{address}, "))} "since " <Moment at=added_at shown=Shown::Day />
                </p>
            </div>
            {removable
                .then(|| {
                    view! {
                        <ActionForm action=remove>
                            <input type="hidden" name="identity" value=id.to_string() />
                            <button class="button" aria-label=format!("Remove {name}") disabled=move || remove.pending().get()>
                                "Remove"
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
    let add = actions.add_password;
    let problem = Signal::derive(move || add.value().get().and_then(Result::err));
    view! {
        {(!missing.is_empty())
            .then(|| view! { <h3>"Add another"</h3> <ProviderLinks providers=missing return_to="/settings/account" /> })}
        {(!has_password)
            .then(|| {
                view! {
                    <h3>"Add a password"</h3>
                    <ActionForm action=add attr:class="form">
                        <FormProblem problem id="add-problem" />
                        <Field name="new" label="New password" kind="password" autocomplete="new-password" problem />
                        <button class="button" disabled=move || add.pending().get()>
                            "Add password"
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
    let action = ServerAction::<ProveAgain>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <h3>"Add or remove one"</h3>
        <p class="quiet">"It has been a while since you signed in: confirm first that it is you."</p>
        <ActionForm action attr:class="form">
            <FormProblem problem id="prove-problem" />
            <Field
                name="password"
                id="prove-password"
                label="Password"
                kind="password"
                autocomplete="current-password"
                problem
            />
            <button class="button" disabled=move || action.pending().get()>
                "Confirm"
            </button>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn PasswordForm(actions: Actions) -> impl IntoView {
    let change = actions.change_password;
    let problem = Signal::derive(move || change.value().get().and_then(Result::err));
    let done = Signal::derive(move || change.value().get().filter(Result::is_ok));
    view! {
        <h3>"Change password"</h3>
        <ActionForm action=change attr:class="form">
            <FormProblem problem id="password-problem" />
            <Outcome outcome=done done="Your password was changed." />
            <Field name="current" label="Current password" kind="password" autocomplete="current-password" problem />
            <Field
                name="new"
                label="New password"
                kind="password"
                autocomplete="new-password"
                hint="A long sentence is better than a short riddle."
                problem
            />
            <label class="tick">
                <input type="checkbox" name="end_others" value="yes" checked />
                "End all other sessions and programs"
            </label>
            <button class="button" disabled=move || change.pending().get()>
                "Change password"
            </button>
        </ActionForm>
    }
    .into_any()
}
