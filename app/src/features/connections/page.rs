//! `/settings/connections`: the connected mailboxes, and how to connect another.

use super::{
    ConnectButton, ConnectionsPage, Provider, ProviderStatus,
    card::Card,
    server::{SyncNow, list_connections},
};
use crate::{
    live::Live,
    ui::{Load, Notice, Page, Skeleton, Tone},
};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn ConnectionsScreen() -> impl IntoView {
    let live = expect_context::<Live>();
    let sync = ServerAction::<SyncNow>::new();
    // Read again when a connection was made or changed, and after a sync was asked for.
    let page = Resource::new(move || (live.connection_changes(), sync.version().get()), |_| list_connections());
    view! {
        <Page title="Connections">
            <p class="lead">"The mailboxes Gatepost keeps in sync for you."</p>
            <div aria-live="polite">
                {move || {
                    sync.value()
                        .get()
                        .map(|outcome| match outcome {
                            Ok(()) => view! { <Notice tone=Tone::Good>"Asked. New mail shows up by itself."</Notice> },
                            Err(error) => view! { <Notice tone=Tone::Bad>{error.sentence()}</Notice> },
                        })
                }}
            </div>
            <Load
                from=page
                fallback=|| view! { <Skeleton lines=6 class="card" /> }
                render=Arc::new(move |page| view! { <Cards page sync /> }.into_any())
            />
        </Page>
    }
    .into_any()
}

#[component]
fn Cards(page: ConnectionsPage, sync: ServerAction<SyncNow>) -> impl IntoView {
    let none = page.cards.is_empty();
    view! {
        <div class="cards">
            {page.cards.into_iter().map(|card| view! { <Card card sync /> }).collect_view()}
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
    }
    .into_any()
}

#[component]
fn ProviderLine(status: ProviderStatus) -> impl IntoView {
    let ProviderStatus { provider, configured } = status;
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
        Provider::Microsoft => "Connecting Outlook comes with a later version of Gatepost.",
    }
}
