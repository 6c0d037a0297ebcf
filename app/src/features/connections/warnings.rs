//! What stands in the way of a connection, or soon will.

use super::{ConnectionCard, ConnectionState, ConsentLink, Feature, Provider, cause::said, switches::switched_off};
use crate::{
    language::{counted, say, use_language},
    popup::{Purpose, Trip},
    quantity::grouped,
    time::{Moment, Shown},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// What stands in the way: why it stopped and what to press, or how far the removal is.
#[component]
pub fn Trouble(state: ConnectionState, provider: Provider, connection: Uuid) -> impl IntoView {
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
fn Ending(connection: Uuid, provider: Provider, at: DateTime<Utc>, days: u64) -> impl IntoView {
    let language = use_language();
    let left = if days == 0 {
        say!(language, connections.within_a_day).to_owned()
    } else {
        say!(language, connections.in_days, days = counted!(language, days, time.days))
    };
    let trip = Trip { provider, purpose: Purpose::Repair { connection } };
    view! {
        <div class="notice trouble">
            <p>
                {say!(language, connections.ends_by_itself, name = provider.name(), left = left)}
                <Moment at shown=Shown::Minute /> {say!(language, connections.reconnect_before)}
            </p>
            <ConsentLink trip class="button" label=say!(language, connections.reconnect) about=format!("connection-{connection}") />
        </div>
    }
    .into_any()
}

/// What the provider does not allow, or not any more.
#[component]
fn Lacking(provider: Provider, refused: Vec<Feature>) -> impl IntoView {
    let language = use_language();
    switched_off(language, provider, &refused)
        .map(|sentence| view! { <p class="notice">{sentence} {say!(language, connections.allow_below)}</p> })
        .into_any()
}

/// What the person is warned of: the access will end, or something is not allowed.
#[component]
pub fn Warnings(card: Memo<ConnectionCard>) -> impl IntoView {
    let (id, provider) = card.with_untracked(|card| (card.id, card.provider));
    let ends = Memo::new(move |_| card.with(|card| card.ends_at.zip(card.days_left)));
    let refused = Memo::new(move |_| {
        card.with(|card| card.switches.iter().filter(|one| one.refused).map(|one| one.feature).collect::<Vec<_>>())
    });
    view! {
        {move || ends.get().map(|(at, days)| view! { <Ending connection=id provider at days /> })}
        {move || view! { <Lacking provider refused=refused.get() /> }}
    }
    .into_any()
}
