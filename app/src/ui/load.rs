//! Loading, failing and being there, in one component.

use crate::{
    address::sign_in_for,
    error::AppError,
    language::{say, use_language},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// Shows `fallback` while `from` loads, the error with a way on when it failed, and `render`'s view of the value.
///
/// Later loads keep what is on the screen until the new value is there.
#[component]
pub fn Load<T>(
    from: Resource<Result<T, AppError>>,
    #[prop(into)] fallback: ViewFnOnce,
    /// Stands over the error on pages whose heading comes with the value.
    #[prop(optional)]
    heading: Option<&'static str>,
    render: Arc<dyn Fn(T) -> AnyView + Send + Sync>,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let view = move || {
        let render = Arc::clone(&render);
        Suspend::new(async move {
            match from.await {
                Ok(value) => render(value),
                Err(error) => view! {
                    {heading.map(|heading| view! { <h1 tabindex="-1">{heading}</h1> })}
                    <Problem error retry=Callback::new(move |()| from.refetch()) />
                }
                .into_any(),
            }
        })
    };
    view! { <Transition fallback>{view}</Transition> }.into_any()
}

/// Why something could not be shown, and what to press.
#[component]
pub fn Problem(error: AppError, #[prop(optional, into)] retry: Option<Callback<()>>) -> impl IntoView {
    let language = use_language();
    let location = use_location();
    let way_on = match &error {
        AppError::SignInRequired => {
            let here = move || sign_in_for(&location.pathname.get());
            // A full load: the old session's data must not stay in memory.
            view! { <a class="button" rel="external" href=here>{say!(language, ui.sign_in_again)}</a> }.into_any()
        }
        AppError::NotFound => {
            crate::request::answer_not_found();
            ().into_any()
        }
        _ => retry
            .map(|retry| view! { <button class="button" type="button" on:click=move |_| retry.run(())>{say!(language, ui.try_again)}</button> })
            .into_any(),
    };
    view! {
        <div class="notice bad problem" role="alert">
            <p>{error.sentence(language)}</p>
            {way_on}
        </div>
    }
    .into_any()
}

/// Grey lines in the place of what is coming, as tall as it will be.
#[component]
pub fn Skeleton(lines: usize, class: &'static str) -> impl IntoView {
    let language = use_language();
    view! {
        <div class=format!("skeleton {class}") role="status">
            <span class="sr-only">{say!(language, ui.loading)}</span>
            {(0..lines).map(|_| view! { <span aria-hidden="true"></span> }).collect_view()}
        </div>
    }
}
