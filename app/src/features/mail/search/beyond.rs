//! What the providers found: also what is not here yet, and comes while one looks.

use super::{
    super::{ListQuery, server::search_at_provider},
    SoughtPage, Unreached, WhyUnreached,
    results::{HitRow, OnlyIn},
};
use crate::{
    browser,
    error::AppError,
    language::{Language, counted, say, use_language},
    live::Live,
    quantity::mails,
    time::browser_zone,
    ui::{Load, Skeleton},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use std::sync::Arc;
use uuid::Uuid;

/// Between two readings of what is on its way, in milliseconds.
const BETWEEN_MS: i32 = 1_000;

/// The part of the address that decides what is asked for.
type Asked = (Option<Uuid>, String);

async fn ask((mailbox, text): Asked, zone: Option<String>) -> Result<SoughtPage, AppError> {
    search_at_provider(mailbox, text, zone).await
}

/// The list of what the providers found, as long as there is something looked for.
#[component]
pub fn ProviderResults(query: Memo<ListQuery>, shown: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let asked = Memo::new(move |before: Option<&Asked>| {
        let now = query.with(|query| query.search.clone().map(|text| (query.mailbox, text)));
        now.or_else(|| before.cloned()).unwrap_or_default()
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
                view! { <Sought page asked=asked.get_untracked() query=query.get_untracked() /> }.into_any()
            })
        />
    }
    .into_any()
}

#[component]
fn Sought(page: SoughtPage, asked: Asked, query: ListQuery) -> impl IntoView {
    let language = use_language();
    let only = page.only.clone();
    let all = query.of_mailbox(None).address();
    let page = RwSignal::new(page);
    follow(page, asked);
    let found = Memo::new(move |_| page.with(|page| status(language, page)));
    let (stored, here) = (query.beyond(false).address(), query.beyond(true).address());
    view! {
        <div class="found">
            <p class="quiet" role="status">{found}</p>
            <a class="button small" href=stored>{say!(language, mail.b_only_stored)}</a>
        </div>
        {only.map(|mailbox| view! { <OnlyIn mailbox all /> })}
        // Without scripts nothing follows by itself.
        <noscript>{(page.with_untracked(|page| page.fetching) > 0).then(|| view! { <p class="found"><a class="button small" href=here>{say!(language, mail.b_look_again)}</a></p> })}</noscript>
        <Notes page />
        {move || page.with(|page| page.hits.is_empty() && page.fetching == 0).then(|| view! { <NothingThere query=query.clone() /> })}
        <ul class="rows" role="list" aria-label=say!(language, mail.mails_found) hidden=move || page.with(|page| page.hits.is_empty())>
            <For each=move || page.with(|page| page.hits.clone()) key=|hit| hit.id let:hit>
                <HitRow hit />
            </For>
        </ul>
    }
    .into_any()
}

/// How many are shown, and how many are still to come.
fn status(language: Language, page: &SoughtPage) -> String {
    let coming = match page.fetching {
        0 if page.hits.is_empty() => return say!(language, mail.nothing_was_found).into(),
        0 => String::new(),
        more => counted!(language, more, mail.b_coming),
    };
    say!(language, mail.b_found, mails = mails(language, page.hits.len() as u64), coming = coming)
}

/// Asks again whenever mail came, for as long as something is on its way; never twice at once.
fn follow(page: RwSignal<SoughtPage>, asked: Asked) {
    let live = expect_context::<Live>();
    let (asking, again) = (StoredValue::new(false), StoredValue::new(false));
    let asked = StoredValue::new(asked);
    let zone = browser_zone();
    // The first time, too: it may have come before the page listened.
    Effect::new(move |_| {
        live.mail_changes(asked.with_value(|(mailbox, _)| *mailbox));
        again.set_value(page.with_untracked(|page| page.fetching > 0));
        if asking.get_value() || !again.get_value() {
            return;
        }
        asking.set_value(true);
        spawn_local(async move {
            while again.try_get_value() == Some(true) {
                again.set_value(false);
                let answer = ask(asked.get_value(), zone()).await;
                if page.is_disposed() {
                    return;
                }
                if let Ok(now) = answer {
                    page.set(now);
                }
                browser::pause(BETWEEN_MS).await;
            }
            let _ = asking.try_set_value(false);
        });
    });
}

/// What was not understood, what is kept away, and who could not be asked.
#[component]
fn Notes(page: RwSignal<SoughtPage>) -> impl IntoView {
    let language = use_language();
    let notes = Memo::new(move |_| {
        page.with(|page| {
            let hints = page.hints.iter().map(|hint| hint.sentence(language));
            let left_out =
                (page.left_out > 0).then(|| say!(language, mail.b_left_out, mails = mails(language, page.left_out)));
            let failed = (page.failed > 0).then(|| say!(language, mail.b_failed, mails = mails(language, page.failed)));
            hints
                .chain(page.unreached.iter().map(|one| one.sentence(language)))
                .chain(left_out)
                .chain(failed)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || notes.with(|notes| !notes.is_empty())>
            <ul class="notice hints" role="list">
                {move || notes.get().into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}
            </ul>
        </Show>
    }
    .into_any()
}

impl Unreached {
    /// Which mailbox was not asked, why, and what to do.
    fn sentence(&self, language: Language) -> String {
        let mailbox = &self.mailbox;
        match self.why {
            WhyUnreached::NeedsReconnect => say!(language, mail.b_reconnect, mailbox = mailbox),
            WhyUnreached::NotAllowed => say!(language, mail.b_not_allowed, mailbox = mailbox),
            WhyUnreached::Unavailable => {
                say!(language, mail.b_unavailable, mailbox = mailbox)
            }
        }
    }
}

#[component]
fn NothingThere(query: ListQuery) -> impl IntoView {
    let language = use_language();
    let (stored, list) = (query.beyond(false).address(), query.searching("").address());
    view! {
        <div class="empty">
            <h2>{say!(language, mail.nothing_found)}</h2>
            <p>{say!(language, mail.b_nothing_why)}</p>
            <p class="actions">
                <a class="button" href=stored>{say!(language, mail.b_search_stored)}</a>
                <a class="button" href=list>{say!(language, mail.back_to_list)}</a>
            </p>
        </div>
    }
    .into_any()
}
