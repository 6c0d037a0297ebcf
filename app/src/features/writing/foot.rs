//! The foot of a draft's form: sending it, whether it is kept, and throwing it away.

use super::{
    compose::{FORM, Form},
    saving::Status,
    server::open_draft,
};
use crate::error::AppError;
use leptos::{prelude::*, task::spawn_local};

/// `Send`, and whether what is typed is kept.
#[component]
pub fn Foot(form: StoredValue<Form>) -> impl IntoView {
    let form = form.get_value();
    let scripts = RwSignal::new(false);
    Effect::new(move |_| scripts.set(true));
    view! {
        <div class="letter-foot">
            <button
                class="button primary"
                name="act"
                value="send"
                title="Send (Ctrl+Enter)"
                aria-keyshortcuts="Control+Enter Meta+Enter"
                aria-busy=move || form.sending.get().to_string()
            >
                "Send"
            </button>
            <button class="button" name="act" value="save" hidden=scripts>"Save draft"</button>
            <Kept form />
        </div>
    }
    .into_any()
}

/// Whether what is typed is kept; what keeps it from being kept is said aloud.
#[component]
fn Kept(form: Form) -> impl IntoView {
    let status = form.saving.status;
    let words = move || match status.get() {
        Status::Untouched | Status::Failed(_) => "",
        Status::Unsaved => "Saving\u{2026}",
        Status::Saved => "Saved",
    };
    let failed = Memo::new(move |_| match status.get() {
        Status::Failed(error) => Some(error),
        Status::Untouched | Status::Unsaved | Status::Saved => None,
    });
    let keep_this = move |_| {
        spawn_local(async move {
            match open_draft(form.draft).await {
                Ok(now) => form.saving.insist(now.draft.version),
                Err(error) => drop(form.problem.try_set(Some(error))),
            }
        });
    };
    view! {
        <span class="kept quiet" data-kept=move || (status.get() == Status::Saved).to_string()>{words}</span>
        <div class="not-kept" role="alert">
            {move || failed.get().map(|error| view! {
                <p class="wrong">{error.sentence()}</p>
                {(error == AppError::ChangedElsewhere).then(|| view! {
                    <button class="button small" type="button" on:click=keep_this>"Keep what is here"</button>
                    <a class="button small" rel="external" href=format!("/write/{}", form.draft)>"Show the other"</a>
                })}
            })}
        </div>
    }
    .into_any()
}

/// A draft is thrown away in two steps.
#[component]
pub fn Discard() -> impl IntoView {
    view! {
        <details class="danger">
            <summary>"Discard this draft"</summary>
            <p class="quiet">"What is typed and attached is gone then."</p>
            <button class="button danger" form=FORM name="act" value="discard">"Discard"</button>
        </details>
    }
    .into_any()
}
