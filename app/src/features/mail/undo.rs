//! What was done last, and taking it back.

use super::{Act, Done, server::UndoActs};
use crate::{
    error::AppError,
    language::{Language, counted, say, use_language},
    ui::{FormProblem, Icon, Picture},
};
use leptos::prelude::*;

/// What was done last and can be taken back: the list and the opened conversation share it.
#[derive(Clone, Copy)]
pub struct LastDone(RwSignal<Option<(Act, Done)>>);

impl LastDone {
    /// One for a page, for everything below to find.
    pub fn provide() -> Self {
        let last = Self(RwSignal::new(None));
        provide_context(last);
        last
    }

    pub fn take() -> Self {
        expect_context()
    }

    /// Something else is being done.
    pub fn forget(self) {
        if self.0.with_untracked(Option::is_some) {
            self.0.set(None);
        }
    }

    /// It was done, as far as there is an answer.
    pub fn answered(self, act: Option<Act>, answer: Result<Done, AppError>) {
        if let (Some(act), Ok(done)) = (act, answer) {
            self.0.set((!done.undo.is_empty()).then_some((act, done)));
        }
    }
}

impl Act {
    /// What it did to so many mails.
    fn did(self, language: Language, mails: u64) -> String {
        match self {
            Self::Read => counted!(language, mails, mail.did_read),
            Self::Unread => counted!(language, mails, mail.did_unread),
            Self::Star => counted!(language, mails, mail.did_star),
            Self::Unstar => counted!(language, mails, mail.did_unstar),
            Self::Inbox => counted!(language, mails, mail.did_inbox),
            Self::Archive => counted!(language, mails, mail.did_archive),
            Self::Bin => counted!(language, mails, mail.did_bin),
        }
    }
}

/// Says what was done, until the next thing is done, and takes it back by a press. Nobody has to hurry.
#[component]
pub fn UndoBar(last: LastDone) -> impl IntoView {
    let language = use_language();
    let action = ServerAction::<UndoActs>::new();
    let failed = Signal::derive(move || action.value().get().and_then(Result::err));
    let undo = move |_| {
        if let Some((_, Done { undo, .. })) = last.0.get_untracked() {
            action.dispatch(UndoActs { undo });
            last.forget();
        }
    };
    let sentence = move |(act, done): &(Act, Done)| act.did(language, done.messages);
    let shown = Memo::new(move |_| last.0.with(|done| done.as_ref().map(sentence)));
    view! {
        <FormProblem problem=failed id="undo-problem" />
        <div class="undo" role="status">
            {move || shown.get().map(|sentence| view! {
                <div class="undo-box">
                    <p>{sentence}</p>
                    <button class="button small" type="button" data-key="z" on:click=undo>{say!(language, mail.undo)}</button>
                    <button
                        class="button bare icon"
                        type="button"
                        title=say!(language, ui.dismiss)
                        aria-label=say!(language, ui.dismiss)
                        on:click=move |_| last.forget()
                    >
                        <Picture icon=Icon::Close />
                    </button>
                </div>
            })}
        </div>
    }
    .into_any()
}
