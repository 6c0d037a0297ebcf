//! From which mailbox a mail goes, and what those lack that may not send.

use super::{Sender, Sending};
use crate::{
    features::connections::{ConnectButton, ConsentLink, Feature, Provider, server::SwitchFeature},
    language::{say, use_language},
    live::on_change_of_connections,
    popup::{Purpose, Trip},
};
use leptos::{form::ActionForm, prelude::*};
use uuid::Uuid;

/// The line that says from which mailbox a draft goes; a choice where several may send.
#[component]
pub fn SenderLine(senders: Vec<Sender>, chosen: Uuid) -> impl IntoView {
    let language = use_language();
    let chosen = crate::request::typed("connection").and_then(|id| id.parse().ok()).unwrap_or(chosen);
    let offered: Vec<Sender> =
        senders.into_iter().filter(|sender| sender.connection == chosen || sender.sending == Sending::On).collect();
    if let [only] = offered.as_slice() {
        return view! {
            <div class="line">
                <span class="line-name">{say!(language, mail.from)}</span>
                <span class="line-text">{only.address.clone()}</span>
                <input type="hidden" name="connection" value=only.connection.to_string() />
            </div>
        }
        .into_any();
    }
    let option = move |sender: Sender| {
        let Sender { connection, address, .. } = sender;
        view! { <option value=connection.to_string() selected=connection == chosen>{address}</option> }
    };
    view! {
        <div class="line">
            <label for="connection">{say!(language, mail.from)}</label>
            <select id="connection" name="connection">{offered.into_iter().map(option).collect_view()}</select>
        </div>
    }
    .into_any()
}

/// What it takes that a mailbox may send: one popup, as a rule.
#[component]
pub fn MayNotSend(
    sender: Sender,
    /// Where a trip without a popup leads back to.
    back: String,
    /// The popup, or another page, may have changed that.
    again: Callback<()>,
) -> impl IntoView {
    let language = use_language();
    let Sender { connection, provider, address, sending } = sender;
    let about = format!("sending-{connection}");
    let described = about.clone();
    let name = provider.name();
    let switch = ServerAction::<SwitchFeature>::new();
    Effect::new(move |_| {
        if switch.value().get().is_some_and(|answer| answer.is_ok()) {
            again.run(());
        }
    });
    let (sentence, way) = match sending {
        Sending::On => return ().into_any(),
        Sending::SwitchedOff => (
            say!(language, writing.off_for, address = address),
            view! {
                <ActionForm action=switch>
                    <input type="hidden" name="connection" value=connection.to_string() />
                    <input type="hidden" name="feature" value=Feature::Send.slug() />
                    <input type="hidden" name="on" value="true" />
                    <button class="button small" aria-describedby=described>{say!(language, connections.switch_on)}</button>
                </ActionForm>
            }
            .into_any(),
        ),
        Sending::NotGranted => {
            let trip = Trip { provider, purpose: Purpose::Grant { connection, feature: Feature::Send } };
            let label = say!(language, connections.allow_at, name = name);
            (
                say!(language, writing.asks_once, address = address, name = name),
                view! { <ConsentLink trip class="button small" label about=about.clone() back /> }.into_any(),
            )
        }
        Sending::NeedsReconnect => {
            let trip = Trip { provider, purpose: Purpose::Repair { connection } };
            (
                say!(language, writing.ended_access, name = name, address = address),
                view! { <ConsentLink trip class="button small" label=say!(language, connections.reconnect) about=about.clone() back /> }
                    .into_any(),
            )
        }
    };
    view! {
        <div class="notice">
            <p id=about>{sentence}</p>
            {way}
        </div>
    }
    .into_any()
}

/// No mailbox may send what is asked for: what each of them lacks.
#[component]
pub fn NobodyMaySend(senders: Vec<Sender>, back: String, again: Callback<()>) -> impl IntoView {
    let language = use_language();
    on_change_of_connections(again);
    if senders.is_empty() {
        return view! {
            <div class="empty">
                <h2>{say!(language, mail.none_connected)}</h2>
                <p>{say!(language, writing.connect_one)}</p>
                <p class="actions">
                    <ConnectButton provider=Provider::Google />
                    <ConnectButton provider=Provider::Microsoft />
                </p>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="senders">
            <p class="lead">{say!(language, writing.your_word)}</p>
            {senders
                .into_iter()
                .map(|sender| view! { <MayNotSend sender back=back.clone() again /> })
                .collect_view()}
        </div>
    }
    .into_any()
}
