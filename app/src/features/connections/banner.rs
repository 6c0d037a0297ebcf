//! On every page of somebody whose connection needs them: which one, and the button that repairs it.

use super::{ConnectionBrief, ConnectionState, ConsentLink};
use crate::{
    features::users::Known,
    language::{say, use_language},
    live::Live,
    popup::{Purpose, Trip},
};
use leptos::prelude::*;

/// One line per connection that needs its person. What the page came with, and what the stream has told since.
#[component]
pub fn ReconnectBanner() -> impl IntoView {
    let live = expect_context::<Live>();
    let known = StoredValue::new(expect_context::<Known>().connections);
    let ill = Memo::new(move |_| {
        let needs = |brief: &ConnectionBrief| match live.state(brief.id) {
            Some(state) => matches!(state, ConnectionState::NeedsReconnect { .. }),
            None => brief.needs_reconnect,
        };
        known.with_value(|known| known.iter().filter(|brief| needs(brief)).cloned().collect::<Vec<_>>())
    });
    view! {
        <div class="banner" aria-live="polite">
            <For each=move || ill.get() key=|brief| brief.id let:brief>
                <BannerLine brief />
            </For>
        </div>
    }
    .into_any()
}

#[component]
fn BannerLine(brief: ConnectionBrief) -> impl IntoView {
    let language = use_language();
    let id = format!("banner-{}", brief.id);
    let trip = Trip { provider: brief.provider, purpose: Purpose::Repair { connection: brief.id } };
    view! {
        <div class="notice bad">
            <p id=id.clone()>
                {say!(language, connections.needs_you, address = brief.address, name = brief.provider.name())}
                <a href="/settings/connections">{say!(language, connections.why)}</a>
            </p>
            <ConsentLink trip class="button" label=say!(language, connections.reconnect) about=id />
        </div>
    }
    .into_any()
}
