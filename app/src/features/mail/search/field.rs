//! The field of the search. It is a plain form; with scripts the list follows while it is being typed into.

use super::super::ListQuery;
use crate::browser;
use crate::language::{say, use_language};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::time::Duration;

const FIELD: &str = "search-mail";
/// Nothing is asked for before somebody has stopped typing for so long.
const REST: Duration = Duration::from_millis(180);

/// `Search mail`, over the list. `/` goes there (`keys`).
#[component]
pub fn SearchField(query: Memo<ListQuery>, shown: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let navigate = use_navigate();
    let follow = move |text: String, replace: bool| {
        let address = query.with_untracked(|query| query.searching(&text).address());
        if shown.get_untracked() && address != query.with_untracked(ListQuery::address) {
            navigate(&address, NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
        }
    };
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop_timer = move || {
        if let Some(Some(handle)) = timer.try_update_value(Option::take) {
            handle.clear();
        }
    };
    on_cleanup(stop_timer);
    let typed = {
        let follow = follow.clone();
        move |event| {
            stop_timer();
            let (text, follow) = (event_target_value(&event), follow.clone());
            // Of all that was typed, one step back leads out of the search.
            let replace = query.with_untracked(|query| query.search.is_some());
            timer.set_value(set_timeout_with_handle(move || follow(text, replace), REST).ok());
        }
    };
    let sent = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        stop_timer();
        follow(browser::value_of(FIELD).unwrap_or_default(), false);
    };
    let text = move || query.with(|query| query.search.clone().unwrap_or_default());
    // What is in the field follows the address (back, forward), but never what is being typed.
    Effect::new(move |_| {
        let text = text();
        if !browser::has_focus(FIELD) {
            browser::set_value(FIELD, &text);
        }
    });
    let mailbox = move || query.with(|query| query.mailbox.map(|id| id.to_string()));
    view! {
        <form class="search" role="search" method="get" action="/inbox" on:submit=sent>
            {move || mailbox().map(|id| view! { <input type="hidden" name="mailbox" value=id /> })}
            <input
                id=FIELD
                type="search"
                name="q"
                aria-label=say!(language, mail.search_mail)
                placeholder=say!(language, mail.search_mail)
                autocomplete="off"
                enterkeyhint="search"
                maxlength="1000"
                value=query.with_untracked(|query| query.search.clone())
                on:input=typed
            />
            <button class="button">{say!(language, mail.search)}</button>
        </form>
    }
    .into_any()
}
