//! A line of recipients. It is a plain text field, and a combobox where there are scripts: people seen in mail are offered
//! while one is being typed.

use super::{
    fragment::{fragment, with_chosen},
    server::suggest_addresses,
};
use crate::{
    browser,
    error::AppError,
    language::{counted, say, use_language},
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// Nobody is looked for before somebody has stopped typing for so long.
const REST: Duration = Duration::from_millis(120);

/// People offered for what is typed in one line.
#[derive(Clone, Copy)]
struct Offers {
    /// Id of the field.
    field: &'static str,
    found: RwSignal<Vec<String>>,
    /// The one that Enter takes.
    active: RwSignal<Option<usize>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    changed: Callback<()>,
}

impl Offers {
    fn is_open(self) -> bool {
        self.found.with(|found| !found.is_empty())
    }

    fn close(self) {
        self.stop_timer();
        self.active.set(None);
        if self.found.with_untracked(|found| !found.is_empty()) {
            self.found.set(Vec::new());
        }
    }

    fn stop_timer(self) {
        if let Some(Some(handle)) = self.timer.try_update_value(Option::take) {
            handle.clear();
        }
    }

    /// Looks for whom is being typed, soon.
    fn look(self, text: &str) {
        self.stop_timer();
        let part = fragment(text).to_owned();
        if part.is_empty() {
            return self.close();
        }
        let ask = move || {
            spawn_local(async move {
                let found = suggest_addresses(part.clone()).await.unwrap_or_default();
                let typed = browser::value_of(self.field).unwrap_or_default();
                // What was typed since is looked for by itself.
                if self.found.is_disposed() || fragment(&typed) != part || !browser::has_focus(self.field) {
                    return;
                }
                self.active.set(None);
                self.found.set(found);
            });
        };
        self.timer.set_value(set_timeout_with_handle(ask, REST).ok());
    }

    /// Puts one of them into the field.
    fn take(self, at: usize) {
        let Some(chosen) = self.found.with_untracked(|found| found.get(at).cloned()) else { return };
        let typed = browser::value_of(self.field).unwrap_or_default();
        browser::set_value(self.field, &with_chosen(&typed, &chosen));
        self.close();
        self.changed.run(());
    }

    fn step(self, by: isize) {
        let count = self.found.with_untracked(Vec::len);
        self.active.update(|active| *active = step(*active, by, count));
    }

    /// Whether the key meant something to the list.
    fn obey(self, key: &str) -> bool {
        if !self.found.with_untracked(|found| !found.is_empty()) {
            // A line of a mail is not the end of it: Enter sends nothing from here.
            return key == "Enter";
        }
        match key {
            "ArrowDown" => self.step(1),
            "ArrowUp" => self.step(-1),
            "Enter" => self.take(self.active.get_untracked().unwrap_or(0)),
            "Escape" => self.close(),
            _ => return false,
        }
        true
    }
}

/// The one after or before, round and round.
fn step(active: Option<usize>, by: isize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match (active, by > 0) {
        (None, true) => 0,
        (None, false) => last,
        (Some(at), true) => {
            if at >= last {
                0
            } else {
                at + 1
            }
        }
        (Some(at), false) => at.checked_sub(1).unwrap_or(last),
    })
}

/// A labelled line of recipients.
#[component]
pub fn AddressLine(
    /// Name and id of the field.
    name: &'static str,
    label: &'static str,
    value: String,
    problem: Signal<Option<AppError>>,
    /// Called when something was put in that was not typed.
    changed: Callback<()>,
) -> impl IntoView {
    let language = use_language();
    let value = crate::request::typed(name).unwrap_or(value);
    let offers = Offers {
        field: name,
        found: RwSignal::new(Vec::new()),
        active: RwSignal::new(None),
        timer: StoredValue::new(None),
        changed,
    };
    on_cleanup(move || offers.stop_timer());
    let sentence = Memo::new(move |_| {
        problem.get().filter(|error| error.field() == Some(name)).map(|error| error.sentence(language))
    });
    let wrong = move || sentence.with(Option::is_some);
    Effect::new(move |_| {
        if wrong() {
            browser::focus(&format!("#{name}"));
        }
    });
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        let chord = event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing();
        if !chord && offers.obey(&event.key()) {
            event.prevent_default();
        }
    };
    let active = move || offers.active.get().map(|at| format!("{name}-offer-{at}"));
    view! {
        <div class="line">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                value=value
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                inputmode="email"
                role="combobox"
                aria-autocomplete="list"
                aria-expanded=move || offers.is_open().to_string()
                aria-controls=format!("{name}-offers")
                aria-activedescendant=active
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || wrong().then(|| format!("{name}-problem"))
                on:input=move |event| offers.look(&event_target_value(&event))
                on:keydown=on_keydown
                on:blur=move |_| offers.close()
            />
            <ul
                id=format!("{name}-offers")
                class="offers"
                role="listbox"
                aria-label=say!(language, writing.people, label = label)
                hidden=move || !offers.is_open()
            >
                {move || offers.found.get().into_iter().enumerate().map(|(at, one)| view! { <Offer at one offers /> }).collect_view()}
            </ul>
            <p class="sr-only" role="status">
                {move || offers.is_open().then(|| counted!(language, offers.found.with(Vec::len) as u64, writing.suggestions))}
            </p>
            <p class="wrong" id=format!("{name}-problem") hidden=move || !wrong()>
                {sentence}
            </p>
        </div>
    }
    .into_any()
}

#[component]
fn Offer(at: usize, one: String, offers: Offers) -> impl IntoView {
    let press = move |event: leptos::ev::MouseEvent| {
        // The focus stays in the field.
        event.prevent_default();
        offers.take(at);
    };
    view! {
        <li
            id=format!("{}-offer-{at}", offers.field)
            role="option"
            aria-selected=move || (offers.active.get() == Some(at)).to_string()
            on:mousedown=press
        >
            {one}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round() {
        assert_eq!(step(None, 1, 3), Some(0));
        assert_eq!(step(Some(2), 1, 3), Some(0));
        assert_eq!(step(None, -1, 3), Some(2));
        assert_eq!(step(Some(0), -1, 3), Some(2));
        assert_eq!(step(None, 1, 0), None);
    }
}
