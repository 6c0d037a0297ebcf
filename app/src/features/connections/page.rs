//! `/settings/connections`: the connected mailboxes, and how to connect another.

use super::{
    ConnectButton, ConnectionsPage, Provider, ProviderStatus,
    card::{Card, CardActions},
    leaving::Receipts,
    server::{CheckNow, Disconnect, PauseSync, SetExclusion, SwitchFeature, SyncNow, TryAgain, list_connections},
};
use crate::{
    error::AppError,
    live::Live,
    ui::{Load, Notice, Page, Skeleton, Tone},
};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn ConnectionsScreen() -> impl IntoView {
    let live = expect_context::<Live>();
    let actions = CardActions {
        sync: ServerAction::<SyncNow>::new(),
        pause: ServerAction::<PauseSync>::new(),
        again: ServerAction::<TryAgain>::new(),
        check: ServerAction::<CheckNow>::new(),
        exclude: ServerAction::<SetExclusion>::new(),
        switch: ServerAction::<SwitchFeature>::new(),
        disconnect: ServerAction::<Disconnect>::new(),
    };
    let asked = move || {
        let CardActions { sync, pause, again, check, exclude, switch, disconnect } = actions;
        let versions = [
            sync.version(),
            pause.version(),
            again.version(),
            check.version(),
            exclude.version(),
            switch.version(),
            disconnect.version(),
        ];
        versions.iter().map(|version| version.get()).sum::<usize>()
    };
    // Read again when a connection was made or changed, and after something was asked for.
    let page = Resource::new(move || (live.connection_changes(), asked()), |_| list_connections());
    view! {
        <Page title="Connections">
            <p class="lead">"The mailboxes Gatepost keeps in sync for you."</p>
            <div aria-live="polite">
                {move || actions.sync.value().get().map(|outcome| said(outcome, Some("Asked. New mail shows up by itself.")))}
                {move || actions.exclude.value().get().map(|outcome| said(outcome, None))}
                {move || actions.switch.value().get().map(|outcome| said(outcome, None))}
                {move || actions.disconnect.value().get().map(|outcome| said(outcome, None))}
            </div>
            <Load
                from=page
                fallback=|| view! { <Skeleton lines=6 class="card" /> }
                render=Arc::new(move |page| view! { <Cards page actions /> }.into_any())
            />
        </Page>
    }
    .into_any()
}

/// What came of something that was asked for; what the cards show by themselves is not said twice.
fn said(outcome: Result<(), AppError>, good: Option<&'static str>) -> AnyView {
    match outcome {
        Ok(()) => good.map(|text| view! { <Notice tone=Tone::Good>{text}</Notice> }).into_any(),
        Err(error) => view! { <Notice tone=Tone::Bad>{error.sentence()}</Notice> }.into_any(),
    }
}

#[component]
fn Cards(page: ConnectionsPage, actions: CardActions) -> impl IntoView {
    let none = page.cards.is_empty();
    view! {
        {page.alarms.into_iter().map(alarm).collect_view()}
        <div class="cards">
            {page.cards.into_iter().map(|card| view! { <Card card actions /> }).collect_view()}
        </div>
        <section class="add" aria-labelledby="add-mailbox">
            <h2 id="add-mailbox">{if none { "Connect your first mailbox" } else { "Connect another mailbox" }}</h2>
            <p class="quiet">
                "You sign in at the provider and choose there what Gatepost may do. It starts with reading mail, and you can take it back at any time."
            </p>
            <ul role="list" class="providers">
                {page.providers.into_iter().map(|status| view! { <ProviderLine status /> }).collect_view()}
            </ul>
        </section>
        <Receipts receipts=page.receipts />
    }
    .into_any()
}

/// The operator's business, told to everybody whose connections wait for it.
fn alarm(provider: Provider) -> impl IntoView {
    let name = provider.name();
    view! {
        <Notice tone=Tone::Bad>
            {format!(
                "{name} does not accept this server's own client id or secret, so nothing can be renewed there just now. Your connections are kept. The operator has to repair it.",
            )}
        </Notice>
    }
}

#[component]
fn ProviderLine(status: ProviderStatus) -> impl IntoView {
    let ProviderStatus { provider, configured, .. } = status;
    view! {
        <li>
            {if configured {
                view! { <ConnectButton provider /> }.into_any()
            } else {
                view! {
                    <p>{format!("{} is not set up on this server.", provider.mail_name())}</p>
                    <p class="quiet">{next_step(provider)}</p>
                }
                    .into_any()
            }}
        </li>
    }
    .into_any()
}

/// What the operator has to do before a provider can be used.
fn next_step(provider: Provider) -> &'static str {
    match provider {
        Provider::Google => {
            "The person who runs it makes an OAuth client at Google, sets GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, and starts it again."
        }
        Provider::Microsoft => {
            "The person who runs it registers an application at Microsoft, sets MICROSOFT_CLIENT_ID and MICROSOFT_CLIENT_SECRET, and starts it again."
        }
    }
}
