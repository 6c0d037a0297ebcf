//! The dropdown that says whose mail is shown. It is a popover, so it opens and closes without scripts.

use super::{ListQuery, MailboxChoice};
use crate::{
    features::connections::{ConnectionState, ConsentLink, SyncProgress, SyncStage},
    language::{Language, say, use_language},
    live::Live,
    popup::{Purpose, Trip},
    quantity::{grouped, mails},
    ui::{Icon, Picture},
};
use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::JsCast;

const MENU: &str = "mailbox-menu";

/// `Mailbox`: all mailboxes, each one with how it is, and the way to connect another.
#[component]
pub fn MailboxMenu(mailboxes: Signal<Vec<MailboxChoice>>, query: Memo<ListQuery>) -> impl IntoView {
    let language = use_language();
    let chosen = move || {
        let of = query.with(|query| query.mailbox);
        let name = |choice: &MailboxChoice| (Some(choice.connection) == of).then(|| choice.address.clone());
        mailboxes.with(|all| match all.as_slice() {
            [only] => only.address.clone(),
            all => all.iter().find_map(name).unwrap_or_else(|| say!(language, mail.all_mailboxes).into()),
        })
    };
    let live = expect_context::<Live>();
    let worst = Memo::new(move |_| {
        let conditions = mailboxes.with(|all| all.iter().map(|one| Condition::of(one, live)).collect::<Vec<_>>());
        conditions.into_iter().max().unwrap_or(Condition::Working)
    });
    let several = Memo::new(move |_| mailboxes.with(|all| all.len() > 1));
    let addresses = Memo::new(move |_| mailboxes.with(|all| all.iter().map(|one| one.connection).collect::<Vec<_>>()));
    let entry = move |id: Uuid| {
        let choice = Memo::new(move |_| mailboxes.with(|all| all.iter().find(|one| one.connection == id).cloned()));
        move || choice.get().map(|choice| view! { <Entry choice query several /> })
    };
    view! {
        <div class="mailbox">
            <button
                class="button"
                type="button"
                aria-label=say!(language, mail.mailbox)
                aria-describedby="mailbox-chosen mailbox-condition"
                aria-haspopup="true"
                popovertarget=MENU
            >
                <span class=move || worst.get().class() aria-hidden="true"></span>
                <span id="mailbox-chosen">{chosen}</span>
                <span id="mailbox-condition" class="sr-only">{move || worst.get().warning(language)}</span>
                <Picture icon=Icon::Chevron />
            </button>
            <div id=MENU class="menu" popover="auto">
                <ul role="list">
                    {move || several.get().then(|| view! {
                        <li>
                            <a
                                href=move || query.with(|query| query.of_mailbox(None).address())
                                aria-current=move || query.with(|query| query.mailbox.is_none()).then_some("page")
                                on:click=|_| close_menu()
                            >
                                {say!(language, mail.all_mailboxes)}
                            </a>
                        </li>
                    })}
                    <For each=move || addresses.get() key=|id| *id let:id>
                        <li>{entry(id)}</li>
                    </For>
                </ul>
                <a class="menu-more" href="/settings/connections" on:click=|_| close_menu()>
                    <Picture icon=Icon::Plus />
                    {say!(language, mail.connect_mailbox)}
                </a>
            </div>
        </div>
    }
    .into_any()
}

/// One mailbox: its address, how it is, and the button that repairs it where it needs its person.
#[component]
fn Entry(choice: MailboxChoice, query: Memo<ListQuery>, several: Memo<bool>) -> impl IntoView {
    let language = use_language();
    let live = expect_context::<Live>();
    let MailboxChoice { connection, provider, ref address, .. } = choice;
    let (address, id) = (address.clone(), format!("mailbox-{connection}"));
    let shown = choice.clone();
    let condition = Memo::new(move |_| Condition::of(&choice, live));
    let state = Memo::new(move |_| condition.get().words(language, &progress_of(&shown, live)));
    // The only mailbox is what is shown, whether it was chosen by name or not.
    let current = move || (query.with(|query| query.mailbox == Some(connection)) || !several.get()).then_some("page");
    let trip = Trip { provider, purpose: Purpose::Repair { connection } };
    let about = id.clone();
    view! {
        <a
            id=id
            href=move || query.with(|query| query.of_mailbox(Some(connection)).address())
            aria-current=current
            on:click=|_| close_menu()
        >
            <span class="menu-name">
                <span class=move || condition.get().class() aria-hidden="true"></span>
                {address}
            </span>
            <span class="menu-state">{state}</span>
        </a>
        {move || (condition.get() == Condition::NeedsReconnect).then(|| view! {
            <ConsentLink trip class="button small" label=say!(language, connections.reconnect) about=about.clone() />
        })}
    }
    .into_any()
}

/// How a mailbox is, at a glance; the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Condition {
    Working,
    Paused,
    Syncing,
    Stopped,
    NeedsReconnect,
}

impl Condition {
    fn of(choice: &MailboxChoice, live: Live) -> Self {
        let needs_reconnect = match live.state(choice.connection) {
            Some(state) => matches!(state, ConnectionState::NeedsReconnect { .. }),
            None => choice.needs_reconnect,
        };
        let progress = progress_of(choice, live);
        match progress.stage {
            _ if needs_reconnect => Self::NeedsReconnect,
            SyncStage::Blocked => Self::Stopped,
            SyncStage::Paused => Self::Paused,
            SyncStage::Live => Self::Working,
            SyncStage::Waiting | SyncStage::Listing | SyncStage::Fetching | SyncStage::CatchingUp => Self::Syncing,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Working => "dot good",
            Self::Paused => "dot",
            Self::Syncing => "dot busy",
            Self::Stopped | Self::NeedsReconnect => "dot bad",
        }
    }

    /// What the button of the whole menu has to say.
    fn warning(self, language: Language) -> &'static str {
        match self {
            Self::Working | Self::Paused => "",
            Self::Syncing => say!(language, mail.c_syncing_small),
            Self::Stopped => say!(language, mail.c_one_stopped),
            Self::NeedsReconnect => say!(language, mail.c_one_reconnect),
        }
    }

    fn words(self, language: Language, progress: &SyncProgress) -> String {
        match self {
            Self::Working => say!(language, mail.c_live, mails = mails(language, progress.stored)),
            Self::Paused => say!(language, mail.c_paused, mails = mails(language, progress.stored)),
            Self::Syncing if progress.expected > 0 => {
                say!(
                    language,
                    mail.c_syncing_of,
                    stored = grouped(language, progress.stored.min(progress.expected)),
                    mails = mails(language, progress.expected)
                )
            }
            Self::Syncing => say!(language, mail.c_syncing).to_owned(),
            Self::Stopped => say!(language, mail.c_stopped).to_owned(),
            Self::NeedsReconnect => say!(language, mail.c_reconnect).to_owned(),
        }
    }
}

fn progress_of(choice: &MailboxChoice, live: Live) -> SyncProgress {
    live.progress(choice.connection).unwrap_or_else(|| choice.progress.clone())
}

/// A move within the page does not close a popover by itself.
fn close_menu() {
    let menu = document().get_element_by_id(MENU).and_then(|menu| menu.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(menu) = menu {
        let _ = menu.hide_popover();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::connections::{Provider, SyncReach, SyncStatus};

    fn choice(stage: SyncStage, needs_reconnect: bool) -> MailboxChoice {
        let progress = SyncProgress {
            stage,
            status: SyncStatus::InProgress,
            reach: SyncReach::Initial,
            expected: 2_000,
            stored: 1_250,
            failed: 0,
            per_minute: None,
            seconds_left: None,
            wait: None,
            problem: None,
        };
        let (connection, address) = (Uuid::from_u128(1), "ada@example.org".to_owned());
        MailboxChoice { connection, provider: Provider::Google, address, needs_reconnect, progress }
    }

    #[test]
    fn a_mailbox_says_how_it_is_and_the_worst_one_speaks_for_all() {
        Owner::new().with(|| {
            let live = Live::provide(false);
            let of = |stage, ill| {
                let choice = choice(stage, ill);
                let condition = Condition::of(&choice, live);
                (condition, condition.words(Language::en, &choice.progress))
            };
            assert_eq!(of(SyncStage::Live, false).1, "Up to date, 1,250 mails");
            assert_eq!(of(SyncStage::Fetching, false).1, "Syncing, 1,250 of 2,000 mails");
            assert_eq!(of(SyncStage::Live, true), (Condition::NeedsReconnect, "Has to be connected again".to_owned()));
            assert!(of(SyncStage::Blocked, false).0 > of(SyncStage::Fetching, false).0);
            assert!(of(SyncStage::Fetching, false).0 > of(SyncStage::Paused, false).0);
        });
    }
}
