//! `Sign in with Google` and `Sign in with Microsoft`: links to the providers' pages, which work without scripts.

use crate::{
    address::query_value,
    features::connections::{Provider, ProviderStatus},
};
use leptos::prelude::*;

/// One line for each provider. On the account page they add a way in, at the door they are one.
#[component]
pub fn ProviderLinks(
    providers: Vec<ProviderStatus>,
    /// A path of ours to come back to.
    #[prop(into)]
    return_to: String,
) -> impl IntoView {
    view! {
        <ul class="ways" role="list">
            {providers
                .into_iter()
                .map(|status| {
                    let words = format!("Sign in with {}", status.provider.name());
                    if status.configured {
                        let address = start_address(status.provider, &return_to);
                        view! { <li><a class="button" rel="external" href=address>{words}</a></li> }.into_any()
                    } else {
                        view! { <li class="quiet">{format!("{words} is not set up on this server.")}</li> }.into_any()
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

fn start_address(provider: Provider, return_to: &str) -> String {
    format!("/auth/{}/start?purpose=sign_in&return_to={}", provider.slug(), query_value(return_to))
}
