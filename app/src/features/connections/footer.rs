//! The buttons of a card, and what they ask of the server.

use super::{
    ConnectionCard, ConnectionState, SyncStage,
    leaving::DisconnectControl,
    server::{CheckNow, Disconnect, PauseSync, SetExclusion, SwitchFeature, SyncNow, TryAgain},
};
use crate::language::{say, use_language};
use leptos::{form::ActionForm, prelude::*};
use uuid::Uuid;

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

impl CardActions {
    /// Grows with every answer.
    pub fn asked(self) -> usize {
        let Self { sync, pause, again, check, exclude, switch, disconnect } = self;
        let versions = [
            sync.version(),
            pause.version(),
            again.version(),
            check.version(),
            exclude.version(),
            switch.version(),
            disconnect.version(),
        ];
        versions.iter().map(|version| version.get()).sum()
    }
}

#[component]
pub fn CardFooter(card: Memo<ConnectionCard>, actions: CardActions) -> impl IntoView {
    let (id, provider) = card.with_untracked(|card| (card.id, card.provider));
    // Where the provider gives no access, nothing can be asked of it.
    let works = Memo::new(move |_| card.with(|card| card.state == ConnectionState::Active));
    let paused = Memo::new(move |_| card.with(|card| card.progress.stage == SyncStage::Paused));
    let complete = Memo::new(move |_| card.with(|card| card.progress.stage == SyncStage::Live));
    view! {
        <footer>
            {move || (works.get() && !paused.get()).then(|| view! { <SyncButton connection=id sync=actions.sync /> })}
            {move || works.get().then(|| view! { <PauseButton connection=id paused=paused.get() pause=actions.pause /> })}
            {move || complete.get().then(|| view! { <CheckButton connection=id check=actions.check /> })}
            <DisconnectControl connection=id provider address=card.with_untracked(|card| card.address.clone()) disconnect=actions.disconnect />
        </footer>
    }
    .into_any()
}

#[component]
fn SyncButton(connection: Uuid, sync: ServerAction<SyncNow>) -> impl IntoView {
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
fn PauseButton(connection: Uuid, paused: bool, pause: ServerAction<PauseSync>) -> impl IntoView {
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
fn CheckButton(connection: Uuid, check: ServerAction<CheckNow>) -> impl IntoView {
    let language = use_language();
    view! {
        <ActionForm action=check>
            <input type="hidden" name="connection" value=connection.to_string() />
            <button class="button" aria-describedby=format!("connection-{connection}")>{say!(language, connections.check_now)}</button>
        </ActionForm>
    }
    .into_any()
}
