//! The rows on the screen: merged with new mail as it arrives, longer when more is asked for.

use super::{
    Folder, InboxPage, ListQuery, MailboxChoice,
    mailbox::MailboxMenu,
    merge::{Rows, append, merge},
    row::Row,
    server::list_inbox,
};
use crate::{
    browser,
    error::AppError,
    features::connections::{ConnectButton, Provider, SyncLine, SyncProgress, combined},
    live::Live,
    quantity::counted,
    ui::Problem,
};
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;

/// Two refreshes are at least this far apart, in milliseconds.
const REFRESH_EVERY_MS: f64 = 1_000.0;
/// Scrolled less than this, the top of the list is in sight and may grow.
const TOP_PX: f64 = 80.0;

/// New mail that waits for the person to come up.
#[derive(Clone)]
struct Waiting {
    rows: Rows,
    next: Option<String>,
    arrived: usize,
}

/// What is on the screen, and what is being fetched.
#[derive(Clone, Copy)]
struct ListState {
    query: Memo<ListQuery>,
    rows: RwSignal<Rows>,
    next: RwSignal<Option<String>>,
    mailboxes: RwSignal<Vec<MailboxChoice>>,
    waiting: RwSignal<Option<Waiting>>,
    /// The cursor the last page was fetched with.
    last_after: StoredValue<Option<String>>,
    more_pending: RwSignal<bool>,
    more_failed: RwSignal<Option<AppError>>,
    /// A refresh was asked for; one loop at a time works it off.
    refresh_asked: StoredValue<bool>,
    refreshing: StoredValue<bool>,
}

impl ListState {
    fn new(page: InboxPage, query: Memo<ListQuery>) -> Self {
        Self {
            query,
            rows: RwSignal::new(page.rows.into_iter().map(Arc::new).collect()),
            next: RwSignal::new(page.next),
            mailboxes: RwSignal::new(page.mailboxes),
            waiting: RwSignal::new(None),
            last_after: StoredValue::new(query.get_untracked().after),
            more_pending: RwSignal::new(false),
            more_failed: RwSignal::new(None),
            refresh_asked: StoredValue::new(false),
            refreshing: StoredValue::new(false),
        }
    }

    /// Appends the next page.
    fn load_more(self) {
        let Some(after) = self.next.get_untracked() else { return };
        if self.more_pending.get_untracked() {
            return;
        }
        self.more_pending.set(true);
        let query = self.query.get_untracked();
        spawn_local(async move {
            let answer = list_inbox(query.mailbox, query.folder, Some(after.clone())).await;
            // The list may have been left meanwhile.
            if self.query.try_get_untracked().as_ref() != Some(&query) || self.rows.is_disposed() {
                return;
            }
            self.more_pending.set(false);
            match answer {
                Ok(page) => {
                    self.last_after.set_value(Some(after));
                    self.rows.update(|rows| append(rows, page.rows));
                    self.next.set(page.next);
                    self.more_failed.set(None);
                }
                Err(error) => self.more_failed.set(Some(error)),
            }
        });
    }

    /// Reads the newest page again: soon, but never twice at once nor twice a second.
    fn refresh(self) {
        self.refresh_asked.set_value(true);
        if self.refreshing.get_value() {
            return;
        }
        self.refreshing.set_value(true);
        let query = self.query.get_untracked();
        spawn_local(async move {
            while self.refresh_asked.try_get_value() == Some(true) {
                self.refresh_asked.set_value(false);
                let started = browser::now_ms();
                let answer = list_inbox(query.mailbox, query.folder, None).await;
                if self.rows.is_disposed() {
                    return;
                }
                if let Ok(page) = answer {
                    self.take_in(page);
                }
                let rest = started + REFRESH_EVERY_MS - browser::now_ms();
                #[expect(clippy::cast_possible_truncation, reason = "at most a thousand milliseconds")]
                browser::pause(rest.max(0.0) as i32).await;
            }
            let _ = self.refreshing.try_set_value(false);
        });
    }

    /// Merges the newest page; when that would push rows away under the reader's eyes, it waits behind a button.
    fn take_in(self, page: InboxPage) {
        let syncing = page.mailboxes.iter().any(|mailbox| mailbox.progress.is_running());
        if self.mailboxes.with_untracked(|known| *known != page.mailboxes) {
            self.mailboxes.set(page.mailboxes);
        }
        let merged = self.rows.with_untracked(|rows| merge(rows, page.rows, page.next.is_some()));
        let next = if merged.has_tail {
            // A sync that runs may have put more below the last page.
            self.next.get_untracked().or_else(|| self.last_after.get_value().filter(|_| syncing))
        } else {
            page.next
        };
        let unchanged = self.rows.with_untracked(|rows| *rows == merged.rows);
        if merged.arrived > 0 && browser::scrolled() > TOP_PX {
            self.waiting.set(Some(Waiting { rows: merged.rows, next, arrived: merged.arrived }));
            return;
        }
        self.waiting.set(None);
        if !unchanged {
            self.rows.set(merged.rows);
        }
        if self.next.with_untracked(|known| *known != next) {
            self.next.set(next);
        }
    }

    /// The person asked to see what waits.
    fn show_waiting(self) {
        if let Some(waiting) = self.waiting.get_untracked() {
            self.waiting.set(None);
            self.rows.set(waiting.rows);
            self.next.set(waiting.next);
            window().scroll_to_with_x_and_y(0.0, 0.0);
            request_animation_frame(|| browser::focus(".row a"));
        }
    }

    /// The progress of what is shown: of one mailbox, or of all together.
    fn progress(self, live: Live) -> Option<SyncProgress> {
        let of = self.query.with(|query| query.mailbox);
        let all: Vec<SyncProgress> = self.mailboxes.with(|all| {
            all.iter()
                .filter(|mailbox| of.is_none_or(|of| of == mailbox.connection))
                .map(|mailbox| live.progress(mailbox.connection).unwrap_or_else(|| mailbox.progress.clone()))
                .collect()
        });
        combined(&all)
    }
}

#[component]
pub fn LoadedList(page: InboxPage, query: Memo<ListQuery>, shown: Signal<bool>) -> impl IntoView {
    let live = expect_context::<Live>();
    let state = ListState::new(page, query);
    let newest_page = Memo::new(move |_| query.with(|query| query.after.is_none()));
    Effect::new(move |before: Option<u32>| {
        let changes = live.mail_changes(query.with(|query| query.mailbox));
        if before.is_some_and(|before| before != changes) && newest_page.get_untracked() {
            state.refresh();
        }
        changes
    });
    let progress = Memo::new(move |_| state.progress(live));
    let connected = Memo::new(move |_| state.mailboxes.with(|all| !all.is_empty()));
    let is_empty = Memo::new(move |_| state.rows.with(Vec::is_empty));
    view! {
        <Show when=move || connected.get() fallback=|| view! { <NothingConnected /> }>
            <div class="list-bar">
                <MailboxMenu mailboxes=state.mailboxes.into() query />
                {move || progress.get().map(|now| {
                    let now = Signal::derive(move || progress.get().unwrap_or_else(|| now.clone()));
                    view! { <SyncLine progress=now /> }
                })}
            </div>
            {move || (!newest_page.get()).then(|| view! {
                <p class="newer"><a href=move || query.with(|query| query.page_after(None).address())>"Back to the newest mail"</a></p>
            })}
            <NewMail state shown />
            <Show when=move || !is_empty.get() fallback=move || view! { <NothingHere state progress /> }>
                <ul class="rows" role="list" aria-label="Mails">
                    <For
                        each=move || state.rows.get()
                        key=|row| (row.id, row.unread, row.starred)
                        let:row
                    >
                        <Row row />
                    </For>
                </ul>
                <More state />
            </Show>
        </Show>
    }
}

/// `N new`: shown instead of moving what is being read.
#[component]
fn NewMail(state: ListState, shown: Signal<bool>) -> impl IntoView {
    let arrived = Memo::new(move |_| state.waiting.with(|waiting| waiting.as_ref().map(|waiting| waiting.arrived)));
    view! {
        <div class="new-mail" role="status">
            {move || arrived.get().filter(|_| shown.get()).map(|count| view! {
                <button class="button primary" type="button" on:click=move |_| state.show_waiting()>
                    {counted(count as u64, "new mail")}
                </button>
            })}
        </div>
    }
}

/// The way to older mail: a link, which with scripts lengthens the list in place.
#[component]
fn More(state: ListState) -> impl IntoView {
    let address = move || state.query.with(|query| query.page_after(state.next.get()).address());
    let on_click = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        state.load_more();
    };
    view! {
        <div class="more">
            {move || state.more_failed.get().map(|error| {
                view! { <Problem error retry=Callback::new(move |()| state.load_more()) /> }
            })}
            <Show when=move || state.next.with(Option::is_some)>
                <a class="button" href=address on:click=on_click aria-busy=move || state.more_pending.get().to_string()>
                    "More"
                </a>
            </Show>
        </div>
    }
}

/// Before the first mailbox.
#[component]
fn NothingConnected() -> impl IntoView {
    view! {
        <div class="empty">
            <h2>"No mailbox is connected yet"</h2>
            <p>
                "Connect the one you use. Gatepost reads it from the newest mail backwards, so there is something to read within seconds."
            </p>
            <ConnectButton provider=Provider::Google />
            <p class="quiet"><a href="/settings/connections">"All ways to connect"</a></p>
        </div>
    }
}

/// Connected, and no row to show.
#[component]
fn NothingHere(state: ListState, progress: Memo<Option<SyncProgress>>) -> impl IntoView {
    let syncing = Memo::new(move |_| progress.with(|progress| progress.as_ref().is_some_and(SyncProgress::is_running)));
    let folder = move || state.query.with(|query| query.folder);
    view! {
        <div class="empty">
            {move || {
                let (heading, text) = match (syncing.get(), folder()) {
                    (true, _) => ("Mail is on its way", "The newest comes first and shows up here by itself."),
                    (false, Folder::Inbox) => ("The inbox is empty", "New mail shows up here by itself."),
                    (false, Folder::All) => ("There is no mail", "New mail shows up here by itself."),
                    (false, Folder::Hidden) => ("No spam, nothing in the bin", "What the provider sorts out shows up here."),
                };
                view! { <h2>{heading}</h2> <p>{text}</p> }
            }}
        </div>
    }
}
