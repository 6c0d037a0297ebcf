//! The keyboard: one key for what a mouse does in one click. Every key but the ones that move presses a button that is on the
//! screen (`data-key`), so that nothing happens by a key that could not happen otherwise.

use crate::{
    browser,
    language::{Language, say, use_language},
    ui::{Icon, Picture},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

const HELP: &str = "keys-help";

/// Keys and what they do.
fn meanings(language: Language) -> [(&'static [&'static str], &'static str); 15] {
    [
        (&["j", "k"], say!(language, mail.k_step)),
        (&["o"], say!(language, mail.k_open)),
        (&["u"], say!(language, mail.back_to_list)),
        (&["x"], say!(language, mail.select)),
        (&["e"], say!(language, mail.archive)),
        (&["#"], say!(language, mail.to_bin)),
        (&["i"], say!(language, mail.to_inbox)),
        (&["s"], say!(language, mail.k_star)),
        (&["I", "U"], say!(language, mail.k_read)),
        (&["r", "a", "f"], say!(language, mail.k_answer)),
        (&["c"], say!(language, writing.compose)),
        (&["z"], say!(language, mail.undo)),
        (&["Esc"], say!(language, mail.k_clear)),
        (&["/"], say!(language, mail.search)),
        (&["?"], say!(language, mail.k_help)),
    ]
}

/// Which row is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Next,
    Previous,
}

/// Hears keys while the page is there.
pub fn listen() {
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, |event| {
            if !is_for_somebody_else(&event) && obey(&event.key()) {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// What is typed into a field, and what the browser or the system may mean something by.
fn is_for_somebody_else(event: &KeyboardEvent) -> bool {
    let typing = |at: Element| {
        at.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
            .is_ok_and(|found| found.is_some())
    };
    event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event.is_composing()
        || event.default_prevented()
        || event.target().and_then(|target| target.dyn_into().ok()).is_some_and(typing)
}

/// Whether the key meant anything here.
fn obey(key: &str) -> bool {
    match key {
        "j" => step(Step::Next),
        "k" => step(Step::Previous),
        "o" => press(".row:focus-within > a"),
        "u" => press(".conversation .back a"),
        "c" => press("[data-key=c]"),
        "/" => focus(".list-pane:not([hidden]) [name=q]"),
        "?" => toggle_help(),
        key => press_button(key),
    }
}

fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn press(selector: &str) -> bool {
    find(selector).map(|found| found.click()).is_some()
}

fn focus(selector: &str) -> bool {
    find(selector).map(|_| browser::focus(selector)).is_some()
}

fn toggle_help() -> bool {
    find(&format!("#{HELP}")).is_some_and(|help| help.toggle_popover().is_ok())
}

/// The button of a key: of what is selected, else of the opened conversation, else of the row with the focus; and of the
/// page.
fn press_button(key: &str) -> bool {
    if key.len() > 1 && key != "Escape" || key.contains(['"', '\\']) {
        return false;
    }
    let places: &[&str] = if find(".conversation").is_some() {
        &[".conversation", ".undo"]
    } else if find(".row-pick :checked").is_some() && key != "x" {
        &[".bulk", ".undo"]
    } else {
        &[".row:focus-within", ".undo"]
    };
    places.iter().any(|place| press(&format!("{place} [data-key=\"{key}\"]")))
}

/// To the row after or before: the one with the focus moves on, or the opened conversation changes.
fn step(to: Step) -> bool {
    let opened = find(".conversation").is_some();
    let now =
        if opened { find(&format!("#row-{}", opened_mail())) } else { find(".row > a:focus, .row:focus-within > a") };
    let Some(now) = now else { return !opened && focus(".row > a") };
    let row = now.parent_element().and_then(|row| match to {
        Step::Next => row.next_element_sibling(),
        Step::Previous => row.previous_element_sibling(),
    });
    let Some(link) = row.and_then(|row| row.query_selector("a").ok().flatten()) else { return false };
    let Ok(link) = link.dyn_into::<HtmlElement>() else { return false };
    if opened {
        link.click();
    } else {
        // Unlike coming back to a list, moving in it may scroll.
        let _ = link.focus();
    }
    true
}

/// The mail in the address.
fn opened_mail() -> String {
    let path = window().location().pathname().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The button that shows the keys, for those who have not heard of `?`.
#[component]
pub fn KeysHelp() -> impl IntoView {
    let language = use_language();
    let row = |(keys, what): (&'static [&'static str], &'static str)| {
        let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{what}</dd></div> }
    };
    view! {
        <button
            class="button bare icon keys-button"
            type="button"
            popovertarget=HELP
            title=say!(language, mail.shortcuts)
            aria-label=say!(language, mail.shortcuts)
        >
            <Picture icon=Icon::Keyboard />
        </button>
        <div id=HELP class="keys" popover="auto">
            <h2>{say!(language, mail.shortcuts)}</h2>
            <dl>{meanings(language).map(row).collect_view()}</dl>
        </div>
    }
    .into_any()
}
