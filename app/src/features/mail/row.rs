//! One row of the list: a conversation.

use super::{
    ConversationRow,
    acting::{Marks, RowActs},
    bulk::{BULK, Selection},
    merge::{Rows, find},
    server::ActOnConversations,
    writers::Writers,
};
use crate::{
    language::{say, use_language},
    time::Moment,
    ui::{Icon, Picture},
};
use leptos::prelude::*;
use std::sync::Arc;
use uuid::Uuid;

/// So many labels of a conversation are shown.
const MOST_LABELS: usize = 3;

/// Who wrote, subject, snippet, marks and time, as one link; and what can be done to it. What changes about the conversation
/// changes inside the row, which stays: whoever has the focus in it keeps it.
#[component]
pub fn Row(
    row: Arc<ConversationRow>,
    rows: RwSignal<Rows>,
    selection: Selection,
    /// Where a button without scripts leads.
    back: String,
    act: ServerAction<ActOnConversations>,
) -> impl IntoView {
    let language = use_language();
    let ConversationRow { id, received_at, .. } = *row;
    let now = Memo::new(move |_| rows.with(|rows| find(rows, &row)).unwrap_or_else(|| row.clone()));
    let marks =
        Signal::derive(move || now.with(|now| Marks { unread: now.unread, starred: now.starred, place: now.place }));
    let unread = move || marks.get().unread;
    let managed = Memo::new(move |_| now.with(|now| now.managed));
    let has_attachments = Memo::new(move |_| now.with(|now| now.has_attachments));
    let writers = Memo::new(move |_| now.with(|now| (now.writers.clone(), now.messages)));
    let labels = Memo::new(move |_| now.with(|now| now.labels.clone()));
    let subject = move || {
        now.with(
            |now| if now.subject.is_empty() { say!(language, mail.no_subject).to_owned() } else { now.subject.clone() },
        )
    };
    view! {
        <li class="row" class:unread=unread>
            {move || managed.get().then(|| view! { <Pick id selection /> })}
            <a href=format!("/inbox/{id}") id=format!("row-{id}")>
                <span class="row-mark">{move || unread().then(|| view! { <span class="sr-only">{say!(language, mail.unread)}</span> })}</span>
                <span class="row-sender">
                    {move || {
                        let (writers, messages) = writers.get();
                        view! { <Writers writers messages /> }
                    }}
                </span>
                <span class="row-text">
                    <span class="row-subject">
                        {move || view! { <Labels labels=labels.get() /> }}
                        {subject}
                    </span>
                    <span class="row-snippet">{move || now.with(|now| now.snippet.clone())}</span>
                </span>
                <span class="row-icons">
                    {move || marks.get().starred.then(|| view! { <span class="star"><Picture icon=Icon::Star /><span class="sr-only">{say!(language, mail.starred)}</span></span> })}
                    {move || has_attachments.get().then(|| view! { <span><Picture icon=Icon::Clip /><span class="sr-only">{say!(language, mail.with_attachments)}</span></span> })}
                </span>
                <Moment at=received_at />
            </a>
            {move || managed.get().then(|| view! { <RowActs id marks back=back.clone() action=act /> })}
        </li>
    }
    .into_any()
}

/// Chooses the row for the bar of what is done to several. Without scripts it belongs to that form by itself.
#[component]
fn Pick(id: Uuid, selection: Selection) -> impl IntoView {
    let language = use_language();
    view! {
        <label class="row-pick">
            <input
                type="checkbox"
                form=BULK
                name="conversations[]"
                value=id.to_string()
                autocomplete="off"
                aria-label=say!(language, mail.select)
                aria-describedby=format!("row-{id}")
                data-key="x"
                prop:checked=move || selection.has(id)
                on:change=move |event| selection.set(id, event_target_checked(&event))
            />
        </label>
    }
    .into_any()
}

#[component]
fn Labels(labels: Vec<String>) -> impl IntoView {
    let more = labels.len().saturating_sub(MOST_LABELS);
    let shown = labels.into_iter().take(MOST_LABELS).map(|label| view! { <span class="chip">{label}</span> });
    view! {
        {shown.collect_view()}
        {(more > 0).then(|| view! { <span class="chip">"+" {more}</span> })}
    }
    .into_any()
}
