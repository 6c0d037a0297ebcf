//! `Sign in with Google` and `Sign in with Microsoft`: links to the providers' pages, which work without scripts.

use crate::{
    address::query_value,
    features::connections::{Provider, ProviderStatus},
    language::{say, use_language},
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
    let language = use_language();
    view! {
        <ul class="ways" role="list">
            {providers
                .into_iter()
                .map(|status| {
                    let name = status.provider.name();
                    if status.configured {
                        let address = start_address(status.provider, &return_to);
                        view! { <li><a class="button" rel="external" href=address>{say!(language, users.sign_in_with, name = name)}</a></li> }.into_any()
                    } else {
                        view! { <li class="quiet">{say!(language, users.sign_in_with_not, name = name)}</li> }.into_any()
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
