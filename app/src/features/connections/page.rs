//! `/settings/connections`: the connected mailboxes, and how to connect another.

use super::{
    ConnectButton, ConnectionsPage, Provider, ProviderStatus,
    card::{Card, CardActions},
    leaving::Receipts,
    server::{CheckNow, Disconnect, PauseSync, SetExclusion, SwitchFeature, SyncNow, TryAgain, list_connections},
};
use crate::{
    error::AppError,
    language::{Language, say, use_language},
    live::Live,
    ui::{Load, Notice, Page, Skeleton, Tone},
};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn ConnectionsScreen() -> impl IntoView {
    let language = use_language();
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
        <Page title=say!(language, ui.connections)>
            <p class="lead">{say!(language, connections.lead)}</p>
            <div aria-live="polite">
                {move || actions.sync.value().get().map(|outcome| said(language, outcome, Some(say!(language, connections.asked))))}
                {move || actions.exclude.value().get().map(|outcome| said(language, outcome, None))}
                {move || actions.switch.value().get().map(|outcome| said(language, outcome, None))}
                {move || actions.disconnect.value().get().map(|outcome| said(language, outcome, None))}
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
fn said(language: Language, outcome: Result<(), AppError>, good: Option<&'static str>) -> AnyView {
    match outcome {
        Ok(()) => good.map(|text| view! { <Notice tone=Tone::Good>{text}</Notice> }).into_any(),
        Err(error) => view! { <Notice tone=Tone::Bad>{error.sentence(language)}</Notice> }.into_any(),
    }
}

#[component]
fn Cards(page: ConnectionsPage, actions: CardActions) -> impl IntoView {
    let language = use_language();
    let none = page.cards.is_empty();
    view! {
        {page.alarms.into_iter().map(|provider| alarm(language, provider)).collect_view()}
        <div class="cards">
            {page.cards.into_iter().map(|card| view! { <Card card actions /> }).collect_view()}
        </div>
        <section class="add" aria-labelledby="add-mailbox">
            <h2 id="add-mailbox">{if none { say!(language, connections.connect_first) } else { say!(language, connections.connect_another) }}</h2>
            <p class="quiet">
                {say!(language, connections.connect_why)}
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
fn alarm(language: Language, provider: Provider) -> impl IntoView {
    let name = provider.name();
    view! {
        <Notice tone=Tone::Bad>
            {say!(language, connections.alarm, name = name)}
        </Notice>
    }
}

#[component]
fn ProviderLine(status: ProviderStatus) -> impl IntoView {
    let language = use_language();
    let ProviderStatus { provider, configured, .. } = status;
    view! {
        <li>
            {if configured {
                view! { <ConnectButton provider /> }.into_any()
            } else {
                view! {
                    <p>{say!(language, connections.not_set_up, name = provider.mail_name())}</p>
                    <p class="quiet">{next_step(language, provider)}</p>
                }
                    .into_any()
            }}
        </li>
    }
    .into_any()
}

/// What the operator has to do before a provider can be used.
fn next_step(language: Language, provider: Provider) -> &'static str {
    match provider {
        Provider::Google => {
            say!(language, connections.set_up_google)
        }
        Provider::Microsoft => {
            say!(language, connections.set_up_microsoft)
        }
    }
}
