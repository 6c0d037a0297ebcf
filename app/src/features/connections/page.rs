//! `/settings/connections`: the connected mailboxes, and how to connect another.

use super::{
    ConnectButton, ConnectionCard, ConnectionsPage, Provider, ProviderStatus,
    card::Card,
    footer::CardActions,
    leaving::Receipts,
    server::{CheckNow, Disconnect, PauseSync, SetExclusion, SwitchFeature, SyncNow, TryAgain, list_connections},
};
use crate::{
    error::AppError,
    kept::{kept, one_of},
    language::{Language, say, use_language},
    live::Live,
    ui::{Load, Notice, Page, Skeleton, Tone},
};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn ConnectionsScreen() -> impl IntoView {
    let language = use_language();
    let actions = CardActions {
        sync: ServerAction::<SyncNow>::new(),
        pause: ServerAction::<PauseSync>::new(),
        again: ServerAction::<TryAgain>::new(),
        check: ServerAction::<CheckNow>::new(),
        exclude: ServerAction::<SetExclusion>::new(),
        switch: ServerAction::<SwitchFeature>::new(),
        disconnect: ServerAction::<Disconnect>::new(),
    };
    let page = Resource::new(|| (), |()| list_connections());
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

/// What the page tells moves by itself, with every sync that ends. Only what changed is drawn anew: what somebody opened, typed
/// or has the focus on stays.
#[component]
fn Cards(page: ConnectionsPage, actions: CardActions) -> impl IntoView {
    let language = use_language();
    let live = expect_context::<Live>();
    let page = kept(page, move || (live.connection_changes(), actions.asked()), list_connections);
    let alarms = Memo::new(move |_| page.with(|page| page.alarms.clone()));
    let none = Memo::new(move |_| page.with(|page| page.cards.is_empty()));
    let providers = Memo::new(move |_| page.with(|page| page.providers.clone()));
    let receipts = Memo::new(move |_| page.with(|page| page.receipts.clone()));
    let card = move |first: ConnectionCard| {
        let id = first.id;
        let card = one_of(move || page.with(|page| page.cards.clone()), move |card| card.id == id, first);
        view! { <Card card actions /> }
    };
    view! {
        {move || alarms.get().into_iter().map(|provider| alarm(language, provider)).collect_view()}
        <div class="cards">
            <For each=move || page.with(|page| page.cards.clone()) key=|card| card.id children=card />
        </div>
        <section class="add" aria-labelledby="add-mailbox">
            <h2 id="add-mailbox">
                {move || if none.get() { say!(language, connections.connect_first) } else { say!(language, connections.connect_another) }}
            </h2>
            <p class="quiet">
                {say!(language, connections.connect_why)}
            </p>
            <ul role="list" class="providers">
                {move || providers.get().into_iter().map(|status| view! { <ProviderLine status /> }).collect_view()}
            </ul>
        </section>
        {move || view! { <Receipts receipts=receipts.get() /> }}
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
