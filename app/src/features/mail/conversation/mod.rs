//! `/inbox/{id}`: a conversation, opened at one mail.

mod about;
mod files;
mod formatted;
mod images;
mod message;

use super::{Conversation, ListQuery, Managing, acting::ReadOnly, page::Opened, server::open_conversation};
use crate::{
    browser,
    error::AppError,
    language::{say, use_language},
    ui::{Icon, Load, Picture, Problem, Skeleton},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use message::{InMailbox, Mail};
use std::sync::Arc;
use uuid::Uuid;

#[component]
pub fn ConversationView(
    opened: Opened,
    back: Memo<ListQuery>,
    /// Whether the person came here from another page of ours.
    moved: StoredValue<bool>,
) -> impl IntoView {
    let language = use_language();
    let content = match opened {
        Opened::Mail(id) => view! { <Loaded id moved /> }.into_any(),
        Opened::Nonsense => view! {
            <h1 tabindex="-1">{say!(language, mail.no_such)}</h1>
            <Problem error=AppError::NotFound />
        }
        .into_any(),
    };
    view! {
        <Title text=say!(language, mail.t_mail) />
        <article class="conversation">
            <p class="back">
                // The list scrolls itself back to its place.
                <a class="button bare" data-noscroll href=move || back.with(ListQuery::address)>
                    <Picture icon=Icon::Back />
                    {move || back.with(|back| back.folder.title(language))}
                </a>
            </p>
            {content}
        </article>
    }
    .into_any()
}

#[component]
fn Loaded(id: Uuid, moved: StoredValue<bool>) -> impl IntoView {
    let language = use_language();
    let from = Resource::new(|| (), move |()| open_conversation(id));
    view! {
        <Load
            from
            heading=say!(language, mail.not_shown)
            fallback=|| view! { <Skeleton lines=8 class="mail" /> }
            render=Arc::new(move |found: Conversation| {
                let managing = found.managing;
                let again = Callback::new(move |()| read_again_unless(managing, from, id));
                view! { <Mails found moved again /> }.into_any()
            })
        />
    }
    .into_any()
}

/// Shows the conversation anew where its mailbox may be changed now, or no longer. Everything else stays as it is: whoever
/// reads a mail keeps what they unfolded and chose while mail is synced beside them.
fn read_again_unless(managing: Managing, shown: Resource<Result<Conversation, AppError>>, id: Uuid) {
    spawn_local(async move {
        match open_conversation(id).await {
            Ok(now) if now.managing != managing => shown.set(Some(Ok(now))),
            Ok(_) | Err(_) => {}
        }
    });
}

#[component]
fn Mails(found: Conversation, moved: StoredValue<bool>, again: Callback<()>) -> impl IntoView {
    let language = use_language();
    Effect::new(move |_| {
        if moved.get_value() {
            request_animation_frame(|| browser::focus(".conversation h1"));
        }
    });
    let Conversation { subject, opened, mailbox, managing, messages, provider, plain_text, .. } = found.clone();
    let around = InMailbox { opened, managing, provider, plain_text };
    let subject = if subject.is_empty() { say!(language, mail.no_subject).to_owned() } else { subject };
    view! {
        <Title text=subject.clone() />
        <header>
            <h1 tabindex="-1">{subject}</h1>
            <p class="quiet">{say!(language, mail.in_mailbox)} {mailbox}</p>
        </header>
        <ReadOnly conversation=found again />
        {messages
            .into_iter()
            .map(|mail| {
                view! { <Mail mail around /> }
            })
            .collect_view()}
    }
    .into_any()
}
