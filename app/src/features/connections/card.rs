//! One connection as a card.

use super::{
    ConnectionCard, ConnectionState, ConsentLink, Provider, SyncLine, SyncProgress, SyncStage,
    cause::said,
    checked::CheckLine,
    exclusions::Exclusions,
    failing::FailingMails,
    leaving::DisconnectControl,
    reread::RereadLine,
    server::{CheckNow, Disconnect, PauseSync, SetExclusion, SwitchFeature, SyncNow, TryAgain},
    switches::{Switches, switched_off},
    waiting::{StatusWords, WaitLine},
};
use crate::{
    language::{Language, counted, say, use_language},
    live::Live,
    popup::{Purpose, Trip},
    quantity::grouped,
    time::{Moment, Shown},
};
use leptos::{form::ActionForm, prelude::*};

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

/// What a card may ask of the server.
#[derive(Clone, Copy)]
pub struct CardActions {
    pub sync: ServerAction<SyncNow>,
    pub pause: ServerAction<PauseSync>,
    pub again: ServerAction<TryAgain>,
    pub check: ServerAction<CheckNow>,
    pub exclude: ServerAction<SetExclusion>,
    pub switch: ServerAction<SwitchFeature>,
    pub disconnect: ServerAction<Disconnect>,
}

/// Address, provider, connected on, features, token expiry, last sync, state, and how far the sync is.
#[component]
pub fn Card(card: ConnectionCard, actions: CardActions) -> impl IntoView {
    let language = use_language();
    let live = expect_context::<Live>();
    let (id, provider) = (card.id, card.provider);
    let state = {
        let known = card.state.clone();
        Memo::new(move |_| live.state(id).unwrap_or_else(|| known.clone()))
    };
    let progress = {
        let known = card.progress.clone();
        Signal::derive(move || live.progress(id).unwrap_or_else(|| known.clone()))
    };
    let leaving = Memo::new(move |_| state.with(ConnectionState::is_leaving));
    let shown = card.clone();
    view! {
        <article class="card" aria-labelledby=format!("connection-{id}")>
            <header>
                <h2 id=format!("connection-{id}")>{card.address.clone()}</h2>
                <p class=move || state.with(ConnectionState::class)>{move || state.with(|state| state.word(language))}</p>
            </header>
            {move || view! { <Trouble state=state.get() provider=card.provider connection=id /> }}
            {(!card.state.is_leaving()).then(|| view! { <Ending card=card.clone() /> <Lacking card=card.clone() /> })}
            <Show when=move || !leaving.get()>
                <SyncBlock progress provider />
            </Show>
            {card.reread.filter(|_| !card.state.is_leaving()).map(|reread| view! { <RereadLine reread provider /> })}
            {card.check.clone().filter(|_| !card.state.is_leaving()).map(|check| view! { <CheckLine check provider=card.provider /> })}
            {(!card.state.is_leaving()).then(|| view! { <FailingMails card=card.clone() again=actions.again /> })}
            <Facts card=shown.clone() />
            {move || {
                (!leaving.get())
                    .then(|| {
                        view! {
                            <Exclusions card=shown.clone() action=actions.exclude />
                            <Switches card=shown.clone() switch=actions.switch />
                            <CardFooter card=shown.clone() actions />
                        }
                    })
            }}
        </article>
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

/// What stands in the way: why it stopped and what to press, or how far the removal is.
#[component]
fn Trouble(state: ConnectionState, provider: Provider, connection: uuid::Uuid) -> impl IntoView {
    let language = use_language();
    match state {
        ConnectionState::Active | ConnectionState::Removed => ().into_any(),
        ConnectionState::Disconnecting { total, left } => {
            let gone = total.saturating_sub(left);
            view! {
                <div class="sync-line">
                    <span class="sync-text">
                        {say!(language, connections.tokens_gone, gone = grouped(language, gone), total = grouped(language, total))}
                    </span>
                    <progress aria-label=say!(language, connections.removal) max=total.max(1).to_string() value=gone.to_string()></progress>
                </div>
            }
            .into_any()
        }
        ConnectionState::NeedsReconnect { reason, causes, since } => {
            let trip = Trip { provider, purpose: Purpose::Repair { connection } };
            view! {
                <div class="notice bad trouble">
                    <p>
                        {say!(language, connections.stopped_on, name = provider.name())} <Moment at=since shown=Shown::Minute />
                        ". " {said(language, provider, &reason)} {say!(language, connections.synced_kept)}
                    </p>
                    {(!causes.is_empty())
                        .then(|| {
                            view! {
                                <p>{say!(language, connections.likely)}</p>
                                <ul>{causes.into_iter().map(|cause| view! { <li>{cause.sentence(language, provider)}</li> }).collect_view()}</ul>
                            }
                        })}
                    <ConsentLink trip class="button primary" label=say!(language, connections.reconnect) about=format!("connection-{connection}") />
                </div>
            }
            .into_any()
        }
    }
}

/// The provider told beforehand when the access ends.
#[component]
fn Ending(card: ConnectionCard) -> impl IntoView {
    let language = use_language();
    card.ends_at
        .zip(card.days_left)
        .map(|(at, days)| {
            let left = if days == 0 { say!(language, connections.within_a_day).to_owned() } else { say!(language, connections.in_days, days = counted!(language, days, time.days)) };
            let trip = Trip { provider: card.provider, purpose: Purpose::Repair { connection: card.id } };
            view! {
                <div class="notice trouble">
                    <p>
                        {say!(language, connections.ends_by_itself, name = card.provider.name(), left = left)}
                        <Moment at shown=Shown::Minute /> {say!(language, connections.reconnect_before)}
                    </p>
                    <ConsentLink trip class="button" label=say!(language, connections.reconnect) about=format!("connection-{}", card.id) />
                </div>
            }
        })
        .into_any()
}

/// What the provider does not allow, or not any more.
#[component]
fn Lacking(card: ConnectionCard) -> impl IntoView {
    let language = use_language();
    let refused: Vec<_> = card.switches.iter().filter(|switch| switch.refused).map(|switch| switch.feature).collect();
    switched_off(language, card.provider, &refused)
        .map(|sentence| view! { <p class="notice">{sentence} {say!(language, connections.allow_below)}</p> })
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
fn CardFooter(card: ConnectionCard, actions: CardActions) -> impl IntoView {
    // Where the provider gives no access, nothing can be asked of it.
    let works = card.state == ConnectionState::Active;
    let paused = card.progress.stage == SyncStage::Paused;
    view! {
        <footer>
            {(works && !paused).then(|| view! { <SyncButton connection=card.id sync=actions.sync /> })}
            {works.then(|| view! { <PauseButton connection=card.id paused pause=actions.pause /> })}
            {(card.progress.stage == SyncStage::Live).then(|| view! { <CheckButton connection=card.id check=actions.check /> })}
            <DisconnectControl card disconnect=actions.disconnect />
        </footer>
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

#[component]
fn SyncButton(connection: uuid::Uuid, sync: ServerAction<SyncNow>) -> impl IntoView {
    let language = use_language();
    let asking = move || {
        let this = |asked: &Option<SyncNow>| asked.as_ref().is_some_and(|asked| asked.connection == connection);
        sync.pending().get() && sync.input().with(this)
    };
    view! {
        <ActionForm action=sync>
            <input type="hidden" name="connection" value=connection.to_string() />
            <button class="button" disabled=asking aria-describedby=format!("connection-{connection}")>
                {say!(language, connections.sync_now)}
            </button>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn PauseButton(connection: uuid::Uuid, paused: bool, pause: ServerAction<PauseSync>) -> impl IntoView {
    let language = use_language();
    view! {
        <ActionForm action=pause>
            <input type="hidden" name="connection" value=connection.to_string() />
            <input type="hidden" name="paused" value=(!paused).to_string() />
            <button class="button" aria-describedby=format!("connection-{connection}")>
                {if paused { say!(language, connections.resume) } else { say!(language, connections.pause) }}
            </button>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn CheckButton(connection: uuid::Uuid, check: ServerAction<CheckNow>) -> impl IntoView {
    let language = use_language();
    view! {
        <ActionForm action=check>
            <input type="hidden" name="connection" value=connection.to_string() />
            <button class="button" aria-describedby=format!("connection-{connection}")>{say!(language, connections.check_now)}</button>
        </ActionForm>
    }
    .into_any()
}
