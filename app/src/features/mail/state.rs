//! A list on the screen and what is being fetched for it: new mail merged in, older mail appended.

use super::{
    Act, InboxPage, ListQuery, MailboxChoice, Naming, NotDone,
    bulk::Selection,
    merge::{Rows, act_on, append, merge},
    server::list_inbox,
};
use crate::{
    browser,
    error::AppError,
    features::{
        connections::{SyncProgress, combined},
        writing::WrittenRow,
    },
    live::Live,
};
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;
use uuid::Uuid;

/// Two refreshes are at least this far apart, in milliseconds.
const REFRESH_EVERY_MS: f64 = 1_000.0;
/// Scrolled less than this, the top of the list is in sight and may grow.
const TOP_PX: f64 = 80.0;

/// New mail that waits for the person to come up.
#[derive(Clone)]
pub(super) struct Waiting {
    pub(super) rows: Rows,
    pub(super) next: Option<String>,
    pub(super) arrived: usize,
}

/// What is on the screen, and what is being fetched.
#[derive(Clone, Copy)]
pub(super) struct ListState {
    /// What this list shows; another list is another state.
    pub(super) query: StoredValue<ListQuery>,
    pub(super) rows: RwSignal<Rows>,
    pub(super) next: RwSignal<Option<String>>,
    pub(super) mailboxes: RwSignal<Vec<MailboxChoice>>,
    pub(super) not_done: RwSignal<Vec<NotDone>>,
    pub(super) unsent: RwSignal<Vec<WrittenRow>>,
    pub(super) selection: Selection,
    pub(super) waiting: RwSignal<Option<Waiting>>,
    /// The cursor the last page was fetched with.
    last_after: StoredValue<Option<String>>,
    pub(super) more_pending: RwSignal<bool>,
    pub(super) more_failed: RwSignal<Option<AppError>>,
    /// A refresh was asked for; one loop at a time works it off.
    refresh_asked: StoredValue<bool>,
    refreshing: StoredValue<bool>,
}

impl ListState {
    pub(super) fn new(page: InboxPage, query: ListQuery) -> Self {
        Self {
            rows: RwSignal::new(page.rows.into_iter().map(Arc::new).collect()),
            next: RwSignal::new(page.next),
            mailboxes: RwSignal::new(page.mailboxes),
            not_done: RwSignal::new(page.not_done),
            unsent: RwSignal::new(page.unsent),
            selection: Selection::new(),
            waiting: RwSignal::new(None),
            last_after: StoredValue::new(query.after.clone()),
            query: StoredValue::new(query),
            more_pending: RwSignal::new(false),
            more_failed: RwSignal::new(None),
            refresh_asked: StoredValue::new(false),
            refreshing: StoredValue::new(false),
        }
    }

    /// Appends the next page.
    pub(super) fn load_more(self) {
        let Some(after) = self.next.get_untracked() else { return };
        if self.more_pending.get_untracked() {
            return;
        }
        self.more_pending.set(true);
        let query = self.query.get_value();
        spawn_local(async move {
            let answer = list_inbox(query.mailbox, query.folder, Some(after.clone()), Naming::Unsaid).await;
            // The list may have been left meanwhile.
            if self.rows.is_disposed() {
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

    /// Something is being done to conversations: their rows show it before the server has answered. The focus stays in the list.
    pub(super) fn act_on(self, mails: &[Uuid], act: Act) {
        self.selection.clear();
        let folder = self.query.with_value(|query| query.folder);
        let below = self.rows.with_untracked(|rows| {
            let at = rows.iter().position(|row| mails.contains(&row.id))?;
            rows.iter()
                .skip(at)
                .chain(rows.iter().take(at).rev())
                .find(|row| !mails.contains(&row.id))
                .map(|row| row.id)
        });
        let before = self.rows.with_untracked(Vec::len);
        self.rows.update(|rows| act_on(rows, mails, act, folder));
        if let (Some(below), true) = (below, self.rows.with_untracked(Vec::len) < before) {
            request_animation_frame(move || browser::focus(&format!("#row-{below}")));
        }
    }

    /// Chooses every row that is on the screen and may be changed.
    pub(super) fn select_all(self) {
        self.rows.with_untracked(|rows| {
            self.selection.all_of(rows.iter().filter(|row| row.managed).map(|row| row.id));
        });
    }

    /// Reads the newest page again: soon, but never twice at once nor twice a second.
    pub(super) fn refresh(self) {
        self.refresh_asked.set_value(true);
        if self.refreshing.get_value() {
            return;
        }
        self.refreshing.set_value(true);
        let query = self.query.get_value();
        spawn_local(async move {
            while self.refresh_asked.try_get_value() == Some(true) {
                self.refresh_asked.set_value(false);
                let started = browser::now_ms();
                let answer = list_inbox(query.mailbox, query.folder, None, Naming::Unsaid).await;
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
        if self.not_done.with_untracked(|known| *known != page.not_done) {
            self.not_done.set(page.not_done);
        }
        if self.unsent.with_untracked(|known| *known != page.unsent) {
            self.unsent.set(page.unsent);
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
            self.selection.keep(|id| self.rows.with_untracked(|rows| rows.iter().any(|row| row.id == id)));
        }
        if self.next.with_untracked(|known| *known != next) {
            self.next.set(next);
        }
    }

    /// The person asked to see what waits.
    pub(super) fn show_waiting(self) {
        if let Some(waiting) = self.waiting.get_untracked() {
            self.waiting.set(None);
            self.rows.set(waiting.rows);
            self.next.set(waiting.next);
            window().scroll_to_with_x_and_y(0.0, 0.0);
            request_animation_frame(|| browser::focus(".row a"));
        }
    }

    /// The progress of what is shown: of one mailbox, or of all together.
    pub(super) fn progress(self, live: Live) -> Option<SyncProgress> {
        let of = self.query.with_value(|query| query.mailbox);
        let all: Vec<SyncProgress> = self.mailboxes.with(|all| {
            all.iter()
                .filter(|mailbox| of.is_none_or(|of| of == mailbox.connection))
                .map(|mailbox| live.progress(mailbox.connection).unwrap_or_else(|| mailbox.progress.clone()))
                .collect()
        });
        combined(&all)
    }
}
