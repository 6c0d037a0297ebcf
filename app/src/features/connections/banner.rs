//! On every page of somebody whose connection needs them: which one, and the button that repairs it.

use super::{ConnectionBrief, ConnectionState, ConsentLink};
use crate::{
    features::users::Known,
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
    let id = format!("banner-{}", brief.id);
    let trip = Trip { provider: brief.provider, purpose: Purpose::Repair { connection: brief.id } };
    view! {
        <div class="notice bad">
            <p id=id.clone()>
                {format!("{} needs you: {} ended the access. What was synced is kept. ", brief.address, brief.provider.name())}
                <a href="/settings/connections">"Why"</a>
            </p>
            <ConsentLink trip class="button" label="Reconnect" about=id />
        </div>
    }
    .into_any()
}
