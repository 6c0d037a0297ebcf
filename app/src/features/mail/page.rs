//! `/inbox` and `/inbox/{id}`: one page, so that the list stays as it was while a conversation is open.

use super::{
    ListQuery, Naming,
    conversation::ConversationView,
    keys,
    list::MailList,
    search::{Found, SearchField},
    undo::{LastDone, UndoBar},
};
use crate::browser;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

/// A conversation's address, or one that cannot be any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    Mail(Uuid),
    Nonsense,
}

/// The mailbox that was looked at last; none for all together.
#[derive(Clone, Copy)]
pub struct LastMailbox(StoredValue<Option<Uuid>>);

impl LastMailbox {
    /// As the session remembers it.
    pub fn provide(remembered: Option<Uuid>) {
        provide_context(Self(StoredValue::new(remembered)));
    }
}

#[component]
pub fn MailPage() -> impl IntoView {
    let params = use_params_map();
    let opened = Memo::new(move |_| {
        params.with(|params| params.get_str("id").map(|id| id.parse().map_or(Opened::Nonsense, Opened::Mail)))
    });
    let address = use_query_map();
    let last = expect_context::<LastMailbox>();
    // While a conversation is open the list is the one it was opened from.
    let query = Memo::new(move |before: Option<&ListQuery>| match (opened.get(), before) {
        (Some(_), before) => before.cloned().unwrap_or_default(),
        (None, _) => address.with(ListQuery::parse).or_of(last.0.get_value()),
    });
    Effect::new(move |_| {
        query.with(|query| {
            if query.naming() == Naming::Named {
                last.0.set_value(query.mailbox);
            }
        });
    });
    let searching = Memo::new(move |_| query.with(|query| query.search.is_some()));
    let shown = Signal::derive(move || opened.get().is_none());
    // While somebody searches, the list stays as it was; opened directly at a search, it is not even read.
    let listed = Memo::new(move |before: Option<&ListQuery>| {
        query.with(|now| match (now.search.is_some(), before) {
            (false, _) => now.clone(),
            (true, Some(before)) => before.clone(),
            (true, None) => now.searching(""),
        })
    });
    let list_open = Memo::new(move |before: Option<&bool>| before == Some(&true) || !searching.get());
    // Opened directly at a conversation, the list is not even read before somebody goes back to it.
    let list_wanted = Memo::new(move |before: Option<&bool>| before == Some(&true) || opened.get().is_none());
    // The first page was loaded by the browser, which looks after the focus itself.
    let moved = StoredValue::new(false);
    keep_place(opened, moved);
    keys::listen();
    let last = LastDone::provide();
    view! {
        <Show when=move || list_wanted.get()>
            <div class="list-pane" hidden=move || opened.get().is_some()>
                <SearchField query shown />
                <Show when=move || searching.get()>
                    <Found query shown />
                </Show>
                <Show when=move || list_open.get()>
                    <div hidden=move || searching.get()>
                        <MailList query=listed shown=Signal::derive(move || shown.get() && !searching.get()) />
                    </div>
                </Show>
            </div>
        </Show>
        {move || opened.get().map(|opened| view! { <ConversationView opened back=query moved /> })}
        <UndoBar last />
    }
    .into_any()
}

/// Leaving the list remembers how far it was scrolled; coming back goes there, with the focus on the mail last opened.
fn keep_place(opened: Memo<Option<Opened>>, moved: StoredValue<bool>) {
    let scrolled = StoredValue::new(0.0);
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::scroll, move |_| {
            // Hiding the list scrolls the document, too; by then a conversation is open.
            if opened.get_untracked().is_none() {
                scrolled.set_value(browser::scrolled());
            }
        });
        on_cleanup(move || handle.remove());
    });
    Effect::new(move |before: Option<Option<Opened>>| {
        let now = opened.get();
        moved.set_value(before.is_some());
        if let (Some(Opened::Mail(id)), None) = (before.flatten(), now) {
            // Two frames: the router scrolls to the top in between.
            request_animation_frame(move || {
                request_animation_frame(move || {
                    window().scroll_to_with_x_and_y(0.0, scrolled.get_value());
                    browser::focus(&format!("#row-{id}"));
                });
            });
        }
        now
    });
}
