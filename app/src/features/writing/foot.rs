//! The foot of a draft's form: sending it, whether it is kept, and throwing it away.

use super::{
    compose::{FORM, Form},
    saving::Status,
    server::open_draft,
};
use crate::error::AppError;
use crate::language::{say, use_language};
use leptos::{prelude::*, task::spawn_local};

/// `Send`, and whether what is typed is kept.
#[component]
pub fn Foot(form: StoredValue<Form>) -> impl IntoView {
    let language = use_language();
    let form = form.get_value();
    let scripts = RwSignal::new(false);
    Effect::new(move |_| scripts.set(true));
    view! {
        <div class="letter-foot">
            <button
                class="button primary"
                name="act"
                value="send"
                title=say!(language, writing.send_keys)
                aria-keyshortcuts="Control+Enter Meta+Enter"
                aria-busy=move || form.sending.get().to_string()
            >
                {say!(language, writing.send)}
            </button>
            <button class="button" name="act" value="save" hidden=scripts>{say!(language, writing.save_draft)}</button>
            <Kept form />
        </div>
    }
    .into_any()
}

/// Whether what is typed is kept; what keeps it from being kept is said aloud.
#[component]
fn Kept(form: Form) -> impl IntoView {
    let language = use_language();
    let status = form.saving.status;
    let words = move || match status.get() {
        Status::Untouched | Status::Failed(_) => "",
        Status::Unsaved => say!(language, writing.saving),
        Status::Saved => say!(language, writing.saved),
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
                <p class="wrong">{error.sentence(language)}</p>
                {(error == AppError::ChangedElsewhere).then(|| view! {
                    <button class="button small" type="button" on:click=keep_this>{say!(language, writing.keep_this)}</button>
                    <a class="button small" rel="external" href=format!("/write/{}", form.draft)>{say!(language, writing.show_other)}</a>
                })}
            })}
        </div>
    }
    .into_any()
}

/// A draft is thrown away in two steps.
#[component]
pub fn Discard() -> impl IntoView {
    let language = use_language();
    view! {
        <details class="danger">
            <summary>{say!(language, writing.discard_draft)}</summary>
            <p class="quiet">{say!(language, writing.discard_why)}</p>
            <button class="button danger" form=FORM name="act" value="discard">{say!(language, writing.discard)}</button>
        </details>
    }
    .into_any()
}
