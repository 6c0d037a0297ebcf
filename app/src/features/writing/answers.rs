//! The buttons that begin a mail. Each is a form that goes to `/write`, so that it works without scripts.

use crate::{
    address::query_value,
    language::{say, use_language},
    ui::{Icon, Picture},
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use uuid::Uuid;

/// `Compose`, for the head of a list; a mail from the mailbox whose list it is.
#[component]
pub fn ComposeButton(#[prop(into)] from: Signal<Option<Uuid>>) -> impl IntoView {
    let language = use_language();
    let asks = Signal::derive(move || from.get().map(|id| ("from", id.to_string())).into_iter().collect());
    view! { <WriteButton asks label=say!(language, writing.compose) icon=Icon::Pen class="button primary" key="c" /> }
}

/// `Reply`, `Reply all` and `Forward`, for one mail.
#[component]
pub fn Answers(message: Uuid) -> impl IntoView {
    let language = use_language();
    let asks = move |pairs: &[&'static str]| {
        let pairs = pairs.iter().map(|name| (*name, if *name == "all" { "1".into() } else { message.to_string() }));
        Signal::stored(pairs.collect::<Vec<(&'static str, String)>>())
    };
    view! {
        <div class="answers" role="group" aria-label=say!(language, writing.answer)>
            <WriteButton asks=asks(&["reply"]) label=say!(language, writing.reply) icon=Icon::Reply class="button small" key="r" />
            <WriteButton asks=asks(&["reply", "all"]) label=say!(language, writing.reply_all) icon=Icon::ReplyAll class="button small" key="a" />
            <WriteButton asks=asks(&["forward"]) label=say!(language, writing.forward) icon=Icon::Forward class="button small" key="f" />
        </div>
    }
    .into_any()
}

#[component]
fn WriteButton(
    /// The query of `/write`.
    asks: Signal<Vec<(&'static str, String)>>,
    label: &'static str,
    icon: Icon,
    class: &'static str,
    key: &'static str,
) -> impl IntoView {
    let navigate = use_navigate();
    let go = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        navigate(&address(&asks.get_untracked()), leptos_router::NavigateOptions::default());
    };
    let fields = move || {
        let field = |(name, value): (&'static str, String)| view! { <input type="hidden" name=name value=value /> };
        asks.get().into_iter().map(field).collect_view()
    };
    view! {
        <form class="write-button" method="get" action="/write" on:submit=go>
            {fields}
            <button class=class data-key=key>
                <Picture icon />
                {label}
            </button>
        </form>
    }
    .into_any()
}

fn address(asks: &[(&'static str, String)]) -> String {
    let pairs: Vec<_> = asks.iter().map(|(name, value)| format!("{name}={}", query_value(value))).collect();
    if pairs.is_empty() { "/write".to_owned() } else { format!("/write?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_asks_for_what_it_says() {
        assert_eq!(address(&[]), "/write");
        assert_eq!(address(&[("reply", "1-2".into()), ("all", "1".into())]), "/write?reply=1-2&all=1");
    }
}
