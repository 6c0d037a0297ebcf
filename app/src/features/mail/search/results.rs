//! What was found: rows of their own, which only lead to their mails.

use super::{
    super::{ListQuery, server::search_mail},
    Part, Piece, SearchHit, SearchPage,
};
use crate::{
    error::AppError,
    language::{say, use_language},
    quantity::mails,
    time::{Moment, browser_zone},
    ui::{Icon, Load, Picture, Problem, Skeleton},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use std::sync::Arc;
use uuid::Uuid;

/// What is asked for: the part of the address that a search depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    mailbox: Option<Uuid>,
    text: String,
    after: Option<String>,
}

async fn ask(asked: Asked, zone: Option<String>) -> Result<SearchPage, AppError> {
    search_mail(asked.mailbox, asked.text, asked.after, zone).await
}

/// The list of what was found, as long as there is something looked for.
#[component]
pub fn SearchResults(query: Memo<ListQuery>, shown: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let asked = Memo::new(move |before: Option<&Asked>| {
        let now = query.with(|query| {
            let text = query.search.clone()?;
            Some(Asked { mailbox: query.mailbox, text, after: query.after.clone() })
        });
        // What is being left goes on as it was.
        now.or_else(|| before.cloned()).unwrap_or(Asked { mailbox: None, text: String::new(), after: None })
    });
    let zone = browser_zone();
    let page = Resource::new(move || asked.get(), move |asked| ask(asked, zone()));
    view! {
        {move || shown.get().then(|| view! { <Title text=say!(language, mail.search) /> })}
        <h1 class="sr-only" tabindex="-1">{say!(language, mail.search)}</h1>
        <Load
            from=page
            fallback=|| view! { <Skeleton lines=14 class="rows" /> }
            render=Arc::new(move |page| {
                let asked = asked.get_untracked();
                // These rows belong to this search, whatever the address says next.
                view! { <Results page asked query=query.get_untracked() /> }.into_any()
            })
        />
    }
    .into_any()
}

#[component]
fn Results(page: SearchPage, asked: Asked, query: ListQuery) -> impl IntoView {
    let language = use_language();
    let (hits, next) = (RwSignal::new(page.hits), RwSignal::new(page.next));
    let found = Memo::new(move |_| {
        let count = mails(language, hits.with(Vec::len) as u64);
        match (hits.with(Vec::is_empty), next.with(Option::is_some)) {
            (true, _) => say!(language, mail.nothing_was_found).to_owned(),
            (false, true) => say!(language, mail.found_newest, mails = count),
            (false, false) => say!(language, mail.found, mails = count),
        }
    });
    let hints = page.hints;
    let is_empty = hits.with_untracked(Vec::is_empty);
    let all = query.of_mailbox(None).address();
    view! {
        <div class="found">
            <p class="quiet" role="status">{found}</p>
            <a class="button small" href=query.beyond(true).address()>{say!(language, mail.b_search_beyond)}</a>
        </div>
        {page.only.map(|mailbox| view! { <OnlyIn mailbox all /> })}
        {(!hints.is_empty()).then(|| view! {
            <ul class="notice hints" role="list">
                {hints.iter().map(|hint| view! { <li>{hint.sentence(language)}</li> }).collect_view()}
            </ul>
        })}
        {is_empty.then(|| view! { <NothingFound asked=asked.clone() query=query.clone() /> })}
        <Show when=move || !is_empty>
            <ul class="rows" role="list" aria-label=say!(language, mail.mails_found)>
                <For each=move || hits.get() key=|hit| hit.id let:hit>
                    <HitRow hit />
                </For>
            </ul>
            <MoreHits hits next asked=asked.clone() query=query.clone() />
        </Show>
    }
    .into_any()
}

/// Which mailbox was searched, and the way to all.
#[component]
pub(super) fn OnlyIn(
    mailbox: String,
    /// The address of the same search in all mailboxes.
    all: String,
) -> impl IntoView {
    let language = use_language();
    view! {
        <p class="found">
            <span class="quiet">{say!(language, mail.only_in, mailbox = mailbox)}</span>
            <a class="button small" href=all>{say!(language, mail.search_all)}</a>
        </p>
    }
    .into_any()
}

/// One mail that was found, as one link.
#[component]
pub(super) fn HitRow(hit: SearchHit) -> impl IntoView {
    let language = use_language();
    let before = match hit.from {
        Part::Text => "",
        Part::Files => say!(language, mail.attached),
        Part::Recipients => say!(language, mail.to_colon),
    };
    let subject = if hit.subject.is_empty() { plain(say!(language, mail.no_subject)) } else { hit.subject };
    view! {
        <li class="row" class:unread=hit.unread>
            <a href=format!("/inbox/{}", hit.id) id=format!("row-{}", hit.id)>
                <span class="row-mark">{hit.unread.then(|| view! { <span class="sr-only">{say!(language, mail.unread)}</span> })}</span>
                <span class="row-sender">{marked(hit.sender)}</span>
                <span class="row-text">
                    <span class="row-subject">{marked(subject)}</span>
                    <span class="row-snippet">{before}{marked(hit.excerpt)}</span>
                </span>
                <span class="row-icons">
                    {hit.starred.then(|| view! { <span class="star"><Picture icon=Icon::Star /><span class="sr-only">{say!(language, mail.starred)}</span></span> })}
                    {hit.has_attachments.then(|| view! { <span><Picture icon=Icon::Clip /><span class="sr-only">{say!(language, mail.with_attachments)}</span></span> })}
                </span>
                <Moment at=hit.received_at />
            </a>
        </li>
    }
    .into_any()
}

fn plain(text: &str) -> Vec<Piece> {
    vec![Piece { text: text.to_owned(), marked: false }]
}

fn marked(pieces: Vec<Piece>) -> impl IntoView {
    let piece = |piece: Piece| {
        if piece.marked { view! { <mark>{piece.text}</mark> }.into_any() } else { piece.text.into_any() }
    };
    pieces.into_iter().map(piece).collect_view()
}

/// What to try instead.
#[component]
fn NothingFound(asked: Asked, query: ListQuery) -> impl IntoView {
    let language = use_language();
    let hidden =
        (!asked.text.contains("in:")).then(|| query.searching(&format!("{} in:anywhere", asked.text)).address());
    let list = query.searching("").address();
    view! {
        <div class="empty">
            <h2>{say!(language, mail.nothing_found)}</h2>
            <p>{say!(language, mail.nothing_found_why)}</p>
            <p class="actions">
                {hidden.map(|address| view! { <a class="button" href=address>{say!(language, mail.search_hidden)}</a> })}
                <a class="button" href=list>{say!(language, mail.back_to_list)}</a>
            </p>
        </div>
    }
    .into_any()
}

/// The way to older mail: a link, which with scripts lengthens the list in place.
#[component]
fn MoreHits(
    hits: RwSignal<Vec<SearchHit>>,
    next: RwSignal<Option<String>>,
    asked: Asked,
    query: ListQuery,
) -> impl IntoView {
    let language = use_language();
    let pending = RwSignal::new(false);
    let failed = RwSignal::new(None::<AppError>);
    let asked = StoredValue::new(asked);
    let zone = browser_zone();
    let load = move || {
        let Some(after) = next.get_untracked().filter(|_| !pending.get_untracked()) else { return };
        pending.set(true);
        let asked = Asked { after: Some(after), ..asked.get_value() };
        spawn_local(async move {
            let answer = ask(asked, zone()).await;
            if hits.is_disposed() {
                return;
            }
            pending.set(false);
            match answer {
                Ok(page) => {
                    hits.update(|hits| hits.extend(page.hits));
                    next.set(page.next);
                    failed.set(None);
                }
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    let query = StoredValue::new(query);
    let address = move || query.with_value(|query| query.page_after(next.get()).address());
    let on_click = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        load();
    };
    view! {
        <div class="more">
            {move || failed.get().map(|error| view! { <Problem error retry=Callback::new(move |()| load()) /> })}
            <Show when=move || next.with(Option::is_some)>
                <a class="button" href=address on:click=on_click aria-busy=move || pending.get().to_string()>{say!(language, mail.more)}</a>
            </Show>
        </div>
    }
    .into_any()
}
