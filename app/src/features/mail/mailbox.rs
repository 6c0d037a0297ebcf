//! The dropdown that says whose mail is shown. It is a popover, so it opens and closes without scripts.

use super::{ListQuery, MailboxChoice};
use crate::ui::{Icon, Picture};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const MENU: &str = "mailbox-menu";

/// `Mailbox`: all mailboxes, each one, and the way to connect another.
#[component]
pub fn MailboxMenu(mailboxes: Signal<Vec<MailboxChoice>>, query: Memo<ListQuery>) -> impl IntoView {
    let chosen = move || {
        let of = query.with(|query| query.mailbox);
        let name = |choice: &MailboxChoice| (Some(choice.connection) == of).then(|| choice.address.clone());
        mailboxes.with(|all| match all.as_slice() {
            [only] => only.address.clone(),
            all => all.iter().find_map(name).unwrap_or_else(|| "All mailboxes".into()),
        })
    };
    let entries = move || {
        let now = query.get();
        let only = mailboxes.with(|all| all.len() == 1);
        let entry = |mailbox, name: String| {
            // The only mailbox is what is shown, whether it was chosen by name or not.
            let current = (mailbox == now.mailbox || only).then_some("page");
            view! {
                <li>
                    <a href=now.of_mailbox(mailbox).address() aria-current=current on:click=|_| close_menu()>
                        {name}
                    </a>
                </li>
            }
        };
        let all = (!only).then(|| entry(None, "All mailboxes".into()));
        let each =
            mailboxes.get().into_iter().map(|choice| entry(Some(choice.connection), choice.address)).collect_view();
        (all, each)
    };
    view! {
        <div class="mailbox">
            <button
                class="button"
                type="button"
                aria-label="Mailbox"
                aria-describedby="mailbox-chosen"
                aria-haspopup="true"
                popovertarget=MENU
            >
                <span id="mailbox-chosen">{chosen}</span>
                <Picture icon=Icon::Chevron />
            </button>
            <div id=MENU class="menu" popover="auto">
                <ul role="list">{entries}</ul>
                <a class="menu-more" href="/settings/connections" on:click=|_| close_menu()>
                    <Picture icon=Icon::Plus />
                    "Connect a mailbox"
                </a>
            </div>
        </div>
    }
    .into_any()
}

/// A move within the page does not close a popover by itself.
fn close_menu() {
    let menu = document().get_element_by_id(MENU).and_then(|menu| menu.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(menu) = menu {
        let _ = menu.hide_popover();
    }
}
