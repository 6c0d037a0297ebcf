//! Keeps what is typed: a moment after the last letter, and when the page is left. One save at a time; what is typed
//! meanwhile is saved after it.

use super::{Saved, Typed, list::Changed, server::save_draft};
use crate::{browser, error::AppError};
use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use std::time::Duration;
use uuid::Uuid;

/// Nothing is saved before somebody has stopped typing for so long: as much is lost at most when a browser crashes, beyond
/// [`LONGEST`].
const REST: Duration = Duration::from_millis(800);
/// Whoever never stops typing is saved in between, in milliseconds.
const LONGEST: f64 = 4_000.0;
/// The list beside it is read again after a save, but not more often than this, in milliseconds.
const LIST_EVERY: f64 = 5_000.0;
/// What could not be saved because nobody answered is tried again after so long.
const AGAIN: Duration = Duration::from_secs(5);

/// How what is on the screen compares with what is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing was typed since the page was opened.
    Untouched,
    /// A save is to come, or on its way.
    Unsaved,
    Saved,
    /// It was not saved.
    Failed(AppError),
}

/// The draft that is open, and its saves.
#[derive(Clone, Copy)]
pub struct Saving {
    draft: Uuid,
    version: StoredValue<i32>,
    /// What is typed and not on its way yet.
    typed: StoredValue<Option<Typed>>,
    /// When the oldest letter of it was typed.
    since: StoredValue<Option<f64>>,
    busy: StoredValue<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
    pub status: RwSignal<Status>,
    listed: Changed,
    /// When the list was last read after a save.
    listed_at: StoredValue<f64>,
}

impl Saving {
    pub fn new(draft: Uuid, version: i32) -> Self {
        let saving = Self {
            draft,
            version: StoredValue::new(version),
            typed: StoredValue::new(None),
            since: StoredValue::new(None),
            busy: StoredValue::new(false),
            timer: StoredValue::new(None),
            status: RwSignal::new(Status::Untouched),
            listed: expect_context(),
            listed_at: StoredValue::new(0.0),
        };
        saving.save_on_leaving();
        saving
    }

    /// Something was typed; this is the whole of it.
    pub fn typed(self, typed: Typed) {
        self.typed.set_value(Some(typed));
        let now = browser::now_ms();
        let since = self.since.get_value().unwrap_or(now);
        self.since.set_value(Some(since));
        if self.status.with_untracked(|status| *status != Status::Unsaved) {
            self.status.set(Status::Unsaved);
        }
        if now - since < LONGEST {
            self.save_after(REST);
        }
    }

    /// The draft was saved elsewhere meanwhile: what is here takes its place.
    pub fn insist(self, version: i32) {
        self.version.set_value(version);
        self.save_after(Duration::ZERO);
    }

    /// The draft is thrown away: nothing of it is saved any more.
    pub fn forget(self) {
        self.stop_timer();
        self.typed.set_value(None);
    }

    fn save_after(self, rest: Duration) {
        self.stop_timer();
        let save = move || {
            spawn_local(async move {
                let _ = self.save().await;
            });
        };
        self.timer.set_value(set_timeout_with_handle(save, rest).ok());
    }

    fn stop_timer(self) {
        if let Some(Some(handle)) = self.timer.try_update_value(Option::take) {
            handle.clear();
        }
    }

    /// Saves until nothing typed is left; the version that then is the last.
    pub async fn save(self) -> Result<i32, AppError> {
        loop {
            // The page may have been left: what was typed is saved by then.
            let Some(busy) = self.busy.try_get_value() else { return Err(AppError::Unreachable) };
            if busy {
                browser::pause(50).await;
                continue;
            }
            let Some(typed) = self.typed.try_update_value(Option::take).flatten() else {
                return Ok(self.version.try_get_value().unwrap_or_default());
            };
            self.since.set_value(None);
            self.busy.set_value(true);
            let answer = save_draft(self.draft, self.version.get_value(), typed.clone()).await;
            if self.busy.try_update_value(|busy| *busy = false).is_none() {
                return answer.map(|saved| saved.version);
            }
            self.answered(typed, answer)?;
        }
    }

    fn answered(self, typed: Typed, answer: Result<Saved, AppError>) -> Result<(), AppError> {
        match answer {
            Ok(saved) => {
                self.version.set_value(saved.version);
                let now = browser::now_ms();
                if now - self.listed_at.get_value() > LIST_EVERY {
                    self.listed_at.set_value(now);
                    self.listed.0.update(|times| *times += 1);
                }
                if self.typed.with_value(Option::is_none) {
                    self.status.set(Status::Saved);
                }
                Ok(())
            }
            Err(error) => {
                // Newer letters hold all the older ones.
                self.typed.update_value(|newer| {
                    newer.get_or_insert(typed);
                });
                if matches!(error, AppError::Unreachable | AppError::Unavailable) {
                    self.save_after(AGAIN);
                }
                self.status.set(Status::Failed(error.clone()));
                Err(error)
            }
        }
    }

    /// Whoever goes on to another page, or closes the window, has typed nothing in vain.
    fn save_on_leaving(self) {
        Effect::new(move |_| {
            let hidden = window_event_listener_untyped("visibilitychange", move |_| {
                if self.typed.try_with_value(Option::is_some) == Some(true) {
                    self.save_after(Duration::ZERO);
                }
            });
            let left = window_event_listener_untyped("pagehide", move |_| self.save_with_last_breath());
            on_cleanup(move || {
                hidden.remove();
                left.remove();
            });
        });
        on_cleanup(move || {
            self.stop_timer();
            let unsaved = self.typed.try_update_value(Option::take).flatten();
            let (draft, version) = (self.draft, self.version.try_get_value());
            if let (Some(typed), Some(version)) = (unsaved, version) {
                spawn_local(async move {
                    let _ = save_draft(draft, version, typed).await;
                });
            }
        });
    }

    /// A page that is being closed waits for no answer.
    fn save_with_last_breath(self) {
        let Some(typed) = self.typed.try_update_value(Option::take).flatten() else { return };
        let (draft, version) = (self.draft.to_string(), self.version.get_value().to_string());
        let connection = typed.connection.to_string();
        browser::post_and_go(
            super::server::SaveDraft::url(),
            &[
                ("draft", &draft),
                ("version", &version),
                ("typed[connection]", &connection),
                ("typed[to]", &typed.to),
                ("typed[cc]", &typed.cc),
                ("typed[bcc]", &typed.bcc),
                ("typed[subject]", &typed.subject),
                ("typed[body]", &typed.body),
            ],
        );
    }
}
