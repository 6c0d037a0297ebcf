//! `/write` and `/write/{id}`.

use super::{
    Opened, Stage, Wanted,
    compose::Compose,
    leaving::Leaving,
    list::{Acts, Changed, WrittenList},
    named,
    server::open_draft,
    starting::Starting,
};
use crate::{
    error::AppError,
    language::{say, use_language},
    ui::{Load, Problem, Skeleton},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::sync::Arc;
use uuid::Uuid;

/// What the address names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum At {
    Starting(Wanted),
    Mail(Uuid),
    Nonsense,
}

#[component]
pub fn WritePage() -> impl IntoView {
    let language = use_language();
    let (params, query) = (use_params_map(), use_query_map());
    let at = Memo::new(move |_| match params.with(|params| params.get("id")) {
        None => At::Starting(query.with(Wanted::parse)),
        Some(id) => id.parse().map_or(At::Nonsense, At::Mail),
    });
    let acts = Acts::new();
    provide_context(Changed(RwSignal::new(0)));
    let current = move || match at.get() {
        At::Mail(id) => Some(id),
        At::Starting(_) | At::Nonsense => None,
    };
    view! {
        <Title text=say!(language, writing.write) />
        <div class="write-page">
            <div class="write-main">
                {move || match at.get() {
                    At::Starting(wanted) => view! { <Starting wanted /> }.into_any(),
                    At::Mail(id) => view! { <OpenedMail id acts /> }.into_any(),
                    At::Nonsense => view! {
                        <h1 tabindex="-1">{say!(language, mail.no_such)}</h1>
                        <Problem error=AppError::NotFound />
                    }
                    .into_any(),
                }}
            </div>
            <WrittenList current=Signal::derive(current) acts />
        </div>
    }
    .into_any()
}

#[component]
fn OpenedMail(id: Uuid, acts: Acts) -> impl IntoView {
    let language = use_language();
    let opened = Resource::new(move || acts.answers(), move |_| open_draft(id));
    let again = Callback::new(move |()| opened.refetch());
    view! {
        <Load
            from=opened
            heading=say!(language, mail.not_shown)
            fallback=|| view! { <Skeleton lines=10 class="card" /> }
            render=Arc::new(move |found: Opened| {
                let title = match found.stage {
                    Stage::Writing => found.draft.kind.title(language).to_owned(),
                    _ => named(language, &found.draft.typed.subject),
                };
                let content = match found.stage {
                    Stage::Writing => view! { <Compose opened=found /> }.into_any(),
                    _ => view! { <Leaving opened=found acts again /> }.into_any(),
                };
                view! {
                    <Title text=title.clone() />
                    <h1 tabindex="-1">{title}</h1>
                    {content}
                }
                .into_any()
            })
        />
    }
    .into_any()
}
