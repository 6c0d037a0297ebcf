//! One connection as a card.

use super::{
    ConnectionCard, ConnectionState, Provider, SyncLine, SyncProgress,
    checked::CheckLine,
    exclusions::Exclusions,
    failing::FailingMails,
    footer::{CardActions, CardFooter},
    reread::RereadLine,
    server::TryAgain,
    switches::Switches,
    waiting::{StatusWords, WaitLine},
    warnings::{Trouble, Warnings},
};
use crate::{
    language::{Language, say, use_language},
    live::Live,
    time::{Moment, Shown},
};
use leptos::prelude::*;

impl ConnectionState {
    /// The word on the card.
    pub fn word(&self, language: Language) -> &'static str {
        match self {
            Self::Active => say!(language, connections.active),
            Self::NeedsReconnect { .. } => say!(language, connections.needs_reconnect),
            Self::Disconnecting { .. } => say!(language, connections.disconnecting),
            Self::Removed => say!(language, connections.removed),
        }
    }

    fn class(&self) -> &'static str {
        match self {
            Self::Active => "state good",
            Self::NeedsReconnect { .. } => "state bad",
            Self::Disconnecting { .. } | Self::Removed => "state",
        }
    }

    fn is_leaving(&self) -> bool {
        matches!(self, Self::Disconnecting { .. } | Self::Removed)
    }
}

/// Address, provider, connected on, features, token expiry, last sync, state, and how far the sync is.
#[component]
pub fn Card(card: Memo<ConnectionCard>, actions: CardActions) -> impl IntoView {
    let language = use_language();
    let live = expect_context::<Live>();
    let (id, provider) = card.with_untracked(|card| (card.id, card.provider));
    let state = Memo::new(move |_| live.state(id).unwrap_or_else(|| card.with(|card| card.state.clone())));
    let progress = Signal::derive(move || live.progress(id).unwrap_or_else(|| card.with(|card| card.progress.clone())));
    let leaving = Memo::new(move |_| state.with(ConnectionState::is_leaving));
    view! {
        <article class="card" aria-labelledby=format!("connection-{id}")>
            <header>
                <h2 id=format!("connection-{id}")>{move || card.with(|card| card.address.clone())}</h2>
                <p class=move || state.with(ConnectionState::class)>{move || state.with(|state| state.word(language))}</p>
            </header>
            {move || view! { <Trouble state=state.get() provider connection=id /> }}
            {move || (!leaving.get()).then(|| view! {
                <Warnings card />
                <SyncBlock progress provider />
                <Findings card again=actions.again />
            })}
            {move || view! { <Facts card=card.get() /> }}
            {move || (!leaving.get()).then(|| view! { <Choices card actions /> })}
        </article>
    }
    .into_any()
}

/// What was found when everything was compared or read again, and which mails could not be fetched.
#[component]
fn Findings(card: Memo<ConnectionCard>, again: ServerAction<TryAgain>) -> impl IntoView {
    let (id, provider) = card.with_untracked(|card| (card.id, card.provider));
    let reread = Memo::new(move |_| card.with(|card| card.reread));
    let check = Memo::new(move |_| card.with(|card| card.check.clone()));
    let failing = Memo::new(move |_| card.with(|card| (card.failing.clone(), card.progress.failed)));
    view! {
        {move || reread.get().map(|reread| view! { <RereadLine reread provider /> })}
        {move || check.get().map(|check| view! { <CheckLine check provider /> })}
        {move || {
            let (failing, number) = failing.get();
            view! { <FailingMails connection=id failing number again /> }
        }}
    }
    .into_any()
}

/// What the person may change.
#[component]
fn Choices(card: Memo<ConnectionCard>, actions: CardActions) -> impl IntoView {
    let (id, provider) = card.with_untracked(|card| (card.id, card.provider));
    let switches = Memo::new(move |_| card.with(|card| card.switches.clone()));
    view! {
        <Exclusions card action=actions.exclude />
        {move || view! { <Switches connection=id provider switches=switches.get() switch=actions.switch /> }}
        <CardFooter card actions />
    }
    .into_any()
}

/// The words of the sync, how far it is and what it waits for.
#[component]
fn SyncBlock(progress: Signal<SyncProgress>, provider: Provider) -> impl IntoView {
    let status = Memo::new(move |_| progress.with(|progress| progress.status));
    let reach = Memo::new(move |_| progress.with(|progress| progress.reach));
    let stage = Memo::new(move |_| progress.with(|progress| progress.stage));
    let wait = Memo::new(move |_| progress.with(|progress| progress.wait));
    view! {
        <div class="sync">
            <p class="sync-words">
                <StatusWords status reach />
            </p>
            <SyncLine progress />
            <WaitLine stage wait provider />
        </div>
    }
    .into_any()
}

#[component]
fn Facts(card: ConnectionCard) -> impl IntoView {
    let language = use_language();
    let features = card.features.iter().map(|feature| feature.words(language)).collect::<Vec<_>>().join(", ");
    view! {
        <dl class="facts">
            <Fact name=say!(language, connections.provider)>{card.provider.name()}</Fact>
            <Fact name=say!(language, connections.connected_on)>
                <Moment at=card.connected_on shown=Shown::Day />
            </Fact>
            <Fact name=say!(language, connections.features)>{features}</Fact>
            <Fact name=say!(language, connections.token_expiry)>
                {match card.token_expires_at {
                    Some(at) => view! { <Moment at shown=Shown::Minute />" "<span class="quiet">{say!(language, connections.renewed_by_itself)}</span> }.into_any(),
                    None => say!(language, connections.not_known).into_any(),
                }}
            </Fact>
            <Fact name=say!(language, connections.last_sync)>
                {match card.last_sync_at {
                    Some(at) => view! { <Moment at shown=Shown::Minute /> }.into_any(),
                    None => say!(language, connections.not_yet).into_any(),
                }}
            </Fact>
        </dl>
    }
    .into_any()
}

#[component]
fn Fact(name: &'static str, children: Children) -> impl IntoView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{children()}</dd>
        </div>
    }
}
