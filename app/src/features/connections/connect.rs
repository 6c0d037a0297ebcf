//! The buttons that lead to a provider's consent page.

use super::Provider;
use crate::{
    language::{say, use_language},
    popup::{Attempts, Purpose, Trip},
};
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;

/// `Connect Gmail`, `Connect Outlook`.
#[component]
pub fn ConnectButton(provider: Provider) -> impl IntoView {
    let language = use_language();
    let trip = Trip { provider, purpose: Purpose::Connect };
    view! { <ConsentLink trip class="button primary" label=say!(language, connections.connect, name = provider.mail_name()) /> }
}

/// One button to a provider: with scripts a popup, without them the same trip on this page.
///
/// It is a link, because a form would be held to the page's `form-action` when the server sends it on to the provider.
#[component]
pub fn ConsentLink(
    trip: Trip,
    class: &'static str,
    #[prop(into)] label: String,
    /// The id of what it is about, for buttons that many cards have.
    #[prop(optional, into)]
    about: Option<String>,
    /// Where a trip without a popup leads back to; the page it stands on, unless said otherwise.
    #[prop(optional, into)]
    back: Option<String>,
) -> impl IntoView {
    let attempts = expect_context::<Attempts>();
    let location = use_location().pathname;
    let back = StoredValue::new(back);
    let page = Signal::derive(move || back.get_value().unwrap_or_else(|| location.get()));
    let plain_address = move || trip.start_address(None, Some(&page.get()));
    let open = move || attempts.open(trip, &page.get_untracked());
    let on_click = move |event: ev::MouseEvent| {
        // A new tab or window was asked for: let the browser have its way.
        if event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key()) {
            event.prevent_default();
            open();
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        // What looks like a button and says it is one is pressed with the space bar, too.
        if event.key() == " " {
            event.prevent_default();
            open();
        }
    };
    view! {
        <a
            class=class
            role="button"
            rel="external"
            href=plain_address
            aria-describedby=about
            on:click=on_click
            on:keydown=on_key
        >
            {label}
        </a>
    }
    .into_any()
}
