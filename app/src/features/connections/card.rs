//! One connection as a card.

use super::{ConnectionCard, ConnectionState, Feature, SyncLine, server::SyncNow};
use crate::{
    live::Live,
    time::{Moment, Shown},
};
use leptos::{form::ActionForm, prelude::*};

impl Feature {
    /// What it allows, in a person's words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Mail => "Read mail",
            Self::Manage => "Manage mail",
            Self::Send => "Send mail",
            Self::Calendar => "Calendar",
            Self::Sheets => "Spreadsheets",
        }
    }
}

impl ConnectionState {
    /// The word on the card.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Active => "Connected",
            Self::NeedsReconnect { .. } => "Needs reconnecting",
            Self::Disconnecting => "Disconnecting",
        }
    }

    fn class(&self) -> &'static str {
        match self {
            Self::Active => "state good",
            Self::NeedsReconnect { .. } => "state bad",
            Self::Disconnecting => "state",
        }
    }

    fn reason(&self) -> Option<String> {
        match self {
            Self::NeedsReconnect { reason } => Some(reason.clone()),
            Self::Active | Self::Disconnecting => None,
        }
    }
}

/// Address, provider, connected on, features, token expiry, last sync, state, and how far the sync is.
#[component]
pub fn Card(card: ConnectionCard, sync: ServerAction<SyncNow>) -> impl IntoView {
    let live = expect_context::<Live>();
    let id = card.id;
    let state = {
        let known = card.state.clone();
        Memo::new(move |_| live.state(id).unwrap_or_else(|| known.clone()))
    };
    let progress = {
        let known = card.progress.clone();
        Signal::derive(move || live.progress(id).unwrap_or_else(|| known.clone()))
    };
    let asking = move || {
        sync.pending().get() && sync.input().with(|input| input.as_ref().is_some_and(|asked| asked.connection == id))
    };
    let features = card.features.iter().map(|feature| feature.words()).collect::<Vec<_>>().join(", ");
    view! {
        <article class="card" aria-labelledby=format!("connection-{id}")>
            <header>
                <h2 id=format!("connection-{id}")>{card.address.clone()}</h2>
                <p class=move || state.with(ConnectionState::class)>{move || state.with(ConnectionState::word)}</p>
            </header>
            {move || state.with(ConnectionState::reason).map(|reason| view! { <p class="notice bad">{reason}</p> })}
            <SyncLine progress />
            <dl class="facts">
                <Fact name="Provider">{card.provider.name()}</Fact>
                <Fact name="Connected on">
                    <Moment at=card.connected_on shown=Shown::Day />
                </Fact>
                <Fact name="Features">{features}</Fact>
                <Fact name="Token expiry">
                    {match card.token_expires_at {
                        Some(at) => view! { <Moment at shown=Shown::Minute />" "<span class="quiet">"renewed by itself"</span> }.into_any(),
                        None => "Not known".into_any(),
                    }}
                </Fact>
                <Fact name="Last sync">
                    {match card.last_sync_at {
                        Some(at) => view! { <Moment at shown=Shown::Minute /> }.into_any(),
                        None => "Not yet".into_any(),
                    }}
                </Fact>
            </dl>
            <footer>
                <ActionForm action=sync>
                    <input type="hidden" name="connection" value=id.to_string() />
                    <button class="button" disabled=asking aria-describedby=format!("connection-{id}")>
                        "Sync now"
                    </button>
                </ActionForm>
            </footer>
        </article>
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
